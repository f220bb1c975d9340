"""What stands beside a shared summary on a professional's page: live facts, marked *now*. The summary never changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext, ngettext

from selfcare import i18n
from selfcare.appointments import queries as appointments
from selfcare.contacts import queries as contacts
from selfcare.contacts import words as contact_words
from selfcare.people import queries as people
from selfcare.requests import queries as requests
from selfcare.requests import words as request_words
from selfcare.sharing import queries, snapshot, summary_page, words
from selfcare.web.access import Area, Permit


@dataclass(frozen=True)
class Facts:
    """The next visit, how ready, and the last contact, as they are now."""

    visit_when: str | None
    visit_line: str | None
    contact: str | None


def facts(permit: Permit) -> Facts:
    """Read them; two statements."""
    visit = appointments.next_visit(permit) if permit.may(Area.APPOINTMENTS) else None
    contact = contacts.latest(permit) if permit.may(Area.CONTACTS) else None
    today = permit.today()
    line = None
    if visit:
        how, when = words.how(visit.how), _ahead((visit.wall.date() - today).days)
        line = (
            gettext("%(how)s, %(when)s. Ready.", how=how, when=when)
            if visit.ready_at
            else gettext("%(how)s, %(when)s. Not ready yet.", how=how, when=when)
        )
    return Facts(
        visit_when=i18n.moment(visit.wall) if visit else None,
        visit_line=line,
        contact=gettext(
            "%(how)s, %(day)s",
            how=contact_words.how(contact.how),
            day=i18n.near_day(contact.wall.date(), today),
        )
        if contact
        else None,
    )


def asked_now(permit: Permit) -> str | None:
    """The request that is open, in a line; None where there is none. One statement."""
    asked = requests.open_one(permit) if permit.may(Area.CONTACTS) else None
    if asked is None or permit.subject.died_on:
        return None
    return gettext(
        "Asked for contact: “%(about)s”. %(standing)s",
        about=asked.about,
        standing=request_words.for_team(asked, permit.account_name),
    )


def live_questions(permit: Permit, page: summary_page.Page) -> dict[str, appointments.Question]:
    """The questions of a summary that are open now, by id as the summary has it."""
    if not permit.may(Area.QUESTIONS) or not page.questions:
        return {}
    wanted = {question["id"] for question in page.questions}
    visit = page.body["visit"]
    found = appointments.open_questions(permit, UUID(visit["id"]) if visit else None)
    return {str(question.id): question for question in found if str(question.id) in wanted}


def any_unread(body: snapshot.Body, live: Mapping[str, appointments.Question] | None) -> bool:
    """Whether a question stands in a summary, worded as it is now, that nobody of the team has read."""
    said = {one["id"]: (one["text"], one["why"]) for one in body.get("questions", ()) if one.get("id")}
    return any(
        one.sent_at and one.read_at is None and (one.text, one.why) == said[known]
        for known, one in (live or {}).items()
        if known in said
    )


def age(permit: Permit) -> int:
    """How old the person is today."""
    return people.age(permit.subject.born, permit.today())


def withdrawn_since(found: queries.SharedSummary | None, listed: list[queries.Listed]) -> datetime | None:
    """When a newer summary than the one shown was withdrawn, if the newest one was."""
    newest = listed[0] if listed else None
    if newest is None or newest.withdrawn_wall is None or (found and found.id == newest.id):
        return None
    return newest.withdrawn_wall


def _ahead(days: int) -> str:
    if days < 0:
        return gettext("yesterday")
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    return ngettext("in %(num)s day", "in %(num)s days", days)
