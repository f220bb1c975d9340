"""The edge of a request: what is refused before a view, and what must hold before bytes leave."""

from urllib.parse import unquote_to_bytes, urlsplit
from wsgiref.headers import Headers

import structlog
from flask import Flask, current_app, g, jsonify, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, Unauthorized
from werkzeug.wrappers import Response
from wtforms import ValidationError

from selfcare import i18n
from selfcare.database import describe, finish
from selfcare.web import bodies, pages
from selfcare.web.access import SAFE, UnmarkedView, me, to_sign_in

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


def static_headers(headers: Headers, _path: str, _url: str) -> None:
    """What WhiteNoise answers passes no view: a drawing or script opened by itself is held by the same policy."""
    headers[OURS[0]] = OURS[1]
    headers["Content-Security-Policy"] = CSP
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


class StaleToken(BadRequest):
    """The form's token belongs to another session: the page was open when somebody signed in again."""


class Cookies(SecureCookieSessionInterface):
    """The session cookie is set again with every page that is opened, and with nothing that is fetched beside it.

    Such an answer may come late, and would undo a sign-in or sign-out that came between.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        opened = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        return super().should_set_cookie(app, session) and (session.modified or opened)


def install(app: Flask) -> None:
    """Set up refusals, headers, errors and the one commit."""
    app.session_interface = Cookies()
    app.before_request(_refuse)
    app.after_request(_leave)
    app.register_error_handler(HTTPException, _explain)
    app.register_error_handler(Exception, _broken)
    app.jinja_env.globals["csrf_token"] = generate_csrf


def _refuse() -> None:
    if not _is_utf8(request.query_string, plus=True) or b"%00" in request.query_string:
        raise BadRequest
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and not hasattr(view, "access"):
        raise UnmarkedView(request.endpoint)  # one that was put in past `add_url_rule`
    if request.method in SAFE or _is_for_machines():
        return  # a machine's token is its proof, and its view reads the body after that
    more_than_words = bodies.allow(view)
    # The body is read here, before anybody queues to write: a slow phone must not hold the others up.
    body = request.get_data(cache=True, parse_form_data=False)
    urlencoded = request.mimetype == "application/x-www-form-urlencoded"
    if not more_than_words and body and not _is_utf8(body, plus=urlencoded):
        raise BadRequest
    if not _same_origin():
        raise Forbidden
    if view is None or (me() is None and vars(view)["access"]["mark"] != "public"):
        return  # nothing will be done: it is a 404, or a way to the sign-in page
    if more_than_words and bodies.has_unreadable_words():
        raise BadRequest
    try:
        validate_csrf(request.form.get("csrf_token") or request.headers.get("X-CSRF-Token"))
    except ValidationError:
        raise StaleToken from None


def _is_for_machines() -> bool:
    """Whether the view is one that a system with a token of its own calls (`access.machine`)."""
    view = current_app.view_functions.get(request.endpoint or "")
    return view is not None and vars(view).get("access", {}).get("mark") == "machine"


def _is_utf8(data: bytes, *, plus: bool) -> bool:
    try:
        (unquote_to_bytes(data) if plus else data).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _same_origin() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host


def _leave(response: Response) -> Response:
    """The one commit. Runs once a request; an answer of success is only sent when all it promises is kept."""
    if not g.get("edge_passed"):
        g.edge_passed = True
        keep = request.method not in SAFE and response.status_code < 400
        if not finish(keep):
            response = current_app.make_response(_page(503))
    headers = response.headers
    headers[OURS[0]] = OURS[1]
    headers.setdefault("Content-Security-Policy", CSP)  # a document's own is narrower still
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if not current_app.config["SETTINGS"].demo:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    headers.setdefault("Cache-Control", "no-store")
    headers["Content-Language"] = i18n.code()
    response.vary.update(("Cookie", "Accept-Language"))
    return response


def _explain(fault: HTTPException) -> ResponseReturnValue:
    """An HTTP error as a kind page; what was typed stays on it where it can be sent again."""
    if fault.code is None or fault.code < 400:
        return fault.get_response()
    if fault.code in (404, 405) and request.path.startswith("/people/") and me() is None:
        return to_sign_in()  # signed out, an address that exists and one that does not are answered alike
    stale = isinstance(fault, StaleToken)
    if stale and not pages.wants_json():
        fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
        fields = [(name, "" if "password" in name else value) for name, value in fields]
        return pages.show("again.html", status=400, fields=fields)
    answer = current_app.make_response(_page(fault.code, "stale-token" if stale else None))
    retry = getattr(fault, "retry_after", None)
    if retry:
        answer.headers["Retry-After"] = str(retry)
    if isinstance(fault, Unauthorized) and fault.www_authenticate:
        answer.headers["WWW-Authenticate"] = ", ".join(map(str, fault.www_authenticate))
    if fault.code == 405:
        answer.headers["Allow"] = ", ".join(getattr(fault, "valid_methods", None) or ())
    return answer


def _broken(fault: Exception) -> ResponseReturnValue:
    """A fault of ours. The log gets its class and place, never its text, which may quote the record."""
    trace, place = fault.__traceback__, "?"
    while trace is not None:
        place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    log.error("unhandled", fault=describe(fault), place=place, endpoint=request.endpoint)
    if current_app.config["SETTINGS"].testing:
        raise fault
    return _page(500)


def _page(status: int, code: str | None = None) -> ResponseReturnValue:
    if _is_for_machines():
        explain = vars(current_app.view_functions[str(request.endpoint)])["access"]["explain"]
        answer: ResponseReturnValue = explain(status)
        return answer
    title, text = _words(status)
    if pages.wants_json():
        return jsonify(error=code or _CODES.get(status, "error"), messages=[text]), status
    return pages.show("error.html", status=status, title=title, text=text, permit=None)


_CODES = {
    400: "unreadable",
    403: "refused",
    404: "not-found",
    413: "too-large",
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
    if status == 503:
        return (
            gettext("This could not be kept"),
            gettext("Nothing was changed. Please try again in a moment."),
        )
    return (
        gettext("Something went wrong here"),
        gettext("It is our fault, not yours. Nothing was changed. Please try again in a moment."),
    )
