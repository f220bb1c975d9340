"""The edge of a request: what is refused before a view, and what must hold before bytes leave."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes
from wsgiref.headers import Headers

import structlog
from flask import Flask, current_app, g, jsonify, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    MisdirectedRequest,
    RequestEntityTooLarge,
    RequestTimeout,
    Unauthorized,
)
from werkzeug.wrappers import Response
from wtforms import ValidationError

from selfcare import i18n, security_log
from selfcare.config import Settings
from selfcare.database import describe, finish, is_busy
from selfcare.web import carry, drafts, machine, origin, pages, upload_limit
from selfcare.web.access import SAFE, UnmarkedView, me, to_sign_in
from selfcare.web.front import LATE
from selfcare.web.hops import MISDIRECTED
from selfcare.web.timed import ROUTE
from selfcare.web.versions import Reworded

log = structlog.get_logger()

# Says that an answer is this app's own, and not a proxy's, a captive portal's or an error page of somebody's between.
OURS = ("Selfcare", "1")

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
        "worker-src 'self'",
    )
)


# A year, for this host and those under it (RFC 6797). Browsers heed it over https alone.
HSTS = "max-age=31536000; includeSubDomains"


def static_headers(settings: Settings) -> Callable[[Headers, str, str], None]:
    """What WhiteNoise answers passes no view: a drawing or script opened by itself is held by the same policy."""

    def add(headers: Headers, _path: str, _url: str) -> None:
        headers[OURS[0]] = OURS[1]
        headers["Content-Security-Policy"] = CSP
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if not settings.demo:
            headers["Strict-Transport-Security"] = HSTS

    return add


MOST_FIELDS = 500  # of a form, or of an address


class StaleToken(BadRequest):
    """The form's token belongs to another session: the page was open when somebody signed in again."""


class Cookies(SecureCookieSessionInterface):
    """The session cookie is set again with every page that is opened, and with nothing that is fetched beside it.

    Such an answer may come late, and would undo a sign-in or sign-out that came between. Nor with what answers a form:
    that leads to a page.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        opened = request.method in SAFE and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        return super().should_set_cookie(app, session) and (session.modified or opened)


def install(app: Flask) -> None:
    """Set up refusals, headers, errors and the one commit."""
    app.session_interface = Cookies()
    app.before_request(_refuse)
    app.after_request(_leave)
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(Exception, _broken)
    app.jinja_env.globals["csrf_token"] = generate_csrf
    drafts.install(app)


def _refuse() -> None:
    request.environ[ROUTE] = request.endpoint or "none"
    if request.environ.get(MISDIRECTED):
        raise MisdirectedRequest
    query = request.query_string
    if not _is_utf8(query, plus=True) or b"%00" in query or query.count(b"&") >= MOST_FIELDS:
        raise BadRequest
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and not hasattr(view, "access"):
        raise UnmarkedView(request.endpoint)  # one that was put in past `add_url_rule`
    if request.method in SAFE or _is_for_machines():
        return  # a machine's token is its proof, and its view reads the body after that
    if not origin.is_ours(current_app.config["SETTINGS"], request.environ):
        security_log.note("not-from-here", None, of=request.endpoint)
        raise Forbidden
    if view is None:
        return  # it is a 404 or a 405, whatever was sent
    if request.environ.get(LATE):
        raise RequestTimeout
    more_than_words = upload_limit.allow(view)
    # The body is read here, before anybody queues to write. Under the real server it is here already (`front`).
    body = request.get_data(cache=True, parse_form_data=False)
    urlencoded = request.mimetype == "application/x-www-form-urlencoded"
    if urlencoded and body.count(b"&") >= MOST_FIELDS:
        raise RequestEntityTooLarge  # before anything makes a thousand objects of it
    if not more_than_words and body and not _is_utf8(body, plus=urlencoded):
        raise BadRequest
    if me() is None and vars(view)["access"]["mark"] != "public":
        return  # nothing will be done: it is a way to the sign-in page
    if more_than_words and upload_limit.has_unreadable_words():
        raise BadRequest
    try:
        validate_csrf(request.form.get("csrf_token") or request.headers.get("X-CSRF-Token"))
    except ValidationError:
        raise StaleToken from None


def _is_for_machines() -> bool:
    """Whether the view is one that a system with a token of its own calls (`machine.machine`)."""
    view = current_app.view_functions.get(request.endpoint or "")
    return view is not None and vars(view).get("access", {}).get("mark") == "machine"


def _is_utf8(data: bytes, *, plus: bool) -> bool:
    try:
        (unquote_to_bytes(data) if plus else data).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _leave(response: Response) -> Response:
    """The one commit. Runs once a request; an answer of success is only sent when all it promises is kept."""
    if not g.get("edge_passed"):
        g.edge_passed = True
        fine = response.status_code < 400 or (
            response.status_code in (409, 422) and g.get("partly_kept", False)
        )
        keep = request.method not in SAFE and fine
        if not finish(keep):
            response = current_app.make_response(_page(503))
        drafts.tell(response)
    headers = response.headers
    headers[OURS[0]] = OURS[1]
    headers.setdefault("Content-Security-Policy", CSP)  # a document's own is narrower still
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if not current_app.config["SETTINGS"].demo:
        headers["Strict-Transport-Security"] = HSTS
    headers.setdefault("Cache-Control", "no-store")
    headers["Content-Language"] = i18n.code()
    response.vary.update(("Cookie", "Accept-Language"))
    return response


def _explain(fault: HTTPException) -> ResponseReturnValue:
    """An HTTP error as a kind page; what was typed stays on it where it can be sent again."""
    if fault.code is None or fault.code < 400:
        return fault.get_response()
    if "form" not in vars(request):
        # It was refused before its form was read. The page that says so must not read it either.
        vars(request).update(form=ImmutableMultiDict(), files=ImmutableMultiDict())
    if fault.code in (404, 405) and request.path.startswith("/people/") and me() is None:
        return to_sign_in()  # signed out, an address that exists and one that does not are answered alike
    stale = isinstance(fault, StaleToken)
    if stale and not pages.wants_json():
        account = me()
        return carry.stale(account.account_id if account else None)
    if isinstance(fault, Reworded):
        return _reworded(fault)
    answer = current_app.make_response(_page(fault.code, "stale-token" if stale else None))
    retry = getattr(fault, "retry_after", None)
    if retry:
        answer.headers["Retry-After"] = str(retry)
    if isinstance(fault, Unauthorized) and fault.www_authenticate:
        answer.headers["WWW-Authenticate"] = ", ".join(map(str, fault.www_authenticate))
    if fault.code == 405:
        answer.headers["Allow"] = ", ".join(getattr(fault, "valid_methods", None) or ())
    return answer


def _reworded(fault: Reworded) -> ResponseReturnValue:
    title = gettext("%(name)s has changed this", name=fault.by)
    text = gettext(
        "You wrote it, and since then %(name)s has changed it. You can read it, and not change it any more.",
        name=fault.by,
    )
    if pages.wants_json():
        return jsonify(error="reworded", messages=[text]), 409
    words = carry.words_of(_typed())
    return pages.show(
        "error.html", status=409, title=title, text=text, words=words, there=_above(), fields=[], permit=None
    )


def _above() -> str | None:
    """The page of the thing whose form this is, where it has one: what a form's address ends with is left out."""
    address = request.path.rstrip("/").rpartition("/")[0] + "/"
    try:
        current_app.url_map.bind("localhost").match(address, method="GET")
    except HTTPException:
        return None
    return address


def _broken(fault: Exception) -> ResponseReturnValue:
    """A fault of ours. The log gets its class and place, never its text, which may quote the record."""
    trace, place = fault.__traceback__, "?"
    while trace is not None:
        place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    log.error("unhandled", fault=describe(fault), place=place, endpoint=request.endpoint)
    if is_busy(fault):
        if "_login_user" not in g:  # where Flask-Login keeps who asks: not read, and now it cannot be
            g._login_user = AnonymousUserMixin()
        answer = current_app.make_response(_page(503))
        answer.headers["Retry-After"] = "10"
        return answer
    if current_app.config["SETTINGS"].testing:
        raise fault
    return _page(500)


def _page(status: int, code: str | None = None) -> ResponseReturnValue:
    if explain := machine.explains():
        return explain(status)
    title, text = _words(status)
    if pages.wants_json():
        return jsonify(error=code or _CODES.get(status, "error"), messages=[text]), status
    fields = _typed() if status >= 500 else []
    return pages.show(
        "error.html", status=status, title=title, text=text, words=[], there=None, fields=fields, permit=None
    )


def _typed() -> list[tuple[str, str]]:
    """The fields of the form that met a fault, to be sent again as they are. Never a password, nor the old token."""
    if request.method != "POST" or pages.is_htmx():
        return []  # htmx leaves the page, and all that is typed on it, as it stands
    return [pair for pair in carry.sent().items(multi=True) if carry.is_typed(*pair)]


_CODES = {
    400: "unreadable",
    403: "refused",
    404: "not-found",
    410: "gone",
    408: "too-slow",
    413: "too-large",
    421: "misdirected",
    429: "slow-down",
    503: "not-kept",
}


def _words(status: int) -> tuple[str, str]:
    """The same words for the same status, whatever the reason: nothing is revealed."""
    if status == 404:
        return (
            gettext("We cannot find this page"),
            gettext("It may have moved, or it may not be yours to see. Nothing is lost."),
        )
    if status == 410:
        return (
            gettext("This record is not here any more"),
            gettext("It was erased. What you wrote was not kept here. You can copy it from this phone."),
        )
    if status == 400:
        return (
            gettext("We could not read that"),
            gettext("Something in it was not readable. Go back and try once more. Nothing was changed."),
        )
    if status in (403, 405):
        return (
            gettext("This was not done"),
            gettext(
                "It did not come from a page of this app. Go back and try once more. Nothing was changed."
            ),
        )
    if status == 421:
        return (
            gettext("This is not the address of this app"),
            gettext("Open it by the address on your letter. Nothing was changed."),
        )
    if status == 408:
        return (
            gettext("This came too slowly"),
            gettext(
                "The line was cut or very slow, so not all of it arrived. Nothing was changed. Please send it again."
            ),
        )
    if status == 413 and upload_limit.most() is not None:
        return (
            gettext("This file is too large"),
            gettext(
                "It is %(have)s MB. Up to %(most)s MB can be sent at once. Go back: your words are still there.",
                have=round((request.content_length or 0) / 1e6),
                most=round((upload_limit.most() or 0) / 1e6),
            ),
        )
    if status == 413:
        return (
            gettext("This is too long to keep"),
            gettext("Go back: your words are still there. Make them shorter, or send them in two parts."),
        )
    if status == 429:
        return (
            gettext("That was too many tries"),
            gettext("Please wait a few minutes, then try again. Nothing is lost."),
        )
    if status == 503 and request.method in SAFE:
        return (
            gettext("Selfcare is busy just now"),
            gettext("It is not your phone. Nothing is lost. Please try again in a moment."),
        )
    if status == 503:
        return (
            gettext("This could not be kept"),
            gettext("Nothing was changed. Please try again in a moment."),
        )
    return (
        gettext("Something went wrong here"),
        gettext("It is our fault, not yours. Nothing was changed. Please try again in a moment."),
    )
