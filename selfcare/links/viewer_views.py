"""The page that opens any SMART Health Link, ours and strangers', in the browser alone."""

from flask.typing import ResponseReturnValue

from selfcare.links.room import room
from selfcare.web import pages
from selfcare.web.access import public

# This page alone may ask other hosts, by https, and its script asks the reader first. It runs nothing from there, sends
# no form, and is told about by no referrer.
CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self' https:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types narrative",
    )
)


@room.get("/view")
@public
def view() -> ResponseReturnValue:
    answer = pages.show("links/view.html")
    answer.headers["Content-Security-Policy"] = CSP
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
