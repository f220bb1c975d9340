"""Good information beside a line of the plan: pages elsewhere that the team has checked."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from selfcare.care_plan import information, queries, words
from selfcare.care_plan.room import BASE, LINE, room
from selfcare.information import choosing
from selfcare.information.choosing import Thing
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once

_adding = on_record(Area.PLAN, Level.ADD, roles=(Role.PROFESSIONAL,))


@room.get(BASE + "information")
@_adding
def information_choose(permit: Permit) -> ResponseReturnValue:
    """Beside which line."""
    return pages.show("care_plan/information.html", plan=queries.plan(permit), words=words)


@room.get(LINE + "information/add")
@_adding
def information_add(permit: Permit, plan_line_id: UUID) -> ResponseReturnValue:
    return choosing.choose(permit, _thing(permit, plan_line_id))


@room.post(LINE + "information/add")
@_adding
@once
def information_add_send(permit: Permit, plan_line_id: UUID) -> ResponseReturnValue:
    return choosing.send(permit, _thing(permit, plan_line_id), _plan(permit, saved=1))


@room.get(LINE + "information/<uuid:information_id>/remove")
@_adding
def information_remove(permit: Permit, plan_line_id: UUID, information_id: UUID) -> ResponseReturnValue:
    return choosing.remove(permit, _thing(permit, plan_line_id), information_id)


@room.post(LINE + "information/<uuid:information_id>/remove")
@_adding
def information_remove_send(permit: Permit, plan_line_id: UUID, information_id: UUID) -> ResponseReturnValue:
    return choosing.remove_send(permit, _thing(permit, plan_line_id), information_id, _plan(permit, saved=1))


def _thing(permit: Permit, plan_line_id: UUID) -> Thing:
    """:raises NotFound: nothing of the line counts, or it is not theirs to see."""
    row = queries.line(permit, plan_line_id)
    back = words.section(None if permit.is_self else permit.person_name)
    label = words.said(row.part, row.who, row.text, row.until, permit.today())
    add = url_for("care_plan.information_add_send", person_id=permit.person_id, plan_line_id=plan_line_id)
    return Thing(information.KIND, plan_line_id, Area.PLAN, label, _plan(permit), back, add)


def _plan(permit: Permit, saved: int | None = None) -> str:
    return url_for("care_plan.index", person_id=permit.person_id, saved=saved)
