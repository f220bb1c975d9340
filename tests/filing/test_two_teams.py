"""One person in two teams, each with a record of their own: what one received is none of the other's business."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import update

from selfcare.database import session
from selfcare.filing import match
from selfcare.filing.decision import FILED, WAITS
from selfcare.filing.identity import VERSION
from selfcare.people import actions as people
from selfcare.people.models import Person, Relationship
from tests.filing.clinic import BEN, ELSEWHERE, ROSA_NUMBER, Clinic, blood, later
from tests.harness.client import Client

CORRECTED = blood(status="corrected", issued=later(3), conclusion="Put right")


def rosa_there(clinic: Clinic) -> UUID:
    """A record of Rosa's that the other team made, not knowing of the first."""

    def add() -> UUID:
        made: Person = people.add_person(
            given_name="Rosa",
            family_name="Moxey",
            born=date(1962, 3, 27),
            nhs_number=ROSA_NUMBER,
            team_id=clinic.other_team,
            lead=clinic.owen,
        )
        return made.id

    found: UUID = clinic.do(add)
    return found


def test_one_report_for_two_teams_is_filed_by_both(clinic: Clinic, new_client: Callable[..., Client]) -> None:
    """Alone catches: the second team's copy waits, and its page says that the person has a record elsewhere."""
    theirs = rosa_there(clinic)
    first, second = clinic.one(blood()), clinic.one(blood(), clinic.other_lab)
    assert (first.outcome, first.person_id) == (FILED, clinic.rosa)
    assert (second.outcome, second.reasons, second.person_id) == (FILED, (), theirs)
    owen = new_client()
    owen.sign_in(clinic.owen)
    assert "Nothing waits" in owen.get("/results/incoming/")
    # Each goes on with its own: a version of one stands in place of that one alone.
    put_right = clinic.one(CORRECTED, clinic.other_lab)
    assert (put_right.outcome, put_right.identity, put_right.person_id) == (FILED, VERSION, theirs)
    assert [row.conclusion for row in clinic.reports()] == [""]
    assert clinic.one(CORRECTED).identity == VERSION


def test_what_another_team_received_says_nothing_here(clinic: Clinic) -> None:
    """Alone catches: by a number it sends, a team learns that a report is in the record of somebody it has not."""
    clinic.one(blood(BEN))
    rosa_there(clinic)
    for sent in (blood(), replace(CORRECTED, identifiers=blood(name="REP-2").identifiers)):
        done = clinic.one(sent, clinic.other_lab)
        assert (done.outcome, done.reasons) == (FILED, ())


@pytest.mark.parametrize("looked_after", ["still", "no-more"])
def test_a_report_that_moved_within_a_team_waits(clinic: Clinic, looked_after: str) -> None:
    """Alone catches: the laboratory corrected whose it is, and the wrong one's record keeps it: unseen, once the team
    looks after them no more.
    """
    clinic.one(blood())
    if looked_after == "no-more":
        ended = update(Relationship).where(
            Relationship.person_id == clinic.rosa, Relationship.team_id == clinic.team
        )
        clinic.do(lambda: session().execute(ended.values(state="ended")))
    done = clinic.one(replace(CORRECTED, whose=BEN))
    assert (done.outcome, done.reasons) == (WAITS, (match.MOVED,))


def test_a_report_of_another_team_moved_to_somebody_of_ours_waits(clinic: Clinic) -> None:
    """Alone catches: what another team received for somebody whom this one looks after too no longer counts."""
    clinic.do(
        lambda: people.relate(
            clinic.rosa, kind=people.Role.PROFESSIONAL, team_id=clinic.other_team, rights=people.PROFESSIONAL
        )
    )
    clinic.one(blood())
    elin = replace(CORRECTED, whose=ELSEWHERE)
    done = clinic.one(elin, clinic.other_lab)
    assert (done.outcome, done.reasons) == (WAITS, (match.MOVED,))
