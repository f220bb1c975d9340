"""A view without an access mark cannot be registered."""

import ast
from pathlib import Path

import pytest
from flask import Flask

from selfcare.web.access import UnmarkedView, public
from selfcare.web.room import House, Room

SOURCES = Path(__file__).parents[2] / "selfcare"


def test_a_view_without_a_mark_raises_where_it_is_written() -> None:
    room = Room("bare", __name__)
    with pytest.raises(UnmarkedView, match="bare_view"):

        @room.get("/bare")
        def bare_view() -> str:
            return ""


def test_the_app_itself_refuses_one_too() -> None:
    with pytest.raises(UnmarkedView):
        House("bare", static_folder=None).add_url_rule("/bare", "bare", lambda: "")


def test_a_marked_view_is_taken() -> None:
    room = Room("marked", __name__)

    @room.get("/marked")
    @public
    def view() -> str:
        return "here"

    app = House("marked", static_folder=None)
    app.register_blueprint(room)
    assert "marked.view" in app.view_functions


def test_every_view_of_the_app_has_a_mark(app: Flask) -> None:
    assert all(hasattr(view, "access") for view in app.view_functions.values())


# Programs and scripts send there, and no page ever comes back from it to a browser's address line.
FOR_SCRIPTS = {
    "/account/passkeys/options", "/account/passkeys/quietly", "/sign-in/passkey/options",
    "/account/push/", "/account/push/remove",
    "/fhir/$validate", "/fhir/DiagnosticReport/$validate",
    "/people/<uuid:person_id>/letters/uploads/<uuid:upload_id>",
}  # fmt: skip


def test_where_a_page_is_sent_a_page_can_be_opened(app: Flask) -> None:
    """What was refused comes back at the address it was sent to: whoever reloads that, or chooses another language
    there, reads "405".
    """
    takes: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        takes.setdefault(str(rule), set()).update(rule.methods or ())
    assert {address for address, methods in takes.items() if "GET" not in methods} == FOR_SCRIPTS


def test_only_people_access_makes_permits_and_panels() -> None:
    makers = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = (
                getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            )
            if name in ("Permit", "Panel"):
                makers.add(str(path.relative_to(SOURCES)))
    assert makers == {"people/access.py"}


def test_no_view_touches_the_session() -> None:
    touching = [
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("views.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and node.module == "selfcare.database"
        and {alias.name for alias in node.names} & {"session", "database", "command", "writing"}
    ]
    assert touching == []
