"""What the bench serves: the app itself, with two bare pages beside it, and the app without its queue of writers.

The bare pages are the ceilings: what the same server does when a page has no rights to check, no layout, no language
and no policy. `/bare/query` runs the diary's own main statement and shows its rows; `/bare/template` only shows rows.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from uuid import UUID

from flask import Flask, current_app, render_template_string
from sqlalchemy import select

from selfcare import database
from selfcare.accounts.models import Account
from selfcare.config import Settings
from selfcare.diary import timeline
from selfcare.factory import create_app
from selfcare.people.models import Person
from selfcare.web.access import Permit
from tests import factories

PAGE = """<!doctype html><html lang="en"><head><title>Bare</title></head><body><h1>Bare</h1><ul>
{% for line in lines %}<li><b>{{ line.preset }}</b> {{ line.severity }} {{ line.first }} {{ line.note }}
<time>{{ line.wall }}</time> {{ line.entered_name }}</li>{% endfor %}</ul></body></html>"""


def _bare(settings: Settings, whole: Flask) -> Flask:
    bare = Flask("bare")
    database.install(bare, settings.database_url)

    @cache
    def permit(person_id: UUID) -> Permit:
        with whole.test_request_context():
            work = database.session()
            person = work.get_one(Person, person_id)
            own = select(Account).where(
                Account.email == f"person-{person.known_as.split()[-1]}@town.example.org"
            )
            return factories.permit(work.scalars(own).one(), person)

    @cache
    def rows(person_id: UUID) -> Any:
        return timeline.entries(permit(person_id)).lines

    @bare.get("/bare/query/<uuid:person_id>")
    def query(person_id: UUID) -> str:
        return render_template_string(PAGE, lines=timeline.entries(permit(person_id)).lines)

    @bare.get("/bare/template/<uuid:person_id>")
    def template(person_id: UUID) -> str:
        return render_template_string(PAGE, lines=rows(person_id))

    return bare


class Beside:
    """The app, and the bare pages under `/bare/`, in one process of one server."""

    def __init__(self) -> None:
        settings = Settings.from_environment()
        self.whole = create_app(settings)
        self.bare = _bare(settings, self.whole)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        app = self.bare if environ["PATH_INFO"].startswith("/bare/") else self.whole
        return app(environ, start)


def __getattr__(name: str) -> Any:
    """`beside` and `busy_wait`, each made when the server asks for it."""
    if name == "beside":
        return Beside()
    if name == "busy_wait":
        app = create_app()
        with app.app_context():
            current_app.extensions["database"].queue = None
        return app
    raise AttributeError(name)
