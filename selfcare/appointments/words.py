"""What visits are called in sentences, whom a question is for, and where it stands."""

from datetime import date, datetime

from flask_babel import gettext, ngettext, pgettext

from selfcare import i18n
from selfcare.appointments.plain_values import Question, Visit
from selfcare.appointments.states import State
from selfcare.database import now
from selfcare.notifications.kinds import QUESTION
from selfcare.people import teams, tells
from selfcare.people.queries import KeyContact, seers
from selfcare.web.access import Area, Level, Permit, Role

ICONS = {"place": "home", "phone": "phone", "video": "video"}


def meeting(how: str, with_whom: str) -> str:
    """How and with whom, in one line: Phone call with Amina."""
    return {
        "place": pgettext("at a place", "Visit with %(name)s", name=with_whom),
        "phone": gettext("Phone call with %(name)s", name=with_whom),
        "video": gettext("Video call with %(name)s", name=with_whom),
    }[how]


def may_set_agenda(permit: Permit, visit: Visit) -> bool:
    """Whether a professional may say what they would like to talk about: before the visit, while the person lives."""
    if permit.role is not Role.PROFESSIONAL or permit.subject.died_on:
        return False
    return permit.may(Area.APPOINTMENTS, Level.ADD) and not visit.begun


HOW_IT_WAS = ("very_good", "good", "between", "poor", "very_poor", "unknown")


def how_it_was(code: str) -> str:
    """How a visit was for the person: six answers, none of them a number."""
    return {
        "very_good": pgettext("how a visit was", "Very good"),
        "good": pgettext("how a visit was", "Good"),
        "between": pgettext("how a visit was", "In between"),
        "poor": pgettext("how a visit was", "Poor"),
        "very_poor": pgettext("how a visit was", "Very poor"),
        "unknown": pgettext("how a visit was", "Don’t know"),
    }[code]


def line(wall: datetime, how: str, with_whom: str) -> str:
    """A visit in one line, to choose it from others: Thursday 12 March 2026, 10:30. Phone call with Amina."""
    return gettext(
        "%(moment)s. %(meeting)s", moment=i18n.moment(wall, year=True), meeting=meeting(how, with_whom)
    )


# -------------------------------------------------------------------- who a question is for, and where it stands


def only_me(found: Question | None) -> tuple[str, str]:
    """*Only me* as a choice, and what is so then. What somebody has read already, they know."""
    if found is None or found.only_me:
        return gettext("Only me"), gettext("Only you can see this.")
    if found.sent_at and found.sent_to:
        text = gettext(
            "It is taken back from %(name)s. From then on only you can see it.", name=found.sent_to
        )
    else:
        text = gettext("From now on only you can see this. It leaves what you shared before, too.")
    return gettext("Only me"), f"{text} {read_stays(found)}"


def only_me_visit() -> tuple[str, str]:
    """*Only me* where nothing else can be chosen."""
    return gettext("Only me"), gettext("Only you can see that visit, so only you see this.")


def read_stays(found: Question) -> str:
    """That what was read cannot be unread: by whom and when, where the team said so; else by whoever it was."""
    if found.read_at is None:
        return gettext("Who has read it already knows it.")
    return gettext("%(name)s has read it. That cannot be undone.", name=found.read_name)


def for_visit(permit: Permit, contact: KeyContact | None) -> tuple[str, str]:
    """Those who help, now; and the key contact, once it is shared for the visit."""
    if not permit.is_self:
        text = gettext("It goes along when %(name)s shares for the visit.", name=permit.person_name)
        return pgettext("who a question is for", "For the visit"), text
    names = [grant.name for grant in seers(permit, Area.QUESTIONS) if not grant.team]
    said = []
    if names:
        said.append(
            ngettext(
                "%(names)s can see this.", "%(names)s can see this.", len(names), names=i18n.listed(names)
            )
        )
    if contact:
        said.append(gettext("%(name)s sees it when you share for the visit.", name=contact.name))
    label = (
        pgettext("who a question is for", "Those who help me")
        if names
        else pgettext("who a question is for", "For the visit")
    )
    return label, " ".join(said) or gettext("Nobody else can see this now.")


def asked_no_more(permit: Permit, contact: KeyContact | None, found: Question) -> tuple[str, str]:
    """*For the visit* as a choice for what was asked now: no reply comes, and who read it knows it."""
    label, text = for_visit(permit, contact)
    name = found.sent_to or (contact.name if contact else "")
    if found.sent_with:  # it went along for the visit as well, and stays where it was shared
        text = gettext("%(name)s still has it for the visit.", name=name)
    return label, " ".join((gettext("No reply comes any more."), text, read_stays(found)))


def asked_now(permit: Permit, contact: KeyContact) -> tuple[str, str]:
    """*Ask now* as a choice, with the day of the reply."""
    day = i18n.day(teams.answer_by(contact, now()))
    why_not = tells.why_key_contact_is_not(permit, QUESTION)
    return gettext("Ask %(name)s now", name=contact.name), why_not or gettext(
        "%(name)s is told, and replies by %(day)s.", name=contact.name, day=day
    )


def still_asked(permit: Permit, contact: KeyContact | None, found: Question) -> tuple[str, str]:
    """What was asked now as a choice: that it stays so."""
    name = found.sent_to or (contact.name if contact else "")
    label = gettext("%(name)s has it", name=name) if name else pgettext("who a question is for", "Asked now")
    return label, standing(permit, found, contact)


def helpers_later(permit: Permit) -> tuple[str, str]:
    """*For the visit* as a choice on a page kept for when there is no signal."""
    if not permit.is_self:
        return for_visit(permit, None)
    return pgettext("who a question is for", "Those who help me"), gettext(
        "Those you let see your questions can see it once it is sent. It goes along when you share for the visit."
    )


def asked_later(contact: KeyContact) -> tuple[str, str]:
    """*Ask now* as a choice on such a page: the days are counted from when it is sent."""
    return gettext("Ask %(name)s now", name=contact.name), gettext(
        "It goes to %(name)s once this phone has a signal. Days count from then.", name=contact.name
    )


def waits(permit: Permit, found: Question, contact: KeyContact | None) -> str:
    """Where a question that was asked now stands in a list. To the team it says what is promised."""
    if permit.role is not Role.PROFESSIONAL or contact is None or found.asked_at is None:
        return standing(permit, found, contact)
    return promise(teams.answer_by(contact, found.asked_at))


def promise(day: date) -> str:
    """What the team reads of a reply: it is promised, or the day has gone by. Days are the team's."""
    said = i18n.plain_day(day, today=teams.today())
    if day < teams.today():
        return gettext("A reply was promised by %(day)s, and it has not come yet.", day=said)
    return gettext("A reply is promised by %(day)s.", day=said)


def standing(permit: Permit, found: Question, contact: KeyContact | None) -> str:
    """Where a question stands: to whom it went, and what comes next by when. The reply clock is for *Ask now* alone."""
    if found.closed_at:
        if found.state is State.DISCUSSED:
            return gettext("Talked about.")
        if not found.answer and found.reply_name:
            return gettext("Answered by the reply of %(name)s.", name=found.reply_name)
        return gettext("Answered.")
    if found.reply:
        return gettext("%(name)s replied.", name=found.reply_name)
    if found.only_me:
        return gettext("Only you can see this.")
    if found.sent_at is None:
        if permit.role is Role.PROFESSIONAL:
            return gettext("Not sent yet.")
        if not permit.is_self:
            return gettext(
                "Not sent yet. It goes along when %(name)s shares for the visit.", name=permit.person_name
            )
        return gettext("Not sent yet. It goes along when you share for the visit.")
    name = found.sent_to or (contact.name if contact else "")
    if not name:
        return gettext("Sent on %(moment)s", moment=i18n.moment(permit.local(found.sent_at)))
    if found.asked_at is None:
        return gettext("Sent to %(name)s for the visit. You talk about it there.", name=name)
    if contact is None:
        return gettext("Sent to %(name)s.", name=name)
    if why_not := tells.why_key_contact_is_not(permit, QUESTION):
        return " ".join((gettext("Sent to %(name)s.", name=name), why_not))
    day = teams.answer_by(contact, found.asked_at)
    if day >= teams.today():
        return gettext(
            "Sent to %(name)s. %(lead)s replies by %(day)s.", name=name, lead=contact.name, day=i18n.day(day)
        )
    return gettext(
        "Sent to %(name)s. A reply was promised by %(day)s, and it has not come yet. You can call the team.",
        name=name,
        day=i18n.day(day),
    )
