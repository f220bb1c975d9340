"""Builds the app. The only list of rooms."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from importlib import import_module

import structlog
from flask import current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_compress import Compress
from flask_login import current_user
from htmx_flask import Htmx
from whitenoise import WhiteNoise

import selfcare.accounts.views as accounts
from selfcare import commands, database, i18n, log_output, migrations, start
from selfcare.accounts import security
from selfcare.audit import trail
from selfcare.caseload import queries as caseload
from selfcare.community import problems
from selfcare.config import Settings
from selfcare.leaving import erasing, making
from selfcare.notifications import actions as notifications
from selfcare.notifications import kinds, sending
from selfcare.notifications import queries as notices
from selfcare.outbox import deliver
from selfcare.people import access as people_access
from selfcare.people import adding, ask_access, banner, may_send
from selfcare.reminders import actions as reminders
from selfcare.reminders import sending as reminders_sending
from selfcare.reminders import who_tells
from selfcare.team import suggesting
from selfcare.web import access, ahead, edge, pages, upload_limit
from selfcare.web.front import Front
from selfcare.web.hops import Hops
from selfcare.web.room import House
from selfcare.web.timed import Timed

# Rooms with pages, in the order of the floors. Each offers `views.room`.
ROOMS = (
    "about", "notifications", "people", "admissions", "information", "diary", "goals", "appointments", "results",
    "contacts", "about_me", "care_plan", "decisions", "health", "letters", "community", "asks", "budget", "feedback",
    "agreed", "requests", "watches", "filing",
    "fhir", "sharing", "links", "leaving", "home", "preparation", "caseload", "team", "phone",
)  # fmt: skip


def create_app(settings: Settings | None = None) -> House:
    """The app, ready to serve.

    :raises BadSetting: when the environment says something that cannot be used.
    :raises CannotStart: for a demonstration on a database with other people in it.
    """
    settings = settings or Settings.from_environment()
    log_output.set_up(settings.log)
    app = House(
        "selfcare",
        root_path=str(settings.templates.parent),
        template_folder=str(settings.templates),
        static_folder=None,
    )
    # Every template stays at hand: there are soon more than Jinja keeps by itself, which looks through a row for each.
    app.jinja_options = {**app.jinja_options, "cache_size": -1}
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-selfcare",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(days=365),
        MAX_CONTENT_LENGTH=settings.body_limit,
        MAX_FORM_MEMORY_SIZE=settings.body_limit,
        MAX_FORM_PARTS=edge.MOST_FIELDS,
        WTF_CSRF_ENABLED=False,
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_MIMETYPES=["text/html", "text/plain", "text/javascript", "application/json"],
        COMPRESS_STREAMS=False,
    )
    database.install(app, settings.database_url)
    start.check_demo(settings, app.extensions["database"])
    pages.install(app)
    Compress(app)  # registered before the edge, so it runs after: bytes are squeezed once all is kept
    ahead.install(app)  # between the two
    edge.install(app)
    Htmx(app)
    accounts.install(app)
    i18n.install(app, str(settings.translations), lambda: getattr(current_user, "locale", None))
    security.install(
        notifications.tell_account,
        notifications.send_code,
        notifications.send_sign_in_code,
        notifications.send_link,
    )(app)
    resolvers = access.Resolvers(
        people_access.resolve,
        people_access.panel,
        trail.note_read,
        erasing.is_erased,
        people_access.stands,
        ask_access.resolve,
        ask_access.desk,
    )
    access.install(resolvers)(app)
    adding.install(suggesting.was_added_alone)(app)
    deliver.install(
        deliver.Hands(
            may_send=(may_send.may_send, reminders_sending.may_send),
            send=making.or_send(problems.or_send(sending.send)),
            owner=making.or_owner(who_tells.owner),
            before=reminders.due,
            once_only=frozenset({kinds.TEST}),
            first=kinds.FIRST,
        )
    )(app)
    for name in ROOMS:
        app.register_blueprint(import_module(f"selfcare.{name}.views").room)
    app.context_processor(_for_every_page)
    app.add_url_rule("/healthz", "healthz", healthz)
    commands.install(app)
    if settings.static_build.is_dir():
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=str(settings.static_build),
            prefix="static/build",  # what was made, and none of what it was made of
            immutable_file_test=lambda path, url: not url.endswith(".json"),
            max_age=600,
            allow_all_origins=False,
            add_headers_function=edge.static_headers(settings),
        )
    app.wsgi_app = Hops(Timed(app.wsgi_app), settings)  # type: ignore[method-assign]
    app.__rsgi__ = Front(app, upload_limit.allowance(app))
    return app


@access.public
def healthz() -> ResponseReturnValue:
    """Whether the app answers and its tables are there. It says no more than that."""
    try:
        found = migrations.at(database.session().connection())
    except Exception as fault:  # whatever the driver raises: the answer is that it is not well
        structlog.get_logger().error("healthz", fault=database.describe(fault))
        return jsonify(status="not ok"), 503
    # A migration that is not known came while this version serves: `migrate` does none that it could not go on with.
    ok = found == migrations.head() or (found is not None and found not in migrations.known())
    return jsonify(status="ok" if ok else "not ok"), 200 if ok else 503


def _for_every_page() -> dict[str, object]:
    settings = current_app.config["SETTINGS"]
    account = access.me()
    desk = account is not None and account.kind is not access.Kind.PERSON
    works = account if account is not None and account.kind is access.Kind.PROFESSIONAL else None
    permit = g.get("permit")
    return {
        "me": account,
        "layout": "layouts/desk.html" if desk else "layouts/phone.html",
        "steps_layout": "layouts/desk.html" if desk else "layouts/steps.html",
        "permit": permit,
        "banner": banner.of(permit),
        "demo": settings.demo,
        "quick_exit_url": settings.quick_exit_url,
        # What is said of the press before; a form refused at the same address was not saved.
        "saved": request.method == "GET" and request.args.get("saved") == "1",
        "counts": DeskCounts(works) if works else Counts(account, permit) if account and permit else None,
    }


@dataclass(frozen=True)
class DeskCounts:
    """The numbers on the tabs of a professional's pages, read when a page draws them. One statement."""

    account: access.SignedIn

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return caseload.counts(self.account)

    @property
    def results(self) -> int:
        """Results that somebody has not opened yet."""
        return self._numbers["results"]

    @property
    def questions(self) -> int:
        """Questions without a reply."""
        return self._numbers["questions"]


@dataclass(frozen=True)
class Counts:
    """The numbers on the tabs, read when a page draws them."""

    account: access.SignedIn
    permit: access.Permit

    @property
    def results(self) -> int:
        """New results this account may open, and corrected ones."""
        if not self.permit.may(access.Area.RESULTS):
            return 0
        unseen = notices.unseen(self.account.account_id, [self.permit.person_id])
        return unseen.get("result", 0) + unseen.get("corrected", 0)
