"""Pages of what was told: a row of it, written down, changed, taken out."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.decisions import actions, forms, queries
from selfcare.decisions.around import ONE, able, address, around, not_now, room
from selfcare.decisions.forms import FACT_TEXTS, ChangeFactForm, FactFields, FactForm
from selfcare.decisions.models import Decision
from selfcare.decisions.states import Move, NotNow
from selfcare.web import conflict, pages, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import made_by, once
from selfcare.web.versions import Stale

FACT = ONE + "told/<uuid:fact_id>/"


@room.get(ONE + "told/add")
@on_record(Area.DECISIONS, Level.ADD)
def tell(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    row = able(permit, decision_id, Move.TELL)
    today = permit.today() if permit.role is Role.PROFESSIONAL else None
    mine: dict[str, Any] = {"told_by": permit.account_name, "told_on": today} if today else {}
    return _fact_page(permit, row, FactForm(formdata=None, data=mine | {"version": row.version}))


@room.post(ONE + "told/add")
@on_record(Area.DECISIONS, Level.ADD)
@once
def tell_send(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    row, form = queries.decision(permit, decision_id), FactForm()
    version, typed = versions.number(form.version.data) if form.version.data else None, _typed(form)
    try:
        versions.part_unchanged(row, "words_version", version)
        form.offer(row)
        if not form.validate():
            return _fact_page(permit, row, form, status=422)
        row = actions.tell(permit, decision_id, version, made_by(permit), **form.values())
    except Stale:
        why = gettext("The words for what could be done have changed meanwhile. Read them before you go on.")
        back = url_for(".tell", person_id=permit.person_id, decision_id=decision_id)
        title = gettext("What was told of each")
        return pages.show("not_done.html", status=409, why=why, typed=typed, back=back, back_text=title)
    except NotNow as refused:
        return not_now(permit, refused, _typed(form))
    except actions.TooMany:
        form.what.errors = [
            gettext("There are %(most)s rows already. Take one out first.", most=actions.MOST)
        ]
        return _fact_page(permit, row, form, status=422)
    return pages.saved(address(permit, decision_id), ("decision", decision_id), row.version)


@room.get(FACT + "change")
@on_record(Area.DECISIONS, Level.ADD)
def tell_change(permit: Permit, decision_id: UUID, fact_id: UUID) -> ResponseReturnValue:
    row, fact = _fact(permit, decision_id, fact_id)
    form = ChangeFactForm(formdata=None, data=forms.fact_data(row, fact))
    return _fact_page(permit, row, form, fact)


@room.post(FACT + "change")
@on_record(Area.DECISIONS, Level.ADD)
def tell_change_send(permit: Permit, decision_id: UUID, fact_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(())
    if keep == "theirs":
        return redirect(address(permit, decision_id), 303)
    row, form = queries.decision(permit, decision_id), ChangeFactForm(formdata=data)
    form.offer(row)
    if not form.validate():
        return _fact_page(permit, row, form, _fact(permit, decision_id, fact_id)[1], status=422)
    try:
        actions.tell_again(permit, decision_id, fact_id, versions.number(form.version.data), **form.values())
    except NotNow as refused:
        return not_now(permit, refused, _typed(form))
    except Stale as stale:
        now = forms.fact_data(stale.item.decision, stale.item.fact)
        return conflict.ask(form, stale, address(permit, decision_id), now, texts=())
    return pages.saved(address(permit, decision_id), ("decision", decision_id))


@room.get(FACT + "remove")
@on_record(Area.DECISIONS, Level.ADD)
def tell_remove(permit: Permit, decision_id: UUID, fact_id: UUID) -> ResponseReturnValue:
    return _take_out_page(permit, decision_id, fact_id)


@room.post(FACT + "remove")
@on_record(Area.DECISIONS, Level.ADD)
def tell_remove_send(permit: Permit, decision_id: UUID, fact_id: UUID) -> ResponseReturnValue:
    try:
        actions.take_out(permit, decision_id, fact_id, conflict.looked_at())
    except NotNow as refused:
        return not_now(permit, refused)
    except Stale as stale:
        return _take_out_page(permit, decision_id, fact_id, by=stale.by)
    return pages.saved(address(permit, decision_id))


def _fact(permit: Permit, decision_id: UUID, fact_id: UUID) -> tuple[Decision, dict[str, Any]]:
    row = able(permit, decision_id, Move.TELL)
    fact = queries.fact(row, fact_id)
    if not queries.may_turn(permit, row, fact):
        abort(404)
    return row, fact


def _fact_page(
    permit: Permit, row: Decision, form: FactFields, fact: dict[str, Any] | None = None, status: int = 200
) -> ResponseReturnValue:
    return pages.show("decisions/fact.html", status=status, **fact_values(row, form, fact))


def fact_values(row: Decision, form: FactFields, fact: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the page of a row of what was told, new or to change, is drawn with."""
    if form.cells and len(form.cells) > len(row.options()):
        form.offer(row)
    return {"form": form, "decision": row, "fact": fact, "calls": [], **around()}


def _take_out_page(
    permit: Permit, decision_id: UUID, fact_id: UUID, by: str | None = None
) -> ResponseReturnValue:
    row, fact = _fact(permit, decision_id, fact_id)
    shown = {"version": fact["v"]}
    return pages.show(
        "decisions/remove.html", status=409 if by else 200, decision=row, fact=fact, version=shown, by=by
    )


def _typed(form: FactFields) -> str:
    return "\n".join(form[name].text for name in FACT_TEXTS if name in form)
