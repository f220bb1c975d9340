"""Pages and answers: a whole page or just a block of it, a save, an error."""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from htmx_flask import request as htmx_request
from jinja2 import Environment, StrictUndefined
from jinja2_fragments.flask import render_block
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from selfcare import i18n
from selfcare.web import said
from selfcare.web.reach import mail, reach
from selfcare.web.telephone import tel

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})  # what changes nothing

_TOKEN = re.compile(r'(name="csrf_token" value=")[^"]*')


class Components:
    """`ui.button(…)` in any template is the macro `button` of `components/button.html`, without an import line.

    Blocks rendered alone (jinja2-fragments) do not see a page's top-level imports; this they see.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._environment.get_template(f"components/{name}.html").module, name)


def show(template: str, block: str | None = None, status: int = 200, **values: Any) -> Response:
    """Answer a page, or only `block` of it when htmx asked for a part. A phone's outbox gets what is wrong, as JSON.

    :param block: the fragment that htmx swaps; left out, the whole page is always sent.
    """
    if status >= 400 and wants_json():
        return _refused(status, values.get("form"), values.get("why"))
    values.setdefault("permit", g.get("permit"))
    if block and is_htmx() and is_part():
        answer = make_response(render_block(template, block, **values), status)
    else:
        answer = make_response(render_template(template, **values), status)
    answer.vary.update(("HX-Request", "HX-Request-Type"))
    return answer


def is_part() -> bool:
    """Whether a script of the page asks for, or says, a part of it: there is no page to go on to."""
    return request.headers.get("HX-Request-Type") == "partial"


def _refused(status: int, form: Any, why: str | None) -> Response:
    """`changed`: something else came first; `invalid`: what was sent cannot be kept. With the sentences of the page."""
    said = [text for texts in form.errors.values() for text in texts] if form else []
    if why and not said:
        said = [why]
    error = "changed" if status == 409 else "invalid"
    return make_response(jsonify(error=error, messages=[str(text) for text in said]), status)


def parts(template: str, **values: Any) -> dict[str, str]:
    """The blocks of a page of a person or a carer by themselves, for a phone to keep.

    They are title, page_class, top, main and bottom, each as HTML. Tokens are taken out: they belong to a session, and
    the phone asks for a fresh one when it sends.
    """
    values = {"saved": False, "counts": None, "without_languages": True, **values}
    page = render_template(template, frame="layouts/parts.html", **values)
    names = ("title", "page_class", "top", "main", "bottom")
    cut = (part.strip() for part in _TOKEN.sub(r"\1", page).split("<!--cut-->"))
    return dict(zip(names, cut, strict=True))


def saved(
    location: str, item: tuple[str, UUID] | None = None, version: int | None = None
) -> ResponseReturnValue:
    """Answer a save: 303 to where it can be seen; 201 with JSON for a replay from the phone.

    :param item: (kind, id) of the row that was made or changed, kept with the form's id.
    :param version: the row's version now, where it has versions: a change that waits on a phone goes on from there.
    """
    kind, row_id = item or (None, None)
    g.saved_location, g.saved_item, g.saved_version = location, (kind, row_id), version
    if wants_json():
        return jsonify(told(kind, row_id, location, version)), 201
    if is_htmx():
        answer = make_response("", 200)
        answer.headers["HX-Redirect"] = location  # a 303 would be followed inside the swap
        return answer
    return redirect(location, 303)


def told(
    kind: str | None, row_id: UUID | None, location: str, version: int | None, *, removed: bool = False
) -> dict[str, Any]:
    """What a phone's outbox is told of something it sent."""
    return {
        "kind": kind,
        "id": row_id and str(row_id),
        "location": location,
        "version": version,
        "removed": removed,
    }


def one_button(
    text: str,
    back: str,
    back_text: str,
    *,
    title: str | None = None,
    tab: str = "",
    fields: dict[str, str] | None = None,
    words: Sequence[str] = (),
) -> Response:
    """A page with one form of one button, which a fuller page has among others. It posts to its own address.

    :param title: the page's, where it is not what the button says.
    :param fields: what goes along, hidden.
    :param words: what it is pressed for, to be read first.
    """
    values: dict[str, Any] = {
        "words": words,
        "text": text,
        "back": back,
        "back_text": back_text,
        "tab": tab,
        "fields": fields or {},
    }
    return show("one_button.html", title=title or text, **values)


def is_htmx() -> bool:
    """Whether htmx asked, rather than the browser itself."""
    return bool(getattr(htmx_request, "htmx", False))


def wants_json() -> bool:
    """Whether the caller is the phone's outbox rather than a person's browser."""
    return request.accept_mimetypes.best == "application/json"


@cache
def _manifest(build: Path) -> dict[str, str]:
    path = build / "manifest.json"
    found: dict[str, str] = json.loads(path.read_text())
    return found


def asset(name: str) -> str:
    """The address of a built static file: `phone.css` → `/static/build/phone.<hash>.css`."""
    return "/static/build/" + _manifest(current_app.config["SETTINGS"].static_build)[name]


def bdi(name: str) -> Markup:
    """A name inside a sentence, kept from turning the sentence's direction."""
    return Markup("<bdi>") + escape(name) + Markup("</bdi>")


def initials(name: str) -> str:
    """The first letter of a name, for its circle."""
    return next((letter.upper() for letter in name if letter.isalpha()), "?")


def install(app: Flask) -> None:
    """Set the templates up: strict about unknown names, autoescape everywhere, our own functions."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.autoescape = True
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.filters.update(
        bdi=bdi,
        initials=initials,
        beginning=i18n.beginning,
        day=i18n.day,
        short_day=i18n.short_day,
        plain_day=i18n.plain_day,
        clock_time=i18n.clock_time,
        moment=i18n.moment,
        by_clock_of=i18n.by_clock_of,
        near_day=i18n.near_day,
        heading_day=i18n.heading_day,
        said_alone=said.alone,
        said_moment=said.moment,
        said_short=said.short,
        said_machine=said.machine,
        tel=tel,
        reach=reach,
        mail=mail,
    )
    environment.globals.update(
        ui=Components(environment),
        asset=asset,
        locale=i18n.code,
        direction=i18n.direction,
        comma=i18n.comma,
        translation_unchecked=i18n.translation_unchecked,
        languages=i18n.LANGUAGES,
    )
