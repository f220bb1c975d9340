"""Erasing: reports that wait, whoever has died, and what is asked of the tables meanwhile."""

import pytest
from sqlalchemy import select, text, update

from selfcare.database import command, now, session
from selfcare.filing.models import Incoming, Receipt
from selfcare.leaving import erasing
from selfcare.people.models import Person
from tests import factories
from tests.leaving.conftest import Home
from tests.leaving.test_erasure import ask, days_later, erase

one_engine = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
NUMBER = "9434765919"


def waiting(home: Home, states: list[str], *, team_id: object = None) -> list[object]:
    """Reports that name Rosa, in these states, as they are kept then: of what is decided, no body is there."""
    made = []
    with home.app.test_request_context(), command() as work:
        rosa = work.get_one(Person, home.house.person.id)
        rosa.nhs_number = NUMBER
        team = team_id or home.house.team.id
        for place, state in enumerate(states):
            receipt = Receipt(
                team_id=team, content_hash=f"{team}{place}", at=now(), message_id=rosa.id, sender_key="x"
            )
            work.add(receipt)
            work.flush()
            whose = {"nhs_numbers": ["943 476 5919"], "born": rosa.born.isoformat()}
            row = Incoming(
                receipt_id=receipt.id, team_id=team, received_at=now(), reasons=[], state=state,
                body={"whose": whose} if state == "waiting" else {},
            )  # fmt: skip
            work.add(row)
            work.flush()
            made.append(row.id)
    return made


def left(home: Home) -> set[object]:
    with home.app.app_context():
        return set(session().scalars(select(Incoming.id)))


def test_one_that_was_turned_away_or_given_back_keeps_nobody(small: Home) -> None:
    """Alone catches: a person with an NHS number whom nothing can erase, because of an empty report of anybody's."""
    waits, rejected, returned = waiting(small, ["waiting", "rejected", "returned"])
    ask(small)
    days_later(small, 15)
    assert erase(small) == "erased 1"
    assert left(small) == {rejected, returned}
    assert waits not in left(small)


def test_what_waits_elsewhere_or_may_be_anothers_stays(small: Home) -> None:
    """Alone catches: a report that waits in a team that never heard of the person, or that is another's as well."""
    with small.app.test_request_context(), command() as work:
        amina, team = work.merge(small.house.amina), work.merge(small.house.team)
        other = factories.person(amina, team, "Maria")
        other.nhs_number = NUMBER
        _, elsewhere = factories.nurse("Ada")
    here, there = waiting(small, ["waiting"]), waiting(small, ["waiting"], team_id=elsewhere.id)
    ask(small)
    days_later(small, 15)
    assert erase(small) == "erased 1"
    assert left(small) == {*here, *there}


@one_engine
def test_who_has_died_is_not_erased(small: Home) -> None:
    """Alone catches: a record that goes although nobody is there any more who could take it back."""
    ask(small)
    with small.app.app_context(), command() as work:
        work.execute(update(Person).values(died_on=now().date()))
    days_later(small, 15)
    assert erase(small) == "nobody was to be erased"
    with small.app.app_context():
        assert not erasing.one(small.house.person.id, now())
        assert session().get(Person, small.house.person.id) is not None


def test_a_result_is_looked_for_by_what_it_stands_in(small: Home) -> None:
    """Alone catches: as many looks at every result as there are results (no index on the reference to itself)."""
    with small.app.app_context():
        engine = small.app.extensions["database"].engine
        asked = "SELECT 1 FROM result WHERE person_id = '0' AND within_id = '0'"
        if engine.dialect.name == "sqlite":
            plan = session().execute(text("EXPLAIN QUERY PLAN " + asked)).all()
            assert "within_id=?" in str(plan)
            return
        found = session().scalars(text("select indexdef from pg_indexes where tablename = 'result'"))
        assert any("(person_id, within_id)" in one for one in found)
