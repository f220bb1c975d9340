"""Forms of good information: a page beside a thing, and a page on a team's list."""

from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext, lazy_pgettext, ngettext

from selfcare import i18n
from selfcare.information import address, reading_age
from selfcare.web.forms import DateField, Hidden, LogForm, Long, Pick, Text


class PageForm(LogForm):
    """A page elsewhere that a professional has checked."""

    name = Text(
        lazy_pgettext("link", "What it is called"),
        missing=lazy_gettext("Type what it is called."),
        longest=200,
    )
    url = Text(
        lazy_gettext("Address"),
        description=lazy_gettext("It starts with https://"),
        missing=lazy_gettext("Type or paste the address."),
        longest=address.LONGEST,
    )
    publisher = Text(
        lazy_gettext("Who publishes it"),
        missing=lazy_gettext("Type who publishes it, such as a charity."),
        longest=200,
    )
    checked_on = DateField(
        lazy_gettext("Day you checked it"),
        description=lazy_gettext("Read it before you send somebody there."),
    )
    language = Pick(lazy_gettext("In which language it is"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [(code, one.own_name) for code, one in i18n.LANGUAGES.items()]
        self.language.data = self.language.data or i18n.code()

    def validate_on(self, today: date) -> bool:
        """:param today: where it is checked."""
        self.validate()
        if not self.checked_on.errors and not self.checked_on.value:
            self.checked_on.errors = [gettext("Choose the day you checked it.")]
        elif not self.checked_on.errors and self.checked_on.value > today:
            self.checked_on.errors = [gettext("This day is still to come. Check the year.")]
        if not self.url.errors:
            try:
                address.checked(self.url.text)
            except address.BadAddress as bad:
                self.refuse(bad)
        return not self.errors

    def refuse(self, bad: address.BadAddress) -> None:
        """Say on the form why an address cannot be offered."""
        self.url.errors = [why(bad)]

    def body(self) -> dict[str, Any]:
        """A page as a list keeps it."""
        return {
            "url": self.url.text.strip(),
            "name": self.name.text.strip(),
            "publisher": self.publisher.text.strip(),
            "checked_on": self.checked_on.value.isoformat(),
            "language": self.language.data,
        }


class AttachForm(PageForm):
    """A page beside a thing: typed, or one of the team's (`listed`), which needs nothing typed."""

    listed = Hidden()
    result = Hidden()  # beside a report: the result that it is about


class ListForm(PageForm):
    """A page on a team's list."""

    about = Text(
        lazy_gettext("What it is about"),
        description=lazy_gettext("A few words, such as: food with iron in it."),
        longest=300,
    )
    test = Text(
        lazy_gettext("Name of a test"),
        description=lazy_gettext(
            "It then stands with each result of that test, for all your people. You can leave it empty."
        ),
        longest=200,
    )
    passage = Long(
        lazy_gettext("Some of its text"),
        description=lazy_gettext(
            "Paste 100 words or more, and we count how easy it is to read. In English only. The text is not kept."
        ),
        longest=10_000,
    )
    team = Pick(lazy_gettext("Team"), optional=True)
    sign = Hidden()
    measured: reading_age.Measured | None = None

    def validate_on(self, today: date) -> bool:
        """Also measures the passage."""
        super().validate_on(today)
        text = self.passage.text.strip()
        if text and not self.passage.errors and self.language.data != reading_age.LANGUAGE:
            self.passage.errors = [
                gettext("We can only count this for English. Take the text out, or choose English.")
            ]
        elif text and not self.passage.errors:
            try:
                self.measured = reading_age.measure(text)
            except reading_age.TooShort as short:
                self.passage.errors = [
                    ngettext(
                        "This has %(num)s word. Paste 100 or more, or leave it empty.",
                        "This has %(num)s words. Paste 100 or more, or leave it empty.",
                        short.words,
                    )
                ]
        return not self.errors

    def with_reading(self, before: dict[str, Any] | None = None) -> dict[str, Any]:
        """The page as the list keeps it. `before`: what was measured of it, where it is the same page."""
        found = self.body() | {
            name: self[name].text.strip() for name in ("about", "test") if self[name].text.strip()
        }
        if self.measured:
            return found | {"reading": {"age": self.measured.age, "words": self.measured.words}}
        return found | ({"reading": before} if before and self.language.data == reading_age.LANGUAGE else {})


def why(bad: address.BadAddress) -> str:
    """Why an address cannot be offered, as a sentence that says what to do."""
    return {
        "scheme": lambda: gettext("Only an address that starts with https:// is safe to open."),
        "named": lambda: gettext("There is a name or a password in this address. Copy it without that."),
        "closed": lambda: gettext("Not everybody can open this address. Choose a page that is open to all."),
        "many": lambda: gettext("There are as many links here as people read. Take one off first."),
        "shape": lambda: gettext("This does not look like an address. Copy it from the page itself."),
    }[bad.why]()
