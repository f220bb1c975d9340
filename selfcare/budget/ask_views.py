"""Pages of *May I spend on this?*: asked by the person or who helps, answered by the team."""

from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.budget import ask_actions, queries, words
from selfcare.budget.ask_actions import NobodyToAsk, TooMany
from selfcare.budget.forms import AskAnswerForm, AskForm, answer_data, ask_data
from selfcare.budget.models import SpendAsk
from selfcare.budget.money import money
from selfcare.budget.room import BASE, ONE, room
from selfcare.budget.states import Move, NotNow
from selfcare.notifications import queries as notifications
from selfcare.people import queries as people
from selfcare.people import teams
from selfcare.web import conflict, pages, paging, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.ids import uuid_of
from selfcare.web.once import once
from selfcare.web.versions import Stale

ASKS = ONE + "asks/"
ASK = BASE + "asks/<uuid:spend_ask_id>/"
ASKING, ANSWERING = (Role.SELF, Role.CARER), (Role.PROFESSIONAL,)
TEXTS = ("words",)


@room.get(ASKS)
@on_record(Area.BUDGET, Level.SEE)
def asks(permit: Permit, budget_id: UUID) -> ResponseReturnValue:
    """All that was asked, newest first."""
    one = queries.kept(permit, budget_id)
    found = queries.asks(permit, budget_id, paging.asked())
    shown, before = paging.cut(found, queries.PAGE, lambda row: (row.entered_at, row.id))
    earlier = before and url_for(".asks", person_id=permit.person_id, budget_id=budget_id, before=before)
    return pages.show(
        "budget/asks.html", one=one, asks=shown, earlier=earlier, words=words, team_today=teams.today()
    )


@room.get(ASKS + "add")
@on_record(Area.BUDGET, Level.ADD, roles=ASKING)
def ask_add(permit: Permit, budget_id: UUID) -> ResponseReturnValue:
    again = _again(permit, budget_id)
    form = AskForm(formdata=None, data=ask_data(again) if again else None)
    return _ask_page(permit, form, budget_id, again)


@room.post(ASKS + "add")
@on_record(Area.BUDGET, Level.ADD, roles=ASKING)
@once
def ask_add_send(permit: Permit, budget_id: UUID) -> ResponseReturnValue:
    form, again = AskForm(), _again(permit, budget_id)
    if not form.validate():
        return _ask_page(permit, form, budget_id, again, status=422)
    try:
        row = ask_actions.ask(permit, budget_id, **form.values(), follows=again.id if again else None)
    except (NobodyToAsk, TooMany) as refused:
        why = words.nobody(permit) if isinstance(refused, NobodyToAsk) else words.too_many()
        return _ask_page(permit, form, budget_id, again, status=409, why=why)
    return pages.saved(_url(permit, row), ("spend_ask", row.id))


@room.get(ASK)
@on_record(Area.BUDGET, Level.SEE)
def ask(permit: Permit, spend_ask_id: UUID) -> ResponseReturnValue:
    row = queries.ask(permit, spend_ask_id)
    return _page(permit, row, AskAnswerForm(formdata=None, data=answer_data(row)))


@room.get(ASK + "seen")
@on_record(Area.BUDGET, Level.SEE)
def ask_seen_form(permit: Permit, spend_ask_id: UUID) -> ResponseReturnValue:
    row = queries.ask(permit, spend_ask_id)
    back = _url(permit, row, saved=None)
    return pages.one_button(
        gettext("I have read it"),
        back,
        _title(permit),
        tab="more",
        fields={"version": str(row.version)},
        words=[row.what, row.words],
    )


@room.post(ASK + "seen")
@on_record(Area.BUDGET, Level.SEE)
def ask_seen(permit: Permit, spend_ask_id: UUID) -> ResponseReturnValue:
    """They have it before their eyes. The page says so by itself."""
    row = queries.ask(permit, spend_ask_id)
    ask_actions.opened(permit, row, versions.number(request.form.get("version")))
    if pages.is_part():
        return "", 200
    return pages.saved(_url(permit, row))


@room.post(ASK)
@on_record(Area.BUDGET, Level.ADD, roles=ANSWERING)
def answer_send(permit: Permit, spend_ask_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(TEXTS)
    row = queries.ask(permit, spend_ask_id)
    if keep == "theirs":
        return redirect(_url(permit, row), 303)
    form = AskAnswerForm(formdata=data)
    if not form.validate():
        return _page(permit, row, form, status=422)
    said = {"answer": form.answer.data, "words": form.words.text.strip()}
    try:
        ask_actions.answer(permit, spend_ask_id, versions.number(form.version.data), **said)
    except NotNow:
        return _page(
            permit, row, form, status=409, why=gettext("It was taken back. Nobody waits for an answer.")
        )
    except Stale as stale:
        return conflict.ask(form, stale, _url(permit, row), answer_data(stale.item), texts=TEXTS)
    return pages.saved(_url(permit, row), ("spend_ask", spend_ask_id))


@room.get(ASK + "withdraw")
@on_record(Area.BUDGET, Level.ADD, roles=ASKING)
def withdraw(permit: Permit, spend_ask_id: UUID) -> ResponseReturnValue:
    row = queries.ask(permit, spend_ask_id)
    if Move.WITHDRAW not in queries.moves(permit, row):
        abort(404)
    back = _url(permit, row, saved=None)
    return pages.one_button(gettext("Take it back"), back, _title(permit), tab="more", words=[row.what])


@room.post(ASK + "withdraw")
@on_record(Area.BUDGET, Level.ADD, roles=ASKING)
def withdraw_send(permit: Permit, spend_ask_id: UUID) -> ResponseReturnValue:
    try:
        ask_actions.withdraw(permit, spend_ask_id)
    except NotNow:
        row = queries.ask(permit, spend_ask_id)
        form = AskAnswerForm(formdata=None, data=answer_data(row))
        return _page(permit, row, form, status=409, why=gettext("It has its answer already. Read it first."))
    return pages.saved(_url(permit, queries.ask(permit, spend_ask_id)))


def _title(permit: Permit) -> str:
    return gettext("May I spend on this?") if permit.is_self else gettext("Asked before spending")


def _page(
    permit: Permit, row: SpendAsk, form: AskAnswerForm, status: int = 200, why: str = ""
) -> ResponseReturnValue:
    contact = people.lead(permit)
    return pages.show(
        "budget/ask.html",
        status=status,
        ask=row,
        title=_title(permit),
        form=form,
        moves=queries.moves(permit, row),
        left=words.left(queries.kept(permit, row.budget_id).left),
        Move=Move,
        before=queries.ask(permit, row.follows_id) if row.follows_id else None,
        lead=contact,
        team=contact or people.team_of(permit),
        news=notifications.is_new(permit.account_id, row.id),
        versions=[each for each in versions.earlier(permit, row) if each.body["answer"]]
        if row.version > 1
        else [],
        money=money,
        words=words,
        team_today=teams.today(),
        why=why,
    )


def _ask_page(
    permit: Permit,
    form: AskForm,
    budget_id: UUID,
    again: SpendAsk | None,
    status: int = 200,
    why: str = "",
) -> ResponseReturnValue:
    one, contact = queries.kept(permit, budget_id), ask_actions.may_be_asked(permit)
    if permit.subject.died_on:
        abort(404)
    return pages.show(
        "budget/ask_form.html",
        status=status,
        form=form,
        one=one,
        again=again,
        why=why or ("" if contact else words.nobody(permit)),
        contact=contact,
        words=words,
    )


def _again(permit: Permit, budget_id: UUID) -> SpendAsk | None:
    """What is asked again, where it was refused or taken back."""
    before = uuid_of(request.args.get("again"))
    if before is None:
        return None
    row = queries.ask(permit, before)
    here = row.budget_id == budget_id
    return row if here and Move.AGAIN in queries.moves(permit, row) else None


def _url(permit: Permit, row: SpendAsk, saved: int | None = 1) -> str:
    return url_for(".ask", person_id=permit.person_id, spend_ask_id=row.id, saved=saved)
