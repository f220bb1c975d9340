"""Forms of suggested people."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext

from selfcare import i18n
from selfcare.team.forms import LONGEST_REASON
from selfcare.team.lines import Line
from selfcare.web.forms import Day, Hidden, LogForm, Pick, Text


class SuggestForm(LogForm):
    """Somebody to be put on the list. What is wrong is found as it is for a line of a file."""

    given = Text(
        lazy_gettext("First name"),
        description=lazy_gettext("Or the only name they have."),
        autocomplete="off",
    )
    family = Text(
        lazy_gettext("Family name"),
        description=lazy_gettext("Leave it empty if there is one name only."),
        autocomplete="off",
    )
    born = Day(
        lazy_gettext("Birth date"),
        description=lazy_gettext("For example, 27 3 1962."),
        missing=lazy_gettext("Type the birth date: day, month and year."),
        past=True,
    )
    nhs = Text(
        lazy_gettext("NHS number"),
        description=lazy_gettext("Ten digits, for example 999 000 0018."),
        longest=40,
        autocomplete="off",
    )
    reason = Text(
        lazy_gettext("Why?"),
        description=lazy_gettext(
            "They can read it once they are in. For example: new on the list of the heart clinic."
        ),
        missing=lazy_gettext("Say why, in a few words."),
        longest=LONGEST_REASON,
        autocomplete="off",
    )
    source = Text(
        lazy_gettext("Where the name is from"),
        description=lazy_gettext("Their letter says it. For example: Riverside practice, 6 March."),
        missing=lazy_gettext("Say where the name is from. They may ask."),
        longest=120,
        autocomplete="off",
    )
    language = Pick(lazy_gettext("Letter in"))
    team = Hidden()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = [(code, one.own_name) for code, one in i18n.LANGUAGES.items()]
        self.language.choices = [("", lazy_gettext("Not asked yet")), *spoken]
        self.language.data = self.language.data or ""

    def line(self, *, two: bool) -> Line:
        """What was typed, as a line of a list. :param two: it is somebody else than who is alike."""
        cells = {"given": self.given.text, "family": self.family.text, "nhs": self.nhs.text}
        cells |= {"language": self.language.data, "reason": self.reason.text}
        if self.born.data is not None:
            cells["born"] = self.born.data.isoformat()
        return Line(1, {name: typed.strip() for name, typed in cells.items() if typed.strip()}, two)

    def take_wrong(self, line: Line) -> bool:
        """Say beside each field what is wrong in the line. :returns: whether nothing is."""
        for name, said in line.wrong.items():
            if name in self and not self[name].errors:
                self[name].errors = [said]
        return not self.errors


class InviteForm(LogForm):
    """Who of those that wait is invited."""

    lead = Pick(lazy_gettext("Key contact for all"))
    team = Hidden()

    def offer(self, colleagues: Iterable[tuple[UUID, str]], mine: UUID) -> None:
        self.lead.choices = [(str(one), name) for one, name in colleagues]
        self.lead.data = self.lead.data or str(mine)


class DeclineForm(LogForm):
    why_not = Text(
        lazy_gettext("Why are they not invited?"),
        description=lazy_gettext("For the team. For example: has moved away."),
        missing=lazy_gettext("Say why, in a few words."),
        longest=LONGEST_REASON,
    )
