"""One of everything in a person's record, made through the rooms' own actions, and many entries at once."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import String, Text, insert, select
from sqlalchemy.orm import Session

from selfcare.accounts.models import SignIn
from selfcare.appointments import actions as appointments
from selfcare.appointments import asking
from selfcare.contacts import actions as contacts
from selfcare.database import Base, now, session
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry
from selfcare.filing import actions as filing
from selfcare.filing.actions import TypedHold, TypedResult
from selfcare.goals import actions as goals
from selfcare.people.models import Relationship
from selfcare.results.models import Result
from selfcare.sharing import actions as sharing
from selfcare.sharing import compose
from selfcare.web.access import Permit
from selfcare.web.when import When, at_instant
from tests import factories
from tests.factories import Household

CANARY = "Zwischenkanarie"
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
    entry = diary.log(rosa, tracker.id, ago(rosa, days=1), severity=6, note="Could not do the stairs.")
    diary.log(rosa, tracker.id, ago(rosa, days=2), severity=4)
    diary.log(rosa, pressure.id, ago(rosa, days=2), first="128", second="82")
    diary.log(rosa, None, ago(rosa, days=3), note="Felt low after the phone call.")
    goal = goals.add(rosa, text="Walk to the shop and back", why="To see people", sure=6)
    check = goals.check_in(rosa, goal.id, when=ago(rosa, days=4), how="as_hoped", note="Twice this week.")
    appointments.add_visit(rosa, when=ago(rosa, days=40), how="phone", with_whom="Amina", purpose="Review")
    visit = appointments.add_visit(
        rosa, when=ahead(rosa, days=5), how="phone", with_whom="Amina", purpose="Review"
    )
    appointments.set_matters(rosa, visit.id, None, "To be well for my sister’s visit.")
    appointments.set_words(rosa, visit.id, None, "Mornings are the worst.")
    question = asking.ask(
        rosa, text="Is the tiredness from the new tablets?", appointment_id=visit.id, send_now=True
    )
    asking.ask(rosa, text="What happens if we leave things as they are?", appointment_id=visit.id)
    contact = contacts.log(
        amina, when=ago(amina, days=12), how="phone", said="Settling in.", next_step="Call again."
    )
    report = filing.file_typed(
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
    today = rosa.today()
    summary = sharing.share(
        rosa, sections=compose.SECTIONS, first=today - timedelta(days=60), last=today, appointment_id=visit.id
    )
    grant = (
        session()
        .scalars(
            select(Relationship.id).where(
                Relationship.account_id == house.leon.id, Relationship.person_id == house.person.id
            )
        )
        .first()
    )
    return {
        "person_id": house.person.id,
        "tracker_id": tracker.id,
        "entry_id": entry.id,
        "goal_id": goal.id,
        "check_in_id": check.id,
        "appointment_id": visit.id,
        "question_id": question.id,
        "contact_id": contact.id,
        "report_id": report,
        "result_id": session()
        .scalars(select(Result.id).where(Result.report_id == report).order_by(Result.place))
        .first(),
        "summary_id": summary,
        "relationship_id": grant,
        "item_id": report,
        "session_id": _a_session(house),
        "code": "cy",
    }


def hide(house: Household) -> dict[str, Any]:
    """One of everything that can be marked *only me*, each with the canary in its words. :returns: ids as `fill`."""
    rosa = factories.permit(house.rosa, house.person)
    shown = diary.add_tracker(rosa, kind="symptom", name="Pain")
    secret = diary.add_tracker(rosa, kind="symptom", name=f"{CANARY} itch", only_me=True)
    diary.log(rosa, secret.id, ago(rosa, minutes=30), severity=3)
    diary.remove_tracker(rosa, shown.id)
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
    question = asking.ask(rosa, text=f"{CANARY} question", why=CANARY, only_me=True)
    return fill_ids(house) | {
        "tracker_id": secret.id,
        "entry_id": entry.id,
        "goal_id": goal.id,
        "check_in_id": check.id,
        "appointment_id": visit.id,
        "question_id": question.id,
    }


def fill_ids(house: Household) -> dict[str, Any]:
    """Ids that lead nowhere, for the kinds that cannot be hidden."""
    nowhere = (
        "contact_id",
        "item_id",
        "report_id",
        "result_id",
        "summary_id",
        "relationship_id",
        "session_id",
    )
    return dict.fromkeys(nowhere, uuid4()) | {"person_id": house.person.id, "code": "cy"}


def log_many(house: Household, tracker_id: UUID, entries: int) -> None:
    """Many entries at once, three a day going back, alike but for time and number with what `diary.log` writes."""
    rosa = factories.permit(house.rosa, house.person)
    like = diary.log(rosa, tracker_id, ago(rosa, days=1), severity=5, note="As on most days.")
    columns = {column.key: getattr(like, column.key) for column in Entry.__mapper__.column_attrs}
    start = like.utc
    rows = []
    for number in range(entries):
        moment = at_instant(start - timedelta(hours=8 * number, seconds=next(_minutes)), rosa.zone)
        rows.append(
            columns | {"id": uuid4(), "utc": moment.utc, "wall": moment.wall, "severity": number % 11}
        )
    _in_portions(session(), rows)


def _in_portions(work: Session, rows: list[dict[str, Any]], size: int = 5_000) -> None:
    for first in range(0, len(rows), size):
        work.execute(insert(Entry), rows[first : first + size])


def _a_session(house: Household) -> UUID:
    row = SignIn(
        token_hash=uuid4().hex, account_id=house.rosa.id, device="iPhone", complete=True, started_at=now(),
        seen_at=now(), proved_at=now(), ends_at=now() + timedelta(days=1),
    )  # fmt: skip
    session().add(row)
    session().flush()
    return row.id


def typed_words(house: Household) -> set[str]:
    """Every text that somebody typed into this record, and the names: what no language of the app can change."""
    session().flush()
    found: set[str] = {"Call again"}
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, String | Text):
                found.update(session().scalars(select(column).where(column.is_not(None)).distinct()))
    return {text for text in found if any(c.isalpha() for c in text) and text not in CODES}


# Stored words that are the app's own codes and never shown.
CODES = {
    "phone", "visit", "video", "message", "place", "active", "ended", "open", "self", "carer", "professional", "final",
    "symptom", "measure", "note", "blood", "typed", "as_hoped", "result", "question", "summary", "person",
}  # fmt: skip
