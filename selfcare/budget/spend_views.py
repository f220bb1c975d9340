"""Pages of spends: one line each, the receipt of one, and all of them to take along."""

from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare import i18n
from selfcare.audit import trail
from selfcare.budget import actions, queries, receipts, words
from selfcare.budget.forms import (
    ChangeSpendForm,
    ReceiptForm,
    SpendFields,
    SpendForm,
    ask_data,
    spend_data,
)
from selfcare.budget.models import Spend
from selfcare.budget.money import money
from selfcare.budget.queries import Kept
from selfcare.budget.room import ONE, room
from selfcare.budget.states import Move, NotNow
from selfcare.web import conflict, pages, paging, safety, spreadsheet, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.boxed import BOXED
from selfcare.web.ids import uuid_of
from selfcare.web.once import once
from selfcare.web.photo_file import JPEG
from selfcare.web.upload_limit import takes
from selfcare.web.versions import Stale

SPENDS = ONE + "spends/"
SPEND = SPENDS + "<uuid:spend_id>/"
WRITES = (Role.SELF, Role.CARER)
TEXTS = ("what",)


@room.get(SPENDS)
@on_record(Area.BUDGET, Level.SEE)
def spends(permit: Permit, budget_id: UUID) -> ResponseReturnValue:
    """All of them, newest first."""
    one = queries.kept(permit, budget_id)
    found = queries.spends(permit, budget_id, paging.asked())
    shown, before = paging.cut(found, queries.PAGE, lambda listed: queries.key(listed.spend))
    return pages.show(
        "budget/spends.html",
        one=one,
        spends=shown,
        before=request.args.get("before"),
        in_table=queries.IN_TABLE,
        earlier=before and url_for(".spends", person_id=permit.person_id, budget_id=budget_id, before=before),
        money=money,
        words=words,
        today=permit.today(),
    )


@room.get(ONE + "spends.csv")
@on_record(Area.BUDGET, Level.SEE)
def table(permit: Permit, budget_id: UUID) -> Response:
    """As a file for a spreadsheet, as many as it takes: day, what for, pounds, who wrote it down."""
    one = queries.kept(permit, budget_id)
    heads = [gettext("Day"), gettext("What for"), gettext("Pounds"), gettext("Written down by")]
    rows = [
        [row.day.isoformat(), row.what, f"{row.pence // 100}.{row.pence % 100:02}", row.entered_name]
        for row in queries.in_table(permit, budget_id, paging.asked())
    ]
    return spreadsheet.answer([heads, *rows], f"spends-{one.row.from_on.isoformat()}.csv")


@room.get(SPENDS + "add")
@on_record(Area.BUDGET, Level.ADD, roles=WRITES)
def spend_add(permit: Permit, budget_id: UUID) -> ResponseReturnValue:
    found = queries.budgets(permit)
    one = queries.one_of(found, budget_id)
    ask_id = uuid_of(request.args.get("ask"))
    form = new_form(permit, one, found)
    if ask_id is not None:
        asked = queries.ask(permit, ask_id)
        if Move.SPEND in queries.moves(permit, asked):
            form = SpendForm(formdata=None, data=ask_data(asked) | {"ask": str(ask_id)})
    return _form_page(permit, form, one)


@room.post(SPENDS + "add")
@on_record(Area.BUDGET, Level.ADD, roles=WRITES)
@once
def spend_add_send(permit: Permit, budget_id: UUID) -> ResponseReturnValue:
    found = queries.budgets(permit)
    one, form = queries.one_of(found, budget_id), SpendForm()
    form.offer(permit, one, found)
    if not form.validate():
        return _form_page(permit, form, one, status=422)
    ask_id = uuid_of(form.ask.data)
    try:
        row = actions.spend(permit, form.budget_id, **form.values(), ask_id=ask_id)
    except NotNow:
        row = actions.spend(permit, form.budget_id, **form.values())  # nothing stops a spend
    if request.form.get("then") == "photo":
        there = url_for(
            ".receipt_add", person_id=permit.person_id, budget_id=row.budget_id, spend_id=row.id, saved=1
        )
        return pages.saved(there, ("spend", row.id), row.version)
    there = url_for(".budget", person_id=permit.person_id, budget_id=row.budget_id, saved=1)
    return pages.saved(there, ("spend", row.id), row.version)


@room.get(SPEND)
@on_record(Area.BUDGET, Level.SEE)
def spend(permit: Permit, budget_id: UUID, spend_id: UUID) -> ResponseReturnValue:
    row = queries.spend(permit, budget_id, spend_id)
    return pages.show(
        "budget/spend.html",
        spend=row,
        receipt=queries.receipt(permit, spend_id),
        size=i18n.file_size,
        asked=queries.ask(permit, row.ask_id) if row.ask_id else None,
        may_change=queries.may_change(permit, row),
        versions=versions.earlier(permit, row) if row.version > 1 else [],
        money=money,
        words=words,
    )


@room.get(SPEND + "change")
@on_record(Area.BUDGET, Level.ADD, roles=WRITES)
def spend_change(permit: Permit, budget_id: UUID, spend_id: UUID) -> ResponseReturnValue:
    row = _changeable(permit, budget_id, spend_id)
    form = ChangeSpendForm(formdata=None, data=spend_data(row))
    return _form_page(permit, form, queries.kept(permit, budget_id), row)


@room.post(SPEND + "change")
@on_record(Area.BUDGET, Level.ADD, roles=WRITES)
def spend_change_send(permit: Permit, budget_id: UUID, spend_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(TEXTS)
    if keep == "theirs":
        return redirect(_url(permit, budget_id, spend_id), 303)
    row, found = _changeable(permit, budget_id, spend_id), queries.budgets(permit)
    one, form = queries.one_of(found, budget_id), ChangeSpendForm(formdata=data)
    form.offer(permit, one, found)
    if not form.validate():
        return _form_page(permit, form, one, row, status=422)
    try:
        row = actions.change_spend(
            permit,
            budget_id,
            spend_id,
            versions.number(form.version.data),
            **form.values(),
            to=form.budget_id,
        )
    except Stale as stale:
        return conflict.ask(
            form, stale, _url(permit, budget_id, spend_id), spend_data(stale.item), texts=TEXTS
        )
    return pages.saved(_url(permit, row.budget_id, spend_id), ("spend", spend_id), row.version)


@room.get(SPEND + "remove")
@on_record(Area.BUDGET, Level.ADD, roles=WRITES)
def spend_remove(permit: Permit, budget_id: UUID, spend_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, budget_id, spend_id)


@room.post(SPEND + "remove")
@on_record(Area.BUDGET, Level.ADD, roles=WRITES)
def spend_remove_send(permit: Permit, budget_id: UUID, spend_id: UUID) -> ResponseReturnValue:
    try:
        actions.remove_spend(permit, budget_id, spend_id, conflict.looked_at())
    except Stale as stale:
        return _remove_page(permit, budget_id, spend_id, by=stale.by)
    there = url_for(".budget", person_id=permit.person_id, budget_id=budget_id, saved=1, removed=spend_id)
    return pages.saved(there)


@room.get(SPEND + "put-back")
@on_record(Area.BUDGET, Level.ADD, roles=WRITES)
def put_back(permit: Permit, budget_id: UUID, spend_id: UUID) -> ResponseReturnValue:
    queries.taken_out(permit, budget_id, spend_id)
    back = url_for(".budget", person_id=permit.person_id, budget_id=budget_id)
    return pages.one_button(gettext("Put it back"), back, words.title(permit), tab="more")


@room.post(SPEND + "put-back")
@on_record(Area.BUDGET, Level.ADD, roles=WRITES)
def put_back_send(permit: Permit, budget_id: UUID, spend_id: UUID) -> ResponseReturnValue:
    actions.put_back(permit, budget_id, spend_id)
    return pages.saved(_url(permit, budget_id, spend_id))


# ---------------------------------------------------------------------------------------------------------- receipts


@room.get(SPEND + "receipt")
@on_record(Area.BUDGET, Level.SEE)
def receipt(permit: Permit, budget_id: UUID, spend_id: UUID) -> Response:
    """A photo was drawn anew here, and is shown; a PDF is handed out to be kept, as it came."""
    row = queries.spend(permit, budget_id, spend_id)
    found = queries.receipt(permit, spend_id)
    if found is None:
        abort(404)
    if permit.role is not Role.SELF:
        trail.note_read(permit, "spend_receipt", spend_id)
    answer = make_response(found.body)
    answer.headers["Content-Type"] = found.content_type
    photo = found.content_type == JPEG
    name = f"receipt-{row.day.isoformat()}.{'jpg' if photo else 'pdf'}"
    answer.headers.set("Content-Disposition", "inline" if photo else "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = BOXED
    return answer


@room.get(SPEND + "receipt/add")
@on_record(Area.BUDGET, Level.ADD, roles=WRITES)
def receipt_add(permit: Permit, budget_id: UUID, spend_id: UUID) -> ResponseReturnValue:
    return _receipt_page(permit, ReceiptForm(formdata=None), _changeable(permit, budget_id, spend_id))


@room.post(SPEND + "receipt/add")
@receipts.looked_at
@on_record(Area.BUDGET, Level.ADD, roles=WRITES)
@once
@takes("letter_limit")
def receipt_add_send(permit: Permit, budget_id: UUID, spend_id: UUID) -> ResponseReturnValue:
    row, form, came = _changeable(permit, budget_id, spend_id), ReceiptForm(), receipts.brought()
    fine = form.validate()
    if came.found is None or not fine:
        form.file.errors = [receipts.problem(came.problem)] if came.problem else []
        return _receipt_page(permit, form, row, status=422)
    try:
        actions.keep_receipt(permit, budget_id, spend_id, came.found)
    except actions.Full:
        form.file.errors = [receipts.problem("full")]
        return _receipt_page(permit, form, row, status=422)
    return pages.saved(_url(permit, budget_id, spend_id), ("spend", row.id), row.version)


@room.get(SPEND + "receipt/remove")
@on_record(Area.BUDGET, Level.ADD, roles=WRITES)
def receipt_remove(permit: Permit, budget_id: UUID, spend_id: UUID) -> ResponseReturnValue:
    row = _changeable(permit, budget_id, spend_id)
    if queries.receipt(permit, spend_id) is None:
        abort(404)
    back = _url(permit, budget_id, spend_id, saved=None)
    return pages.one_button(
        gettext("Remove the receipt"), back, gettext("Spend"), tab="more", words=[row.what]
    )


@room.post(SPEND + "receipt/remove")
@on_record(Area.BUDGET, Level.ADD, roles=WRITES)
def receipt_remove_send(permit: Permit, budget_id: UUID, spend_id: UUID) -> ResponseReturnValue:
    actions.remove_receipt(permit, budget_id, spend_id)
    return pages.saved(_url(permit, budget_id, spend_id))


# ------------------------------------------------------------------------------------------------------------- pages


def new_form(permit: Permit, one: Kept, found: list[Kept]) -> SpendForm:
    """The empty form of a spend."""
    form = SpendForm(formdata=None)
    form.offer(permit, one, found)
    return form


def undo(permit: Permit, budget_id: UUID) -> str | None:
    """Where what was just taken out is put back; None where nothing was."""
    removed = uuid_of(request.args.get("removed"))
    if removed is None:
        return None
    return url_for(".put_back_send", person_id=permit.person_id, budget_id=budget_id, spend_id=removed)


def _form_page(
    permit: Permit, form: SpendFields, one: Kept, row: Spend | None = None, status: int = 200
) -> ResponseReturnValue:
    return pages.show("budget/spend_form.html", status=status, **form_values(form, one, row))


def form_values(form: SpendFields, one: Kept, row: Spend | None = None) -> dict[str, Any]:
    """What the page of a spend, new or to change, is drawn with."""
    return {
        "form": form,
        "one": one,
        "spend": row,
        "words": words,
        "safety_lines": safety.short_lines(writing=True),
        "calls": safety.calls(),
    }


def _receipt_page(permit: Permit, form: ReceiptForm, row: Spend, status: int = 200) -> ResponseReturnValue:
    most = i18n.file_size(current_app.config["SETTINGS"].letter_limit)
    return pages.show("budget/receipt.html", status=status, form=form, spend=row, money=money, most=most)


def _remove_page(
    permit: Permit, budget_id: UUID, spend_id: UUID, by: str | None = None
) -> ResponseReturnValue:
    row = _changeable(permit, budget_id, spend_id)
    return pages.show(
        "budget/remove.html",
        status=409 if by else 200,
        item=row,
        title=gettext("Remove this spend?"),
        what=row.what,
        note=money(row.pence, exact=True),
        by=by,
        full=False,
        back=_url(permit, budget_id, spend_id, saved=None),
        back_text=gettext("Spend"),
    )


def _changeable(permit: Permit, budget_id: UUID, spend_id: UUID) -> Spend:
    """The spend, where it is this account's to change."""
    row = queries.spend(permit, budget_id, spend_id)
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row


def _url(permit: Permit, budget_id: UUID, spend_id: UUID, saved: int | None = 1) -> str:
    return url_for(".spend", person_id=permit.person_id, budget_id=budget_id, spend_id=spend_id, saved=saved)
