"""Why a report waits, and what was decided, in the reader's language."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext

from selfcare import i18n
from selfcare.database import now
from selfcare.filing import family_names, match
from selfcare.filing.choosing import Choice
from selfcare.filing.decision import REJECTED, RETURNED, STATE_FILED, WITHDRAWN
from selfcare.filing.match import Candidate
from selfcare.filing.received_report import ReceivedReport, ReceivedResult, ReceivedTime, Whose
from selfcare.people import nhs_number
from selfcare.results import drawn
from selfcare.results import words as results
from selfcare.results.sent import Sent
from selfcare.results.signs import in_line, readable


def reason(code: str) -> str:
    """Why it waits, for a professional of the team."""
    known = {
        match.MIXED: gettext("A part of the report is about another patient."),
        match.NO_NUMBER: gettext("The message has no NHS number."),
        match.NOT_VALID: gettext("An NHS number in the message is not valid: its last digit does not fit."),
        match.SEVERAL_NUMBERS: gettext("The message has several NHS numbers."),
        match.REPLACED: gettext("The message says that the number or the patient was replaced by another."),
        match.UNKNOWN: gettext("Your team looks after nobody with this NHS number."),
        match.TWO_RECORDS: gettext("Your team has two records with this NHS number."),
        match.NO_BIRTH_DATE: gettext("The message has no birth date."),
        match.PART_OF_BIRTH_DATE: gettext("The birth date in the message is not a whole one."),
        match.OTHER_BIRTH_DATE: gettext("The person with this NHS number has another birth date."),
        match.NO_NAME: gettext("The message has no family name."),
        match.OTHER_NAME: gettext("The person with this NHS number has another family name."),
        match.TWIN: gettext("The first name does not settle whose it is. They may have a twin."),
        match.SAID_TO_HAVE_DIED: gettext(
            "The message says that the person has died. It is not written down here."
        ),
        match.MOVED: gettext("An earlier version of this report is in somebody else’s record."),
        match.TAKEN_BACK: gettext("Somebody marked an earlier version of this report as entered by mistake."),
        match.BEFORE_BIRTH: gettext("The report has a date from before the person was born."),
        match.OTHER_SENDER: gettext("A report with this number is here already, from another sender."),
        match.SHARED_NUMBER: gettext(
            "A report with this number is here already, and its tests are not the same. It may be another report."
        ),
        match.OTHER_SAMPLE: gettext(
            "A report with this number is here already, of a sample taken at another time."
        ),
        match.SEVERAL_REPORTS: gettext("It may stand in place of more than one report that is here."),
    }
    return known.get(code, code)


def short_reason(code: str) -> str:
    """The same in a few words, for a list."""
    known = {
        match.MIXED: gettext("Two patients in one report"),
        match.NO_NUMBER: gettext("No NHS number"),
        match.NOT_VALID: gettext("NHS number not valid"),
        match.SEVERAL_NUMBERS: gettext("Several NHS numbers"),
        match.REPLACED: gettext("NHS number replaced"),
        match.UNKNOWN: gettext("NHS number not known here"),
        match.TWO_RECORDS: gettext("Two records, one number"),
        match.NO_BIRTH_DATE: gettext("No birth date"),
        match.PART_OF_BIRTH_DATE: gettext("Birth date not whole"),
        match.OTHER_BIRTH_DATE: gettext("Another birth date"),
        match.NO_NAME: gettext("No family name"),
        match.OTHER_NAME: gettext("Another family name"),
        match.TWIN: gettext("Perhaps a twin"),
        match.SAID_TO_HAVE_DIED: gettext("Said to have died"),
        match.MOVED: gettext("Earlier filed to somebody else"),
        match.TAKEN_BACK: gettext("Earlier marked as a mistake"),
        match.BEFORE_BIRTH: gettext("Before birth"),
        match.OTHER_SENDER: gettext("Number of another sender"),
        match.SHARED_NUMBER: gettext("Number used twice"),
        match.OTHER_SAMPLE: gettext("Another sample, same number"),
        match.SEVERAL_REPORTS: gettext("Several may be meant"),
    }
    return known.get(code, code)


def decided(state: str, name: str) -> str:
    """What somebody did with a report that waited."""
    known = {
        STATE_FILED: gettext("%(name)s has filed this report.", name=name),
        REJECTED: gettext("%(name)s has rejected this report.", name=name),
        RETURNED: gettext("%(name)s has sent this report back.", name=name),
        WITHDRAWN: gettext("%(name)s, who sent this report, has taken it back.", name=name),
    }
    return known[state]


def origin(report: ReceivedReport) -> str:
    """The laboratory, and when the sample was taken, in a line."""
    day = taken_day(report.taken)
    if report.laboratory and day:
        return gettext("%(laboratory)s, taken %(day)s", laboratory=report.laboratory, day=day)
    return report.laboratory or (gettext("Taken %(when)s", when=day) if day else "")


def taken_day(time: ReceivedTime | None) -> str:
    """The day of a time as sent, where the team works."""
    if time is None:
        return ""
    if time.known is not time:
        return results.between("", taken_day(time.known))
    if time.instant is None:
        return i18n.plain_day(time.day) if time.day else ""
    zone = ZoneInfo(current_app.config["SETTINGS"].zone)
    return i18n.plain_day(time.instant.astimezone(zone).date())


def said_numbers(said: Whose) -> str:
    """The NHS numbers of a message, spaced where they can be; as sent where not."""
    numbers = (nhs_number.tidy(text) for text in said.nhs_numbers)
    shown = [
        nhs_number.spaced(number) if number else text
        for number, text in zip(numbers, said.nhs_numbers, strict=True)
    ]
    return ", ".join(shown)


@dataclass(frozen=True)
class Beside:
    """What the message says of something beside what we have of it, and whether the two differ."""

    what: str
    said: str
    here: str
    differs: bool


def side_by_side(said: Whose, person: Candidate, day: str) -> list[Beside]:
    """What the message says beside what we have.

    :param day: the person's birth date, as the reader writes it.
    """
    nothing = gettext("Nothing")
    number = nhs_number.spaced(person.nhs_number) if person.nhs_number else nothing
    family = not any(map(family_names.parts, said.families)) or family_names.plainly_another(
        said.families, [person.family_name]
    )
    called = {family_names.first(person.given_name), family_names.first(person.known_as)} - {""}
    return [
        Beside(
            gettext("NHS number"),
            said_numbers(said) or nothing,
            number,
            match.valid_numbers(said) != {person.nhs_number} or said.replaced,
        ),
        Beside(
            gettext("Birth date"),
            said_birth_date(said) or nothing,
            day,
            match.birth_date(said) != person.born,
        ),
        Beside(gettext("Family name"), ", ".join(said.families) or nothing, person.family_name, family),
        Beside(
            gettext("First name"),
            said.given or nothing,
            person.given_name,
            family_names.first(said.given) not in called,
        ),
    ]


def lines(report: ReceivedReport, most: int) -> list[list[str]]:
    """The first results of a report as rows: test and how it stands, value, the laboratory's range, its flag."""
    zone = ZoneInfo(current_app.config["SETTINGS"].zone)
    today = now().astimezone(zone).date()
    found = [drawn.draw(_sent(row), report.status, zone, today) for row in report.results[:most]]
    return [
        [" · ".join((said.name, *said.marks)), said.whole or said.why, said.range, said.flag]
        for said in found
    ]


def _sent(row: ReceivedResult) -> Sent:
    """A result that is not on file yet, as it would be drawn there."""
    return Sent(
        name=in_line(row.name),
        value_kind=row.kind,
        value=readable(row.value),
        unit=in_line(row.unit),
        range_text=readable(row.range_text),
        flag=in_line(row.flag),
        note=readable(row.note),
        absent_reason=readable(row.absent_reason),
        method=in_line(row.method),
        specimen=in_line(row.specimen),
        status=row.status,
        taken_wall=None,
        taken_to_the_day=False,
        until_wall=None,
        until_to_the_day=False,
        typed_by="",
    )


def choice(one: Choice) -> str:
    """A report on file in a line: its title, when the sample was taken, who sent it."""
    day = i18n.plain_day(one.taken.date()) if one.taken else gettext("no day given")
    return gettext("%(title)s, taken %(day)s, from %(sender)s", title=one.title, day=day, sender=one.sender)


def said_birth_date(said: Whose) -> str:
    """The birth date of a message as the reader writes days; as sent where it is not a whole one."""
    born = match.birth_date(said)
    return i18n.plain_day(born) if born else said.born
