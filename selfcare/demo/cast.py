"""Who is in the demonstration: a person, their carer and nurse, and the rest of the nurse's list."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from flask import current_app

from selfcare.accounts import actions as accounts
from selfcare.accounts.models import Account
from selfcare.appointments import actions as appointments
from selfcare.contacts import actions as contacts
from selfcare.demo import months
from selfcare.demo.days import Days
from selfcare.diary import actions as diary
from selfcare.filing.actions import TypedResult, file_typed
from selfcare.people import access, nhs_number, staff
from selfcare.people import actions as people
from selfcare.people.models import Person, Team
from selfcare.sharing import actions as sharing
from selfcare.web.access import Area, Kind, Level, Permit, Purpose, Role

SIGN_INS = {
    "patient@example.org": "Rosa, who keeps a record",
    "carer@example.org": "Leon, who helps Rosa",
    "nurse@example.org": "Amina, a specialist nurse",
    "volunteer@example.org": "Bo, who works for a charity near by",
}
LABORATORY = "Riverside Pathology"


@dataclass
class Cast:
    """The invented people and what the rest of the story needs of them."""

    days: Days
    team: Team
    amina: Account
    priya: Account
    leon: Account
    rosa: Person
    rosa_account: Account
    people: dict[str, Person] = field(default_factory=dict)
    others: list[Permit] = field(default_factory=list)  # of the rest of the list, each their own

    def as_self(self, person: Person, account: Account) -> Permit:
        return access.system(Purpose.DEMO, person, name=account.name, role=Role.SELF, account_id=account.id)

    def as_carer(self, person: Person) -> Permit:
        return access.system(
            Purpose.DEMO, person, name=self.leon.name, role=Role.CARER, account_id=self.leon.id
        )

    def as_nurse(self, person: Person, nurse: Account | None = None) -> Permit:
        nurse = nurse or self.amina
        return access.system(
            Purpose.DEMO, person, name=nurse.name, role=Role.PROFESSIONAL, account_id=nurse.id
        )


def make() -> Cast:
    """The team, the three who sign in, and Rosa's record, still empty."""
    settings = current_app.config["SETTINGS"]
    password = settings.demo_password
    days = Days(settings.zone)
    team = people.make_team(
        "Riverside community team", phone="01632 960118", hours="Monday to Friday, 9 to 5", reply_days=2
    )
    amina = accounts.make(
        Kind.PROFESSIONAL, "Amina", title="specialist nurse", email="nurse@example.org", password=password
    )
    priya = accounts.make(Kind.PROFESSIONAL, "Priya", title="link worker")
    for nurse in (amina, priya):
        people.join_team(team, nurse)
    staff.make_administrator(team.id, amina.id)
    rosa_account = accounts.make(Kind.PERSON, "Rosa", email="patient@example.org", password=password)
    leon = accounts.make(Kind.PERSON, "Leon", email="carer@example.org", password=password)
    rosa = people.add_person(
        given_name="Rosa",
        family_name="Hill",
        born=date(1962, 3, 27),
        nhs_number=invented_nhs_number(0),
        team_id=team.id,
        lead=amina.id,
    )
    rosa.phone, rosa.best_time, rosa.language = "07700 900461", "Afternoons", "en"
    rosa.needs, rosa.needs_asked_on = (
        ["large-print", "Hears less on the left"],
        days.now.date() - timedelta(days=58),
    )
    people.relate(rosa.id, kind=Role.SELF, account_id=rosa_account.id, by=amina.id)
    people.relate(
        rosa.id,
        kind=Role.CARER,
        account_id=leon.id,
        rights={
            Area.DIARY: Level.ADD,
            Area.QUESTIONS: Level.ADD,
            Area.APPOINTMENTS: Level.SEE,
            Area.GOALS: Level.SEE,
            Area.BUDGET: Level.ADD,
            Area.COMMUNITY: Level.ADD,
        },
        until=days.now + timedelta(days=176),
        by=rosa_account.id,
    )
    return Cast(days, team, amina, priya, leon, rosa, rosa_account)


def invented_nhs_number(n: int) -> str:
    """The n-th number of the range 999, which is kept for tests and never issued."""
    valid = (
        digits
        for start in range(999_000_100, 1_000_000_000)
        for check in range(10)
        if nhs_number.is_valid(digits := f"{start}{check}")
    )
    return next(number for place, number in enumerate(valid) if place == n)


@dataclass(frozen=True)
class Other:
    """Somebody else on the list. Days are from today: `due` negative is late, `logged` is days ago."""

    given: str
    family: str
    born: date
    due: int | None
    every: int = 14
    visit: int | None = None
    how: str = "phone"
    matters: str = ""
    logs: tuple[str, ...] = ()
    logged: int = 0
    entries: int = 0
    question: str = ""
    result: str = ""
    shared: bool = False
    priya: bool = False


OTHERS = (
    Other(
        "Samuel", "Adeyemi", date(1955, 11, 2), due=-3, visit=2, matters="Sleeping through the night.",
        logs=("sleep", "pain"), logged=0, entries=14, question="Can I leave out the evening dose when I am away?",
        shared=True,
    ),
    Other(
        "Daniel", "Price", date(1988, 6, 14), due=0, visit=6, how="video", logs=("breathing", "peak_flow"),
        logged=1, entries=16,
    ),
    Other(
        "Mei", "Chan", date(1971, 1, 30), due=0, visit=9, logs=("glucose", "weight"), logged=2, entries=12,
        result="Kidney tests",
    ),
    Other("Ines", "Duarte", date(1949, 9, 9), due=-8, logs=("tiredness",), logged=27, entries=8),
    Other(
        "Tomasz", "Nowak", date(1966, 4, 21), due=1, visit=1, how="place", matters="Getting back to work.",
        logs=("pain", "mood"), logged=0, entries=15, question="Is this job safe for my back?",
    ),
    Other("Farah", "Siddiqui", date(1994, 12, 5), due=2, logs=("mood", "sleep"), logged=3, entries=10),
    Other("Gwen", "Pritchard", date(1938, 7, 17), due=4, every=91, logs=("blood_pressure",), logged=5, entries=9),
    Other(
        "Harold", "Bell", date(1942, 2, 8), due=6, visit=12, how="place", logs=("weight", "breathing"), logged=1,
        entries=13, result="Full blood count",
    ),
    Other("Aisha", "Rahman", date(1979, 10, 23), due=7, logs=("tiredness", "pain"), logged=1, entries=12),
    Other("Olu", "Bankole", date(2004, 5, 19), due=11, every=28, logs=("glucose",), logged=9, entries=6),
    Other("Joan", "Whitfield", date(1951, 8, 3), due=None),
    Other(
        "Ewan", "Reid", date(1960, 3, 11), due=-1, visit=3, logs=("pain",), logged=2, entries=7,
        question="Who do I ring when the chemist is shut?", priya=True,
    ),
    Other("Beatriz", "Lopes", date(1985, 11, 28), due=5, logs=("mood",), logged=4, entries=5, priya=True),
    Other("Sunita", "Rao", date(1947, 1, 6), due=9, every=91, priya=True),
)  # fmt: skip


def fill_the_list(cast: Cast) -> None:
    """The rest of the list: enough of each for it to look alive."""
    for number, other in enumerate(OTHERS, 1):
        _add(cast, number, other)
    daniel = cast.people["Daniel"]
    people.relate(
        daniel.id,
        kind=Role.CARER,
        account_id=cast.leon.id,
        rights={Area.APPOINTMENTS: Level.ADD, Area.QUESTIONS: Level.ADD},
        until=cast.days.now + timedelta(days=112),
        by=cast.amina.id,
    )


def _add(cast: Cast, number: int, other: Other) -> None:
    days, nurse = cast.days, cast.priya if other.priya else cast.amina
    person = people.add_person(
        given_name=other.given,
        family_name=other.family,
        born=other.born,
        nhs_number=invented_nhs_number(number),
        team_id=cast.team.id,
        lead=nurse.id,
    )
    cast.people[other.given] = person
    account = accounts.make(Kind.PERSON, other.given)
    people.relate(person.id, kind=Role.SELF, account_id=account.id, by=nurse.id)
    own, desk = cast.as_self(person, account), cast.as_nurse(person, nurse)
    cast.others.append(own)
    if other.due is not None:
        due = days.coming_weekday(other.due) if other.due > 0 else days.weekday(-other.due)
        last = due - timedelta(days=other.every)
        last = min(last - timedelta(days=max(0, last.weekday() - 4)), days.weekday(1))
        contacts.log(
            desk,
            when=days.when(last, f"{9 + number % 7:02}:{number * 7 % 60:02}"),
            how=("phone", "phone", "visit", "video")[number % 4],
            said="How things are at home, and what comes next.",
            due_on=due,
        )
        light = other.every > 28
        contacts.set_rhythm(desk, None, kind="lighter" if light else "active" if other.every == 14 else "own",
                            every_days=other.every, due_on=due)  # fmt: skip
    _log(days, own, other, Random(other.given))  # noqa: S311 - the same invented numbers each time
    months.visits(days, desk, number)
    visit = None
    if other.visit is not None:
        visit = appointments.add_visit(
            desk,
            when=days.when(days.coming_weekday(other.visit), f"{9 + number % 6:02}:{(number % 4) * 15:02}"),
            how=other.how,
            with_whom=nurse.name,
            place="Riverside Health Centre" if other.how == "place" else "",
            purpose="How things are going",
        )
        if other.matters:
            appointments.set_matters(own, visit.id, None, other.matters)
    if other.question:
        appointments.ask(own, text=other.question, appointment_id=visit.id if visit else None, send_now=True)
    if other.result:
        file_typed(
            desk,
            asked_for=other.result,
            laboratory=LABORATORY,
            taken=days.when(days.weekday(3), "08:50"),
            filed_at=days.before_now(days.weekday(1), "15:20").utc,
            results=RESULTS[other.result],
            title=nurse.title,
        )
    if other.shared and visit:
        sharing.share(
            own,
            sections=("matters", "questions", "been"),
            first=days.day(60),
            last=days.today,
            appointment_id=visit.id,
        )


RESULTS = {
    "Kidney tests": (
        TypedResult("Creatinine", "88", "µmol/L", "49 - 90 µmol/L"),
        TypedResult("eGFR", "64", "mL/min/1.73m²", ""),
        TypedResult("Potassium", "4.4", "mmol/L", "3.5 - 5.3 mmol/L"),
    ),
    "Full blood count": (
        TypedResult("Haemoglobin", "134", "g/L", "130 - 170 g/L"),
        TypedResult("White cell count", "6.2", "10*9/L", "4.0 - 11.0 10*9/L"),
        TypedResult("Platelets", "241", "10*9/L", "150 - 410 10*9/L"),
    ),
}


def _log(days: Days, own: Permit, other: Other, random: Random) -> None:
    trackers = [diary.add_preset(own, code) for code in other.logs]
    for n in range(other.entries if trackers else 0):
        tracker = trackers[n % len(trackers)]
        ago = other.logged + n * 2 + (random.randrange(2) if n else 0)
        when = days.before_now(days.day(ago), f"{random.choice((8, 9, 18, 20)):02}:{random.randrange(60):02}")
        if tracker.kind == "symptom":
            diary.log(own, tracker.id, when, severity=random.randrange(2, 8))
        elif tracker.pair:
            diary.log(
                own,
                tracker.id,
                when,
                first=str(random.randrange(124, 142)),
                second=str(random.randrange(72, 86)),
            )
        else:
            low, high = {"weight": (68, 74), "peak_flow": (340, 420), "glucose": (5, 9)}[tracker.preset or ""]
            first = random.randrange(low, high)
            diary.log(
                own,
                tracker.id,
                when,
                first=f"{first}.{random.randrange(10)}" if tracker.decimals else str(first),
            )
