"""What a professional sees first of one person: what waits, what is next, what was said, as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from selfcare.agreed import queries as agreed
from selfcare.appointments import queries as appointments
from selfcare.appointments import words as visit_words
from selfcare.budget import queries as budget
from selfcare.budget.models import SpendAsk
from selfcare.caseload import queries
from selfcare.caseload.queries import NextPerson
from selfcare.contacts import queries as contacts
from selfcare.people import queries as people
from selfcare.people import teams
from selfcare.requests import queries as requests
from selfcare.requests.queries import Asked
from selfcare.results import queries as results
from selfcare.sharing import queries as sharing
from selfcare.web.access import Area, Level, Panel, Permit

MOST = 3


@dataclass(frozen=True)
class Desk:
    """The page's cards, as far as the rights reach; what they do not reach is None.

    `questions` and `contacts` have one more than is shown where there are more.
    """

    lead: str | None
    mine: bool
    may_hand_over: bool
    due_on: date | None
    asked: Asked | None  # they ask to be got in touch with
    summary: sharing.Listed | None
    shared_any: bool
    came_in: people.CameIn | None  # asked only where nothing was shared
    questions: Sequence[appointments.Question] | None  # those that wait for a reply first
    promise: people.KeyContact | None  # whose team promises a reply; read where a question waits
    visits: Sequence[appointments.Visit] | None
    reports: Sequence[results.ReportBrief] | None
    contacts: Sequence[contacts.Told] | None
    following: NextPerson | None
    agreed: Sequence[agreed.Agreed] | None  # what is open
    spends: Sequence[SpendAsk]  # asked before spending, and not answered

    def promised(self, asked: appointments.Question) -> str | None:
        """What is said of a reply; None for what goes along for the visit."""
        if self.promise is None or asked.asked_at is None:
            return None
        return visit_words.promise(teams.answer_by(self.promise, asked.asked_at))

    @property
    def needs_letter(self) -> bool:
        """Whether nobody has come in yet: then a letter is what comes next."""
        return self.came_in is not None and self.came_in.at is None


def desk(permit: Permit, panel: Panel) -> Desk:
    """Everything for the page, in at most twelve statements."""
    leads = people.leads(panel, near=permit.person_id)
    contact = contacts.last_for_panel(panel)
    lead_id, lead_name = leads.get(permit.person_id, (None, None))
    asking = requests.open_for_panel(queries.living(panel))
    asked = asking.get(permit.person_id)
    listed = sharing.summaries(permit, size=MOST) if permit.may(Area.SHARING) else []
    standing = next((row for row in listed if not row.withdrawn_at), None)
    sent = appointments.open_questions(permit) if permit.may(Area.QUESTIONS) else None
    return Desk(
        lead=lead_name,
        mine=lead_id == panel.account_id,
        may_hand_over=permit.may(Area.CONTACTS, Level.MANAGE)
        and lead_id is not None
        and lead_id == (permit.covers or panel.account_id),
        due_on=None if permit.subject.died_on else queries.due(contact.get(permit.person_id), asked),
        asked=asked,
        summary=standing,
        shared_any=bool(listed),
        came_in=None if listed else people.came_in(permit),
        questions=sorted(
            (one for one in sent if one.sent_at and not one.reply), key=lambda one: one.group != "now"
        )[: MOST + 1]
        if sent is not None
        else None,
        promise=people.lead(permit) if any(one.group == "now" for one in sent or ()) else None,
        visits=appointments.upcoming(permit, limit=MOST) if permit.may(Area.APPOINTMENTS) else None,
        reports=results.reports(permit, MOST) if permit.may(Area.RESULTS) else None,
        contacts=contacts.contacts(permit, size=MOST) if permit.may(Area.CONTACTS) else None,
        following=queries.following_of(panel, permit.person_id, leads, contact, asking)
        if permit.may(Area.CONTACTS, Level.MANAGE)
        else None,
        agreed=agreed.soonest(permit) if permit.may(Area.APPOINTMENTS) else None,
        spends=budget.waiting(permit) if permit.may(Area.BUDGET) else (),
    )
