"""The sentences that say when somebody sees a report, in the reader's language."""

from collections.abc import Iterable
from datetime import date, datetime

from babel.dates import format_date, get_day_names
from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.results import release as rules
from selfcare.results.queries import Chosen, ReportBrief
from selfcare.web.access import Permit


def moment(wall: datetime, today: date, *, to_the_day: bool = False) -> str:
    """Monday 9 March, 08:40; with the year when it is not this one; without the time where none was sent."""
    year = wall.year != today.year
    return i18n.day(wall, year=year) if to_the_day else i18n.moment(wall, year=year)


def soon(wall: datetime, today: date) -> str:
    """In little room: Thursday, 10:30 within the next six days, else the day of the month."""
    if 0 <= (wall.date() - today).days < 7:
        weekday = format_date(wall, "EEEE", locale=i18n.code())
        return gettext("%(day)s, %(time)s", day=weekday, time=i18n.clock_time(wall))
    return moment(wall, today)


def table_day(wall: datetime) -> str:
    """9 Mar 2026: the day first, in every language, as the columns of a table want it."""
    return format_date(wall, "d MMM y", locale=i18n.code())


def taken(brief: ReportBrief, today: date) -> str:
    """When the sample was taken, as a line of its own; empty where nobody said."""
    if brief.taken_wall is None:
        return ""
    return gettext("Taken %(when)s", when=moment(brief.taken_wall, today, to_the_day=brief.taken_to_the_day))


def status(code: str) -> str:
    """A report's status in words. Codes are those of FHIR R4; one we do not know is shown as sent."""
    known = {
        "registered": pgettext("report status", "Not final"),
        "partial": pgettext("report status", "Not final"),
        "preliminary": pgettext("report status", "Not final"),
        "final": pgettext("report status", "Final"),
        "amended": pgettext("report status", "Amended"),
        "corrected": pgettext("report status", "Corrected"),
        "appended": pgettext("report status", "Added to"),
        "cancelled": pgettext("report status", "Cancelled"),
        "entered-in-error": pgettext("report status", "Entered in error"),
        "unknown": pgettext("report status", "Status not known"),
    }
    return known.get(code, code)


def not_final(code: str) -> bool:
    """Whether the laboratory may still change what it sent."""
    return code in ("registered", "partial", "preliminary")


def before_filing(
    permit: Permit, when: datetime, waits_for: str, *, held: bool, planned: bool, now: datetime
) -> str:
    """For the professional who is about to file or hold: when the person will see the report.

    :param when: what `release.visible_from` answers.
    :param planned: whether a visit was there to wait for.
    """
    name = permit.person_name
    if when <= now:
        return gettext("%(name)s will see this now.", name=name)
    said = moment(permit.local(when), permit.today())
    if held:
        return gettext(
            "%(name)s will see that it is on hold, and will see this on %(when)s.", name=name, when=said
        )
    if waits_for == rules.NOTE:
        return gettext("%(name)s will see this on %(when)s, or when you add a note.", name=name, when=said)
    if waits_for == rules.TALK and planned:
        return gettext("%(name)s will see this on %(when)s, when you talk.", name=name, when=said)
    if waits_for == rules.TALK:
        return gettext(
            "%(name)s will see this on %(when)s, or when you let %(name)s see it. No visit is planned before then.",
            name=name,
            when=said,
        )
    return gettext(
        "%(name)s will see this on %(when)s, because of the days %(name)s chose.", name=name, when=said
    )


def on_file(permit: Permit, brief: ReportBrief) -> str:
    """For professionals, of a report on file: when the person sees it, or since when they can."""
    name, said = permit.person_name, moment(permit.local(brief.visible_from), permit.today())
    if brief.is_visible:
        return gettext("%(name)s can see this since %(when)s.", name=name, when=said)
    if brief.held_until:
        return gettext("On hold. %(name)s will see this on %(when)s.", name=name, when=said)
    if brief.waits_for == rules.NOTE and not brief.noted:
        return gettext("%(name)s will see this on %(when)s, or when you add a note.", name=name, when=said)
    return gettext("%(name)s will see this on %(when)s.", name=name, when=said)


def why_waiting(waits_for: str, contact: str | None) -> str:
    """For the person: what their report waits for."""
    if waits_for == rules.NOTE and contact:
        return gettext("It has come back. %(name)s will add a note for you first.", name=contact)
    if waits_for == rules.NOTE:
        return gettext("It has come back. Your team will add a note for you first.")
    if waits_for == rules.TALK:
        return gettext("It has come back. You will see it when you talk with your team.")
    return gettext("It has come back. You chose not to hear about results today.")


def how_now(chosen: Chosen | None) -> str:
    """The person's standing choice in a line."""
    how = chosen.how if chosen else rules.TEAM
    if how == rules.AT_ONCE:
        return gettext("Now: as soon as they are ready")
    if how == rules.WITH_NOTE:
        return gettext("Now: with a note from my key contact")
    if how == rules.TOGETHER:
        return gettext("Now: when we talk")
    if how == rules.NOT_ON_DAYS and chosen:
        return gettext("Now: not on %(days)s", days=listed(day_name(day) for day in chosen.days))
    return gettext("Now: as soon as they are ready, some when we talk")


def day_name(weekday: int) -> str:
    """A weekday, 0 Monday … 6 Sunday, as it stands alone."""
    return str(get_day_names("wide", "stand-alone", locale=i18n.code())[weekday])


def listed(items: Iterable[str]) -> str:
    return i18n.listed(list(items))
