"""With what a phone has saved goes the page that says so, where somebody waits for it.

They would ask for it next, and on a slow line each question costs more than all that is done about it here.
"""

from flask import Flask, current_app, g, request
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from selfcare.database import waits_until

ASKED = "Phone-Page"
# What says who asks, and in which language. It is opened as the browser itself would, but for the cookie: what is not
# opened by the browser sets none again (`edge.Cookies`).
_LIKEWISE = ("Cookie", "Accept-Language", "User-Agent")
_HOW = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "same-origin"}


def install(app: Flask) -> None:
    """After the commit (`edge`), before the bytes are squeezed."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    if response.status_code == 201 and ASKED in request.headers and (there := g.get("saved_location")):
        page = _page(there)
        if page is not None:
            response.set_data(current_app.json.dumps({**(response.get_json() or {}), "page": page}))
    return response


def _page(there: str) -> str | None:
    """The page at an address as whoever asks now sees it; None where that is not a page alone."""
    said = {name: request.headers[name] for name in _LIKEWISE if name in request.headers}
    environ = EnvironBuilder(there, request.host_url, headers=Headers(said | _HOW)).get_environ()
    environ["REMOTE_ADDR"] = request.remote_addr
    until = waits_until()  # what was saved does not wait twice for its answer
    with current_app.app_context():  # another request: nothing that is known of this one is known of that
        g.db_until = until
        body, status, headers = run_wsgi_app(current_app.wsgi_app, environ, buffered=True)
    alone = status.startswith("200") and "Set-Cookie" not in headers
    return b"".join(body).decode() if alone and headers["Content-Type"].startswith("text/html") else None
