"""Pages of requests, for the person and those who help."""

from typing import Any
from uuid import UUID

from flask import abort, url_for
from flask import request as sent
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.about_me import queries as about_me
from selfcare.contacts.words import ICONS
from selfcare.notifications import queries as notifications
from selfcare.people import offers, teams
from selfcare.people import queries as people
from selfcare.requests import actions, desk_views, queries, states, words
from selfcare.requests.actions import AlreadyAsked, NobodyToAsk
from selfcare.requests.forms import AddForm, AskForm
from selfcare.requests.queries import Asked
from selfcare.requests.room import room
from selfcare.requests.states import NotNow
from selfcare.web import pages, paging, safety, versions
from selfcare.web.access import Area, Level, Permit, on_record
from selfcare.web.once import made_by, once

__all__ = ["desk_views", "room"]

BASE = "/people/<uuid:person_id>/get-in-touch/"
ONE = BASE + "<uuid:request_id>/"


@room.get(BASE)
@on_record(Area.CONTACTS, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    """The open request; where there is none, the form that asks, as far as this reader may."""
    asked = queries.open_one(permit)
    if asked:
        return pages.show("requests/request.html", **request_values(permit, asked))
    if not _may_ask(permit):
        return pages.show("requests/quiet.html", **_before(permit))
    how = about_me.preferred_way(permit) or "phone"
    return _ask_page(permit, ask_form(permit, formdata=None, data={"how": how}))


@room.post(BASE)
@on_record(Area.CONTACTS, Level.ADD, roles=states.ASKING)
@once
def ask_send(permit: Permit) -> ResponseReturnValue:
    form = ask_form(permit)
    if permit.subject.died_on:
        abort(404)
    if not form.validate():
        return _ask_page(permit, form, status=422)
    try:
        row = actions.ask(permit, **form.values())
    except AlreadyAsked:
        return _open_already(permit, form)
    except NobodyToAsk:
        return _ask_page(permit, form, status=409, why=words.nobody(permit))
    return pages.saved(_address(permit, done="asked", _anchor="done"), ("contact_request", row.id))


@room.get(ONE)
@on_record(Area.CONTACTS, Level.SEE)
def request(permit: Permit, request_id: UUID) -> ResponseReturnValue:
    """One request, also one that is over."""
    return pages.show("requests/request.html", **request_values(permit, queries.one(permit, request_id)))


@room.get(ONE + "told")
@on_record(Area.CONTACTS, Level.SEE, roles=states.ASKING)
def told_form(permit: Permit, request_id: UUID) -> ResponseReturnValue:
    asked = queries.one(permit, request_id)
    return pages.one_button(
        gettext("I have read it"),
        _address(permit),
        gettext("Please get in touch"),
        tab="today",
        fields={"version": str(asked.version)},
        words=[words.planned(asked, exact=True)] if asked.planned_on else (),
    )


@room.post(ONE + "told")
@on_record(Area.CONTACTS, Level.SEE, roles=states.ASKING)
def told(permit: Permit, request_id: UUID) -> ResponseReturnValue:
    """They have read when somebody gets in touch. The page says so by itself."""
    actions.opened(permit, request_id, versions.number(sent.form.get("version")))
    if pages.is_part():
        return "", 200
    return pages.saved(url_for(".request", person_id=permit.person_id, request_id=request_id, saved=1))


@room.get(ONE + "add")
@on_record(Area.CONTACTS, Level.ADD, roles=states.ASKING)
def add(permit: Permit, request_id: UUID) -> ResponseReturnValue:
    return _add_page(permit, AddForm(formdata=None), request_id)


@room.post(ONE + "add")
@on_record(Area.CONTACTS, Level.ADD, roles=states.ASKING)
@once
def add_send(permit: Permit, request_id: UUID) -> ResponseReturnValue:
    form = AddForm()
    if not form.validate():
        return _add_page(permit, form, request_id, status=422)
    try:
        line = actions.add(permit, request_id, form.text.text.strip(), made_by(permit))
    except NotNow:
        return desk_views.not_now(permit, request_id, form.text.text)
    return pages.saved(_address(permit, done="added", _anchor="done"), ("request_line", line.id))


@room.get(ONE + "cancel")
@on_record(Area.CONTACTS, Level.ADD, roles=states.ASKING)
def cancel(permit: Permit, request_id: UUID) -> ResponseReturnValue:
    asked = queries.one(permit, request_id)
    if not asked.is_open or not queries.may_cancel(permit, asked):
        abort(404)
    return pages.one_button(
        gettext("Not needed now"), _address(permit), gettext("Please get in touch"), tab="today"
    )


@room.post(ONE + "cancel")
@on_record(Area.CONTACTS, Level.ADD, roles=states.ASKING)
def cancel_send(permit: Permit, request_id: UUID) -> ResponseReturnValue:
    try:
        actions.cancel(permit, request_id)
    except NotNow:
        return desk_views.not_now(permit, request_id)
    there = url_for(
        ".request", person_id=permit.person_id, request_id=request_id, done="cancelled", _anchor="done"
    )
    return pages.saved(there, ("contact_request", request_id))


def _may_ask(permit: Permit) -> bool:
    alive = permit.subject.died_on is None
    return permit.role in states.ASKING and permit.may(Area.CONTACTS, Level.ADD) and alive


def ask_form(permit: Permit, **how: Any) -> AskForm:
    """The form that asks, as it is for this reader."""
    form = AskForm(**how)
    form.fit(permit)
    return form


def _ask_page(permit: Permit, form: AskForm, status: int = 200, why: str = "") -> ResponseReturnValue:
    """:param why: what a phone says that sent this later; the page itself says whom to call."""
    values = ask_values(permit, form) | _before(permit)
    return pages.show("requests/ask.html", status=status, why=why, **values)


def ask_values(permit: Permit, form: AskForm) -> dict[str, Any]:
    """What the form that asks is drawn with. Without a key contact it is no form, but whom to call."""
    contact = people.lead(permit)
    return {
        "form": form,
        "lead": contact,
        "team": None if contact else people.team_of(permit),
        "promise": words.promise(contact) if contact else None,
        "team_words": offers.texts_of(permit, offers.WORDS),
        "readers": words.readers(permit, contact) if contact and permit.is_self else "",
        "safety_lines": safety.unread_lines(None if permit.is_self else permit.person_name),
        "calls": safety.calls(contact.name, contact.phone) if contact else safety.calls(),
        "icons": ICONS,
        "request_words": words,
    }


def _open_already(permit: Permit, form: AskForm) -> ResponseReturnValue:
    """409: one is open. Its page, with what was typed now in a form that adds it."""
    asked = queries.open_one(permit)
    if asked is None:
        abort(409)
    adding = AddForm(formdata=None, data={"text": form.typed})
    why = gettext("You asked already. What you typed now can be added to it.")
    return pages.show(
        "requests/request.html", status=409, why=why, adding=adding, **request_values(permit, asked)
    )


def request_values(permit: Permit, asked: Asked) -> dict[str, Any]:
    """What the page of a request is drawn with."""
    contact = people.lead(permit)
    may_add = permit.role in states.ASKING and permit.may(Area.CONTACTS, Level.ADD)
    acts = permit.role in states.ACTING and permit.may(Area.CONTACTS, Level.MANAGE)
    alive = permit.subject.died_on is None
    return {
        "asked": asked,
        "lead": contact,
        "team": contact or people.team_of(permit),
        "words": words,
        "missed": asked.is_missed(teams.today()),
        "may_add": may_add and asked.is_open and alive,
        "may_cancel": queries.may_cancel(permit, asked) and asked.is_open and alive,
        "acts": acts and asked.is_open and alive,
        "news": permit.role in states.ASKING and notifications.is_new(permit.account_id, asked.id),
        "safety_lines": safety.unread_lines(short=True),
        "icons": ICONS,
        **_before(permit),
    }


def _before(permit: Permit) -> dict[str, Any]:
    """Those that are over, and the way to earlier ones."""
    found = queries.earlier(permit, paging.asked())
    shown, before = paging.cut(found, queries.PAGE, lambda row: (row.entered_at, row.id))
    more = before and url_for(".index", person_id=permit.person_id, before=before)
    return {"before": shown, "more": more, "request_words": words}


def _add_page(permit: Permit, form: AddForm, request_id: UUID, status: int = 200) -> ResponseReturnValue:
    asked = queries.one(permit, request_id)
    if not asked.is_open or permit.subject.died_on:
        return desk_views.not_now(permit, request_id, form.text.text)
    contact = people.lead(permit)
    return pages.show(
        "requests/add.html",
        status=status,
        form=form,
        asked=asked,
        safety_lines=safety.unread_lines(short=True),
        calls=safety.calls(contact.name, contact.phone) if contact else safety.calls(),
    )


def _address(permit: Permit, **more: Any) -> str:
    return url_for(".index", person_id=permit.person_id, **more)
