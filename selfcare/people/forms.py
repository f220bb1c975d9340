"""Forms of people."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext, lazy_pgettext

from selfcare import i18n
from selfcare.accounts.forms import new_password, own_email
from selfcare.people.detail_forms import NamesForm
from selfcare.web.access import Area, Level
from selfcare.web.forms import Choice, Code, Day, Form, Hidden, LogForm, Pick, Text


class InvitationForm(Form):
    code = Code(
        lazy_gettext("Code on your letter"),
        missing=lazy_gettext("Type the code on your letter."),
        autocomplete="off",
    )
    born = Day(
        lazy_gettext("Birth date"),
        description=lazy_gettext("Of the person the letter is about. For example, 27 3 1962."),
        missing=lazy_gettext("Type the birth date: day, month and year."),
        past=True,
    )


class TeamCodeForm(InvitationForm):
    """A professional of a second team, with the person's letter or code."""

    code = Code(
        lazy_gettext("Code they gave you"),
        missing=lazy_gettext("Type the code they gave you."),
        autocomplete="off",
    )
    team = Pick(lazy_gettext("Team"))


class RecoveryForm(Form):
    """How a professional made sure who somebody is."""

    how = Choice(
        lazy_gettext("How did you make sure who it is?"),
        choices=[
            ("face", lazy_gettext("Face to face")),
            ("called", lazy_gettext("I called them on a number we already had")),
        ],
        missing=lazy_gettext("Choose how you made sure."),
    )
    seen = Text(
        lazy_gettext("What did you see, or where was the number kept?"),
        description=lazy_gettext("For example: passport, or the number in their referral of last May."),
        missing=lazy_gettext("Say what you saw, or where the number was kept."),
        longest=200,
    )


class ComeBackForm(InvitationForm):
    """The way back in: the code, the birth date, and a new way to sign in, in one step."""

    email = own_email()
    password = new_password()


class AddPersonForm(NamesForm, LogForm):
    known_as = Text(lazy_gettext("Likes to be called"))
    team = Pick(lazy_gettext("Team"))


class DeathForm(LogForm):
    died_on = Day(
        lazy_gettext("The day they died"),
        description=lazy_gettext("For example, 27 3 2026."),
        missing=lazy_gettext("Type the day they died: day, month and year."),
        past=True,
    )


# What each area is called where rights are given, in the order people think of them.
AREAS = {
    Area.DIARY: lazy_pgettext("part of the record", "Diary"),
    Area.QUESTIONS: lazy_pgettext("part of the record", "Questions"),
    Area.APPOINTMENTS: lazy_pgettext("part of the record", "Visits"),
    Area.RESULTS: lazy_pgettext("part of the record", "Results"),
    Area.GOALS: lazy_pgettext("part of the record", "Goals"),
    Area.SHARING: lazy_pgettext("part of the record", "Summaries"),
    Area.CONTACTS: lazy_pgettext("part of the record", "Contacts with the team"),
}

LEVELS = [
    (str(int(Level.NOTHING)), lazy_pgettext("right", "Nothing")),
    (str(int(Level.SEE)), lazy_pgettext("right", "See")),
    (str(int(Level.ADD)), lazy_pgettext("right", "See and add")),
    (str(int(Level.MANAGE)), lazy_pgettext("right", "See, add and change")),
]


def _level(area: Area) -> Choice:
    return Choice(AREAS[area], kind="chips", choices=LEVELS, default="0")


def _sees(area: Area) -> Choice:
    return Choice(AREAS[area], kind="chips", choices=LEVELS[:2], default="0")


class AreasForm(LogForm):
    """A level for each of some areas of the record."""

    offers: tuple[Area, ...]

    def rights(self) -> dict[Area, Level]:
        """What was chosen, of a form that is valid."""
        return {area: Level(int(self[area.value].data)) for area in self.offers}

    @property
    def areas(self) -> list[Choice]:
        return [self[area.value] for area in self.offers]

    def said(self, rights: Mapping[Area, Level]) -> str:
        """Rights in a line, as they stand on the form."""
        words = (
            f"{self[area.value].label.text}: {LEVELS[rights.get(area, Level.NOTHING)][1]}"
            for area in self.offers
        )
        return i18n.comma().join(words)


class RightsForm(AreasForm):
    """What a carer may see and do: nothing, unless it is chosen."""

    offers = tuple(AREAS)
    diary = _level(Area.DIARY)
    questions = _level(Area.QUESTIONS)
    appointments = _level(Area.APPOINTMENTS)
    results = _sees(Area.RESULTS)
    goals = _level(Area.GOALS)
    sharing = _level(Area.SHARING)
    contacts = _sees(Area.CONTACTS)


class ChangeRightsForm(RightsForm):
    version = Hidden()  # the rights that stood on the page


class TeamRightsForm(AreasForm):
    """What the person lets the key contact's team see beside what a key contact always has."""

    offers = (Area.DIARY, Area.GOALS)
    diary = _sees(Area.DIARY)
    goals = _sees(Area.GOALS)
    version = Hidden()


OWN = "own"
# What people are most often asked to help with. Chosen one by one, each right starts with nothing.
PRESETS: dict[str, dict[Area, Level]] = {
    "log": {Area.DIARY: Level.ADD},
    "ready": {
        Area.DIARY: Level.ADD,
        Area.QUESTIONS: Level.ADD,
        Area.APPOINTMENTS: Level.ADD,
        Area.GOALS: Level.SEE,
    },
    "sees": dict.fromkeys(
        (Area.DIARY, Area.QUESTIONS, Area.APPOINTMENTS, Area.RESULTS, Area.GOALS, Area.SHARING), Level.SEE
    ),
}


class CarerForm(RightsForm):
    """Somebody who helps: one of three usual ways, or each right by itself."""

    preset = Choice(
        lazy_gettext("What may they see and do?"),
        choices=[
            ("log", lazy_gettext("Helps me log")),
            ("ready", lazy_gettext("Helps me get ready")),
            ("sees", lazy_gettext("Sees everything I share")),
            (OWN, lazy_gettext("I choose, one by one")),
        ],
        optional=True,
    )
    name = Text(
        lazy_gettext("What do you call them?"), missing=lazy_gettext("Type the name you use for them.")
    )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        if not super().validate(*args, **kwargs):
            return False
        if any(self.rights().values()):
            return True
        self.preset.errors = [gettext("Choose at least one thing they may see or do.")]
        return False

    def rights(self) -> dict[Area, Level]:
        return PRESETS.get(self.preset.data or OWN) or super().rights()
