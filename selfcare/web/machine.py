"""The marks of doors for software that is no browser page of ours: with a token of its own, or open to anybody's."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from selfcare.web.access import View, keep_mark


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
