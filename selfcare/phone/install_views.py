"""Putting the app on the home screen: its manifest, how to do it, and the shortcuts that hang on its icon."""

from functools import partial

from flask import current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare import i18n
from selfcare.home import rights_words, words
from selfcare.people import names
from selfcare.phone import shortcuts
from selfcare.phone.room import room
from selfcare.web import access, pages
from selfcare.web.access import Role, SignedIn, public, signed_in

# As --surface and --paper in static/css/_tokens.scss: the bar over the app, and what stands there until it is drawn.
THEME, BACKGROUND = "#ffffff", "#eef3f2"
# Says that the app was opened from its icon. Nothing about who opens it.
START = "/?from=home-screen"


@room.get("/manifest.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """What a browser needs to know to install the app, in the reader's language."""
    answer = current_app.json.response(
        {
            "id": "/",
            "name": "Selfcare",
            "short_name": "Selfcare",
            "description": gettext("Log how you are, get ready for visits, and see your results."),
            "lang": i18n.code(),
            "dir": i18n.direction(),
            "start_url": START,
            "scope": "/",
            "display": "standalone",
            "theme_color": THEME,
            "background_color": BACKGROUND,
            "categories": ["health", "medical"],
            "icons": [
                _icon("app", 192),
                _icon("app", 512),
                _icon("maskable", 512, "maskable"),
                _icon("monochrome", 512, "monochrome"),
            ],
            "shortcuts": [
                {"name": gettext("Log a symptom"), "url": url_for(".log"), "icons": [_icon("log", 96)]},
                {"name": gettext("Add a question"), "url": url_for(".ask"), "icons": [_icon("ask", 96)]},
            ],
        }
    )
    answer.mimetype = "application/manifest+json"
    return answer


def _icon(name: str, size: int, purpose: str = "any") -> dict[str, str]:
    return {
        "src": pages.asset(f"{name}-{size}.png"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }


@room.get("/install")
@public
def install() -> ResponseReturnValue:
    """How to put the app on the home screen of an iPhone, an Android phone and a computer."""
    return pages.show("phone/install.html")


@room.get("/log")
@signed_in()
def log(user: SignedIn) -> ResponseReturnValue:
    """The shortcut *Log a symptom*."""
    return _onward(user, shortcuts.LOG)


@room.get("/ask")
@signed_in()
def ask(user: SignedIn) -> ResponseReturnValue:
    """The shortcut *Add a question*."""
    return _onward(user, shortcuts.ASK)


def _onward(user: SignedIn, shortcut: str) -> ResponseReturnValue:
    """On to the one record the account adds to there; asks whose where there are several."""
    permits = shortcuts.records(shortcut, access.own_panel(user).permits.values())
    if len(permits) < 2:
        there = shortcuts.there(shortcut, permits[0].person_id) if permits else "/"
        return redirect(there, 303)
    helped = [permit for permit in permits if permit.role is Role.CARER]
    return pages.show(
        "home/who.html",
        own=next((permit for permit in permits if permit.is_self), None),
        helped=[(permit, rights_words.may_do(permit, permit.today())) for permit in helped],
        who_chooses=words.who_chooses([permit.person_name for permit in helped]),
        address=partial(shortcuts.there, shortcut),
        called=partial(names.called, alike=names.shared(helped)),
    )
