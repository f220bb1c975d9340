"""Pages of who works on asks: a team's link workers and key contacts, and a voluntary body's people."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.asks import desk_actions, desk_queries, words
from selfcare.asks.desk_queries import DESK
from selfcare.asks.forms import AddForm, BackForm, FoundForm, OfferForm, PlaceForm
from selfcare.asks.queries import Asked
from selfcare.asks.room import room
from selfcare.asks.states import Move, NotNow, State, Who
from selfcare.audit import trail
from selfcare.database import now
from selfcare.notifications import queries as notifications
from selfcare.people import teams
from selfcare.web import drawn, pages, paging, versions
from selfcare.web.access import AskDesk, AskPermit, on_ask, on_asks
from selfcare.web.once import made_by, once
from selfcare.web.versions import Stale

BASE = "/asks/"
ONE = BASE + "<uuid:ask_id>/"


@room.get(BASE)
@on_asks
def desk(desk: AskDesk) -> ResponseReturnValue:
    """Every open ask that the reader works on: what waits for somebody first, then theirs, then what others have."""
    found = desk_queries.on_desk(desk, paging.asked())
    shown, before = paging.cut(found, DESK, lambda one: (one.row.entered_at, one.id))
    trail.note_asks(desk.account_id, {one.row.person_id for one in shown})
    groups = [
        (gettext("Nobody has taken these yet"), [one for one in shown if _waits(one)]),
        (gettext("You have these"), [one for one in shown if _mine(desk, one)]),
        (gettext("Others have these"), [one for one in shown if not _waits(one) and not _mine(desk, one)]),
    ]
    return pages.show(
        "asks/desk.html",
        groups=[(title, asks) for title, asks in groups if asks],
        people=desk.people,
        body=not desk.people and bool(desk.bodies),
        runs=desk_queries.runs_pages(desk),
        more=before and url_for(".desk", before=before),
        words=words,
        today=teams.today(),
    )


@room.get(ONE)
@on_ask
def work(work: AskPermit) -> ResponseReturnValue:
    return _one(work)


@room.get(ONE + "take")
@on_ask
def accept(work: AskPermit) -> ResponseReturnValue:
    """The button stands on the page of the ask, and nowhere else."""
    return redirect(_address(work), 303)


@room.post(ONE + "take")
@on_ask
def accept_send(work: AskPermit) -> ResponseReturnValue:
    _needs(work)
    try:
        desk_actions.accept(work)
    except NotNow:
        return _not_now(work)
    return pages.saved(_address(work, saved=1), ("ask", work.ask_id))


@room.get(ONE + "pass-on")
@on_ask
def offer(work: AskPermit) -> ResponseReturnValue:
    return _offer_page(work, OfferForm(formdata=None))


@room.post(ONE + "pass-on")
@on_ask
def offer_send(work: AskPermit) -> ResponseReturnValue:
    _needs(work, team=True)
    form = OfferForm()
    form.offer(desk_queries.bodies())
    if not form.validate():
        return _offer_page(work, form, 422)
    try:
        desk_actions.offer(work, UUID(form.body.data))
    except desk_actions.NoSuchBody:
        return _offer_page(work, form, 409)
    except NotNow:
        return _not_now(work)
    return pages.saved(_address(work, saved=1), ("ask", work.ask_id))


@room.get(ONE + "found")
@on_ask
def found(work: AskPermit) -> ResponseReturnValue:
    row = desk_queries.worked_on(work).row
    data: dict[str, Any] = {"version": row.version, "what": "place" if row.found_at else None}
    data |= {"place": row.place, "words": row.found_words, "on": row.starts_on, "at": row.starts_at}
    return _form_page(work, "asks/found.html", _found_form(work, formdata=None, data=data), Move.FOUND)


@room.post(ONE + "found")
@on_ask
@once
def found_send(work: AskPermit) -> ResponseReturnValue:
    _needs(work)
    form = _found_form(work)
    if not form.validate():
        return _form_page(work, "asks/found.html", form, Move.FOUND, 422)
    try:
        if form.is_place:
            desk_actions.found(
                work,
                versions.number(form.version.data),
                place=form.place.text.strip(),
                words=form.words.text.strip(),
                on=form.on.value,
                at=form.at.value,
            )
        elif isinstance(form, FoundForm):
            desk_actions.not_found(work, form.why.text.strip())
    except NotNow:
        return _not_now(work, "\n".join(filter(None, (form.place.text, form.words.text))))
    except Stale as stale:
        form.version.data = stale.item.version
        form.form_errors.append(
            gettext(
                "%(name)s changed this meanwhile. Look at it, and save once more to keep yours.",
                name=stale.by,
            )
        )
        return _form_page(work, "asks/found.html", form, Move.FOUND, 409, stands=stale.item, words=words)
    return pages.saved(_address(work, saved=1), ("ask", work.ask_id))


@room.get(ONE + "back")
@on_ask
def back(work: AskPermit) -> ResponseReturnValue:
    return _form_page(work, "asks/back.html", BackForm(formdata=None), Move.BACK)


@room.post(ONE + "back")
@on_ask
@once
def back_send(work: AskPermit) -> ResponseReturnValue:
    _needs(work)
    form = BackForm()
    if not form.validate():
        return _form_page(work, "asks/back.html", form, Move.BACK, 422)
    try:
        desk_actions.give_back(work, form.words.text.strip())
    except NotNow:
        return _not_now(work, form.words.text)
    # A body does not see it any more.
    return pages.saved(
        url_for(".desk", saved=1) if work.body else _address(work, saved=1), ("ask", work.ask_id)
    )


@room.get(ONE + "add")
@on_ask
def work_add(work: AskPermit) -> ResponseReturnValue:
    return _form_page(work, "asks/work_add.html", AddForm(formdata=None), Move.ADD)


@room.post(ONE + "add")
@on_ask
@once
def work_add_send(work: AskPermit) -> ResponseReturnValue:
    _needs(work)
    form = AddForm()
    if not form.validate():
        return _form_page(work, "asks/work_add.html", form, Move.ADD, 422)
    try:
        line = desk_actions.add(work, form.text.text.strip(), made_by(work))
    except NotNow:
        return _not_now(work, form.text.text)
    return pages.saved(_address(work, saved=1), ("ask_line", line.id))


@room.get(ONE + "seen")
@on_ask
def seen_form(work: AskPermit) -> ResponseReturnValue:
    """The button stands on the page of the ask, and nowhere else."""
    return redirect(_address(work), 303)


@room.post(ONE + "seen")
@on_ask
def seen(work: AskPermit) -> ResponseReturnValue:
    """What the person added was read. The page says so by itself."""
    desk_actions.read(work, drawn.moment(request.form.get("shown")))
    if pages.is_part():
        return "", 200
    return pages.saved(_address(work, saved=1))


def _one(work: AskPermit, status: int = 200, **more: Any) -> ResponseReturnValue:
    drawn_at = now().isoformat()  # before it is read: what comes meanwhile is not on the page
    found = desk_queries.worked_on(work)
    lines = desk_queries.shown(work, found)
    return pages.show(
        "asks/work.html",
        status=status,
        ask=found,
        work=work,
        lines=lines,
        unread=work.acts
        and (
            any(line.side == Who.PERSON and line.read_at is None for line in lines)
            or notifications.is_new(work.account_id, work.ask_id)
        ),
        can=lambda move: work.acts and found.can(move, _who(work)),
        name=found.row.passed_name if work.body else None,
        words=words,
        today=teams.today(),
        drawn_at=drawn_at,
        day_of=teams.day_of,
        **more,
    )


def _form_page(
    work: AskPermit, template: str, form: Any, move: Move, status: int = 200, **more: Any
) -> ResponseReturnValue:
    _needs(work)
    found = desk_queries.worked_on(work)
    if not found.can(move, _who(work)):
        return _not_now(work, next((form[name].text for name in ("text", "words") if name in form), ""))
    return pages.show(template, status=status, form=form, ask=found, work=work, **more)


def _offer_page(work: AskPermit, form: OfferForm, status: int = 200) -> ResponseReturnValue:
    _needs(work, team=True)
    places = desk_queries.bodies()
    form.offer(places)
    return _form_page(work, "asks/pass_on.html", form, Move.OFFER, status, bodies=places)


def _found_form(work: AskPermit, **how: Any) -> PlaceForm:
    return PlaceForm(**how) if work.body else FoundForm(**how)


def _not_now(work: AskPermit, typed: str = "") -> ResponseReturnValue:
    """409: somebody was first, or it is over. Who has it now, and what was typed."""
    found = desk_queries.worked_on(work)
    if work.body and found.row.body_id != work.team_id:
        abort(404)  # it was taken back in the same moment
    why = gettext("This changed meanwhile. Look how it stands now.")
    if found.state is State.ACCEPTED and found.row.owner_id != work.account_id:
        why = gettext("%(name)s has just taken it. There is nothing you need do.", name=found.owner)
    return _one(work, status=409, why=why, typed=typed)


def _needs(work: AskPermit, *, team: bool = False) -> None:
    """:raises NotFound: who only stands by; where it is the team's to do, a body."""
    if not work.acts or (team and work.body):
        abort(404)


def _mine(desk: AskDesk, found: Asked) -> bool:
    return bool(found.owner) and found.row.owner_id == desk.account_id


def _waits(found: Asked) -> bool:
    return not found.owner and found.state in (State.ASKED, State.OFFERED)


def _who(work: AskPermit) -> Who:
    return Who.BODY if work.body else Who.TEAM


def _address(work: AskPermit, **more: Any) -> str:
    return url_for("asks.work", ask_id=work.ask_id, **more)
