"""How long a request's body may be: what the front door lets in before a thread looks, and forms that bring a file.

Everything else keeps the app's own limit (MAX_CONTENT_LENGTH), and must be UTF-8 from end to end.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException

from selfcare.web.access import SAFE
from selfcare.web.origin import is_ours


def allowance(app: Flask) -> Callable[[dict[str, Any]], int]:
    """What the front door asks before the first byte of a body is read, by the request's line and headers alone.

    :returns: bytes; 0 for what reads no body, for an address that nothing answers, for a form of another site and for
        a file of somebody who cannot be signed in.
    """
    settings, addresses = app.config["SETTINGS"], app.url_map.bind("localhost")
    cookie = app.config["SESSION_COOKIE_NAME"] + "="

    def of(environ: dict[str, Any]) -> int:
        method = environ["REQUEST_METHOD"]
        if method in SAFE:
            return 0
        try:
            endpoint, _ = addresses.match(environ["PATH_INFO"].encode("latin-1").decode(), method)
        except (HTTPException, UnicodeDecodeError):
            return 0
        view = vars(app.view_functions[endpoint])
        if view["access"]["mark"] == "machine" and "body" in view["access"]:
            return int(view["access"]["body"])
        if view["access"]["mark"] == "machine":
            return int(settings.fhir_limit) if "HTTP_AUTHORIZATION" in environ else 0
        if not is_ours(settings, environ):
            return 0
        if "takes" in view and environ.get("CONTENT_TYPE", "").startswith("multipart/form-data"):
            return (
                _with_a_file(getattr(settings, view["takes"]))
                if cookie in environ.get("HTTP_COOKIE", "")
                else 0
            )
        return int(settings.body_limit)

    return of


def takes(setting: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Under an access mark: a file sent to the view may have as many bytes as the setting of this name says.

    The bytes are the view's to judge: a file is not words. Fields of a form that comes with one are looked at here.
    """

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.takes = setting  # type: ignore[attr-defined]
        return view

    return mark


def allow(view: Any) -> bool:
    """Let a form with files have the body its view takes. :returns: whether the body is more than words."""
    setting = vars(view).get("takes") if view is not None else None
    if setting is None or request.mimetype != "multipart/form-data":
        return False
    most = getattr(current_app.config["SETTINGS"], setting)
    request.max_content_length = _with_a_file(most)
    request.max_form_memory_size = 2 * most
    return True


def most() -> int | None:
    """How many bytes of files the view may have that is asked now; None for one that takes none."""
    view = current_app.view_functions.get(request.endpoint or "")
    setting = vars(view).get("takes") if view is not None else None
    sent = request.mimetype == "multipart/form-data"
    return int(getattr(current_app.config["SETTINGS"], setting)) if setting and sent else None


def _with_a_file(most: int) -> int:
    # The file is in a part of its own, or packed in one of the fields; lines and other fields stand around it.
    return 2 * most + 100_000


def has_unreadable_words() -> bool:
    """Whether a field of a form with files holds bytes that are not UTF-8. They are read as U+FFFD."""
    return any("\ufffd" in name + value for name, value in request.form.items(multi=True))
