"""Six months of Rosa's record: what she logs, with gaps; her carer's entries, visits, questions, results and a goal."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from selfcare.admissions import actions as admissions
from selfcare.agreed import actions as agreed
from selfcare.agreed.actions import By, Owner
from selfcare.agreed.states import Move
from selfcare.appointments import actions as appointments
from selfcare.appointments import queries as visits
from selfcare.appointments import tellings
from selfcare.appointments import words as visit_words
from selfcare.appointments.models import Appointment
from selfcare.contacts import actions as contacts
from selfcare.contacts import queries as contacts_read
from selfcare.database import session
from selfcare.demo import budget, choices, information, letters, plan, shared
from selfcare.demo.about_rosa import about_me
from selfcare.demo.cast import LABORATORY, Cast
from selfcare.demo.days import Days
from selfcare.demo.message import arrive, message
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry
from selfcare.filing.actions import TypedHold, TypedResult, file_typed
from selfcare.filing.source import Source
from selfcare.goals import actions as goals
from selfcare.own_view import actions as own_view
from selfcare.preparation import on_behalf
from selfcare.reminders import actions as reminders
from selfcare.requests import actions as requests
from selfcare.results import actions as results
from selfcare.watches import actions as watches
from selfcare.web.access import Permit
from selfcare.web.item_reference import About
from selfcare.web.when import When

SPAN = 182
# Days ago on which nothing was logged: a holiday, a bad week, a good one.
GAPS = frozenset((*range(61, 68), *range(118, 123), 33, 34))


def live(cast: Cast, laboratory: Source) -> None:
    """Write Rosa's six months through the rooms' own actions."""
    own = cast.as_self(cast.rosa, cast.rosa_account)
    desk = cast.as_nurse(cast.rosa)
    _diary(cast.days, own, cast.as_carer(cast.rosa))
    last, coming = _visits(cast.days, own)
    watches.propose(
        desk, kind="symptom", preset=None, name="Stiff hands in the morning",
        why="To see whether the new tablets help.", last=coming.wall.date(), for_visit=True,
    )  # fmt: skip
    blood_count = _results(cast, laboratory, own, desk, coming)
    _questions(own, desk, last.id, coming.id, blood_count)
    _goals(cast.days, own)
    choices.live(cast.days, own, desk, coming.id)
    letters.live(cast.days, own)
    _contacts(cast.days, desk)
    _both_sides(cast, own, desk, coming.id)
    _told(cast.days, own, desk, coming)
    about_me(own)
    _agreed(cast, own, visits.visit(own, last.id), coming.id)
    _request(own, desk)
    plan.make(cast, own, desk)
    shared.live(cast.days, own)
    information.make(cast, desk, blood_count)
    budget.make(cast, own, desk, cast.as_carer(cast.rosa))
    # She wrote the visit down weeks ago, so the reminder of it is in her inbox and in Leon's by now.
    visit = session().get_one(Appointment, (cast.rosa.id, coming.id))
    visit.entered_at = cast.days.when(cast.days.day(20), "18:10").utc
    session().flush()
    reminders.tell([cast.rosa.id], cast.days.now)


# ------------------------------------------------------------------------------------------------------------- diary

NOTES = (
    (171, "17:40", "First day of writing this down. Amina says one number a day is plenty."),
    (139, "20:10", "New tablets since Monday. Take them with breakfast."),
    (111, "18:30", "Back from my sister's. Slept better there."),
    (86, "19:15", "Walked to the corner and back with Leon. Legs heavy after."),
    (57, "16:20", "Rheumatology letter came. Next clinic in the spring."),
    (26, "18:05", "Could do the stairs twice today without stopping."),
    (12, "19:50", "Hands stiff until about ten in the morning."),
    (4, "20:30", "Dizzy when I stood up from the sofa. Went after a minute."),
)
ONLY_ME = (6, "19:30", "Felt low after the phone call with my sister.")
TIRED = ("Could not do the stairs.", "Slept in the chair after lunch.", "Better after a walk.", "Heavy legs.")
TRIED = ("Lay down for an hour.", "A short walk.", "Went to bed early.")


def _diary(days: Days, own: Permit, carer: Permit) -> None:
    trackers = {
        code: diary.add_preset(own, code)
        for code in ("tiredness", "pain", "blood_pressure", "weight", "sleep_hours")
    }
    random = Random("Rosa's diary")  # noqa: S311 - the same invented numbers each time
    recent: Entry | None = None
    for ago in range(SPAN - 1, -1, -1):
        if ago in GAPS:
            continue
        for code, clock, values in _logged(ago, days.day(ago), random):
            when = days.when(days.day(ago), clock)
            by = carer if code != "tiredness" and random.random() < 0.16 else own
            if when.utc < days.now:
                made = diary.log(by, trackers[code].id, when, **values)
                recent = made if code == "tiredness" and ago >= 9 else recent
    tablets = diary.add_preset(own, "tablets")
    for ago in range(10, 0, -1):  # lately, and forgotten once
        diary.log(own, tablets.id, days.when(days.day(ago), "08:10"), severity=int(ago != 4))
    for ago, clock, words in NOTES:
        diary.log(own, None, days.when(days.day(ago), clock), note=words)
    diary.log(
        carer, None, days.when(days.day(19), "11:20"), note="Rosa asked me to write: slept all morning."
    )
    diary.log(own, None, days.when(days.day(ONLY_ME[0]), ONLY_ME[1]), note=ONLY_ME[2], only_me=True)
    if recent is not None:
        when = days.when(recent.wall.date(), recent.wall.strftime("%H:%M"))
        diary.change(
            own,
            recent.id,
            recent.version,
            when=when,
            severity=7,
            note="It was worse in the evening than I wrote.",
        )


def _logged(ago: int, day: date, random: Random) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What is logged on one day: tracker, time of day, values."""

    def clock(*hours: int) -> str:
        return f"{random.choice(hours):02}:{random.randrange(60):02}"

    worse = 1 if 95 < ago < 140 or ago < 21 else 0  # after the new tablets, and lately
    if random.random() < 0.3 or day.weekday() == 0:
        pair = {"first": str(random.randrange(122, 139)), "second": str(random.randrange(74, 88))}
        yield "blood_pressure", clock(7, 8), pair
    if day.weekday() == 4 and random.random() < 0.85:
        yield "weight", clock(7, 8), {"first": f"{71.9 - (SPAN - ago) / 400 + random.uniform(-0.3, 0.3):.1f}"}
    if 14 <= ago < 60 and random.random() < 0.22:
        yield "sleep_hours", clock(8, 9), {"first": random.choice(("5", "5.5", "6", "6.5", "7"))}
    if random.random() < 0.66:
        values: dict[str, Any] = {"severity": min(10, random.choice((3, 4, 4, 5, 5, 6)) + worse)}
        if random.random() < 0.12:
            values = {"severity": None, "note": random.choice(TIRED)}
        elif random.random() < 0.15:
            values |= {"note": random.choice(TIRED), "tried": random.choice(TRIED)}
        yield "tiredness", clock(14, 17, 19, 20), values
    if random.random() < 0.4:
        yield "pain", clock(9, 12, 18), {"severity": random.choice((1, 2, 3, 3, 4, 5)) + worse}


# ------------------------------------------------------------------------------------------------ visits, questions


def _visits(days: Days, own: Permit) -> tuple[visits.Visit, visits.Visit]:
    """The last visit with Amina and the next one; around them, the hospital's."""
    appointments.add_visit(
        own,
        when=days.when(days.weekday(152), "14:20"),
        how="place",
        with_whom="Dr Okafor",
        place="Riverside Hospital, rheumatology, ground floor",
        purpose="Joints",
    )
    last = appointments.add_visit(
        own,
        when=days.when(days.weekday(57), "10:30"),
        how="phone",
        with_whom="Amina",
        purpose="The new tablets",
    )
    appointments.set_matters(own, last.id, None, "Having the energy to see my grandchildren on Sundays.")
    coming = appointments.add_visit(
        own,
        when=days.when(days.coming_weekday(5), "10:30"),
        how="phone",
        with_whom="Amina",
        phone="01632 960118",
        purpose="Blood results, and how the tablets are going",
        wanted="Full blood count, liver tests",
    )
    appointments.add_visit(
        own,
        when=days.when(days.coming_weekday(47), "11:10"),
        how="place",
        with_whom="Dr Okafor",
        place="Riverside Hospital, rheumatology, ground floor",
        purpose="Joints",
    )
    return last, coming


def _questions(own: Permit, desk: Permit, last: UUID, coming: UUID, blood_count: UUID) -> None:
    answered = appointments.ask(own, text="Should I take the tablets with food?", appointment_id=last)
    appointments.answer(own, answered.id, answered.version, "Yes, with breakfast, and not with tea.")
    appointments.ask(
        own,
        text="Is the tiredness from the new tablets?",
        why="It began about two weeks after I started them.",
        appointment_id=coming,
        about=About("report", blood_count, "Full blood count"),
    )
    appointments.ask(own, text="What happens if we leave things as they are?", appointment_id=coming)
    night = appointments.ask(
        own, text="Can I take the tablets at night?", appointment_id=coming, send_now=True
    )
    appointments.reply(
        desk,
        night.id,
        "Yes, you can. Take them with a little food, and leave two hours after tea or milk. "
        "Tell me on the phone how it goes.",
    )
    appointments.ask(own, text="Who can I call at the weekend?", appointment_id=last)


def _both_sides(cast: Cast, own: Permit, desk: Permit, coming: UUID) -> None:
    """What Amina would like to talk about at the next visit, and how Rosa sees what Amina wrote last."""
    lines = "How the new tablets are going\nIf the day of your blood test still suits you"
    appointments.set_agenda(desk, coming, None, lines, cast.amina.title)
    written = contacts_read.contacts(own, size=1)[0].row
    words = contacts_read.words(written)
    mine = "Some mornings my stomach does hurt. I should have said so."
    own_view.put(own, contacts_read.KIND, written.id, None, mine, words, cast.amina.name)


def _told(days: Days, own: Permit, desk: Permit, coming: visits.Visit) -> None:
    """A paper sheet of Rosa's, which Amina typed in and Rosa looks at first; and two hospital stays."""
    on_behalf.keep(
        desk, coming, how="paper", share=tellings.LOOK, instead=None, life=["sleep"],
        words="The mornings are the worst. By four in the afternoon I can do things again.",
    )  # fmt: skip
    admissions.add(
        own, place="Riverside Hospital, ward 3", came_on=days.day(140), left_on=days.day(138), planned="no",
        note="I fell on the stairs. Nothing was broken.",
    )  # fmt: skip
    day = days.weekday(103)
    admissions.add(
        desk, place="Eye clinic, day ward", came_on=day, left_on=day, planned="yes", told_by="letter"
    )


def _agreed(cast: Cast, own: Permit, last: visits.Visit, coming: UUID) -> None:
    """What was agreed at the last visit: some of it done, a day that has passed, and one line by somebody else."""
    today = cast.days.today
    about = About("visit", last.id, visit_words.line(last.wall, last.how, last.with_whom))
    amina = Owner("professional", cast.amina.id, cast.amina.name)
    weigh = agreed.add(own, what="Weigh myself on Fridays", owner=Owner("me"), about=about)
    agreed.move(own, weigh.id, Move.TICK)
    for what, owner, by in (
        ("Ask the eye clinic for a new day", Owner("me"), By("day", today - timedelta(days=6))),
        ("Walk to the shop with Leon, twice a week", Owner("me"), By("visit", None, coming)),
        ("Post the diet sheet in large print", amina, By("day", today + timedelta(days=2))),
        ("Ask the doctor about the tablets", amina, By("day", today - timedelta(days=3))),
        ("Fix the rail on the stairs", Owner("carer", cast.leon.id, cast.leon.name), By()),
    ):
        agreed.add(own, what=what, owner=owner, by=by, about=about)


# ------------------------------------------------------------------------------------------------------------ results


def _blood_count(
    haemoglobin: str, white: str, platelets: str, volume: str, ferritin: str
) -> list[TypedResult]:
    low = "Low" if int(haemoglobin) < 120 else ""
    return [
        TypedResult("Haemoglobin", haemoglobin, "g/L", "120 - 150 g/L", low),
        TypedResult("White cell count", white, "10*9/L", "4.0 - 11.0 10*9/L"),
        TypedResult("Platelets", platelets, "10*9/L", "150 - 410 10*9/L"),
        TypedResult("Mean cell volume", volume, "fL", "80 - 100 fL"),
        TypedResult("Ferritin", ferritin, "µg/L", "30 - 400 µg/L", "Low" if int(ferritin) < 30 else ""),
    ]


def _results(cast: Cast, laboratory: Source, own: Permit, desk: Permit, coming: visits.Visit) -> UUID:
    """Three blood counts, the last one new today; liver tests on hold until the visit. Answers the newest report."""
    days, title = cast.days, cast.amina.title
    for ago, values, note in (
        (158, ("119", "5.9", "268", "84", "34"), "Your iron store is at the lower edge. We will look again."),
        (92, ("121", "6.3", "255", "85", "41"), ""),
    ):
        taken = days.when(days.weekday(ago), "08:40")
        filed = days.when(taken.wall.date() + timedelta(days=3 if taken.wall.weekday() == 4 else 1), "16:05")
        report_id = file_typed(
            desk,
            asked_for="Full blood count",
            laboratory=LABORATORY,
            specimen="Blood",
            taken=taken,
            issued=days.when(taken.wall.date(), "17:30"),
            results=_blood_count(*values),
            note=note,
            title=title,
            filed_at=filed.utc,
        )
        results.see(own, report_id, at=filed.utc + timedelta(hours=3))
    taken = days.when(days.weekday(2), "08:40")
    liver = [
        TypedResult("ALT", "41", "U/L", "7 - 40 U/L", "High"),
        TypedResult("Bilirubin", "9", "µmol/L", "0 - 21 µmol/L"),
        TypedResult("Albumin", "43", "g/L", "35 - 50 g/L"),
    ]
    file_typed(
        desk,
        asked_for="Liver tests",
        laboratory=LABORATORY,
        specimen="Blood",
        taken=taken,
        results=liver,
        title=title,
        hold=TypedHold("I would like to go through these with you on the phone.", coming.utc),
        filed_at=days.before_now(days.today, "09:20").utc,
    )
    return _arrived_today(cast, laboratory, desk, taken)


def _arrived_today(cast: Cast, laboratory: Source, desk: Permit, taken: When) -> UUID:
    """The newest blood count came from the laboratory by itself; Amina's words stand beside it. Answers its id."""
    sent = message(
        cast.rosa,
        "RP-2041877",
        "Full blood count",
        _blood_count("118", "6.1", "249", "83", "28"),
        taken=taken.utc,
        issued=cast.days.when(taken.wall.date(), "17:45").utc,
    )
    report_id = arrive(laboratory, sent).report_id
    if report_id is None:
        raise RuntimeError("the laboratory's report of Rosa was not filed")
    results.set_note(
        desk,
        report_id,
        "Haemoglobin carries oxygen round your body. Yours is a little below the lab's range, and so is your "
        "iron store. We can talk about iron on the phone.",
        version=0,
        title=cast.amina.title,
    )
    return report_id


# --------------------------------------------------------------------------------------------------- goal, contacts


def _goals(days: Days, own: Permit) -> None:
    done = goals.add(own, text="Cook on Sundays again", why="It is when everybody comes.", sure=5)
    goals.check_in(own, done.id, when=days.when(days.day(124), "18:00"), how="better", note="Soup counts.")
    goals.end(own, done.id, done.version, "achieved", "Three Sundays in a row.")
    shop = goals.add(
        own,
        text="Walk to the shop and back",
        matters="Getting out, and seeing people.",
        why="To buy my own bread, and to talk to somebody on the way.",
        sure=6,
        look_on=days.day(-40),
        next_step="Twice a week, with the stick.",
    )
    for ago, how, note in (
        (131, "less", "To the corner only."),
        (88, "as_hoped", "Half way, and sat on the wall."),
        (45, "as_hoped", "There and back once, with Leon."),
        (7, "better", "Alone on Tuesday. Slow, but there."),
    ):
        goals.check_in(own, shop.id, when=days.when(days.day(ago), "17:30"), how=how, note=note)


def _request(own: Permit, desk: Permit) -> None:
    """She asked to be called before the visit, and Amina has read it."""
    asked = requests.ask(own, about="The iron tablets, before we talk", how="phone", good_time="afternoons")
    requests.read(desk, asked.id)


SAID = (
    "How the first weeks went. Sleep is better, mornings are stiff.",
    "Tablets: takes them with breakfast, no trouble with the stomach.",
    "Asked about help in the house. Sister comes on Thursdays.",
    "Blood test booked. Explained what it is for.",
    "Went through what matters for the next visit.",
)


def _contacts(days: Days, desk: Permit) -> None:
    """Every two weeks, on weekdays; the next is due on the day of the visit."""
    for turn, ago in enumerate(range(169, 8, -14)):
        day = days.weekday(ago)
        contacts.log(
            desk,
            when=days.when(day, f"{10 + turn % 5:02}:{turn * 11 % 60:02}"),
            how="visit" if turn % 6 == 2 else "message" if turn % 6 == 4 else "phone",
            said=SAID[turn % len(SAID)],
            next_step="Call again in two weeks.",
            due_on=days.coming_weekday(14 - ago) if ago < 14 else days.weekday(ago - 14),
        )
    contacts.set_rhythm(desk, None, kind="active", every_days=14, due_on=days.coming_weekday(5))
