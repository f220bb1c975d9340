"""Pages of asks, for the person and those who help; and a professional who asks for them."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.asks import about as named
from selfcare.asks import actions, desk_queries, desk_views, queries, words
from selfcare.asks.forms import AddForm, AgreeForm, AskForm, WentForm, ask_form
from selfcare.asks.queries import ASKING, Asked
from selfcare.asks.room import room
from selfcare.asks.states import Move, NotNow, State
from selfcare.database import now
from selfcare.notifications import queries as notifications
from selfcare.people import queries as people
from selfcare.people import teams
from selfcare.web import item_reference, pages, paging, safety, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.item_reference import About
from selfcare.web.once import made_by, once

__all__ = ["desk_views", "room"]

BASE = "/people/<uuid:person_id>/asks/"
ONE = BASE + "<uuid:ask_id>/"
WORKS = (Role.PROFESSIONAL,)
THEIR_TURN = (State.FOUND, State.PROPOSED)  # what waits for the person stands first


@room.get(BASE)
@on_record(Area.COMMUNITY, Level.SEE, roles=ASKING)
def index(permit: Permit) -> ResponseReturnValue:
    before = paging.asked()
    shown, key = paging.cut(
        queries.over(permit, before), queries.PAGE, lambda row: (row.ended_at or row.entered_at, row.id)
    )
    return pages.show(
        "asks/index.html",
        asks=[] if before else sorted(queries.open_ones(permit), key=lambda ask: ask.state not in THEIR_TURN),
        over=shown,
        before=before,
        more=key and url_for(".index", person_id=permit.person_id, before=key),
        **_around(permit),
    )


@room.get(BASE + "new")
@on_record(Area.COMMUNITY, Level.ADD, roles=ASKING)
def new(permit: Permit) -> ResponseReturnValue:
    """Ask, about a service or a need (`about`, signed), or in words."""
    token = request.args.get("about", "")
    form = ask_form(permit, _about(permit, token), formdata=None, data={"about": token})
    return _new_page(permit, form)


@room.post(BASE + "new")
@on_record(Area.COMMUNITY, Level.ADD, roles=ASKING)
@once
def new_send(permit: Permit) -> ResponseReturnValue:
    return _ask(
        permit,
        lambda row: url_for(".one", person_id=permit.person_id, ask_id=row, done="asked", _anchor="done"),
    )


@room.get(BASE + "for")
@on_record(Area.CONTACTS, Level.MANAGE, roles=WORKS)
def new_for(permit: Permit) -> ResponseReturnValue:
    token = request.args.get("about", "")
    form = ask_form(permit, _about(permit, token), formdata=None, data={"about": token})
    return _new_page(permit, form)


@room.post(BASE + "for")
@on_record(Area.CONTACTS, Level.MANAGE, roles=WORKS)
@once
def new_for_send(permit: Permit) -> ResponseReturnValue:
    return _ask(permit, lambda row: url_for(".work", ask_id=row, saved=1))


@room.get(BASE + "team")
@on_record(Area.CONTACTS, Level.MANAGE, roles=WORKS)
def of_person(permit: Permit) -> ResponseReturnValue:
    """What somebody asked for, as their team sees it."""
    found = desk_queries.of_person(permit, paging.asked())
    shown, before = paging.cut(found, queries.PAGE, lambda one: (one.row.entered_at, one.id))
    return pages.show(
        "asks/of_person.html",
        asks=shown,
        more=before and url_for(".of_person", person_id=permit.person_id, before=before),
        may_ask=queries.may_ask(permit),
        words=words,
        today=teams.today(),
    )


@room.get(ONE)
@on_record(Area.COMMUNITY, Level.SEE, roles=ASKING)
def one(permit: Permit, ask_id: UUID) -> ResponseReturnValue:
    return _one(permit, queries.one(permit, ask_id))


@room.get(ONE + "answer")
@on_record(Area.COMMUNITY, Level.ADD, roles=ASKING)
def answer(permit: Permit, ask_id: UUID) -> ResponseReturnValue:
    """The buttons stand on the page of the ask, and nowhere else."""
    queries.one(permit, ask_id)
    return redirect(url_for(".one", person_id=permit.person_id, ask_id=ask_id), 303)


@room.post(ONE + "answer")
@on_record(Area.COMMUNITY, Level.ADD, roles=ASKING)
def answer_send(permit: Permit, ask_id: UUID) -> ResponseReturnValue:
    """One press each: I will go, not for me, I no longer need this."""
    say = request.form.get("say", "")
    try:
        if say == "go":
            actions.go(permit, ask_id, versions.number(request.form.get("version")))
        elif say == "not-for-me":
            actions.not_for_me(permit, ask_id)
        elif say == "no-longer":
            actions.cancel(permit, ask_id)
        else:
            return _one(permit, queries.one(permit, ask_id), status=422)
    except NotNow:
        return _not_now(permit, ask_id)
    return pages.saved(
        url_for(".one", person_id=permit.person_id, ask_id=ask_id, done=say, _anchor="done"), ("ask", ask_id)
    )


@room.get(ONE + "pass")
@on_record(Area.COMMUNITY, Level.ADD, roles=ASKING)
def agree(permit: Permit, ask_id: UUID) -> ResponseReturnValue:
    return _agree_page(permit, ask_id)


@room.post(ONE + "pass")
@on_record(Area.COMMUNITY, Level.ADD, roles=ASKING)
def agree_send(permit: Permit, ask_id: UUID) -> ResponseReturnValue:
    form = AgreeForm()
    form.fit(permit)
    say = request.form.get("say", "")
    if say not in ("yes", "no"):
        return _agree_page(permit, ask_id, 422)
    try:
        if say == "yes":
            with_phone = "with_phone" in form and bool(form.with_phone.data)
            actions.agree(permit, ask_id, form.body_id, with_phone=with_phone)
        else:
            actions.keep(permit, ask_id)
    except NotNow:
        return _not_now(permit, ask_id)
    done = {"yes": "passed", "no": "kept"}[say]
    return pages.saved(
        url_for(".one", person_id=permit.person_id, ask_id=ask_id, done=done, _anchor="done"), ("ask", ask_id)
    )


@room.get(ONE + "add")
@on_record(Area.COMMUNITY, Level.ADD, roles=ASKING)
def add(permit: Permit, ask_id: UUID) -> ResponseReturnValue:
    return _form_page(permit, ask_id, "asks/add.html", AddForm(formdata=None), Move.ADD)


@room.post(ONE + "add")
@on_record(Area.COMMUNITY, Level.ADD, roles=ASKING)
@once
def add_send(permit: Permit, ask_id: UUID) -> ResponseReturnValue:
    form = AddForm()
    if not form.validate():
        return _form_page(permit, ask_id, "asks/add.html", form, Move.ADD, 422)
    try:
        line = actions.add(permit, ask_id, form.text.text.strip(), made_by(permit))
    except NotNow:
        return _not_now(permit, ask_id, form.text.text)
    there = url_for(".one", person_id=permit.person_id, ask_id=ask_id, done="added", _anchor="done")
    return pages.saved(there, ("ask_line", line.id))


@room.get(ONE + "went")
@on_record(Area.COMMUNITY, Level.ADD, roles=ASKING)
def went(permit: Permit, ask_id: UUID) -> ResponseReturnValue:
    return _form_page(permit, ask_id, "asks/went.html", WentForm(formdata=None), Move.WENT)


@room.post(ONE + "went")
@on_record(Area.COMMUNITY, Level.ADD, roles=ASKING)
@once
def went_send(permit: Permit, ask_id: UUID) -> ResponseReturnValue:
    form = WentForm()
    if not form.validate():
        return _form_page(permit, ask_id, "asks/went.html", form, Move.WENT, 422)
    try:
        actions.went(
            permit, ask_id, how_it_was=form.how_it_was.text.strip(), tells=bool(form.tells.data)
        )  # fmt: skip
    except NotNow:
        return _not_now(permit, ask_id, form.how_it_was.text)
    there = url_for(".one", person_id=permit.person_id, ask_id=ask_id, done="went", _anchor="done")
    return pages.saved(there, ("ask", ask_id))


@room.get(ONE + "told")
@on_record(Area.COMMUNITY, Level.SEE, roles=ASKING)
def told_form(permit: Permit, ask_id: UUID) -> ResponseReturnValue:
    found = queries.one(permit, ask_id)
    return pages.one_button(
        gettext("I have read it"),
        url_for(".one", person_id=permit.person_id, ask_id=ask_id),
        found.title,
        tab="more",
        fields={"version": str(found.row.version)},
        words=[line.text for line in found.lines if line.side != "person"],
    )


@room.post(ONE + "told")
@on_record(Area.COMMUNITY, Level.SEE, roles=ASKING)
def told(permit: Permit, ask_id: UUID) -> ResponseReturnValue:
    """They have read the news of it. The page says so by itself."""
    actions.opened(permit, ask_id, versions.number(request.form.get("version")))
    if pages.is_part():
        return "", 200
    return pages.saved(url_for(".one", person_id=permit.person_id, ask_id=ask_id, saved=1))


def _ask(permit: Permit, there: Any) -> ResponseReturnValue:
    about = _about(permit, request.form.get("about"))
    form = ask_form(permit, about)
    if permit.subject.died_on:
        abort(404)
    if not form.validate():
        return _new_page(permit, form, status=422)
    try:
        row = actions.ask(permit, about=about, ask_id=made_by(permit), **form.values())
    except actions.NobodyToAsk:
        return _new_page(permit, form, status=409, why=nobody(permit))
    except NotNow:
        return _not_now(permit, made_by(permit), form.words.text)
    except actions.TooMany:
        why = gettext("There are many asks now. When one is over, ask for the next.")
        return _new_page(permit, form, status=409, why=why)
    return pages.saved(there(row.id), ("ask", row.id))


def _service(permit: Permit, kind: str | None, item_id: UUID | None) -> dict[str, Any]:
    """Of what is about a service: its page, for who may open that, and whether it is over by now."""
    if kind != "service" or item_id is None:
        return {"service": None, "is_over": False}
    opens = permit.may(Area.COMMUNITY)
    there = url_for("community.service", person_id=permit.person_id, service_id=item_id) if opens else None
    over = item_reference.words(permit, "service", str(item_id)) is None
    return {"service": there, "is_over": over}


def _about(permit: Permit, token: str | None) -> About | None:
    """What it is about, as far as asks are about such things."""
    found = item_reference.still(permit, item_reference.read(permit.person_id, token))
    return found if found and found.kind in actions.ABOUT else None


def nobody(permit: Permit) -> str:
    """That there is nobody who could be asked."""
    if permit.is_self:
        return gettext("There is no team to ask right now.")
    return gettext("%(name)s has no team to ask right now.", name=permit.person_name)


def _new_page(permit: Permit, form: AskForm, status: int = 200, why: str = "") -> ResponseReturnValue:
    if not queries.may_ask(permit):
        abort(404)
    return pages.show("asks/new.html", status=status, **new_values(permit, form, why))


def new_values(permit: Permit, form: AskForm, why: str = "", *, kept: bool = False) -> dict[str, Any]:
    """What the form that asks is drawn with.

    :param kept: for a phone: with whom to call, and without a day, which counts from when it arrives.
    """
    lead, about = people.lead(permit), form.about_what
    calls = (safety.calls(lead.name, lead.phone) if lead else safety.calls()) if kept else ()
    return {
        "form": form,
        "why": why,
        "calls": calls,
        "known": queries.open_about(permit, about.id) if about else None,
        **_service(permit, about.kind if about else None, about.id if about else None),
        "places": form.places,
        "about_what": form.about_what,
        "promised": teams.answer_by(lead, now()) if lead and not kept else None,
        "nobody": nobody(permit),
        "safety_lines": safety.unread_lines(None if permit.is_self else permit.person_name),
        "works": permit.role is Role.PROFESSIONAL,
        "helpers": words.helpers(permit),
    }


def _one(permit: Permit, found: Asked, status: int = 200, **more: Any) -> ResponseReturnValue:
    row = found.row
    return pages.show(
        "asks/one.html",
        status=status,
        ask=found,
        about=item_reference.sign(permit.person_id, "ask", found.id, named.named_elsewhere(row)),
        news=notifications.is_new(permit.account_id, found.id)
        or any(line.side != "person" and line.read_at is None for line in found.lines),
        may_cancel=queries.may_cancel(permit, row) and found.is_open,
        helpers=words.helpers(permit),
        **_service(permit, row.about_kind if found.is_open else None, row.about_id),
        **more,
        **_around(permit),
    )


def _around(permit: Permit) -> dict[str, Any]:
    alive = permit.subject.died_on is None
    return {
        "words": words,
        "title_of": named.title,
        "today": teams.today(),
        "may_ask": queries.may_ask(permit),
        "may_answer": permit.may(Area.COMMUNITY, Level.ADD) and alive,
        "may_agree": queries.may_agree(permit) and alive,
        "cancels": lambda row: alive and queries.may_cancel(permit, row),
        "alive": alive,
        "safety_lines": safety.unread_lines(short=True),
    }


def _agree_page(permit: Permit, ask_id: UUID, status: int = 200) -> ResponseReturnValue:
    found = queries.one(permit, ask_id)
    if not queries.may_agree(permit):
        abort(404)
    if permit.subject.died_on or not found.can(Move.AGREE, "person"):
        return _not_now(permit, ask_id)
    form = AgreeForm(formdata=None, data={"body": found.proposed.id if found.proposed else ""})
    form.fit(permit)
    return pages.show("asks/pass.html", status=status, ask=found, shown=found.for_body(), form=form)


def _form_page(
    permit: Permit, ask_id: UUID, template: str, form: Any, move: Move, status: int = 200
) -> ResponseReturnValue:
    found = queries.one(permit, ask_id)
    if permit.subject.died_on or not found.can(move, "person"):
        return _not_now(
            permit, ask_id, next((form[name].text for name in ("text", "how_it_was") if name in form), "")
        )
    return pages.show(
        template,
        status=status,
        form=form,
        ask=found,
        safety_lines=safety.unread_lines(short=True),
        words=words,
    )


def _not_now(permit: Permit, ask_id: UUID, typed: str = "") -> ResponseReturnValue:
    """409: it stands where this cannot be done. How it stands, and what was typed."""
    why = gettext("This changed meanwhile. Look how it stands now.")
    return _one(permit, queries.one(permit, ask_id), status=409, why=why, typed=typed)
