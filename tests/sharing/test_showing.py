"""What a reader may still see of a shared summary: their areas only, and nothing that has become *only me* since."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from selfcare.about_me import actions as about_me
from selfcare.about_me import queries as about_me_queries
from selfcare.agreed import actions as agreed
from selfcare.agreed import queries as agreed_queries
from selfcare.agreed.actions import By, Owner
from selfcare.appointments import actions as appointments
from selfcare.care_plan import actions as plan
from selfcare.community import actions as community
from selfcare.database import Hides, session
from selfcare.decisions import actions as decisions
from selfcare.diary import actions as diary
from selfcare.diary import queries as diary_queries
from selfcare.goals import actions as goals
from selfcare.goals import queries as goal_queries
from selfcare.health import actions as health
from selfcare.letters import actions as letters
from selfcare.people.models import Person
from selfcare.sharing import actions, snapshot
from selfcare.sharing.models import Summary
from selfcare.web.access import Area, Level, Permit
from selfcare.web.when import When
from tests.factories import budgets, near_by
from tests.factories.choices import told
from tests.harness.client import Client
from tests.sharing.scenes import Scene, acting, scene, when

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
SEES_ALL = dict.fromkeys((*Area,), Level.SEE)
# Each stands in one item, and in nothing else.
CANARIES = {
    "entry": "Canary-entry", "note": "Canary-note", "tracker": "Canary-tracker", "goal": "Canary-goal",
    "check": "Canary-check", "question": "Canary-question", "matters": "Canary-matters", "words": "Canary-words",
    "place": "Canary-place", "line": "Canary-line", "letter": "Canary-letter", "about": "Canary-about",
    "plan": "Canary-plan",
    "decision": "Canary-decision", "health": "Canary-health", "near": "Canary-near", "budget": "Canary-budget",
}  # fmt: skip


def fill(app: Flask, made: Scene) -> dict[str, tuple[UUID, ...]]:
    """An item of each kind with its canary, all of it shared with the notes. :returns: what names each item."""
    with acting(app, made.rosa, made.person) as rosa:
        who = session().get_one(appointments.models.Appointment, (made.person, made.visit))
        who.with_whom = CANARIES["place"]
        appointments.set_matters(rosa, made.visit, None, CANARIES["matters"])
        appointments.set_words(rosa, made.visit, None, CANARIES["words"])
        person = session().get_one(Person, made.person)
        entry = diary.log(rosa, made.weight, when(person, -4), first="99.25", tried=CANARIES["entry"])
        note = diary.log(rosa, None, when(person, -3), note=CANARIES["note"])
        tracker = diary.add_tracker(rosa, kind="symptom", name=CANARIES["tracker"])
        diary.log(rosa, tracker.id, when(person, -2), severity=4)
        goal = goals.add(rosa, text=CANARIES["goal"])
        check = goals.check_in(rosa, made.goal, when=when(person, -1), how="as_hoped", note=CANARIES["check"])
        question = appointments.ask(rosa, text=CANARIES["question"])
        line = agreed.add(rosa, what=CANARIES["line"], owner=Owner("me"))
        letter = letters.keep(rosa, (), line=CANARIES["letter"], told="4", sender="Chemist", day=rosa.today())
        about = about_me.add(rosa, "talk", text=CANARIES["about"])
        draft = plan.suggest(rosa, part="home", text=CANARIES["plan"], send=False)
        decision = decisions.add(rosa, question="How?", options={"a": "A class"})
        fact = {"kind": "good", "what": "Sore", "told_by": "Amina", "told_on": None}
        decisions.tell(rosa, decision.id, **fact, **told({"a": CANARIES["decision"]}))
        budgets.begin(rosa, purpose=CANARIES["budget"])
        kept = health.add(rosa, kind="medicine", name="Folic acid", about=CANARIES["health"])
        saved = community.save(rosa, near_by.movement_class(near_by.a_list()).id)
        community.change(rosa, saved.id, None, state="tried", words=CANARIES["near"])
        found = {
            "letter": (letter.id,),
            "entry": (entry.id,), "note": (note.id,), "tracker": (tracker.id,), "goal": (goal.id,),
            "check": (made.goal, check.id), "question": (question.id,), "visit": (made.visit,),
            "line": (line.id,), "about": (about.id,), "plan": (draft.id,),
            "decision": (decision.id,), "health": (kept.id,), "near": (saved.id,),
        }  # fmt: skip
    with acting(app, made.rosa, made.person) as rosa:
        today = rosa.today()
        actions.share(
            rosa, sections=snapshot.SECTIONS, first=today - timedelta(days=30), last=today,
            appointment_id=made.visit, notes=True,
        )  # fmt: skip
    return found


def hide(permit: Permit, kind: str, ids: tuple[UUID, ...], *, only_me: bool = True) -> None:
    """Mark an item *only me*, as its own page does; or show it again."""
    if kind in ("entry", "note"):
        row, _ = diary_queries.entry(permit, ids[0])
        moment = When(row.wall, row.zone, row.utc)
        words = {"first": row.first, "note": row.note, "tried": row.tried}
        diary.change(permit, row.id, None, when=moment, only_me=only_me, **words)
    elif kind == "tracker":
        diary.change_tracker(permit, ids[0], None, name=CANARIES["tracker"], only_me=only_me)
    elif kind == "goal":
        goals.change(permit, ids[0], goal_queries.goal(permit, ids[0]).version, only_me=only_me)
    elif kind == "check":
        goals.change_check_in(permit, *ids, 1 if only_me else 2, only_me=only_me)
    elif kind == "question":
        found = appointments.queries.question(permit, ids[0])
        appointments.change_question(
            permit, ids[0], found.version, text=found.text, why="", appointment_id=None, only_me=only_me
        )
    elif kind == "letter":
        letters.change(permit, ids[0], None, only_me=only_me)
    elif kind == "about":
        version = about_me_queries.answer(permit, ids[0]).version
        about_me.change(permit, ids[0], version, text=CANARIES["about"], only_me=only_me)
    elif kind == "plan":
        plan.change(permit, ids[0], None, only_me=only_me)
    elif kind == "decision":
        values = {"question": "How?", "options": {"a": "A class"}, "only_me": only_me}
        decisions.change(permit, ids[0], 2 if only_me else 3, **values)
    elif kind == "near":
        community.change(permit, ids[0], None, only_me=only_me)
    elif kind == "health":
        health.change(permit, ids[0], 1 if only_me else 2, only_me=only_me)
    elif kind == "line":
        line = agreed_queries.line(permit, ids[0])
        agreed.change(
            permit, ids[0], line.version, what=line.what, owner=Owner("me"), by=By(), only_me=only_me
        )
    else:
        visit = appointments.queries.visit(permit, ids[0])
        appointments.change_visit(permit, ids[0], visit.version, when=visit.when, only_me=only_me)


def read(client: Client, made: Scene) -> dict[str, set[str]]:
    """Where somebody reads which canary, on every page that shows a summary."""
    with acting(client.app, made.rosa, made.person):
        one = f"{made.base}/summary/{session().query(Summary.id).scalar()}/"
    found: dict[str, set[str]] = {}
    for address in (one, f"{one}?as=table", f"{one}?large=1", f"{one}text", f"{made.base}/sharing/"):
        page = client.get(address)
        assert page.status == 200, address
        found[address.removeprefix(one)] = {name for name, said in CANARIES.items() if said in page.text}
    return found


def everywhere(found: dict[str, set[str]]) -> set[str]:
    return set().union(*found.values())


GOES_WITH = {"visit": {"matters", "words", "place"}}


# The kinds above by the table they stand in.
KINDS = {
    "entry": "entry", "note": "entry", "tracker": "tracker", "goal": "goal", "check": "check_in",
    "question": "question", "visit": "appointment", "line": "agreed_line", "letter": "letter", "about": "about_answer",
    "plan": "plan_change",
    "decision": "decision", "health": "health_item", "near": "saved_service",
}  # fmt: skip


def test_all_that_can_be_hidden_is_asked(engine_kind: str) -> None:
    """Alone catches: a new thing that can be *only me* and goes into summaries, and nobody asks here."""
    assert set(KINDS.values()) == {str(kind.__tablename__) for kind in Hides.__subclasses__()}


@pytest.mark.parametrize("kind", KINDS)
def test_what_becomes_only_me_leaves_what_was_shared(
    app: Flask, new_client: Callable[..., Client], kind: str
) -> None:
    """Alone catches: *only me* promising what a summary shared before does not keep, on its page, print or text."""
    made = scene(app, SEES_ALL)
    ids = fill(app, made)
    readers = {who: new_client() for who in ("amina", "leon", "rosa")}
    for who, client in readers.items():
        client.sign_in(getattr(made, who))
        client.strict = who == "rosa"
        assert everywhere(read(client, made)) >= set(CANARIES) - {"place"}, who
    with acting(app, made.rosa, made.person) as permit:
        hide(permit, kind, ids[kind])
        kept = session().query(Summary.body).scalar()
    gone = GOES_WITH.get(kind, {kind})
    for who, client in readers.items():
        found = read(client, made)
        assert not everywhere(found) & gone, (who, found)
        assert found[""] >= set(CANARIES) - gone - {"place", "words"}, who
    page, nurses = (readers[who].get(f"{made.base}/sharing/").click("Open it") for who in ("rosa", "amina"))
    assert "Nobody else sees that any more" in page
    assert "Only me" not in nurses.text
    if kind == "entry":
        assert "99.25" not in nurses.text
        assert any(
            words.startswith("Weight") and words.endswith(" 1 entry")
            for words in nurses.all(".measure__words")
        )
    assert CANARIES[next(iter(gone))] in str(kept)  # it is kept as it was shared
    # Shown to others again, it is not shown to them in what it had left.
    with acting(app, made.rosa, made.person) as permit:
        hide(permit, kind, ids[kind], only_me=False)
    for who, client in readers.items():
        assert not everywhere(read(client, made)) & gone, who


@pytest.mark.parametrize(
    ("area", "seen"),
    [
        (None, set()),
        (Area.APPOINTMENTS, {"matters", "words", "line"}),
        (Area.QUESTIONS, {"question"}),
        (Area.DIARY, {"entry", "note", "tracker"}),
        (Area.GOALS, {"goal", "check"}),
        (Area.DECISIONS, {"decision"}),
        (Area.HEALTH, {"health", "letter"}),
        (Area.COMMUNITY, {"near"}),
        (Area.BUDGET, {"budget"}),
        (Area.RESULTS, set()),
    ],
)
def test_a_helper_reads_of_a_summary_what_they_may_see_anyhow(
    app: Flask, new_client: Callable[..., Client], area: Area | None, seen: set[str]
) -> None:
    """Alone catches: a helper with *Summaries: see* reading every area through the snapshot."""
    made = scene(app, {Area.SHARING: Level.SEE} | ({area: Level.SEE} if area else {}))
    fill(app, made)
    leon = new_client()
    leon.sign_in(made.leon)
    found = read(leon, made)
    assert everywhere(found) - {"place"} == seen
    assert found[""] - {"place"} == seen
    page = leon.get(f"{made.base}/summary/")
    assert "You see the parts of it that Rosa lets you see." in page
    assert ("Haemoglobin" in page) is (area is Area.RESULTS)
    assert ("For: " in page) is (area is Area.APPOINTMENTS)
    headings = {"matters": "What matters to Rosa", "question": "Questions, in", "goal": "Goals"}
    for name, heading in headings.items():
        assert (heading in page) is (name in seen), heading


def test_more_than_is_listed_is_not_counted_once_some_of_it_is_taken_back(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a count that still tells of an entry which is not listed and has become *only me*."""
    made = scene(app)
    with acting(app, made.rosa, made.person) as rosa:
        person = session().get_one(Person, made.person)
        old = diary.log(rosa, made.weight, when(person, -20), first="80")
        for number in range(205):
            diary.log(rosa, made.weight, when(person, -number / 300), first="70")
    with acting(app, made.rosa, made.person) as rosa:
        first = rosa.today() - timedelta(days=30)
        sections = ("been",)
        actions.share(rosa, sections=sections, first=first, last=rosa.today(), appointment_id=None)
    amina = new_client()
    amina.sign_in(made.amina)
    assert "newest 200 of 207 entries" in amina.get(f"{made.base}/summary/")
    with acting(app, made.rosa, made.person) as rosa:
        row, _ = diary_queries.entry(rosa, old.id)
        diary.change(rosa, row.id, None, when=When(row.wall, row.zone, row.utc), first="80", only_me=True)
    page = amina.get(f"{made.base}/summary/")
    assert "the newest 200 entries" in page
    assert "207" not in page
