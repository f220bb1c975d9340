"""One of everything in a person's record, made through the rooms' own actions, and many entries at once."""

from dataclasses import replace
from datetime import time, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from selfcare.agreed import actions as agreed
from selfcare.agreed.actions import By, Owner
from selfcare.agreed.states import Move
from selfcare.appointments import actions as appointments
from selfcare.appointments import question_actions
from selfcare.contacts import actions as contacts
from selfcare.database import now, session
from selfcare.diary import actions as diary
from selfcare.diary import together
from selfcare.filing import actions as filing
from selfcare.filing import receive
from selfcare.filing.actions import TypedHold, TypedResult
from selfcare.filing.file_received import file_received
from selfcare.filing.received_report import (
    Identifier,
    ReceivedFile,
    ReceivedReport,
    ReceivedResult,
    ReceivedTime,
    Whose,
)
from selfcare.filing.source import Source
from selfcare.goals import actions as goals
from selfcare.leaving.models import Export
from selfcare.notifications import stopping
from selfcare.people import teams
from selfcare.people.models import Handover, Relationship
from selfcare.requests import actions as requests
from selfcare.results import actions as results
from selfcare.results import links, phrases, reading_out
from selfcare.results.models import ReportFile, Result
from selfcare.sharing import actions as sharing
from selfcare.sharing import snapshot
from selfcare.watches import actions as watches
from selfcare.web.access import Permit
from selfcare.web.when import When, at_instant
from tests import factories
from tests.factories import (
    Household,
    about_me,
    agendas,
    asks,
    budgets,
    choices,
    feedback,
    handed,
    information,
    letters,
    near_by,
    plans,
)
from tests.factories import links as shared_links
from tests.factories.helpers import rarer
from tests.factories.lists import a_team
from tests.factories.rows import a_failed_delivery, a_passkey, a_session, a_subscription
from tests.factories.told import stays

CANARY = "Zwischenkanarie"
# One empty page.
A_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
_minutes = count(1)


def ago(permit: Permit, **span: float) -> When:
    """A moment some time before now, where the person lives; each a minute apart."""
    return at_instant(now() - timedelta(minutes=next(_minutes)) - timedelta(**span), permit.zone)


def ahead(permit: Permit, **span: float) -> When:
    return at_instant((now() + timedelta(**span)).replace(second=0, microsecond=0), permit.zone)


def fill(house: Household) -> dict[str, Any]:
    """A record with one of everything that others may see. :returns: the id for each kind in an address."""
    rosa = factories.permit(house.rosa, house.person)
    amina = factories.permit(house.amina, house.person)
    tracker = diary.add_tracker(rosa, kind="symptom", name="Tiredness")
    pressure = diary.add_tracker(rosa, kind="measure", name="Blood pressure", unit="mmHg", pair=True)
    tablets = diary.add_preset(rosa, "tablets")
    diary.log(rosa, tablets.id, ago(rosa, days=1), severity=1)
    diary.log(rosa, tablets.id, ago(rosa, days=2), severity=0)
    entry = diary.log(rosa, tracker.id, ago(rosa, days=1), severity=6, note="Could not do the stairs.")
    diary.log(
        rosa, tracker.id, ago(rosa, days=2), severity=4, tried="A short walk", note="It helped a little."
    )
    diary.log(rosa, pressure.id, ago(rosa, days=2), first="128", second="82")
    diary.log(rosa, None, ago(rosa, days=3), note="Felt low after the phone call.")
    now_id = uuid4()
    for thing, numbers in ((tracker, {"severity": 5}), (pressure, {"first": "130", "second": "84"})):
        together.keep(rosa, now_id, thing.id, when=ago(rosa, days=1), moved=None, only_me=False, **numbers)
    goal = goals.add(rosa, text="Walk to the shop and back", why="To see people", sure=6)
    check = goals.check_in(rosa, goal.id, when=ago(rosa, days=4), how="as_hoped", note="Twice this week.")
    past = appointments.add_visit(
        rosa, when=ago(rosa, days=40), how="phone", with_whom="Amina", purpose="Review"
    )
    visit = appointments.add_visit(
        rosa, when=ahead(rosa, days=5), how="phone", with_whom="Amina", purpose="Review"
    )
    agendas.before_visit(rosa, amina, visit.id)
    telling = agendas.told(amina, visit.id)
    question = question_actions.ask(
        rosa, text="Is the tiredness from the new tablets?", appointment_id=visit.id, send_now=True
    )
    question_actions.ask(rosa, text="What happens if we leave things as they are?", appointment_id=visit.id)
    question_actions.ask(rosa, text="Who can I call at the weekend?", appointment_id=past.id)
    line = _agree(house, rosa)
    contact = contacts.log(
        amina, when=ago(amina, days=12), how="phone", said="Settling in.", next_step="Call again."
    )
    stay = stays(house)
    asked = requests.ask(rosa, about="How I get more tablets", how="message")
    requests.cancel(rosa, asked.id)
    asked = requests.ask(
        rosa, about="My new tablets, and the next visit", how="phone", number="07700 900461", good_time="own",
        own_time="After the school run",
    )  # fmt: skip
    requests.read(amina, asked.id)
    day = teams.today() + timedelta(days=7)
    requests.plan(amina, asked.id, None, on=day, how="phone", from_=time(14), until=time(16))
    requests.add(rosa, asked.id, "The blue ones, not the white ones.")
    read = filing.file_typed(
        amina,
        asked_for="Full blood count",
        laboratory="Riverside Pathology",
        taken=ago(amina, days=2),
        results=[
            TypedResult("Haemoglobin", "118", "g/L", "120 - 150", "Low"),
            TypedResult("Ferritin", "22", "ug/L"),
        ],
        note="A little under the lab’s range, much like last time.",
    )
    filing.file_typed(
        amina,
        asked_for="Liver tests",
        laboratory="Riverside Pathology",
        taken=ago(amina, days=2),
        results=[TypedResult("ALT", "40", "U/L")],
        hold=TypedHold("I want to explain them when we talk.", now() + timedelta(days=3)),
    )
    reading_out.read_out(amina, read, how="phone")
    beside = received_beside(house)
    agendas.own_views(rosa, contact, beside["note_id"])
    today = rosa.today()
    summary = sharing.share(
        rosa,
        sections=snapshot.SECTIONS,
        first=today - timedelta(days=60),
        last=today,
        appointment_id=visit.id,
    )
    proposed = watches.propose(
        amina, kind="symptom", preset=None, name="Stiff hands", why="To see whether the new tablets help.",
        last=today + timedelta(days=14), for_visit=False,
    )  # fmt: skip
    watches.watch(rosa, pressure.id, None, last=today + timedelta(days=14))
    watches.remind(rosa, pressure.id, [time(8), time(20)], None)
    copied = Export(
        person_id=house.person.id, account_id=house.rosa.id, state="asked", asked_at=now(), salt="00" * 16
    )
    session().add(copied)
    session().flush()
    grant = (
        session()
        .scalars(
            select(Relationship.id).where(
                Relationship.account_id == house.leon.id, Relationship.person_id == house.person.id
            )
        )
        .first()
    )
    decided, planned = choices.fill(rosa), plans.a_plan(house)
    return {
        "person_id": house.person.id,
        "tracker_id": tracker.id,
        "entry_id": entry.id,
        "together_id": now_id,
        "goal_id": goal.id,
        "check_in_id": check.id,
        "appointment_id": visit.id,
        "question_id": question.id,
        "contact_id": contact.id,
        "line_id": line,
        "watch_id": proposed.id,
        "move": "pause",
        "admission_id": stay,
        "handover_id": session()
        .scalars(select(Handover.id).where(Handover.person_id == house.person.id))
        .one(),
        "telling_id": telling,
        "how": "done",
        "request_id": asked.id,
        **{(f"preparation.{name}", "appointment_id"): past.id for name in ("after", "after_send")},
        **beside,
        **about_me.answers(rosa),
        **{(f"results.{name}", "report_id"): read for name in ("read_out_back", "read_out_back_form")},
        **letters.kept(rosa),
        **budgets.kept(house),
        "summary_id": summary,
        "handed_id": handed.hand(rosa, summary),
        "relationship_id": grant,
        **rarer(house),
        "item_id": beside["report_id"],
        "session_id": a_session(house),
        "passkey_id": a_passkey(house.rosa.id),
        "subscription_id": a_subscription(house.rosa.id).id,
        "delivery_id": a_failed_delivery(house),
        "code": "cy",
        "provider": "staff",
        "language": "ur",
        "form_id": uuid4(),
        "incoming_id": an_incoming(house),
        "rest": "Patient",
        "local": "7",
        "message_id": uuid4(),
        "token": a_stop(),
        "export_id": copied.id,
        **decided,
        **near_by.fill(rosa),
        **asks.fill(house, rosa),
        **a_team(house),
        **planned,
        **information.fill(house, {**decided, **planned}),
        **shared_links.links(rosa),
        **feedback.said(house, past.id),
    }


def _agree(house: Household, rosa: Permit) -> UUID:
    """Lines that the person, the key contact, a carer and a service do, and one that is done. :returns: the first."""
    today = rosa.today()
    line = agreed.add(
        rosa, what="Walk as far as the bakery", owner=Owner("me"), by=By("day", today + timedelta(days=3))
    )
    nurse, carer = (
        Owner(kind, account.id, account.name)
        for kind, account in (("professional", house.amina), ("carer", house.leon))
    )
    agreed.add(rosa, what="Ask the doctor about them", owner=nurse, by=By("day", today - timedelta(days=2)))
    agreed.add(rosa, what="Fix the rail on the stairs", owner=carer)
    agreed.add(rosa, what="Send a new day", owner=Owner("service", None, "The eye clinic"), by=By("visit"))
    done = agreed.add(rosa, what="Weigh myself on Mondays", owner=Owner("me"))
    agreed.move(rosa, done.id, Move.TICK)
    return line.id


def received_beside(house: Household) -> dict[str, Any]:
    """A report as a laboratory sends it, with groups and a file, and beside it a note, a link and a team's sentence.

    :returns: the ids of these, by their names in an address.
    """
    amina = factories.permit(house.amina, house.person)
    report = file_received(amina, a_received_report())
    result = (
        session()
        .scalars(select(Result.id).where(Result.report_id == report, Result.name == "Haemoglobin"))
        .one()
    )
    panel = factories.panel(house.amina)
    texts = {"en": "Haemoglobin carries oxygen round your body.", "cy": "Mae haemoglobin yn cario ocsigen."}
    sentence = phrases.add(panel, house.team.id, "Amina", test="Haemoglobin", texts=texts)
    phrases.change(panel, sentence, "Amina", 1, test="Haemoglobin", texts=texts | {"ur": "خون میں آکسیجن۔"})
    note = results.set_note(
        amina, report, texts["en"], result_id=result, sentence=phrases.to_use(amina, sentence, 2)
    )
    link = links.add_link(
        amina, report, url="https://www.example.org/blood-tests", name="About blood tests",
        publisher="Example Charity", checked_on=amina.today(),
    )  # fmt: skip
    teams.add_holiday(panel, house.team.id, amina.today() + timedelta(days=60))
    file = session().scalars(select(ReportFile.id).where(ReportFile.report_id == report)).first()
    return {"report_id": report, "result_id": result, "file_id": file, "link_id": link, "phrase_id": sentence,
            "note_id": note}  # fmt: skip


def a_stop() -> str:
    """The end of an address that stops a recovery, of one that there is not."""
    return stopping.path(uuid4()).rsplit("/", 1)[-1]


def an_incoming(house: Household) -> UUID | None:
    """A report that waits for the team, because nothing in it says whose it is."""
    source = Source(house.team.id, "Riverside Pathology")
    return receive.receive_all([a_received_report()], source)[0].incoming_id


def a_received_report(**values: Any) -> ReceivedReport:
    """A report with a group in a group, words with lines of their own, a long range, something missing, and a file."""
    moment = (now() - timedelta(days=1)).replace(microsecond=0)
    rows = (
        ReceivedResult("Full blood count"),
        ReceivedResult("Haemoglobin", "number", "119", "g/L", "120 - 150", "Low", within=0),
        ReceivedResult("White cells", within=0),
        ReceivedResult("Neutrophils", "number", "<0.5", "10*9/L", "1.7 - 7.5", method="Counted", within=2),
        ReceivedResult("Film", absent_reason="Specimen unsatisfactory for evaluation", within=0),
        ReceivedResult("Culture", "text", "1. Staphylococcus aureus   Scanty growth\n\nFlucloxacillin   S"),
        ReceivedResult("HbA1c", "number", "41", "mmol/mol", "48 and above: diabetes\n42 to 47: raised risk"),
    )
    plain = ReceivedReport(
        whose=Whose(),
        title="Blood tests",
        laboratory="Riverside Pathology",
        status="preliminary",
        identifiers=(Identifier("https://riverside.example/reports", str(uuid4())),),
        conclusion="To be confirmed.",
        note="Sample slightly haemolysed.",
        taken=ReceivedTime(instant=moment),
        issued=ReceivedTime(instant=moment),
        results=rows,
        files=(ReceivedFile("Blood tests", "application/pdf", A_PDF),),
    )
    return replace(plain, **values)


def hide(house: Household) -> dict[str, Any]:
    """One of everything that can be marked *only me*, each with the canary in its words. :returns: ids as `fill`."""
    rosa = factories.permit(house.rosa, house.person)
    shown = diary.add_tracker(rosa, kind="symptom", name="Pain")
    secret = diary.add_tracker(rosa, kind="symptom", name=f"{CANARY} itch", only_me=True)
    diary.log(rosa, secret.id, ago(rosa, minutes=30), severity=3)
    diary.remove_tracker(rosa, shown.id)
    now_id = uuid4()
    together.keep(rosa, now_id, secret.id, when=ago(rosa, minutes=40), moved=None, only_me=True, severity=4)
    watches.watch(rosa, secret.id, None, last=rosa.today())
    entry = diary.log(rosa, None, ago(rosa, minutes=50), note=f"{CANARY} note", only_me=True)
    goal = goals.add(rosa, text=f"{CANARY} goal", why=CANARY, only_me=True)
    check = goals.check_in(
        rosa, goal.id, when=ago(rosa, minutes=10), how="less", note=f"{CANARY} check", only_me=True
    )
    visit = appointments.add_visit(
        rosa,
        when=ahead(rosa, days=4),
        how="place",
        with_whom=f"{CANARY} clinic",
        purpose=CANARY,
        only_me=True,
    )
    agendas.hide_life(rosa, f"{CANARY} life")
    amina = factories.permit(house.amina, house.person)
    telling = agendas.hide_told(amina, rosa, CANARY)
    question = question_actions.ask(rosa, text=f"{CANARY} question", why=CANARY, only_me=True)
    line = agreed.add(rosa, what=f"{CANARY} line", owner=Owner("service", None, CANARY), only_me=True)
    decided = choices.hide(rosa, CANARY)
    return fill_ids(house) | {
        "tracker_id": secret.id,
        "entry_id": entry.id,
        "together_id": now_id,
        "goal_id": goal.id,
        "check_in_id": check.id,
        "appointment_id": visit.id,
        "question_id": question.id,
        "line_id": line.id,
        "telling_id": telling,
        **about_me.hidden_answer(rosa, CANARY),
        **letters.hidden(rosa, CANARY),
        **decided,
        "information_id": information.hide(house, decided["decision_id"], CANARY),
        **near_by.hide(rosa, CANARY),
        **feedback.hidden(house, visit.id, CANARY),
        **dict.fromkeys(("change_id", "plan_draft_id"), plans.hidden(house, CANARY)),
    }


def fill_ids(house: Household) -> dict[str, Any]:
    """Ids that lead nowhere, for the kinds that cannot be hidden."""
    nowhere = (
        "contact_id", "request_id", "item_id", "report_id", "result_id", "summary_id", "relationship_id",
        "session_id", "subscription_id", "delivery_id", "watch_id", "file_id", "link_id", "phrase_id", "incoming_id",
        "budget_id", "spend_id", "spend_ask_id",
        "passkey_id", "handed_id", "message_id", "note_id", "admission_id", "handover_id", "export_id",
        "plan_line_id", "ask_id",
    )  # fmt: skip
    others = {
        "how": "done",
        "answer": "keep",
        "move": "pause",
        "code": "cy",
        "provider": "staff",
        "language": "en",
        "form_id": uuid4(),
        "rest": "Patient",
        "local": "7",
    }
    others |= {"token": a_stop(), **a_team(house), **shared_links.nowhere()}
    return dict.fromkeys(nowhere, uuid4()) | {"person_id": house.person.id} | others
