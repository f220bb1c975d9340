"""The marks of doors for software that is no browser page of ours: with a token of its own, or open to anybody's.

And how a view that people and programs ask alike explains what went wrong.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from selfcare.web.access import View, keep_mark, me

# What programs ask for that is no page.
_DOCUMENTS = (
    "application/fhir+json",
    "application/fhir+xml",
    "application/json",
    "application/xml",
    "text/json",
)


def machine(
    resolve: Callable[[str], Any], explain: Callable[[int], ResponseReturnValue]
) -> Callable[[View], View]:
    """A system with a token of its own may call this view (RFC 6750); it gets what `resolve` makes of the token first.

    No session counts here: cookies are not looked at, so nothing can be done in a browser's name, and the edge asks
    neither for the origin nor for a form's token. The view reads the body itself, after the token was right, up to
    a limit it sets on the request, and takes its turn to write (`database.writing`) after that.

    :param resolve: the caller of a token; None for one that opens nothing.
    :param explain: the answer to an error, in the caller's own format.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def marked(**values: Any) -> ResponseReturnValue:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            caller = resolve(token.strip()) if scheme.lower() == "bearer" and token.strip() else None
            if caller is None:
                raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
            return view(caller, **values)

        return keep_mark(marked, mark="machine", explain=explain)

    return mark


def anybodys(explain: Callable[[int], ResponseReturnValue], body: int) -> Callable[[View], View]:
    """Any software may call this view, from any page: what it sends is all the proof that it asks for.

    As with `machine`, no session counts here, and the edge asks neither for the origin nor for a form's token.

    :param explain: the answer to an error. :param body: bytes that may be sent; more is not read.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def marked(**values: Any) -> ResponseReturnValue:
            request.max_content_length = body
            return view(**values)

        return keep_mark(marked, mark="machine", explain=explain, body=body)

    return mark


def explained(explain: Callable[[int], ResponseReturnValue]) -> Callable[[View], View]:
    """A view that is marked already, and answers programs with a document: what goes wrong they are told in the format
    of that document, and never led to a page where somebody signs in. A browser that asks for a page still gets one.

    :param explain: as of `machine`. It stands above the other mark.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def marked(**values: Any) -> ResponseReturnValue:
            if asks_for_a_page():
                return view(**values)
            if vars(view)["access"]["mark"] != "public" and me() is None:
                raise Unauthorized
            answer = current_app.make_response(view(**values))
            if answer.location:
                raise Unauthorized  # they are to say once more who they are
            return answer

        return keep_mark(marked, **vars(view)["access"], explain=explain)

    return mark


def asks_for_a_page() -> bool:
    """Whether an answer in HTML was asked for, before any other that can be given."""
    asked = request.accept_mimetypes
    named = any(kind == "text/html" for kind, _ in asked)  # not by `*/*` alone
    return named and asked.best_match(["text/html", *_DOCUMENTS]) == "text/html"


def explains() -> Callable[[int], ResponseReturnValue] | None:
    """Who explains what went wrong with this request in a format of its own; None where that is a page's."""
    view = current_app.view_functions.get(request.endpoint or "")
    access = vars(view).get("access", {}) if view is not None else {}
    found: Callable[[int], ResponseReturnValue] | None = access.get("explain")
    return found if found and (access["mark"] == "machine" or not asks_for_a_page()) else None
