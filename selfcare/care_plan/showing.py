"""What the pages of a plan, and of one change to it, are drawn with."""

from typing import Any
from uuid import uuid4

from flask import url_for
from flask.typing import ResponseReturnValue

from selfcare import i18n
from selfcare.care_plan import actions, information, queries, words
from selfcare.care_plan.queries import Change
from selfcare.care_plan.states import Move, Side, State
from selfcare.database import now
from selfcare.notifications.kinds import PLAN
from selfcare.people import tells
from selfcare.web import item_reference, pages
from selfcare.web.access import Area, Level, Permit, Role
from selfcare.web.telephone import dial


def page_values(permit: Permit, *, kept: bool = False) -> dict[str, Any]:
    """What the plan is drawn with. `kept`: it stands alone on a phone."""
    plan = queries.plan(permit)
    adds = permit.may(Area.PLAN, Level.ADD) and not plan.over
    team = queries.team(permit) if adds else None
    return {
        "plan": plan,
        "words": words,
        "dial": dial,
        "adds": adds and not kept,
        "team": team,
        "speaks": queries.speaks(permit),
        "to_send": actions.to_send(plan) if team else [],
        "may_ask": permit.role is not Role.PROFESSIONAL
        and permit.may(Area.QUESTIONS, Level.ADD)
        and not kept,
        "about": item_reference.sign(
            permit.person_id,
            "plan",
            permit.person_id,
            words.section(None if permit.is_self else permit.person_name),
        ),
        "sign": lambda row: item_reference.sign(permit.person_id, "plan", row.id, row.text),
        "new_id": lambda: str(uuid4()),
        "kept": kept,
        "earlier": 0 if kept else queries.earlier(permit),
        **information.beside(permit, plan, acts=not kept),
    }


def paper_values(permit: Permit) -> dict[str, Any]:
    values = page_values(permit)
    return values | {"plan": values["plan"].to_lie_about()}


def to_keep(permit: Permit) -> dict[str, Any]:
    """A set of kept pages: the plan alone, to be read."""
    path = url_for("care_plan.index", person_id=permit.person_id)
    return {
        "account": str(permit.account_id),
        "as_of": now().isoformat(),
        "language": i18n.code(),
        "line": words.section(None if permit.is_self else permit.person_name),
        "pages": {path: pages.parts("care_plan/index.html", **page_values(permit, kept=True))},
    }


def change_page(permit: Permit, found: Change, status: int = 200) -> ResponseReturnValue:
    """One change, with what may be done with it."""
    row = found.row
    name, by = queries.written_by(row)
    own = by is not None and by == permit.account_id
    said_yes = row.side == Side.PERSON and row.person_at and row.person_by != by
    about = item_reference.sign(
        permit.person_id, "plan", row.id, f"{found.heading}. {found.text or found.before}"
    )
    asks = permit.role is not Role.PROFESSIONAL and permit.may(Area.QUESTIONS, Level.ADD)
    return pages.show(
        "care_plan/change.html",
        status=status,
        change=found,
        own=own,
        died=permit.subject.died_on is not None,
        by=name,
        said_yes=said_yes and found.state is State.SUGGESTED,
        team=queries.team(permit),
        about=about if asks and found.can(Move.AGREE) else None,
        ended=words.ended(found.state, row.ended_name or name)
        if found.state not in (State.DRAFT, State.SUGGESTED)
        else None,
        again=status == 409,
    )


def untold(permit: Permit) -> str | None:
    """That whoever is asked for the team does not get a message of it, beside the button that asks."""
    asked = queries.team(permit)
    return tells.why_is_not(permit, asked.account_id, asked.name, PLAN) if asked else None
