"""Good information beside a decision: pages elsewhere that the team has checked."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from selfcare.decisions import queries
from selfcare.decisions.around import ONE, address, room
from selfcare.decisions.models import Decision
from selfcare.information import choosing
from selfcare.information import queries as information
from selfcare.information.choosing import Thing
from selfcare.information.queries import Hung, Page
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once

KIND = "decision"
_adding = on_record(Area.DECISIONS, Level.ADD, roles=(Role.PROFESSIONAL,))


@room.get(ONE + "information/add")
@_adding
def information_add(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    return choosing.choose(permit, _thing(permit, decision_id))


@room.post(ONE + "information/add")
@_adding
@once
def information_add_send(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    return choosing.send(permit, _thing(permit, decision_id), address(permit, decision_id))


@room.get(ONE + "information/<uuid:information_id>/remove")
@_adding
def information_remove(permit: Permit, decision_id: UUID, information_id: UUID) -> ResponseReturnValue:
    return choosing.remove(permit, _thing(permit, decision_id), information_id)


@room.post(ONE + "information/<uuid:information_id>/remove")
@_adding
def information_remove_send(permit: Permit, decision_id: UUID, information_id: UUID) -> ResponseReturnValue:
    thing = _thing(permit, decision_id)
    return choosing.remove_send(permit, thing, information_id, address(permit, decision_id))


@information.hangs("decisions", Area.DECISIONS)
def hung(permit: Permit, most: int) -> list[Hung]:
    """The pages beside decisions that the reader sees, the newest first. One statement."""
    return [
        Hung(
            information.page(row),
            row.Decision.question,
            address(permit, row.Decision.id, saved=None),
            row[0].entered_at,
        )
        for row in information.rows(permit, KIND, Decision, Decision.id, most)
    ]


def beside(permit: Permit, row: Decision) -> dict[str, Any]:
    """What `information/_beside.html` is drawn with on the page of a decision. One statement."""
    informs = (
        permit.role is Role.PROFESSIONAL
        and permit.may(Area.DECISIONS, Level.ADD)
        and permit.subject.died_on is None
    )

    def off(page: Page) -> str:
        return url_for(
            "decisions.information_remove_send",
            person_id=permit.person_id,
            decision_id=row.id,
            information_id=page.id,
        )

    take_off: Callable[[Page], str] | None = off if informs else None
    pages = information.beside(permit, KIND, [row.id]).get(row.id, [])
    return {"pages": pages, "informs": informs, "take_off": take_off, "today": permit.today()}


def _thing(permit: Permit, decision_id: UUID) -> Thing:
    """:raises NotFound: not theirs to see."""
    row = queries.decision(permit, decision_id)
    where, back = address(permit, row.id, saved=None), row.question
    add = url_for("decisions.information_add_send", person_id=permit.person_id, decision_id=row.id)
    return Thing(KIND, row.id, Area.DECISIONS, row.question, where, back, add)
