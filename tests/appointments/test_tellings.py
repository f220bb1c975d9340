"""What a person told, as the database keeps and brings it: on both engines, in the statement that reads the visit."""

from collections.abc import Callable
from threading import Thread
from uuid import UUID

import pytest
from werkzeug.exceptions import NotFound

from selfcare.appointments import queries, telling_actions
from selfcare.appointments.tellings import Told
from selfcare.web.versions import Reworded, Stale
from tests.appointments.conftest import World
from tests.harness.state_table import cells
from tests.people.scenes import until_it_waits

SAID = {
    "matters": "To sleep through.",
    "words": "Tired.",
    "life": ("sleep", "money"),
    "life_words": "The “stairs”",
}


def written(world: World, visit: UUID, who: str = "amina", **said: object) -> UUID:
    with world.acting(who) as permit:
        values = {"how": "phone", "share": "look", **SAID, **said}
        return telling_actions.write(permit, visit, **values).id  # type: ignore[arg-type]


def told(world: World, visit: UUID, who: str = "rosa") -> tuple[Told, ...]:
    with world.reading(who) as permit:
        return queries.visit(permit, visit).told


def test_a_visit_brings_what_was_told_for_it(world: World) -> None:
    """Alone catches: words, picks or a moment that one engine writes in its own way, and a telling of another visit."""
    visit, other = world.visit(5).id, world.visit(9).id
    known = written(world, visit)
    written(world, other, how="paper", matters="Another visit")
    (one,) = told(world, visit)
    assert (one.id, one.to, one.how, one.life, one.life_words) == (
        known,
        "Amina",
        "phone",
        SAID["life"],
        "The “stairs”",
    )
    assert one.corrected is None
    assert not one.mine
    (asked,) = told(world, visit, "amina")
    assert (asked.matters, asked.words, asked.life, asked.mine) == ("", "", (), True)
    (helper,) = told(world, visit, "leon")
    assert (helper.matters, helper.life, helper.life_words) == (SAID["matters"], (), "")
    with world.reading("rosa") as permit:
        found, last = queries.with_last(permit, other)
        assert [each.how for each in found.told] == ["paper"]
        assert last is None
        assert found.has_matters
        assert found.has_words


def test_it_counts_for_the_list_of_the_team_unless_it_is_the_persons_alone(world: World) -> None:
    """Alone catches: a step done by words that nobody else may know of, and one not done by words that were told."""
    visit = world.visit(5).id
    written(world, visit, share="only")
    panel = world.panel()
    with world.app.app_context():
        hidden = queries.next_for_panel(panel)[world.home.person.id]
    assert (hidden.has_matters, hidden.has_words) == (False, False)
    written(world, visit, words="")
    with world.app.app_context():
        shown = queries.next_for_panel(panel)[world.home.person.id]
    assert (shown.has_matters, shown.has_words) == (True, False)


def test_one_of_two_devices_that_word_it_anew_is_told(world: World) -> None:
    """Alone catches: the person's words on one device gone by those on another."""
    visit = world.visit(5).id
    known = written(world, visit)
    words = {"matters": "To sleep.", "words": "", "life": (), "life_words": ""}
    with world.acting() as rosa:
        assert telling_actions.correct(rosa, known, 1, **words) == 2  # type: ignore[arg-type]
    with pytest.raises(Stale), world.acting() as rosa:
        telling_actions.correct(rosa, known, 1, **words | {"matters": "To wake up."})  # type: ignore[arg-type]
    (one,) = told(world, visit)
    assert (one.matters, one.version) == ("To sleep.", 2)
    assert one.corrected


MOVES = {
    "correct": lambda permit, known: telling_actions.correct(
        permit, known, None, matters="Mine.", words="", life=(), life_words=""
    ),
    "take_back": lambda permit, known: telling_actions.take_back(permit, known),
    "read": lambda permit, known: telling_actions.seen(permit, known),
}
# Who does what with what Amina wrote down: shared, to be looked at first, the person's alone, taken back; in their own
# words since. + done, . as if it did not exist, = it stands so already and nothing happens, r told who worded it anew.
TABLE = """
          correct               take_back             read
          yes look only gone own yes look only gone own yes look only gone own
rosa      + + + . +             + + + = +             + + + . +
leon      . . . . .             . . . . .             . . . . .
amina     . . . . .             + + . = r             . . . . .
"""
STATES = ("yes", "look", "only", "gone", "own")
ELSE = {"gone": "take_back", "own": "correct"}  # what the person did with it


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_who_may_do_what_with_it(world: World, record_property: Callable[[str, object], None]) -> None:
    """Alone catches: somebody who changes, takes back or reads what is not theirs to, from anywhere it can stand."""
    visit = world.visit(5).id
    said = cells(TABLE, str, STATES)
    found = {}
    for who, move, state in said:
        known = written(world, visit, share="look" if state in ELSE else state)
        if state in ELSE:
            with world.acting() as rosa:
                MOVES[ELSE[state]](rosa, known)
        try:
            with world.acting(who) as permit:
                MOVES[move](permit, known)
            found[who, move, state] = "=" if state == "gone" else "+"
        except NotFound:
            found[who, move, state] = "."
        except Reworded:
            found[who, move, state] = "r"
    record_property("table", TABLE)
    assert found == said


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_of_two_who_write_in_one_moment_the_second_reads_of_the_first(world: World) -> None:
    """Alone catches: two who both read that nobody had written, because neither waited for the other."""
    visit = world.visit(5).id
    known: list[int] = []

    def second() -> None:
        with world.acting("leon") as leon:
            telling_actions.hold(leon, visit)
            known.append(len(queries.visit(leon, visit).told))

    later = Thread(target=second)
    with world.acting("amina") as amina:
        telling_actions.hold(amina, visit)
        later.start()
        until_it_waits(later)
        telling_actions.write(amina, visit, how="phone", share="look", **SAID)  # type: ignore[arg-type]
    later.join()
    assert known == [1]
