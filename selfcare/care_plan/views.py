"""Pages of the plan."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from selfcare.care_plan import actions, queries, showing, states, words
from selfcare.care_plan import information_views as information_views
from selfcare.care_plan.forms import TEXTS, CounterForm, DraftForm, Fields, NewForm, OtherForm, line_data
from selfcare.care_plan.models import PlanChange
from selfcare.care_plan.queries import Change
from selfcare.care_plan.room import BASE, LINE, ONE, OWN
from selfcare.care_plan.room import room as room
from selfcare.care_plan.states import Full, Move, NotNow, Over, Side, State, Unseen
from selfcare.people import seeing
from selfcare.people.queries import lead
from selfcare.web import conflict, item_reference, pages, safety, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.forms import LogForm
from selfcare.web.once import made_by, once
from selfcare.web.versions import Stale

DRAFT = "draft"  # what a button says that keeps something for oneself


def alive(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Under an access mark, around a view that changes the plan: once the person has died, it says that it stays."""

    @wraps(view)
    def answered(permit: Permit, **values: Any) -> ResponseReturnValue:
        try:
            actions.still_lives(permit)
        except Over:
            why = gettext("%(name)s has died. The plan stays as it is.", name=permit.person_name)
            typed = (request.form.get(name, "").strip() for name in ("who", "text", "why"))
            return _not_done(permit, why, "\n".join(filter(None, typed)))
        return view(permit, **values)

    return answered


@room.get(BASE)
@on_record(Area.PLAN, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    return pages.show("care_plan/index.html", **showing.page_values(permit))


@room.get(BASE + "paper")
@on_record(Area.PLAN, Level.SEE)
def paper(permit: Permit) -> ResponseReturnValue:
    """One page to print. Paper lies about, so *only me* is left out of it."""
    return pages.show("care_plan/paper.html", **showing.paper_values(permit))


@room.get(BASE + "keep")
@on_record(Area.PLAN, Level.SEE, roles=(Role.SELF, Role.CARER))
def keep(permit: Permit) -> ResponseReturnValue:
    return jsonify(showing.to_keep(permit))


@room.get(BASE + "earlier/")
@on_record(Area.PLAN, Level.SEE)
def earlier(permit: Permit) -> ResponseReturnValue:
    return pages.show("care_plan/earlier.html", days=queries.history(permit), most=queries.EARLIER)


@room.get(BASE + "choose")
@on_record(Area.PLAN, Level.ADD)
@alive
def choose(permit: Permit) -> ResponseReturnValue:
    """Which line somebody wants to change, or a new one."""
    return pages.show("care_plan/choose.html", plan=queries.plan(permit), words=words)


@room.get(BASE + "suggest")
@on_record(Area.PLAN, Level.ADD)
@alive
def suggest(permit: Permit) -> ResponseReturnValue:
    """A new line; from a goal or a service (`about`, signed), from what helped (`entry`), or for a part."""
    about = item_reference.read(permit.person_id, request.args.get("about"))
    helped = item_reference.words(permit, "entry", request.args.get("entry"))
    data: dict[str, Any] = {"part": request.args.get("part", ""), "text": helped or ""}
    if about and about.kind == "goal":
        data = {"part": "hope", "text": about.label, "about": request.args["about"]}
    elif about and about.kind == "service":
        data = {"part": "does", "who": about.label}
    return _form_page(permit, NewForm(formdata=None, data=data))


@room.post(BASE + "suggest")
@on_record(Area.PLAN, Level.ADD)
@alive
@once
def suggest_send(permit: Permit) -> ResponseReturnValue:
    form = NewForm()
    _settle(permit, form)
    if not _fits(permit, form):
        return _form_page(permit, form, status=422)
    about = item_reference.read(permit.person_id, form.about.data)
    hopes = about is not None and about.kind == "goal" and form.part.data == "hope"
    return _suggested(
        permit,
        form,
        part=str(form.part.data),
        goal_id=about.id if about and hopes else None,
        new_line=made_by(permit),
    )


@room.get(LINE + "suggest")
@on_record(Area.PLAN, Level.ADD)
@alive
def other_words(permit: Permit, plan_line_id: UUID) -> ResponseReturnValue:
    row = queries.line(permit, plan_line_id)
    return _form_page(permit, OtherForm(formdata=None, data=line_data(row)), row)


@room.post(LINE + "suggest")
@on_record(Area.PLAN, Level.ADD)
@alive
@once
def other_words_send(permit: Permit, plan_line_id: UUID) -> ResponseReturnValue:
    form = OtherForm()
    try:
        row = queries.line(permit, plan_line_id)
    except NotFound:
        queries.was_there(permit, plan_line_id)
        why = gettext("This line is not in the plan any more.")
        return _not_done(permit, why, form.typed)
    _settle(permit, form, row)
    if not _fits(permit, form, row):
        return _form_page(permit, form, row, status=422)
    return _suggested(permit, form, line_id=plan_line_id, part=row.part)


@room.get(BASE + "send")
@on_record(Area.PLAN, Level.ADD)
@alive
def send(permit: Permit) -> ResponseReturnValue:
    """All drafts, to be read once more before the team is asked."""
    return _send_page(permit)


@room.post(BASE + "send")
@on_record(Area.PLAN, Level.ADD)
@alive
@once
def send_send(permit: Permit) -> ResponseReturnValue:
    form = LogForm()
    if not form.validate():
        return _send_page(permit, form, status=422)
    try:
        sent = actions.send(permit, request.form.get("seen", ""))
    except (Unseen, NotNow, NotFound):
        return _send_page(permit, status=409)
    return pages.saved(_plan(permit, saved=1), ("plan_change", sent[0].id))


@room.get(ONE)
@on_record(Area.PLAN, Level.SEE)
def change(permit: Permit, change_id: UUID) -> ResponseReturnValue:
    """One change, old beside new, for whoever is asked and whoever suggested it."""
    return showing.change_page(permit, queries.change(permit, change_id))


@room.get(ONE + '<any("agree", "keep", "take-back"):answer>')
@on_record(Area.PLAN, Level.ADD)
def answered_form(permit: Permit, change_id: UUID, answer: str) -> ResponseReturnValue:
    """The buttons stand under the words they are about, and nowhere else."""
    queries.change(permit, change_id)
    return redirect(url_for(".change", person_id=permit.person_id, change_id=change_id), 303)


@room.post(ONE + '<any("agree", "keep", "take-back"):answer>')
@on_record(Area.PLAN, Level.ADD)
@alive
def answered(permit: Permit, change_id: UUID, answer: str) -> ResponseReturnValue:
    try:
        if answer == "agree":
            row = actions.agree(permit, change_id, request.form.get("seen", ""))
        elif answer == "keep":
            row = actions.keep(permit, change_id)
        else:
            row = actions.take_back(permit, change_id)
    except NotNow as refused:
        return _not_now(permit, refused)
    except Unseen:
        return showing.change_page(permit, queries.change(permit, change_id), status=409)
    return pages.saved(_next(permit), ("plan_change", row.id))


@room.get(ONE + "words")
@on_record(Area.PLAN, Level.ADD)
@alive
def counter(permit: Permit, change_id: UUID) -> ResponseReturnValue:
    found = _theirs(permit, change_id, Move.COUNTER)
    if not found.can(Move.COUNTER) or found.row.drops:
        return redirect(url_for(".change", person_id=permit.person_id, change_id=change_id), 303)
    return _form_page(permit, CounterForm(formdata=None, data=line_data(found.row)), found.row, turns=True)


@room.post(ONE + "words")
@on_record(Area.PLAN, Level.ADD)
@alive
@once
def counter_send(permit: Permit, change_id: UUID) -> ResponseReturnValue:
    form = CounterForm()
    found = _theirs(permit, change_id, Move.COUNTER)
    _settle(permit, form, found.row)
    if not _fits(permit, form, found.row):
        return _form_page(permit, form, found.row, turns=True, status=422)
    try:
        row = actions.counter(permit, change_id, **form.line(), why=form.why.text.strip())
    except NotNow as refused:
        return _not_now(permit, refused, form.typed)
    return pages.saved(_next(permit), ("plan_change", row.id))


@room.get(OWN + "change")
@on_record(Area.PLAN, Level.ADD)
@alive
def draft(permit: Permit, plan_draft_id: UUID) -> ResponseReturnValue:
    found = _theirs(permit, plan_draft_id, Move.CHANGE)
    if not found.can(Move.CHANGE) or found.row.drops:
        return redirect(url_for(".change", person_id=permit.person_id, change_id=plan_draft_id), 303)
    return _form_page(permit, DraftForm(formdata=None, data=line_data(found.row)), found.row)


@room.post(OWN + "change")
@on_record(Area.PLAN, Level.ADD)
@alive
def draft_send(permit: Permit, plan_draft_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(TEXTS)
    there = _plan(permit, saved=1)
    found = _theirs(permit, plan_draft_id, Move.CHANGE)
    if keep == "theirs":
        return redirect(there, 303)
    form = DraftForm(formdata=data)
    _settle(permit, form, found.row)
    if found.row.drops:
        why = gettext("This draft takes the line out, so it has no words to change. Take it back first.")
        return _not_done(permit, why, form.typed)
    if not form.validate():
        return _form_page(permit, form, found.row, status=422)
    only_me = form.only_me.choice if "only_me" in form else None
    try:
        row = actions.change(
            permit, plan_draft_id, versions.number(form.version.data), **form.line(), only_me=only_me
        )
    except NotNow as refused:
        return _not_now(permit, refused, form.typed)
    except Stale as stale:
        now = {name: value for name, value in line_data(stale.item).items() if name in form}
        return conflict.ask(form, stale, _plan(permit), now, texts=TEXTS)
    return pages.saved(there, ("plan_change", row.id), row.version)


def new_values(permit: Permit) -> dict[str, Any]:
    """What the form of a new line is drawn with where a phone keeps it."""
    contact = lead(permit)
    calls = safety.calls(contact.name, contact.phone) if contact else safety.calls()
    return _form_values(permit, NewForm(formdata=None)) | {"calls": calls}


def _suggested(permit: Permit, form: Any, **more: Any) -> ResponseReturnValue:
    send = request.form.get("as") != DRAFT
    drops = "drops" in form and bool(form.drops.data)
    line = {} if drops else form.line()
    only_me = "only_me" in form and bool(form.only_me.data)
    try:
        row = actions.suggest(
            permit, **line, **more, why=form.why.text.strip(), drops=drops, send=send, only_me=only_me
        )
    except Full:
        why = gettext(
            "A plan has room for %(most)s lines, and for as many changes that wait. Take one out or back first.",
            most=queries.MOST,
        )
        return _not_done(permit, why, form.typed)
    return pages.saved(_plan(permit, saved=1), ("plan_change", row.id), row.version)


def _settle(permit: Permit, form: Fields, row: PlanChange | None = None) -> None:
    """Fit a form to the line, and to whoever fills it in."""
    drafts = permit.is_self and (
        row is None
        or row.state == State.AGREED
        or (row.state == State.DRAFT and actions.may_hide(permit, row))
    )
    form.settle(permit, row.part if row else "", only_me=drafts)
    if "only_me" in form:
        shown = row is not None and row.state == State.DRAFT and not row.only_me
        form["only_me"].states = seeing.switch(permit, Area.PLAN, shown=shown)


def _fits(permit: Permit, form: Any, row: PlanChange | None = None) -> bool:
    """Whether a form can be kept: its words, what was not changed, and what nobody else would see."""
    if not form.validate():
        return False
    first = form.text if "text" in form else form.until
    drops = "drops" in form and bool(form.drops.data)
    if row is not None and not drops and form.line() == {name: getattr(row, name) for name in form.line()}:
        first.errors = [gettext("These are the words that stand there. Change them, or go back.")]
        return False
    hides = "only_me" in form and form.only_me.data
    if hides and request.form.get("as") != DRAFT and queries.team(permit):
        form.only_me.errors = [
            gettext(
                "Only you would see this, so nobody could agree. Take Only me off, or save it as a draft."
            )
        ]
        return False
    return True


def _form_page(
    permit: Permit, form: Any, row: PlanChange | None = None, *, turns: bool = False, status: int = 200
) -> ResponseReturnValue:
    values = _form_values(permit, form, row) | {"turns": turns}
    return pages.show("care_plan/form.html", status=status, **values)


def _form_values(permit: Permit, form: Any, row: PlanChange | None = None) -> dict[str, Any]:
    if not form.line_part and not hasattr(form, "today"):
        _settle(permit, form, row)
    about = item_reference.read(permit.person_id, form.about.data) if "about" in form else None
    return {
        "form": form,
        "row": row,
        "heading": words.part(row.part) if row else None,
        "from_label": about.label if about else None,
        "side": queries.side_of(permit),
        "team": queries.team(permit),
        "untold": showing.untold(permit) if queries.speaks(permit) is Side.PERSON else None,
        "turns": False,
        "with_words": ",".join(part for part in words.PARTS if part != "again"),
        "safety_lines": safety.short_lines(writing=True),
        "calls": [],
    }


def _send_page(permit: Permit, form: LogForm | None = None, status: int = 200) -> ResponseReturnValue:
    plan = queries.plan(permit)
    drafts, team = actions.to_send(plan), queries.team(permit)
    if team is None or queries.speaks(permit) is not Side.PERSON or (not drafts and status == 200):
        abort(404)
    if not drafts:
        return _not_done(permit, gettext("These drafts were sent or taken back already."))
    return pages.show(
        "care_plan/send.html",
        status=status,
        form=form or LogForm(formdata=None),
        drafts=drafts,
        team=team,
        untold=showing.untold(permit),
        seen=queries.digest_of(one.row for one in drafts),
        again=status == 409,
    )


def _theirs(permit: Permit, change_id: UUID, move: Move) -> Change:
    """A change where a move is theirs to make, possible or not any more; 404 else."""
    found = queries.change(permit, change_id)
    if not states.may(queries.ties(permit, found.row), move):
        abort(404)
    return found


def _next(permit: Permit) -> str:
    """The change that waits next, or the plan."""
    left = queries.plan(permit).asked
    if left:
        return url_for(".change", person_id=permit.person_id, change_id=left[0].row.id, saved=1)
    return _plan(permit, saved=1)


def _not_now(permit: Permit, refused: NotNow, typed: str = "") -> ResponseReturnValue:
    return _not_done(permit, words.ended(refused.state, refused.by), typed)


def _not_done(permit: Permit, why: str, typed: str = "") -> ResponseReturnValue:
    """409: why this cannot be done, with what was typed."""
    return pages.show(
        "not_done.html",
        status=409,
        why=why,
        typed=typed,
        back=_plan(permit),
        back_text=words.section(None if permit.is_self else permit.person_name),
    )


def _plan(permit: Permit, **more: Any) -> str:
    return url_for(".index", person_id=permit.person_id, **more)
