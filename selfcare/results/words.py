"""The sentences that say when somebody sees a report, in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from babel.dates import format_date, get_day_names
from flask_babel import gettext, lazy_gettext, lazy_pgettext, pgettext

from selfcare import i18n
from selfcare.notifications.kinds import CORRECTED, RESULT, SOONER
from selfcare.people import queries as people
from selfcare.people import tells
from selfcare.results import release as rules
from selfcare.results.conditions import NOT_FINAL
from selfcare.results.queries import Chosen, ReportBrief, ToldBy
from selfcare.results.team import MODES
from selfcare.web.access import Permit

WAYS = [
    (rules.AT_ONCE, lazy_gettext("As soon as it is ready")),
    (rules.WITH_NOTE, lazy_gettext("With a note from the key contact")),
    (rules.TOGETHER, lazy_gettext("When they talk with the key contact")),
]

KINDS = [
    ("blood", lazy_pgettext("kind of test", "Blood test")),
    ("urine", lazy_pgettext("kind of test", "Urine test")),
    ("culture", lazy_pgettext("kind of test", "Swab, stool or culture")),
    ("imaging", lazy_pgettext("kind of test", "Scan or X-ray")),
    ("function", lazy_pgettext("kind of test", "Heart, lung or nerve test")),
    ("tissue", lazy_pgettext("kind of test", "Tissue or cells (histology, cytology)")),
    ("genetics", lazy_pgettext("kind of test", "Genetic test")),
    ("other", lazy_pgettext("kind of test", "Another kind")),
]


def moment(wall: datetime, today: date, *, to_the_day: bool = False) -> str:
    """Monday 9 March, 08:40; with the year when it is not this one; without the time where none was sent."""
    year = wall.year != today.year
    return i18n.day(wall, year=year) if to_the_day else i18n.moment(wall, year=year)


HOW_READ = [
    ("phone", lazy_pgettext("how it was read out", "On the phone")),
    ("beside", lazy_pgettext("how it was read out", "Face to face")),
]


def read_out(permit: Permit, told: ToldBy) -> str:
    """Who read a report to the person, how and when."""
    when = moment(permit.local(told.at), permit.today())
    if permit.is_self and told.how == "phone":
        return gettext("%(who)s read this to you on the phone, %(when)s.", who=told.name, when=when)
    if permit.is_self:
        return gettext("%(who)s read this to you face to face, %(when)s.", who=told.name, when=when)
    name = permit.person_name
    if told.how == "phone":
        return gettext(
            "%(who)s read this to %(name)s on the phone, %(when)s.", who=told.name, name=name, when=when
        )
    return gettext(
        "%(who)s read this to %(name)s face to face, %(when)s.", who=told.name, name=name, when=when
    )


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
    when = when_taken(brief, today)
    return gettext("Taken %(when)s", when=when) if when else ""


def when_taken(brief: ReportBrief, today: date) -> str:
    """When the sample was taken, both ends of a period; empty where nobody said."""
    return span(brief.taken_wall, brief.taken_to_the_day, brief.until_wall, brief.until_to_the_day, today)


def span(
    start: datetime | None, start_to_the_day: bool, end: datetime | None, end_to_the_day: bool, today: date
) -> str:
    """A moment, or both ends of what took a while, or the one that was said."""
    first = moment(start, today, to_the_day=start_to_the_day) if start else ""
    return between(first, moment(end, today, to_the_day=end_to_the_day)) if end else first


def between(start: str, end: str) -> str:
    """A time from one end to the other, where both are known."""
    if start and end:
        return gettext("%(start)s to %(end)s", start=start, end=end)
    if start:
        return pgettext("period", "from %(start)s", start=start)
    return pgettext("period", "until %(end)s", end=end) if end else ""


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
    return code in NOT_FINAL


def replacing(brief: ReportBrief, today: date, local: datetime) -> str:
    """What a report did to the one before it, and when. `local`: when it was filed, where the person lives."""
    day = i18n.plain_day(local, today=today)
    if brief.is_corrected:
        return gettext("This was corrected on %(day)s.", day=day)
    if brief.status == "appended":
        return gettext("The lab added to this on %(day)s.", day=day)
    return gettext("The lab sent this on %(day)s, in place of an earlier one.", day=day)


def replacing_tag(brief: ReportBrief) -> str:
    """The same in a word."""
    if brief.is_corrected:
        return pgettext("report", "Corrected")
    return pgettext("report status", "Added to") if brief.status == "appended" else gettext("Newer")


def typed_over(fields: Mapping[str, str], by: str) -> str:
    """Whose words a correction of what a laboratory sent are.

    :param fields: what was typed around its results, and by whom; results carry the name themselves.
    :param by: who typed the correction.
    """
    names = {
        "asked_for": gettext("What was asked for"),
        "laboratory": gettext("Laboratory"),
        "taken": gettext("Day and time it was taken"),
        "issued": gettext("Day the lab sent the report"),
        "conclusion": gettext("Conclusion"),
    }
    said = [gettext("From the lab, corrected by %(name)s. What was typed carries a name.", name=by)]
    for name in dict.fromkeys(fields.values()):
        typed = listed([names[field] for field in names if fields.get(field) == name])
        said.append(gettext("Typed by %(name)s: %(what)s.", name=name, what=typed))
    return " ".join(said)


def standing(code: str) -> str:
    """The word a report carries because of its status; empty for one that is simply final."""
    return "" if code in ("final", "") else status(code)


def document(content_type: str) -> str:
    """What kind of file it is, in a word people know."""
    known = {
        "application/pdf": "PDF",
        "image/png": gettext("picture"),
        "image/jpeg": gettext("picture"),
        "image/gif": gettext("picture"),
        "image/webp": gettext("picture"),
        "text/plain": pgettext("kind of file", "text"),
    }
    return known.get(content_type, gettext("file"))


def size(count: int) -> str:
    """A file's size: 120 KB, 1.4 MB. Rounded up, so that nothing is 0 KB."""
    if count < 1_000_000:
        return gettext("%(number)s KB", number=max(1, -(-count // 1000)))
    return gettext("%(number)s MB", number=format(count / 1_000_000, ".1f"))


def before_filing(
    permit: Permit, when: datetime, waits_for: str, *, held: bool, planned: bool, now: datetime
) -> str:
    """For the professional who is about to file or hold: when the person will see the report.

    :param when: what `release.visible_from` answers.
    :param planned: whether a visit was there to wait for.
    """
    name, said = permit.person_name, moment(permit.local(when), permit.today())
    if why_not := tells.why_person_is_not(permit, RESULT):
        return _without_telling(why_not, None if when <= now else said)
    if when <= now:
        return gettext("%(name)s will see this now.", name=name)
    if held and waits_for == rules.NOTE:
        return gettext(
            "%(name)s will see that it is on hold, and will see this on %(when)s, or once you have added a note "
            "and the hold has ended.",
            name=name,
            when=said,
        )
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
    if waits_for == rules.HAND:
        return _by_hand(name, said)
    return gettext(
        "%(name)s will see this on %(when)s, because of the days %(name)s chose.", name=name, when=said
    )


def _without_telling(why_not: str, from_when: str | None) -> str:
    """Of somebody who is not told: from when the report can be seen all the same, by whoever looks."""
    if from_when is None:
        return " ".join((why_not, gettext("This can be seen at once.")))
    return " ".join((why_not, gettext("This can be seen from %(when)s.", when=from_when)))


def taking_off(permit: Permit, brief: ReportBrief) -> str:
    """For a professional who is about to mark a report as entered by mistake: what the person then sees and hears."""
    name = permit.person_name
    if not brief.is_visible:
        return gettext(
            "%(name)s could not see this yet. It will never have been there, and %(name)s is not told.",
            name=name,
        )
    if why_not := tells.why_person_is_not(permit, CORRECTED):
        return " ".join((gettext("From then on only professionals see its content."), why_not))
    return gettext("%(name)s no longer sees its content, and is told.", name=name)


def taken_off(permit: Permit, brief: ReportBrief) -> str:
    """For professionals, of a report that was entered by mistake: what is left of it for the person."""
    if not brief.was_there:
        return gettext(
            "For %(name)s it was never here: it was taken back before it could be seen.",
            name=permit.person_name,
        )
    if tells.why_person_is_not(permit, CORRECTED):
        return gettext("Only professionals see its content.")
    return gettext(
        "%(name)s sees that it was entered by mistake, and nothing of its content.", name=permit.person_name
    )


def correcting(permit: Permit, was_visible: bool) -> str:
    """For a professional who types a correction: what becomes of the report before, and who hears of it."""
    kept = gettext("The report before is kept.")
    if why_not := tells.why_person_is_not(permit, CORRECTED if was_visible else RESULT):
        return " ".join((kept, why_not))
    name = permit.person_name
    if was_visible:
        return gettext("The report before is kept. %(name)s is told that it was corrected.", name=name)
    return gettext(
        "The report before is kept. %(name)s could not see it yet, and is told of this one as of a new one.",
        name=name,
    )


def on_file(permit: Permit, brief: ReportBrief) -> str:
    """For professionals, of a report on file: when the person sees it, or since when they can."""
    name, said = permit.person_name, moment(permit.local(brief.visible_from), permit.today())
    why_not = tells.why_person_is_not(permit, RESULT)
    if brief.is_visible and why_not:
        return " ".join((why_not, gettext("This can be seen since %(when)s.", when=said)))
    if brief.is_visible:
        return gettext("%(name)s can see this since %(when)s.", name=name, when=said)
    if why_not:
        return _without_telling(why_not, said)
    if brief.held_until and brief.waits_for == rules.NOTE and not brief.noted:
        return gettext(
            "On hold. %(name)s will see this on %(when)s, or once you have added a note and the hold has ended.",
            name=name,
            when=said,
        )
    if brief.held_until:
        return gettext("On hold. %(name)s will see this on %(when)s.", name=name, when=said)
    if brief.waits_for == rules.NOTE and not brief.noted:
        return gettext("%(name)s will see this on %(when)s, or when you add a note.", name=name, when=said)
    if brief.waits_for == rules.HAND:
        return _by_hand(name, said)
    return gettext("%(name)s will see this on %(when)s.", name=name, when=said)


def _by_hand(name: str, said: str) -> str:
    return gettext(
        "The lab says that this is restricted. %(name)s will see it on %(when)s, or when you let %(name)s see it.",
        name=name,
        when=said,
    )


def why_waiting(permit: Permit, waits_for: str) -> str:
    """For the person: what their report waits for. A key contact who is away for now is not named."""
    contact = people.lead(permit)
    if waits_for == rules.NOTE and contact and tells.key_contact_is_told(permit, SOONER):
        return gettext("It has come back. %(name)s will add a note for you first.", name=contact.name)
    if waits_for == rules.NOTE:
        return gettext("It has come back. Your team will add a note for you first.")
    if waits_for == rules.TALK:
        return gettext("It has come back. You will see it when you talk with your team.")
    if waits_for == rules.HAND:
        return gettext("It has come back. Somebody of your team looks at it first, and then lets you see it.")
    return gettext("It has come back. You chose not to hear about results today.")


def kind_name(kind: str) -> str:
    """A kind of test as people call it."""
    return str(dict(KINDS)[kind])


def mode_name(how: str) -> str:
    """A team's default in words."""
    return str(dict(WAYS)[how])


def usually(modes: Mapping[str, str]) -> str:
    """A team's defaults in words, for a person who leaves it to the team."""
    asked = {how: [kind_name(kind) for kind in modes if modes[kind] == how] for how in MODES}
    sentences = []
    if asked[rules.AT_ONCE]:
        others = len(asked[rules.AT_ONCE]) < len(modes)
        sentences.append(
            gettext("Most as soon as they are ready.") if others else gettext("As soon as they are ready.")
        )
    if asked[rules.WITH_NOTE]:
        sentences.append(gettext("With a note: %(kinds)s.", kinds=listed(asked[rules.WITH_NOTE])))
    if asked[rules.TOGETHER]:
        sentences.append(gettext("When you talk: %(kinds)s.", kinds=listed(asked[rules.TOGETHER])))
    return " ".join(sentences)


def how_now(chosen: Chosen | None, modes: Mapping[str, str] | None = None) -> str:
    """The person's standing choice in a line. `modes`: their team's defaults, where they leave it to the team."""
    how = chosen.how if chosen else rules.TEAM
    if how == rules.AT_ONCE:
        return gettext("Now: as soon as they are ready")
    if how == rules.WITH_NOTE:
        return gettext("Now: with a note from my key contact")
    if how == rules.TOGETHER:
        return gettext("Now: when we talk")
    if how == rules.NOT_ON_DAYS and chosen:
        return gettext("Now: not on %(days)s", days=listed(day_name(day) for day in chosen.days))
    used = set((modes or rules.TEAM_DEFAULT | {"blood": rules.AT_ONCE}).values())
    if used == {rules.AT_ONCE}:
        return gettext("Now: as soon as they are ready")
    if used == {rules.AT_ONCE, rules.TOGETHER}:
        return gettext("Now: as soon as they are ready, some when we talk")
    return gettext("Now: as my team usually does")


def day_name(weekday: int) -> str:
    """A weekday, 0 Monday … 6 Sunday, as it stands alone."""
    return str(get_day_names("wide", "stand-alone", locale=i18n.code())[weekday])


def languages(codes: Iterable[str]) -> str:
    """Languages by name, in one line; empty for none."""
    return listed([i18n.language_name(code) for code in codes]) if codes else ""


def listed(items: Iterable[str]) -> str:
    return i18n.listed(list(items))
