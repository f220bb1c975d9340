"""The page on which the person writes their view, and that it was read: the same for whatever it stands beside."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext
from itsdangerous import BadSignature, URLSafeSerializer

from selfcare.own_view import actions, queries
from selfcare.own_view.forms import ViewForm
from selfcare.web import conflict, pages, safety, versions
from selfcare.web.access import Permit
from selfcare.web.versions import Stale


@dataclass(frozen=True)
class Thing:
    """What a view stands beside: the words of `who`, and the page they are on."""

    kind: str
    id: UUID
    words: str
    who: str
    page: str
    tab: str


def write(permit: Permit, thing: Thing) -> ResponseReturnValue:
    """The form, with what stands there."""
    known = queries.one(permit, thing.kind, thing.id, thing.words)
    data = {"text": known.text if known else "", "version": known.version if known else 0}
    return _page(permit, thing, ViewForm(formdata=None, data=data))


def send(permit: Permit, thing: Thing, saved: str) -> ResponseReturnValue:
    """:param saved: where it leads once it is kept."""
    keep, data = conflict.settled(("text",))
    if keep == "theirs":
        return pages.saved(saved)
    form = ViewForm(formdata=data)
    if not form.validate():
        return _page(permit, thing, form, status=422)
    # It is said of the words that were read, also where these have become others since: then that is said of it.
    words, who = _read(permit, thing.kind, thing.id, form.beside.data) or (thing.words, thing.who)
    try:
        made, version = actions.put(
            permit,
            thing.kind,
            thing.id,
            versions.number(form.version.data),
            form.text.text.strip(),
            words,
            who,
        )
    except Stale as stale:
        return conflict.ask(form, stale, thing.page, {"text": stale.item.text})
    return pages.saved(saved, ("own_view", made), version)


def gone(permit: Permit, kind: str, item_id: UUID, page: str) -> ResponseReturnValue:
    """409: what it was to stand beside was taken out meanwhile, with what was typed. :raises NotFound: their page never
    showed that.
    """
    form = ViewForm()
    if _read(permit, kind, item_id, form.beside.data) is None:
        abort(404)
    return pages.show(
        "not_done.html",
        status=409,
        why=gettext("What you wrote this beside is not there any more."),
        typed=form.text.text.strip(),
        back=page,
        back_text=pgettext("way back", "Back"),
    )


def read_form(permit: Permit, thing: Thing) -> ResponseReturnValue:
    """The button by itself, for who has no JavaScript."""
    known = queries.one(permit, thing.kind, thing.id, thing.words)
    fields = {"version": str(known.version)} if known else {}
    words = [known.text] if known and known.text else []
    return pages.one_button(
        gettext("I have read it"),
        thing.page,
        pgettext("way back", "Back"),
        tab=thing.tab,
        fields=fields,
        words=words,
    )


def read(permit: Permit, thing: Thing, saved: str) -> ResponseReturnValue:
    """A professional has it before their eyes. The page says so by itself."""
    part = pages.is_part()
    try:
        actions.read(permit, thing.kind, thing.id, conflict.looked_at())
    except Stale:
        return ("", 200) if part else pages.saved(thing.page)
    return ("", 200) if part else pages.saved(saved)


def _page(permit: Permit, thing: Thing, form: ViewForm, status: int = 200) -> ResponseReturnValue:
    form.beside.data = _serializer(permit, thing.kind, thing.id).dumps([thing.words, thing.who])
    return pages.show(
        "own_view/form.html",
        status=status,
        form=form,
        thing=thing,
        safety_lines=safety.short_lines(writing=True),
    )


def _read(permit: Permit, kind: str, item_id: UUID, token: str | None) -> tuple[str, str] | None:
    """The words that stood on their page, and whose; None without a token of ours for it."""
    try:
        words, who = _serializer(permit, kind, item_id).loads(token or "")
    except (BadSignature, ValueError, TypeError):
        return None
    return words, who


def _serializer(permit: Permit, kind: str, item_id: UUID) -> URLSafeSerializer:
    salt = f"beside {permit.person_id} {kind} {item_id}"
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=salt)
