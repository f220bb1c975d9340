"""Forms of people."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext, lazy_pgettext
from wtforms.validators import StopValidation

from selfcare import i18n
from selfcare.accounts.forms import new_password, own_email
from selfcare.people import bases, presets
from selfcare.people.detail_forms import NamesForm
from selfcare.people.presets import PRESETS
from selfcare.web.access import Area, Level
from selfcare.web.forms import Choice, Code, DateField, Day, Form, Hidden, LogForm, Long, Pick, Text


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


class ReasonForm(LogForm):
    """Why a team ends or stops somebody's access."""

    reason = Long(
        lazy_gettext("Why?"),
        description=lazy_gettext(
            "For the team’s own record. No page shows it to the person or to who helps."
        ),
        missing=lazy_gettext("Say why first."),
        longest=1000,
    )


class HoldForm(ReasonForm):
    """Why a team stops a carer's access, or lets it go on."""

    to = Hidden()  # "hold" or "on": what the page that was open said


class ActingForm(Form):
    """Who acts for a person by law, and what says so."""

    name = Text(
        lazy_gettext("What do you call them?"), missing=lazy_gettext("Type the name you use for them.")
    )
    basis = Choice(
        lazy_gettext("What lets them act?"), missing=lazy_gettext("Choose what lets them act."), choices=[]
    )
    seen = Text(
        lazy_gettext("What did you see that says so?"),
        description=lazy_gettext(
            "For example: the order of the court and its number, or the registered form."
        ),
        missing=lazy_gettext("Say what you saw."),
        longest=200,
    )
    seen_on = Day(
        lazy_gettext("On which day did you see it?"),
        missing=lazy_gettext("Type the day: day, month and year."),
        past=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.basis.choices = [(code, bases.said(code)) for code in bases.BASES]


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
    Area.APPOINTMENTS: lazy_pgettext("part of the record", "Visits, and what was agreed"),
    Area.RESULTS: lazy_pgettext("part of the record", "Results"),
    Area.GOALS: lazy_pgettext("part of the record", "Goals"),
    Area.PLAN: lazy_pgettext("part of the record", "Plan"),
    Area.ABOUT: lazy_pgettext("part of the record", "About me, and ways I want care"),
    Area.DECISIONS: lazy_pgettext("part of the record", "Decisions"),
    Area.HEALTH: lazy_pgettext("part of the record", "Health, and letters"),
    Area.COMMUNITY: lazy_pgettext("part of the record", "Help near by"),
    Area.SHARING: lazy_pgettext("part of the record", "Summaries"),
    Area.CONTACTS: lazy_pgettext("part of the record", "Contacts with the team, and hospital stays"),
}

LEVELS = [
    (str(int(Level.NOTHING)), lazy_pgettext("right", "Nothing")),
    (str(int(Level.SEE)), lazy_pgettext("right", "See")),
    (str(int(Level.ADD)), lazy_pgettext("right", "See and add")),
    (str(int(Level.MANAGE)), lazy_pgettext("right", "See, add and change")),
]


def _level(area: Area) -> Choice:
    return Choice(AREAS[area], kind="chips", choices=LEVELS, default="0")


def _adds(area: Area) -> Choice:
    return Choice(AREAS[area], kind="chips", choices=LEVELS[:3], default="0")


def _suggests(area: Area) -> Choice:
    words = (LEVELS[2][0], lazy_pgettext("right", "See, and suggest changes"))
    return Choice(AREAS[area], kind="chips", choices=(*LEVELS[:2], words), default="0")


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
    plan = _suggests(Area.PLAN)
    about = _adds(Area.ABOUT)
    decisions = _adds(Area.DECISIONS)
    health = _level(Area.HEALTH)
    community = _adds(Area.COMMUNITY)
    sharing = _level(Area.SHARING)
    contacts = Choice(
        AREAS[Area.CONTACTS],
        kind="chips",
        choices=(
            *LEVELS[:2],
            (
                LEVELS[2][0],
                lazy_pgettext("right", "See, add hospital stays, and ask the team to get in touch"),
            ),
        ),
        default="0",
    )


class TeamRightsForm(AreasForm):
    """What the person lets the key contact's team see beside what a key contact always has."""

    offers = (Area.DIARY, Area.GOALS, Area.PLAN, Area.ABOUT, Area.DECISIONS, Area.HEALTH)
    diary = _sees(Area.DIARY)
    goals = _sees(Area.GOALS)
    plan = _suggests(Area.PLAN)
    about = _sees(Area.ABOUT)
    decisions = _adds(Area.DECISIONS)
    health = _sees(Area.HEALTH)
    version = Hidden()


class PresetForm(RightsForm):
    """Three usual ways of helping, or each right by itself.

    The way that is chosen decides; ticks beside it are asked about.
    """

    preset = Choice(lazy_gettext("What may they see and do?"), choices=[], optional=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.preset.choices = [(code, presets.name(code)) for code in (*PRESETS, presets.OWN)]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        if not super().validate(*args, **kwargs):
            return False
        chosen = PRESETS.get(self.preset.data or presets.OWN)
        ticked = super().rights()
        given = {area: level for area, level in ticked.items() if level}
        if chosen and chosen != given and self._ticked():
            self.preset.errors = [
                gettext(
                    "You chose “%(preset)s”, and also ticked things one by one. "
                    "Only what “%(preset)s” gives is chosen now. Press again, or choose one by one.",
                    preset=presets.name(self.preset.data),
                )
            ]
            for field in self.areas:
                field.data = str(int(chosen.get(Area(field.name), Level.NOTHING)))
            return False
        return True

    def rights(self) -> dict[Area, Level]:
        chosen = PRESETS.get(self.preset.data or presets.OWN)
        if chosen is None:
            return super().rights()
        return dict.fromkeys(self.offers, Level.NOTHING) | chosen

    def before(self) -> dict[Area, Level]:
        """The rights that stood on the page: none for somebody new."""
        return {}

    def _ticked(self) -> bool:
        """Whether something was ticked one by one: it stands otherwise than on the page."""
        before = self.before()
        return any(level != before.get(area, Level.NOTHING) for area, level in super().rights().items())


class ChangeRightsForm(PresetForm):
    version = Hidden()  # the rights that stood on the page

    def before(self) -> dict[Area, Level]:
        known = {area.value: area for area in self.offers}
        said = (part.partition(":")[::2] for part in (self.version.data or "").split())
        return {
            known[area]: Level(int(level)) for area, level in said if area in known and level in tuple("0123")
        }


class CarerForm(PresetForm):
    """Somebody new who helps, and until when."""

    name = Text(
        lazy_gettext("What do you call them?"), missing=lazy_gettext("Type the name you use for them.")
    )
    until = Choice(
        lazy_gettext("Until when?"),
        kind="chips",
        description=lazy_gettext("Then it ends by itself."),
        default="12",
        choices=[
            ("3", lazy_gettext("3 months")),
            ("6", lazy_gettext("6 months")),
            ("12", lazy_gettext("1 year")),
            ("day", lazy_gettext("I pick a day")),
        ],
    )
    until_on = DateField(lazy_pgettext("until when", "Until which day?"))
    today: date
    asked_with: ClassVar = {"until_on": ("until", "day")}

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        if not super().validate(*args, **kwargs):
            return False
        if any(self.rights().values()):
            return True
        self.preset.errors = [gettext("Choose at least one thing they may see or do.")]
        return False

    def validate_until_on(self, field: DateField) -> None:
        if self.until.data != "day" or field.errors:
            return
        if field.value is None:
            raise StopValidation(gettext("Choose the day, or say how many months."))
        if field.value <= self.today:
            raise StopValidation(gettext("This day has gone, or is today. Choose a later day."))
        if field.value > months_after(self.today, MOST_MONTHS):
            raise StopValidation(gettext("This is more than a year away. Choose an earlier day."))

    @property
    def last_day(self) -> date:
        """The last day of it, of a form that is valid."""
        found: date | None = self.until_on.value if self.until.data == "day" else None
        return found or months_after(self.today, int(self.until.data))


MOST_MONTHS = 12  # of a new one; a year more is one press


def months_after(day: date, months: int) -> date:
    """The same day some months on; the last of the month where it has none."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    return first + timedelta(days=min(day.day, monthrange(first.year, first.month)[1]) - 1)
