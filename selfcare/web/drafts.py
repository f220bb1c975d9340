"""Drafts are kept by the phone itself (static/js/drafts.js). Here: whose form comes back, and that one was saved."""

from uuid import UUID

from flask import Flask, g, has_request_context, request
from werkzeug.wrappers import Response

from selfcare.web import carry, pages

_COOKIE = "kept"


def _sent() -> str:
    """The id that the phone gave to what was typed into the form of this request; empty without one."""
    if not has_request_context() or request.method != "POST":
        return ""
    try:
        return UUID(carry.sent().get("draft", "")).hex
    except ValueError:
        return ""


def draft_id() -> str:
    """For the form on a page: what was sent is in it again, so it was not saved."""
    g.draft_came_back = True
    return _sent()


def tell(response: Response) -> None:
    """Tell the phone which draft it need not keep: its form was taken, and did not come back."""
    draft = _sent()
    if not draft or response.status_code >= 400 or g.get("draft_came_back"):
        return
    if pages.is_htmx() and "HX-Redirect" not in response.headers:
        return  # a part of the page that says something while somebody types
    response.set_cookie(_COOKIE, draft, max_age=86400, secure=True, samesite="Strict")


def install(app: Flask) -> None:
    app.jinja_env.globals["draft_id"] = draft_id
