"""A record worth sharing: a visit, questions, numbers, a result, a goal, and something *only me* in each of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask

from selfcare.accounts.models import Account
from selfcare.appointments import actions as appointments
from selfcare.database import command, now
from selfcare.diary import actions as diary
from selfcare.filing import actions as filing
from selfcare.filing.actions import TypedResult
from selfcare.goals import actions as goals
from selfcare.people.models import Person
from selfcare.sharing import actions, snapshot
from selfcare.web.access import Area, Level, Permit
from selfcare.web.when import When, at_instant
from tests import factories
from tests.factories import Household

# Stands in every item that is *only me*: nobody else may ever be sent it.
CANARY = "canary-7fK2"


@dataclass(frozen=True)
class Scene:
    """Plain ids, for use outside the transaction that made them."""

    person: UUID
    rosa: UUID
    amina: UUID
    leon: UUID
    stranger: UUID
    visit: UUID
    question: UUID
    goal: UUID
    weight: UUID

    @property
    def base(self) -> str:
        return f"/people/{self.person}"


def when(person: Person, days: float) -> When:
    """So many days from now (earlier when negative), where the person lives."""
    return at_instant(now() + timedelta(days=days), ZoneInfo(person.zone))


def scene(app: Flask, carer_rights: dict[Area, Level] | None = None) -> Scene:
    """Rosa's record, with her nurse Amina and her carer Leon, who logs for her."""
    with app.test_request_context(), command():
        house = factories.household(carer_rights)
        return fill(house)


def fill(house: Household) -> Scene:
    person = house.person
    rosa, amina = factories.permit(house.rosa, person), factories.permit(house.amina, person)
    appointments.add_visit(rosa, when=when(person, -60), how="place", with_whom="Amina")
    visit = appointments.add_visit(rosa, when=when(person, 2), how="phone", with_whom="Amina")
    appointments.set_matters(rosa, visit.id, None, "I want to be well enough for my sister’s visit in April.")
    appointments.set_words(rosa, visit.id, None, "Mornings are the worst.\nBetter after lunch.")
    first = appointments.ask(
        rosa, text="Is the tiredness from the new tablets?", why="I sleep in the afternoon now"
    )
    appointments.ask(rosa, text="What happens if we leave things as they are?")
    appointments.ask(rosa, text=f"Secret {CANARY}", only_me=True)
    tired = diary.add_preset(rosa, "tiredness")
    weight = diary.add_preset(rosa, "weight")
    for day in range(12):
        diary.log(rosa, tired.id, when(person, -day - 0.2), severity=day % 8)
    diary.log(rosa, tired.id, when(person, -1.1), severity=9, note=CANARY, only_me=True)
    diary.log(rosa, weight.id, when(person, -3), first="71,4")
    if factories.access.resolve(factories.signed_in(house.leon), person.id, False):
        leon = factories.permit(house.leon, person)
        if leon.may(Area.DIARY, Level.ADD):
            diary.log(leon, tired.id, when(person, -0.1), severity=7)
    hidden = diary.add_tracker(rosa, kind="symptom", name=f"Itch {CANARY}", only_me=True)
    diary.log(rosa, hidden.id, when(person, -1), severity=3, only_me=True)
    goal = goals.add(
        rosa, text="Walk to the shop and back", why="My own air", sure=6, next_step="Twice a week"
    )
    goals.check_in(rosa, goal.id, when=when(person, -5), how="as_hoped", note="Not in the rain")
    goals.add(rosa, text=f"Goal {CANARY}", only_me=True)
    filing.file_typed(
        amina,
        asked_for="Full blood count",
        laboratory="Riverside Pathology",
        taken=when(person, -1),
        results=[TypedResult("Haemoglobin", "118", "g/L", "120 - 150", "Low")],
    )
    return Scene(
        person=person.id,
        rosa=house.rosa.id,
        amina=house.amina.id,
        leon=house.leon.id,
        stranger=house.stranger.id,
        visit=visit.id,
        question=first.id,
        goal=goal.id,
        weight=weight.id,
    )


@contextmanager
def acting(app: Flask, account_id: UUID, person_id: UUID) -> Iterator[Permit]:
    """A transaction of one's own, with the permit of an account in it."""
    with app.test_request_context(), command() as work:
        yield factories.permit(work.get_one(Account, account_id), work.get_one(Person, person_id))


def share(app: Flask, made: Scene, account_id: UUID | None = None) -> UUID:
    """Share everything, of the last thirty days."""
    with acting(app, account_id or made.rosa, made.person) as permit:
        today = permit.today()
        return actions.share(
            permit,
            sections=snapshot.SECTIONS,
            first=today - timedelta(days=30),
            last=today,
            appointment_id=made.visit,
        )
