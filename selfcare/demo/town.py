"""A town for measuring: one person made through the rooms' own actions, copied in bulk under new ids.

So no row of a town can differ in shape from what the actions make, however these change.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Table, select

from selfcare.accounts import actions as accounts
from selfcare.accounts.models import Account
from selfcare.appointments import actions as appointments
from selfcare.audit.models import Trail
from selfcare.contacts import actions as contacts
from selfcare.database import Base, command, database, session
from selfcare.demo.days import Days
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry
from selfcare.filing.actions import TypedResult, file_typed
from selfcare.goals import actions as goals
from selfcare.people import access, nhs_number
from selfcare.people import actions as people
from selfcare.people.models import Change, Person, Relationship, Right
from selfcare.web.access import Kind, Purpose, Role

FIRST_NURSE = "nurse-1@town.example.org"
PEOPLE_OF_A_NURSE = 80
# Entries are spread over five years at most, six hours apart at most.
SPAN, APART = timedelta(days=5 * 365), timedelta(hours=6)
BATCH = 20_000

Row = dict[str, Any]
# So many birth dates, one day after the other.
BIRTH_DAYS = 15_000


class AlreadyThere(Exception):
    """There is a town in this database."""


def make(number: int, entries: int) -> Iterator[str]:
    """Make `number` people with `entries` diary entries each. Answers lines that tell what was made.

    :raises AlreadyThere: when there is a town already.
    """
    for n, parts in each(number, entries):
        with database().transaction() as work:
            connection = work.connection()
            for table, rows in parts:
                connection.execute(table.insert(), rows)
        if n % PEOPLE_OF_A_NURSE == 0 or n == number:
            yield f"{n} of {number} people, {entries} entries each"
    yield f"A nurse signs in as {FIRST_NURSE}, a person as person-1@town.example.org."


def each(number: int, entries: int) -> Iterator[tuple[int, Iterator[tuple[Table, list[Row]]]]]:
    """Make the nurses; then of each person, by number, the rows that are to be inserted, in an order that keys allow.

    :raises AlreadyThere: when there is a town already.
    """
    days = Days(current_app.config["SETTINGS"].zone)
    nurses = _nurses(-(-number // PEOPLE_OF_A_NURSE))
    pattern = Pattern(days)
    for n in range(1, number + 1):
        nurse_id, team_id = nurses[(n - 1) // PEOPLE_OF_A_NURSE]
        yield n, pattern.copy(n, entries, nurse_id, team_id)


def _nurses(number: int) -> list[tuple[UUID, UUID]]:
    """Nurses, each with a team of their own: (account, team)."""
    made = []
    with command() as work:
        if work.scalar(select(Account.id).where(Account.email == FIRST_NURSE)):
            raise AlreadyThere
        password = current_app.config["SETTINGS"].demo_password
        first = accounts.make(
            Kind.PROFESSIONAL, "Nurse 1", title="specialist nurse", email=FIRST_NURSE, password=password
        )
        for n in range(1, number + 1):
            email = f"nurse-{n}@town.example.org"
            nurse = (
                first
                if n == 1
                else accounts.make(Kind.PROFESSIONAL, f"Nurse {n}", title=first.title, email=email)
            )
            nurse.password_hash, nurse.way_at, nurse.invented = first.password_hash, first.way_at, True
            team = people.make_team(f"Team {n}", phone="01632 960118", hours="Monday to Friday, 9 to 5")
            people.join_team(team, nurse)
            made.append((nurse.id, team.id))
    return made


class Pattern:
    """The rows of one person as the actions make them; the person themself is not kept."""

    def __init__(self, days: Days) -> None:
        self.days = days
        self.rows: list[tuple[Table, list[Row]]] = []
        with command() as work:
            self._make()
            work.flush()
            self._read()
            work.rollback()
        known = [row for _, rows in self.rows for row in rows]
        self.ids = {
            value for row in known for key, value in row.items() if key == "id" and isinstance(value, UUID)
        }
        trail = next(rows for table, rows in self.rows if table.name == "trail")
        self.entries = next(rows for table, rows in self.rows if table.name == "entry")
        logged = {row["id"] for row in self.entries}
        self.entry_trail = next(row for row in trail if row["item_id"] in logged)
        trail[:] = [row for row in trail if row["item_id"] not in logged]

    def _make(self) -> None:
        days = self.days
        nurse = accounts.make(Kind.PROFESSIONAL, "Nurse")
        team = people.make_team("Team")
        people.join_team(team, nurse)
        # One account with a password: its digest is copied, since making 100,000 of them would take a day.
        password = current_app.config["SETTINGS"].demo_password
        account = accounts.make(Kind.PERSON, "Person", email="person@town.example.org", password=password)
        account.invented = True
        person = people.add_person(
            given_name="Person",
            family_name="Town",
            born=date(1960, 1, 1),
            nhs_number=_nhs_number(0),
            team_id=team.id,
            lead=nurse.id,
        )
        people.relate(person.id, kind=Role.SELF, account_id=account.id, by=nurse.id)
        self.person, self.account, self.nurse, self.team = person.id, account.id, nurse.id, team.id
        own = access.system(Purpose.DEMO, person, name=account.name, role=Role.SELF, account_id=account.id)
        desk = access.system(
            Purpose.DEMO, person, name=nurse.name, role=Role.PROFESSIONAL, account_id=nurse.id
        )
        when = days.when(days.day(1), "08:10")
        for code in ("tiredness", "pain", "mood", "breathing"):
            diary.log(own, diary.add_preset(own, code).id, when, severity=5)
        diary.log(own, diary.add_preset(own, "weight").id, when, first="71.4")
        diary.log(own, diary.add_preset(own, "blood_pressure").id, when, first="128", second="82")
        diary.log(own, None, when, note="A quiet day, and a walk before it rained.")
        past = days.when(days.weekday(57), "10:30")
        before = appointments.add_visit(own, when=past, how="phone", with_whom="Nurse")
        appointments.set_matters(own, before.id, None, "Sleeping through.")
        coming = appointments.add_visit(
            own, when=days.when(days.coming_weekday(5), "10:30"), how="phone", with_whom="Nurse"
        )
        appointments.set_matters(own, coming.id, None, "Walking to the shop and back.")
        for n in range(4):
            appointments.ask(own, text=f"Question {n + 1}?", appointment_id=coming.id, send_now=n == 0)
        goal = goals.add(
            own, text="Walk to the shop and back", why="To buy my own bread.", sure=6, look_on=days.day(-40)
        )
        goals.check_in(own, goal.id, when=when, how="as_hoped")
        for ago in (85, 57, 29, 3):
            taken = days.when(days.weekday(ago + 1), "08:40")
            lines = [TypedResult("Haemoglobin", str(115 + ago % 9), "g/L", "120 - 150 g/L")]
            file_typed(
                desk,
                asked_for="Full blood count",
                laboratory="Laboratory",
                taken=taken,
                results=lines,
                filed_at=days.before_now(days.weekday(ago), "15:20").utc,
            )
        for ago in (42, 28, 14):
            due = days.weekday(ago - 14)
            contacts.log(
                desk, when=days.when(days.weekday(ago), "11:00"), how="phone", said="All well.", due_on=due
            )

    def _read(self) -> None:
        """Every row that belongs to the person, table by table, in an order that foreign keys allow."""
        work = session()
        mine = select(Relationship.id).where(Relationship.person_id == self.person)
        special: dict[Any, Any] = {
            Account.__table__: Account.id == self.account,
            Person.__table__: Person.id == self.person,
            Right.__table__: Right.relationship_id.in_(mine),
            Change.__table__: Change.relationship_id.in_(mine),
        }
        for table in Base.metadata.sorted_tables:
            condition = special.get(table)
            if condition is None and "person_id" in table.c:
                condition = table.c.person_id == self.person
            if condition is not None:
                found = [dict(row) for row in work.execute(select(table).where(condition)).mappings()]
                if found:
                    self.rows.append((table, found))

    def copy(self, n: int, entries: int, nurse_id: UUID, team_id: UUID) -> Iterator[tuple[Table, list[Row]]]:
        """The rows of the n-th person, ready to insert."""
        random = Random(n)  # noqa: S311 - the same town each time
        new = {self.nurse: nurse_id, self.team: team_id}
        for old in sorted(self.ids):
            new.setdefault(old, _uuid(random))
        for table, rows in self.rows:
            if table.name == "entry":
                continue
            copies = [{key: _renamed(value, new) for key, value in row.items()} for row in rows]
            for row in copies:
                if table.name == "trail":
                    del row["seq"]
                elif table.name == "person":
                    row |= {"known_as": f"Person {n}", "given_name": "Person", "family_name": f"Town{n}"}
                    row["nhs_number"] = _nhs_number(n)
                    # Nobody of a list is the twin of anybody: a report that comes for them is certainly theirs.
                    row["born"] -= timedelta(days=n % BIRTH_DAYS)
                elif table.name == "account":
                    row |= {"name": f"Person {n}", "email": f"person-{n}@town.example.org"}
            yield table, copies
        yield from self._entries(entries, new, random)

    def _entries(
        self, number: int, new: dict[UUID, UUID], random: Random
    ) -> Iterator[tuple[Table, list[Row]]]:
        step = min(APART, SPAN / max(1, number))
        patterns = [{key: _renamed(value, new) for key, value in row.items()} for row in self.entries]
        noted = {key: _renamed(value, new) for key, value in self.entry_trail.items() if key != "seq"}
        end = self.days.now - timedelta(minutes=1)
        for start in range(0, number, BATCH):
            logged, trail = [], []
            for n in range(start, min(start + BATCH, number)):
                row = patterns[n % len(patterns)] | {"id": _uuid(random)}
                utc = (end - n * step).replace(microsecond=0)
                row |= {
                    "utc": utc,
                    "wall": utc.astimezone(self.days.zone).replace(tzinfo=None),
                    "entered_at": utc,
                }
                if row["severity"] is not None:
                    row["severity"] = random.randrange(11)
                elif row["first"]:
                    number_ = Decimal(row["first"]) + random.randrange(-9, 10) / Decimal(
                        10 if "." in row["first"] else 1
                    )
                    row |= {"first": str(number_), "first_number": number_}
                logged.append(row)
                trail.append(noted | {"item_id": row["id"], "at": utc})
            yield Entry.__table__, logged  # type: ignore[misc]
            yield Trail.__table__, trail  # type: ignore[misc]


def _uuid(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)


def _renamed(value: Any, new: dict[UUID, UUID]) -> Any:
    """A value with every id in it, however deep, replaced by the new one."""
    if isinstance(value, UUID):
        return new.get(value, value)
    if isinstance(value, str) and len(value) >= 36:
        for old, other in new.items():
            value = value.replace(str(old), str(other))
        return value
    if isinstance(value, dict):
        return {key: _renamed(inner, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, new) for inner in value]
    return value


def _nhs_number(n: int) -> str:
    """A number of the range 999, kept for tests; far from those of the demonstration."""
    start = 999_100_000 + n
    while True:
        for check in range(10):
            if nhs_number.is_valid(f"{start}{check}"):
                return f"{start}{check}"
        start += 500_000  # no check digit fits this one
