"""Forms of what a team offers, and of its starter set."""

from typing import Any

from flask_babel import gettext, lazy_gettext, lazy_pgettext

from selfcare import i18n
from selfcare.people import offers
from selfcare.team.starter_set_file import Item, NotASet, read_one
from selfcare.web.file_field import FileField
from selfcare.web.forms import Choice, DateField, Form, Hidden, LogForm, Long, Pick, Text

KINDS = [
    ("symptom", lazy_gettext("From 0 to 10")),
    ("measure", lazy_gettext("Measured or counted")),
    ("done", lazy_gettext("Done or not")),
]
NAMES = [
    ("medicine", lazy_gettext("A medicine")),
    ("condition", lazy_gettext("A condition")),
    ("allergy", lazy_gettext("An allergy")),
]


class SetUploadForm(Form):
    """A starter set as a file."""

    file = FileField(lazy_gettext("File"))  # type: ignore[arg-type]  # its stubs know no lazy text
    team = Hidden()


class TakeInForm(LogForm):
    """What of a file is taken in."""

    team = Hidden()
    document = Hidden()
    expected = Hidden()


_OF_A_LINK = ("name", "url", "publisher", "checked_on", "language")


class OfferForm(LogForm):
    """One thing that a team offers, in each language of the app. Fields `text_<language>` are added below."""

    of = Choice(lazy_gettext("What is it?"), choices=NAMES, default=offers.NAMED[0])
    kind = Choice(lazy_gettext("How it is logged"), choices=KINDS, default="symptom")
    unit = Text(
        lazy_gettext("What is it counted in?"),
        description=lazy_gettext("For what is measured or counted. For example minutes, or glasses."),
        longest=30,
    )
    name = Text(lazy_pgettext("link", "What it is called"), longest=200)
    url = Text(lazy_gettext("Address"), description=lazy_gettext("It starts with https://"), longest=2000)
    publisher = Text(lazy_gettext("Who publishes it"), longest=200)
    checked_on = DateField(lazy_gettext("Day you checked it"))
    language = Pick(lazy_gettext("In which language it is"))
    team = Hidden()

    def __init__(self, *args: Any, part: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part
        self.language.choices = [(code, one.own_name) for code, one in i18n.LANGUAGES.items()]
        self.language.data = self.language.data or i18n.code()
        for code in i18n.LANGUAGES:
            self[f"text_{code}"].label.text = i18n.language_name(code)
        for name in {
            offers.TRACKER: ("of", *_OF_A_LINK),
            offers.LINK: ("of", "kind", "unit", *(f"text_{code}" for code in i18n.LANGUAGES)),
            offers.NAME: ("kind", "unit", *_OF_A_LINK),
        }.get(part, ("of", "kind", "unit", *_OF_A_LINK)):
            del self[name]

    def shown(self) -> list[Any]:
        """The fields of this part, in the order of the page."""
        texts = [self[f"text_{code}"] for code in i18n.LANGUAGES if f"text_{code}" in self]
        first, names = ([self.of] if "of" in self else []), ("kind", "unit", *_OF_A_LINK)
        return first + texts + [self[name] for name in names if name in self]

    def item(self) -> Item | None:
        """What was filled in, judged as a file's would be; None: the form says what is wrong."""
        if self.errors:
            return None
        try:
            return read_one(self.part, self._said())
        except NotASet as wrong:
            self._say(wrong)
            return None

    def _said(self) -> dict[str, Any]:
        texts = {
            code: self[f"text_{code}"].text.strip()
            for code in i18n.LANGUAGES
            if f"text_{code}" in self and self[f"text_{code}"].text.strip()
        }
        if self.part == offers.TRACKER:
            unit = self.unit.text.strip() if self.kind.data == "measure" else ""
            return {"kind": self.kind.data, "name": texts} | ({"unit": unit} if unit else {})
        if self.part == offers.LINK:
            day = self.checked_on.value
            return {
                "url": self.url.text.strip(), "name": self.name.text, "publisher": self.publisher.text,
                "checked_on": day.isoformat() if day else "", "language": self.language.data,
            }  # fmt: skip
        return {"of": self.of.data, "name": texts} if self.part == offers.NAME else texts

    def _say(self, wrong: NotASet) -> None:
        first = next(field for field in self.shown() if field.name != "of")
        if wrong.why == "link":
            self.url.errors = [gettext("Only an address that starts with https:// is safe to open.")]
        elif wrong.why == "code":
            first.errors = [gettext("Write words only: nothing between < and >.")]
        elif wrong.why == "long":
            first.errors = [gettext("This is too long.")]
        elif self.part == offers.LINK:
            first.errors = [gettext("Fill in all of it: the name, the address, who publishes it, the day.")]
        else:
            first.errors = [gettext("Write it in at least one language.")]


for _code in i18n.LANGUAGES:
    setattr(OfferForm, f"text_{_code}", Long(longest=500))
