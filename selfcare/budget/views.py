"""Pages of a budget: what there is, what is left, and its terms."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.budget import actions, ask_actions, ask_views, queries, spend_views, words
from selfcare.budget.forms import BudgetFields, BudgetForm, ChangeBudgetForm, budget_data
from selfcare.budget.money import money
from selfcare.budget.queries import Kept
from selfcare.budget.room import BASE, ONE, room
from selfcare.people import seeing, teams
from selfcare.people.queries import lead
from selfcare.web import conflict, pages, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale

__all__ = ["ask_views", "room", "spend_views"]

TEXTS = ("purpose", "agreed_with")


@room.get(BASE)
@on_record(Area.BUDGET, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    """The budget that is there now, or what comes of having none."""
    found = queries.budgets(permit)
    one = queries.now_of(found, permit.today())
    if one is None:
        return pages.show("budget/none.html", may_begin=queries.may_begin(permit), words=words)
    return _page(permit, one, found)


@room.get(ONE)
@on_record(Area.BUDGET, Level.SEE)
def budget(permit: Permit, budget_id: UUID) -> ResponseReturnValue:
    found = queries.budgets(permit)
    return _page(permit, queries.one_of(found, budget_id), found)


@room.get(BASE + "add")
@on_record(Area.BUDGET, Level.ADD)
def add(permit: Permit) -> ResponseReturnValue:
    return _form_page(permit, BudgetForm(formdata=None))


@room.post(BASE + "add")
@on_record(Area.BUDGET, Level.ADD)
@once
def add_send(permit: Permit) -> ResponseReturnValue:
    form = BudgetForm()
    if not form.validate():
        return _form_page(permit, form, status=422)
    try:
        row = actions.begin(permit, **form.values())
    except actions.Full:
        form.purpose.errors = [
            gettext("There are as many budgets here as can be kept. Change one that is there.")
        ]
        return _form_page(permit, form, status=422)
    return pages.saved(_url(permit, row.id), ("budget", row.id), row.version)


@room.get(ONE + "change")
@on_record(Area.BUDGET, Level.ADD)
def change(permit: Permit, budget_id: UUID) -> ResponseReturnValue:
    one = queries.kept(permit, budget_id)
    return _form_page(permit, ChangeBudgetForm(formdata=None, data=budget_data(one.row)), one)


@room.post(ONE + "change")
@on_record(Area.BUDGET, Level.ADD)
def change_send(permit: Permit, budget_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(TEXTS)
    back = _url(permit, budget_id)
    if keep == "theirs":
        return redirect(back, 303)
    one, form = queries.kept(permit, budget_id), ChangeBudgetForm(formdata=data)
    if not form.validate():
        return _form_page(permit, form, one, status=422)
    try:
        actions.change(permit, budget_id, versions.number(form.version.data), **form.values())
    except Stale as stale:
        return conflict.ask(form, stale, back, budget_data(stale.item), texts=TEXTS)
    return pages.saved(back, ("budget", budget_id))


@room.get(ONE + "agree")
@on_record(Area.BUDGET, Level.ADD)
def agree(permit: Permit, budget_id: UUID) -> ResponseReturnValue:
    return _agree_page(permit, budget_id)


@room.post(ONE + "agree")
@on_record(Area.BUDGET, Level.ADD)
def agree_send(permit: Permit, budget_id: UUID) -> ResponseReturnValue:
    try:
        actions.agree(permit, budget_id, conflict.looked_at() or 0)
    except Stale as stale:
        return _agree_page(permit, budget_id, by=stale.by)
    return pages.saved(_url(permit, budget_id), ("budget", budget_id))


@room.get(ONE + "remove")
@on_record(Area.BUDGET, Level.ADD)
def remove(permit: Permit, budget_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, budget_id)


@room.post(ONE + "remove")
@on_record(Area.BUDGET, Level.ADD)
def remove_send(permit: Permit, budget_id: UUID) -> ResponseReturnValue:
    try:
        actions.remove(permit, budget_id, conflict.looked_at())
    except Stale as stale:
        return _remove_page(permit, budget_id, by=stale.by)
    except actions.NotEmpty:
        return _remove_page(permit, budget_id, full=True)
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1))


def _page(permit: Permit, one: Kept, found: list[Kept]) -> ResponseReturnValue:
    today, row = permit.today(), one.row
    spends = queries.spends(permit, row.id, size=queries.FIRST)
    asks = queries.asks(permit, row.id, size=queries.FIRST)
    contact = lead(permit)
    adds = queries.spends_here(permit)
    form = None
    if adds and permit.subject.died_on is None:
        form = spend_views.new_form(permit, one, found)
    return pages.show(
        "budget/index.html",
        one=one,
        others=[other for other in found if other is not one],
        spends=spends[: queries.FIRST],
        asks=asks[: queries.FIRST],
        more_asks=len(asks) > queries.FIRST,
        form=form,
        lead=contact,
        decides=ask_actions.may_be_asked(permit) if adds else contact,
        may_begin=queries.may_begin(permit),
        may_agree=_may_agree(permit, one),
        seen=" ".join(seeing.live(permit, Area.BUDGET)) if permit.is_self else "",
        undo=spend_views.undo(permit, row.id),
        money=money,
        words=words,
        team_today=teams.today(),
        today=today,
    )


def _may_agree(permit: Permit, one: Kept) -> bool:
    """Whether their yes to it is missing. Carers never give one, unless they act for the person by law."""
    said = one.row.team_at if permit.role is Role.PROFESSIONAL else one.row.own_at
    return queries.may_begin(permit) and said is None and permit.subject.died_on is None


def _form_page(
    permit: Permit, form: BudgetFields, one: Kept | None = None, status: int = 200
) -> ResponseReturnValue:
    if not queries.may_begin(permit):
        abort(404)
    return pages.show("budget/form.html", status=status, form=form, one=one, words=words)


def _agree_page(permit: Permit, budget_id: UUID, by: str | None = None) -> ResponseReturnValue:
    one = queries.kept(permit, budget_id)
    if not queries.may_begin(permit):
        abort(404)
    return pages.show(
        "budget/agree.html",
        status=409 if by else 200,
        one=one,
        by=by,
        money=money,
        words=words,
        today=permit.today(),
    )


def _remove_page(
    permit: Permit, budget_id: UUID, by: str | None = None, full: bool = False
) -> ResponseReturnValue:
    """Asks before a budget is removed. `by`: who changed it since it was shown. `full`: it stays."""
    one = queries.kept(permit, budget_id)
    if not queries.may_begin(permit):
        abort(404)
    back: dict[str, Any] = {"back": url_for(".budget", person_id=permit.person_id, budget_id=budget_id)}
    return pages.show(
        "budget/remove.html",
        status=409 if by or full else 200,
        item=one.row,
        title=gettext("Remove this budget?"),
        what=one.row.purpose,
        note=money(one.row.pence),
        by=by,
        full=full,
        back_text=words.title(permit),
        **back,
    )


def _url(permit: Permit, budget_id: UUID) -> str:
    return url_for(".budget", person_id=permit.person_id, budget_id=budget_id, saved=1)
