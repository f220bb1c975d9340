"""Pages of decisions."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.decisions import actions, forms, information_views, queries, words
from selfcare.decisions import told_views as told_views
from selfcare.decisions.around import BASE, ONE, able, address, around, not_now, room
from selfcare.decisions.forms import (
    ChangeDecisionForm,
    DecideForm,
    DecisionFields,
    DecisionForm,
    SayForm,
)
from selfcare.decisions.models import OPTIONS, OWN, Decision
from selfcare.decisions.states import Move, NotNow
from selfcare.people import seeing
from selfcare.people.queries import lead
from selfcare.web import conflict, item_reference, pages, paging, safety, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale


@room.get(BASE)
@on_record(Area.DECISIONS, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    found = queries.decisions(permit, paging.asked())
    shown, before = paging.cut(found, queries.PAGE, lambda row: (row.entered_at, row.id))
    earlier = before and url_for(".index", person_id=permit.person_id, before=before)
    may_add = permit.may(Area.DECISIONS, Level.ADD)
    return pages.show("decisions/index.html", decisions=shown, earlier=earlier, may_add=may_add, words=words)


@room.get(BASE + "add")
@on_record(Area.DECISIONS, Level.ADD)
def add(permit: Permit) -> ResponseReturnValue:
    return _words_page(permit, DecisionForm(formdata=None))


@room.post(BASE + "add")
@on_record(Area.DECISIONS, Level.ADD)
@once
def add_send(permit: Permit) -> ResponseReturnValue:
    form = DecisionForm()
    if not form.validate():
        return _words_page(permit, form, status=422)
    values = form.values()
    row = actions.add(permit, **values | {"only_me": bool(values["only_me"])})
    return pages.saved(address(permit, row.id), ("decision", row.id), row.version)


@room.get(ONE)
@on_record(Area.DECISIONS, Level.SEE)
def decision(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    row = queries.decision(permit, decision_id)
    return _page(permit, row, SayForm(formdata=None, data=forms.say_data(row)))


@room.post(ONE)
@on_record(Area.DECISIONS, Level.ADD)
def decision_send(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    """What matters, and where somebody leans."""
    keep, data = conflict.settled(("matters",))
    if keep == "theirs":
        return redirect(address(permit, decision_id), 303)
    row = queries.decision(permit, decision_id)
    form = SayForm(formdata=data)
    form.offer(row, own=permit.is_self)
    if not form.validate():
        return _page(permit, row, form, status=422)
    values = {"matters": form.matters.text.strip(), "lean": form.lean.data or ""}
    try:
        actions.say(permit, decision_id, versions.number(form.version.data), **values)
    except NotNow as refused:
        return not_now(permit, refused, values["matters"])
    except Stale as stale:
        return conflict.ask(
            form,
            stale,
            address(permit, decision_id),
            forms.say_data(stale.item),
            texts=("matters",),
            said=_reworded(row, form),
        )
    return pages.saved(address(permit, decision_id), ("decision", decision_id))


@room.get(ONE + "change")
@on_record(Area.DECISIONS, Level.ADD)
def change(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    row = able(permit, decision_id, Move.CHANGE)
    return _words_page(permit, ChangeDecisionForm(formdata=None, data=forms.decision_data(row)), row)


@room.post(ONE + "change")
@on_record(Area.DECISIONS, Level.ADD)
def change_send(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    texts = ("question", *OPTIONS)
    keep, data = conflict.settled(())
    if keep == "theirs":
        return redirect(address(permit, decision_id), 303)
    form = ChangeDecisionForm(formdata=data)
    if not form.validate():
        return _words_page(permit, form, able(permit, decision_id, Move.CHANGE), status=422)
    try:
        actions.change(
            permit, decision_id, versions.number(form.version.data), same=form.answers(), **form.values()
        )
    except NotNow as refused:
        return not_now(permit, refused, "\n".join(form[name].text for name in texts))
    except actions.Unsaid as unsaid:
        return _words_page(permit, form, unsaid.item, asks=unsaid.codes, status=422)
    except actions.TheirRows as theirs:
        field = form[f"option_{theirs.code}"]
        field.errors = [gettext("Somebody else wrote down what was told of this, so it stays. Put it back.")]
        return _words_page(permit, form, queries.decision(permit, decision_id), status=422)
    except Stale as stale:
        # Two names of one option, one after the other, would be a third: one of the two is chosen.
        return conflict.ask(
            form,
            stale,
            address(permit, decision_id),
            forms.decision_data(stale.item),
            texts=(),
            apart=tuple(f"same_{code}" for code in OWN),
        )
    return pages.saved(address(permit, decision_id), ("decision", decision_id))


@room.get(ONE + "remove")
@on_record(Area.DECISIONS, Level.ADD)
def remove(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, decision_id)


@room.post(ONE + "remove")
@on_record(Area.DECISIONS, Level.ADD)
def remove_send(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    try:
        actions.remove(permit, decision_id, conflict.looked_at())
    except Stale as stale:
        return _remove_page(permit, decision_id, by=stale.by)
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1))


@room.get(ONE + "decide")
@on_record(Area.DECISIONS, Level.ADD)
def decide(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    row = able(permit, decision_id, Move.DECIDE)
    return _decide_page(permit, row, DecideForm(formdata=None, data=forms.decide_data(row)))


@room.post(ONE + "decide")
@on_record(Area.DECISIONS, Level.ADD)
def decide_send(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(("words",))
    if keep == "theirs":
        return redirect(address(permit, decision_id), 303)
    row, form = queries.decision(permit, decision_id), DecideForm(formdata=data)
    form.offer(row)
    if not form.validate():
        return _decide_page(permit, able(permit, decision_id, Move.DECIDE), form, status=422)
    try:
        actions.decide(permit, decision_id, versions.number(form.version.data), **form.values())
    except Stale as stale:
        now = forms.decide_data(stale.item)
        there = address(permit, decision_id)
        return conflict.ask(form, stale, there, now, texts=("words",), said=_reworded(row, form))
    return pages.saved(address(permit, decision_id), ("decision", decision_id))


@room.get(ONE + "reopen")
@on_record(Area.DECISIONS, Level.ADD)
def reopen(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    row = able(permit, decision_id, Move.REOPEN)
    back, text = address(permit, decision_id, saved=None), gettext("Open it again")
    return pages.one_button(text, back, row.question, tab="more")


@room.post(ONE + "reopen")
@on_record(Area.DECISIONS, Level.ADD)
def reopen_send(permit: Permit, decision_id: UUID) -> ResponseReturnValue:
    actions.reopen(permit, decision_id)
    return pages.saved(address(permit, decision_id), ("decision", decision_id))


def _page(permit: Permit, row: Decision, form: SayForm, status: int = 200) -> ResponseReturnValue:
    form.offer(row, own=permit.is_self)
    asks = permit.role in (Role.SELF, Role.CARER) and permit.may(Area.QUESTIONS, Level.ADD)
    # What others would read beside a question: of a decision that they do not see, nothing.
    about = "" if row.only_me else item_reference.sign(permit.person_id, "decision", row.id, row.question)
    prompts = words.prompts(None if permit.is_self else permit.person_name)
    outs = {one.get("people") for one in row.facts if one["of"]}
    heads = {(one["told_by"], one["told_on"]) for one in row.facts}
    return pages.show(
        "decisions/decision.html",
        status=status,
        decision=row,
        form=form,
        options=row.options(),
        groups=queries.groups(row),
        told_once=next(iter(heads)) if len(heads) == 1 else None,
        out_of=next(iter(outs)) if len(outs) == 1 else None,
        moves=queries.moves(permit, row),
        may_turn=queries.may_turn,
        prompts=prompts,
        Move=Move,
        words=words,
        days=_told_on,
        about=about,
        asks=asks,
        agrees=permit.may(Area.APPOINTMENTS, Level.ADD),
        form_id=lambda: str(uuid4()),
        versions=versions.earlier(permit, row) if row.version > 1 else [],
        **information_views.beside(permit, row),
        **around(),
    )


def _told_on(fact: dict[str, Any]) -> date | None:
    return date.fromisoformat(fact["told_on"]) if fact["told_on"] else None


def _words_page(
    permit: Permit,
    form: DecisionFields,
    row: Decision | None = None,
    status: int = 200,
    asks: Collection[str] = (),
) -> ResponseReturnValue:
    """`asks`: the options of which it is asked whether they are the same thing still."""
    if isinstance(form, ChangeDecisionForm) and row is not None:
        form.ask(row, asks)
    return pages.show("decisions/words.html", status=status, **words_values(permit, form, row))


def words_values(
    permit: Permit, form: DecisionFields, row: Decision | None = None, *, kept: bool = False
) -> dict[str, Any]:
    """What the page of a decision, new or to change, is drawn with.

    :param kept: it stands alone on a phone, so that the numbers to call are on it.
    """
    if permit.is_self:
        form.only_me.states = seeing.switch(permit, Area.DECISIONS, shown=row is not None and not row.only_me)
    contact = lead(permit) if kept else None
    return {
        "form": form,
        "decision": row,
        "leave": words.leave(),
        "may_hide": permit.is_self and (row is None or actions.may_hide(permit, row)),
        "calls": (safety.calls(contact.name, contact.phone) if contact else safety.calls()) if kept else [],
        **around(),
    }


def _decide_page(permit: Permit, row: Decision, form: DecideForm, status: int = 200) -> ResponseReturnValue:
    form.offer(row)
    return pages.show("decisions/decide.html", status=status, form=form, decision=row, **around())


def _remove_page(permit: Permit, decision_id: UUID, by: str | None = None) -> ResponseReturnValue:
    """Asks before a decision is removed. `by`: who changed it since it was shown."""
    row = able(permit, decision_id, Move.REMOVE)
    return pages.show(
        "decisions/remove.html", status=409 if by else 200, decision=row, fact=None, version=row, by=by
    )


def _reworded(row: Decision, form: Any) -> str | None:
    """Said where two are chosen between, and what could be done is called otherwise than on the page that was sent."""
    if row.words_version <= versions.number(form.version.data):
        return None
    return gettext("The words for what could be done have changed meanwhile. Read them before you choose.")
