"""Forms of the caseload."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import lazy_gettext

from selfcare.web.forms import Choice, Form, Hidden, LogForm, Long, Text


class FindForm(Form):
    """Sent by POST though it changes nothing: a name or a number does not belong in an address."""

    who = Text(
        lazy_gettext("Name, birth date or NHS number"),
        missing=lazy_gettext("Type a name, a birth date or an NHS number."),
        autocomplete="off",
    )


class HandOverForm(LogForm):
    """To whom somebody is passed on, and what they read. `of`: whose they were on the page."""

    to = Choice(
        lazy_gettext("Who is the key contact from now on?"),
        missing=lazy_gettext("Choose a colleague. Somebody who has left the team cannot be chosen."),
        choices=[],
    )
    note = Long(
        lazy_gettext("A note"),
        description=lazy_gettext("For example why, and when your colleague gets in touch."),
        longest=2000,
    )
    of = Hidden()

    def offer(self, colleagues: Iterable[tuple[UUID, str, str]]) -> None:
        """Set who can be chosen."""
        self.to.choices = [(str(account), name) for account, name, _ in colleagues]
        self.to.hints = {str(account): title for account, _, title in colleagues if title}
