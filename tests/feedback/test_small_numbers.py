"""No two things that are ever published tell of fewer than five people, whoever comes, goes or takes something back."""

import re
from collections.abc import Iterator
from itertools import combinations, product
from math import gcd
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from selfcare.appointments import after_visit
from selfcare.appointments.models import Appointment
from selfcare.database import now, session
from selfcare.feedback import actions, queries
from selfcare.feedback.models import Remark, Theme
from selfcare.people.models import Person
from selfcare.team import figures, heard, ideas
from selfcare.team.figures import LANGUAGES
from selfcare.web.figure_rule import Count, said
from tests.feedback.conftest import One, Scene
from tests.harness.places import ROOT

# What somebody does next: who, and what.
STEPS = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.sampled_from(["say", "other words", "back", "gather", "want", "not", "good", "poor", "erased"]),
    ),
    min_size=6,
    max_size=12,
)

# Wherever people are counted, or a count is made fit to be said; what is said of it is in `published`.
SAID = {
    "feedback/queries.py",
    "team/figure_views.py",
    "team/figure_words.py",
    "team/figures.py",
    "team/heard.py",
}
NOT_SAID = {
    "feedback/actions.py",  # whether a batch is full
    "team/letters.py",  # how many letters whoever runs the team printed at once, and for how many nobody came in
}
COUNTS_PEOPLE = re.compile(
    r"figure_rule import|import figure_rule|(?:person|account)_id\)*\.distinct\(|distinct\(\w+\.(?:person|account)_id"
)


def published(scene: Scene) -> dict[Any, int]:
    """Every number that somebody could read at this moment: on the page of figures and in its file, of themes and ideas
    in public, and how many people there are behind the texts that a team reads together."""
    seat, found = scene.seat(), {}
    counted = figures.count(seat)
    for kind, row in counted.counts.items():
        for month, one in enumerate(row):
            out = said(one)
            found |= {(kind, month, "part"): out.part, (kind, month, "whole"): out.whole}
    for language in (*LANGUAGES, ""):
        out = said(counted.untold.get(language, Count(0, 0, 0, 0)))
        found |= {("untold", language): out.part, ("untold", language, "of"): out.whole}
    for one in queries.shown(scene.desk.team):
        found["theme", one.theme.id] = one.people
    for listed in heard.themes(seat):
        found["listed", listed.theme.id] = listed.people
    for idea, number in queries.ideas():
        found["idea", idea.id] = number
    for batch in heard.batches(seat, size=50):
        ids = [one.id for one in batch.texts]
        whose = session().scalars(select(Remark.person_id).where(Remark.id.in_(ids)).distinct())
        found["batch", batch.id] = len(list(whose))
    return {name: number for name, number in found.items() if number is not None}


def step(scene: Scene, one: One, what: str, theme: Any, idea: Any) -> None:
    own, user = scene.permit(one), scene.user(one)
    remark = queries.remark(own, one.visit)
    version = remark.row.version if remark else 0
    if what in ("say", "other words"):
        text = "Late." if what == "say" else f"Late, as I said {version} times."
        actions.say(own, one.visit, version, text, scene.desk.team, read=True)
    elif what == "back" and remark:
        actions.take_back(own, remark.row.id)
    elif what == "gather":
        found = [text.id for batch in heard.batches(scene.seat(), size=50) for text in batch.texts]
        heard.gather(scene.seat(), found, theme, "")
    elif what in ("want", "not"):
        actions.want(user, idea, what == "want")
    elif what in ("good", "poor"):
        after_visit.been_through(own, one.visit, what)
    elif what == "erased":
        session().execute(delete(Person).where(Person.id == one.person))
    session().flush()


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
# Each moment is eight statements: what fails is shown as it was found, and is not made shorter.
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(steps=STEPS)
def test_no_two_moments_give_away_fewer_than_five(scene: Scene, steps: list[tuple[int, str]]) -> None:
    """Alone catches: a number that is not in fives; a text that comes or stays by itself; a sum beside its parts, or
    the page of before beside the one of now, from which one to four people could be worked out."""
    with scene.app.test_request_context():
        work = session()
        try:
            moved = work.scalars(select(Appointment))
            for visit in moved:
                visit.utc = figures._months().at(figures._months().starts[-1]).replace(day=20)
            seat = scene.seat()
            theme = heard.gather(seat, [], None, "Calls start late.").id
            work.get_one(Theme, theme).shown_at = now()
            idea, gone = ideas.add(seat, "All at once", "").id, set()
            for who, what in product(range(4), ("say", "want", "good")):
                step(scene, scene.people[who], what, theme, idea)
            moments = [published(scene)]
            for who, what in [*steps, *product(range(8), ("say", "want", "good")), (7, "gather")]:
                if who not in gone:
                    step(scene, scene.people[who], what, theme, idea)
                    moments += [published(scene)] if len(moments) <= len(steps) or what == "gather" else []
                gone |= {who} if what == "erased" else set()
            assert next(faults(moments), None) is None
            assert len(gone) > 3 or moments[-1], "nothing was ever published"
        finally:
            work.rollback()


def faults(moments: list[dict[Any, int]]) -> Iterator[str]:
    """What of all that was ever read could be told apart by one to four people."""
    numbers = {number for moment in moments for number in moment.values()}
    yield from (f"{number} people" for number in numbers if 0 < number < 5)
    yield from (f"{one} and {other}" for one, other in combinations(numbers, 2) if 0 < abs(one - other) < 5)
    if numbers and gcd(*numbers) % 5:
        yield f"some sum of {sorted(numbers)} is no multiple of five"
    for before, after in combinations(moments, 2):
        fewer = [abs(before.get(name, 0) - after.get(name, 0)) for name in before.keys() | after.keys()]
        yield from (f"a difference of {number}" for number in fewer if 0 < number < 5)


def test_the_control_finds_what_is_given_away(app: Flask) -> None:
    """The control: true numbers, from five up, of two days between which one person came."""
    assert list(faults([{"theme": 14}, {"theme": 15}]))
    assert not list(faults([{"theme": 15}, {"theme": 15, "idea": 5}, {"idea": 10}]))


def test_whatever_counts_people_is_among_what_is_published() -> None:
    """Alone catches: a new room that counts people for a page, and that no test takes the one from the other of."""
    package = ROOT / "selfcare"
    counting = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "migrations" not in path.parts and COUNTS_PEOPLE.search(path.read_text(encoding="utf-8"))
    }
    assert counting == SAID | NOT_SAID
