"""A panel's people as one list: what is due, what is ready, what waits. Facts only, never symptoms.

Each room answers for the whole panel in one or two statements, so the list costs the same for 8 people and for 800.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import String, literal, select, union_all

from selfcare.appointments import queries as appointments
from selfcare.appointments.queries import PanelVisit, Waiting
from selfcare.appointments.readiness import Readiness, readiness
from selfcare.budget import queries as budget
from selfcare.care_plan import queries as care_plan
from selfcare.contacts import queries as contacts
from selfcare.contacts.queries import PanelContact
from selfcare.database import now, session
from selfcare.diary import queries as diary
from selfcare.people import access, names, teams
from selfcare.people import queries as people
from selfcare.people.working_days import working_days
from selfcare.requests import queries as requests
from selfcare.requests.queries import Asked
from selfcare.results import queries as results
from selfcare.results.queries import PanelReport
from selfcare.sharing import first_reading, snapshot
from selfcare.sharing.first_reading import PanelSummary
from selfcare.web.access import Panel, Permit, SignedIn
from selfcare.web.folding import fold

SOON = timedelta(days=7)
QUIET_DAYS = 14
NEAR_WORKING_DAYS = 2
MOST_REPORTS = 200

Since = tuple[int, datetime]


@dataclass(frozen=True)
class Line:
    """One person of the list. `lead` is the key contact's name; `mine` whether that is the one who looks."""

    permit: Permit
    lead: str | None
    mine: bool
    contact: PanelContact | None
    visit: PanelVisit | None
    ready: Readiness | None
    unopened: Since | None
    waiting: Since | None
    asked: Asked | None  # they ask to be got in touch with
    summary: PanelSummary | None  # the newest one that stands
    yes: Since | None  # what they ask the team to say yes to: spends, and changes of their plan
    quiet_since: date | None  # the last entry or contact, when that is 14 days ago or longer
    twin: bool  # somebody else on the list goes by the same name

    @property
    def died_on(self) -> date | None:
        return self.permit.subject.died_on

    @property
    def due_on(self) -> date | None:
        """When contact is due; nobody is in touch with somebody who has died. A request moves it to its own day."""
        return None if self.died_on else due(self.contact, self.asked)

    @property
    def rhythm_due(self) -> date | None:
        """When it is due whatever they ask."""
        return None if self.died_on else due(self.contact, None)

    @property
    def last_contact_on(self) -> date | None:
        last = _last(self.contact)
        return last.astimezone(zone()).date() if last else None

    @property
    def is_ready(self) -> bool:
        """They said so, or every step is done."""
        return bool(
            self.visit and self.ready and (self.visit.ready_at or self.ready.done == self.ready.total)
        )

    @property
    def is_light(self) -> bool:
        return bool(self.contact and self.contact.light)

    def quiet_days(self, today: date) -> int | None:
        return (today - self.quiet_since).days if self.quiet_since else None


@dataclass(frozen=True)
class NextPerson:
    """Who comes next in the order contact is due."""

    person_id: UUID
    name: str


def today() -> date:
    """The day it is where the team works."""
    return now().astimezone(zone()).date()


def zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["SETTINGS"].zone)


def lines(panel: Panel) -> list[Line]:
    """Everyone of the panel, in the order contact is due: late first, then those without a day, then day by day.

    Who has died stands last, with nothing to do. Seven statements, whatever the number of people.
    """
    leads = people.leads(panel)
    contact = contacts.last_for_panel(panel)
    alive = living(panel)
    visits = appointments.next_for_panel(alive)
    counted, shared = _since(alive)
    waiting, unopened = counted["waiting"], counted["unopened"]
    asked = requests.open_for_panel(alive)
    entries = diary.last_entries(alive)
    alike = names.shared(panel.permits.values())
    day, local = today(), zone()
    found = []
    for person_id, permit in panel.permits.items():
        lead_id, lead_name = leads.get(person_id, (None, None))
        last = max(filter(None, (entries.get(person_id), _last(contact.get(person_id)))), default=None)
        quiet = last.astimezone(local).date() if last and person_id in alive.permits else None
        visit = visits.get(person_id)
        found.append(
            Line(
                permit=permit,
                lead=lead_name,
                mine=lead_id is None or lead_id == panel.account_id,
                contact=contact.get(person_id),
                visit=visit,
                ready=_ready(permit, visit, entries.get(person_id), person_id in unopened) if visit else None,
                unopened=unopened.get(person_id),
                waiting=waiting.get(person_id),
                asked=asked.get(person_id),
                summary=shared.get(person_id),
                yes=counted["yes"].get(person_id),
                quiet_since=quiet if quiet and (day - quiet).days >= QUIET_DAYS else None,
                twin=person_id in alike,
            )
        )
    return sorted(found, key=lambda line: _place(line.due_on, day, line.permit))


def filters(found: Iterable[Line]) -> dict[str, list[Line]]:
    """The list by fact: asked for contact, due this week, summary unread, visit soon and not ready, result unread,
    question waiting, something waits for a yes, gone quiet."""
    moment, day = now(), today()
    week_ends = day + timedelta(days=6 - day.weekday())
    listed = list(found)
    every = [line for line in listed if not line.died_on]
    return {
        "all": listed,
        "touch": [line for line in every if line.asked],
        "due": [line for line in every if line.due_on and line.due_on <= week_ends],
        "summary": [line for line in every if line.summary and line.summary.waits],
        "soon": [
            line for line in every if line.visit and not line.is_ready and line.visit.utc <= moment + SOON
        ],
        "unread": [line for line in every if line.unopened],
        "asked": [line for line in every if line.waiting],
        "yes": [line for line in every if line.yes],
        "quiet": [line for line in every if line.quiet_since],
    }


def by_day(found: Iterable[Line]) -> list[tuple[str | date, list[Line]]]:
    """The list in groups: `late`, `none` (no day was set yet), then each day, and `died`."""
    day = today()
    groups: dict[str | date, list[Line]] = {}
    for line in found:
        group: str | date = "none" if line.due_on is None else "late" if line.due_on < day else line.due_on
        group = "died" if line.died_on else group
        groups.setdefault(group, []).append(line)
    return list(groups.items())


def following(found: list[Line], person_id: UUID, was_due: date | None) -> Line | None:
    """Who stands after a person in a list, from where that person stood before their new day was set.

    Whoever was contacted today already is passed over.

    :param was_due: the day contact with them had been due.
    """
    gone = next((line for line in found if line.permit.person_id == person_id), None)
    if gone is None:
        return found[0] if found else None
    day = today()
    stood = _place(was_due, day, gone.permit)
    return next(
        (
            line
            for line in found
            if line.permit.person_id != person_id
            and not line.died_on
            and line.last_contact_on != day
            and _place(line.due_on, day, line.permit) > stood
        ),
        None,
    )


def counts(account: SignedIn) -> dict[str, int]:
    """The numbers beside the tabs of every page: results not opened, questions without a reply. One statement."""
    alive = access.Living(account.account_id, {}, account)
    row = session().execute(select(results.unopened_count(alive), appointments.waiting_count(alive))).one()
    return {"results": row[0] or 0, "questions": row[1] or 0}


def next_after(panel: Panel, person_id: UUID) -> NextPerson | None:
    """Who of the account's own people comes after one, in the order contact is due. Three statements."""
    asked = requests.open_for_panel(living(panel))
    return following_of(panel, person_id, people.leads(panel), contacts.last_for_panel(panel), asked)


def following_of(
    panel: Panel,
    person_id: UUID,
    leads: Mapping[UUID, tuple[UUID, str]],
    contact: Mapping[UUID, PanelContact],
    asked: Mapping[UUID, Asked],
) -> NextPerson | None:
    """The same, of what has been read already."""
    day = today()

    def place(permit: Permit) -> tuple[int, date, str, str]:
        return _place(due(contact.get(permit.person_id), asked.get(permit.person_id)), day, permit)

    here = panel.permits.get(person_id)
    own = [
        permit
        for permit in panel.permits.values()
        if leads.get(permit.person_id, (panel.account_id, ""))[0] == panel.account_id
        and (permit is here or not permit.subject.died_on)
    ]
    later = [permit for permit in own if here is not None and place(permit) > place(here)]
    following_one = min(later, key=place, default=None)
    if following_one is None:
        return None
    alike = names.shared(panel.permits.values())
    return NextPerson(following_one.person_id, names.called(following_one, alike))


def waiting_questions(
    panel: Panel, after: tuple[datetime, UUID] | None = None, size: int = 30
) -> list[Waiting]:
    """Questions asked now, without a reply, the longest waiting first; one more than `size` at most. One statement.

    :param after: the (sent_at, id) of the last one shown.
    """
    return appointments.waiting_questions(living(panel), limit=size + 1, after=after)


def visit_questions(
    panel: Panel, after: tuple[datetime, UUID] | None = None, size: int = 30
) -> list[Waiting]:
    """Questions that went along for a visit, to be talked about there. Parameters as in `waiting_questions`."""
    return appointments.for_visits(living(panel), limit=size + 1, after=after)


def reports(panel: Panel, size: int = MOST_REPORTS) -> dict[str, list[PanelReport]]:
    """Reports people have not opened or cannot see yet, each under the first heading that fits. Four statements.

    `near`: not shown, though there is a visit within two working days of the person's own team;
    `held`; `unopened`; `later`: shows itself.
    """
    panel = living(panel)
    found = results.for_panel(panel, limit=size)
    visits = appointments.next_for_panel(panel)
    closed = teams.closed_for_panel(panel)
    day, local = today(), zone()
    groups: dict[str, list[PanelReport]] = {"near": [], "held": [], "unopened": [], "later": []}
    for report in found:
        visit = visits.get(report.person_id)
        near = (
            visit is not None
            and working_days(
                day, visit.utc.astimezone(local).date(), closed.get(report.person_id, teams.closed())
            )
            <= NEAR_WORKING_DAYS
        )
        if report.is_visible:
            groups["unopened"].append(report)
        elif near:
            groups["near"].append(report)
        else:
            groups["held" if report.held_until else "later"].append(report)
    return groups


def living(panel: Panel) -> Panel:
    """The part of a panel for whom there is something to do: without those who have died."""
    alive = [person for person, permit in panel.permits.items() if not permit.subject.died_on]
    return narrowed(panel, alive)


def narrowed(panel: Panel, people_shown: Iterable[UUID]) -> Panel:
    """The part of a panel that a page shows, for the trail. It never holds more than the panel did."""
    shown = set(people_shown)
    kept: Mapping[UUID, Permit] = {
        person: permit for person, permit in panel.permits.items() if person in shown
    }
    return replace(panel, permits=kept)


def _ready(permit: Permit, visit: PanelVisit, last_entry: datetime | None, has_unopened: bool) -> Readiness:
    """The same steps as the person sees while getting ready: entries count from the day of the visit before."""
    first = permit.local(visit.since).date() if visit.since else snapshot.three_months_before(permit.today())
    since = diary.start_of(permit, first)
    return readiness(
        results=not has_unopened,
        been=visit.has_words or (last_entry is not None and last_entry >= since),
        matters=visit.has_matters,
        questions=visit.questions > 0,
        shared=visit.ready_at is not None,
    )


def _last(contact: PanelContact | None) -> datetime | None:
    return contact.last_utc if contact else None


def _since(panel: Panel) -> tuple[dict[str, dict[UUID, Since]], dict[UUID, PanelSummary]]:
    """What waits, by kind and person: how many and since when; and the newest summary of each person. One statement.

    The kinds: `waiting` questions; `unopened` reports; what waits for a `yes`, whichever room it is of.
    """
    nobody = literal("", String).label("name")
    kinds = (
        ("waiting", appointments.waiting_by_person(panel)),
        ("unopened", results.unopened_by_person(panel)),
        ("yes", budget.waiting_by_person(panel)),
        ("yes", care_plan.waiting_by_person(panel)),
    )
    parts = [select(literal(kind).label("kind"), *found.subquery().c, nobody) for kind, found in kinds]
    summaries = select(literal("summary"), *first_reading.newest_by_person(panel).subquery().c)
    counted: dict[str, dict[UUID, Since]] = {kind: {} for kind, _ in kinds}
    shared: dict[UUID, PanelSummary] = {}
    for kind, person, count, since, name in session().execute(union_all(*parts, summaries)):
        if kind == "summary":
            shared[person] = PanelSummary(bool(count), since, name)
        else:
            number, first = counted[kind].get(person, (0, since))
            counted[kind][person] = (number + count, min(first, since))
    return counted, shared


def due(contact: PanelContact | None, asked: Asked | None) -> date | None:
    """The day of the rhythm or of what was asked, whichever comes first: there is no second list."""
    days = (contact.due_on if contact else None, asked.due_on if asked else None)
    return min(filter(None, days), default=None)


def _place(due_on: date | None, day: date, permit: Permit) -> tuple[int, date, str, str]:
    """Where somebody stands in the list. Names only decide among those due on one day."""
    group = 3 if permit.subject.died_on else 1 if due_on is None else 0 if due_on < day else 2
    return group, due_on or day, fold(permit.person_name), str(permit.person_id)
