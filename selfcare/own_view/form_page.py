"""The page on which the person writes their view, and that it was read: the same for whatever it stands beside."""

from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext

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
    try:
        made = actions.put(
            permit,
            thing.kind,
            thing.id,
            versions.number(form.version.data),
            form.text.text.strip(),
            thing.words,
            thing.who,
        )
    except Stale as stale:
        return conflict.ask(form, stale, thing.page, {"text": stale.item.text})
    return pages.saved(saved, ("own_view", made))


def read_form(permit: Permit, thing: Thing) -> ResponseReturnValue:
    """The button by itself, for who has no JavaScript."""
    known = queries.one(permit, thing.kind, thing.id, thing.words)
    fields = {"version": str(known.version)} if known else {}
    words = [known.text] if known else []
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
    part = request.headers.get("HX-Request-Type") == "partial"
    try:
        actions.read(permit, thing.kind, thing.id, conflict.looked_at())
    except Stale:
        return ("", 200) if part else pages.saved(thing.page)
    return ("", 200) if part else pages.saved(saved)


def _page(permit: Permit, thing: Thing, form: ViewForm, status: int = 200) -> ResponseReturnValue:
    return pages.show(
        "own_view/form.html",
        status=status,
        form=form,
        thing=thing,
        safety_lines=safety.short_lines(writing=True),
    )
