"""The pages that people must be given, for everybody; and two addresses that programs look for (RFC 8615)."""

from datetime import timedelta
from typing import Any

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from selfcare.about import kept_here
from selfcare.database import now
from selfcare.service import Service
from selfcare.settings_sign_in import PEOPLE
from selfcare.web import pages, safety
from selfcare.web.access import Kind, me, public
from selfcare.web.room import Room

room = Room("about", __name__)

# What is said of security is so on the day it is asked, and is to be asked again after this.
GOOD_FOR = timedelta(days=90)


def _service() -> Service:
    service: Service = current_app.config["SETTINGS"].service
    return service


def _page(name: str, **values: Any) -> ResponseReturnValue:
    somebody = me()
    if somebody is None:
        values["layout"] = "layouts/plain.html"
    own = somebody is not None and somebody.kind is Kind.PERSON
    return pages.show(f"about/{name}.html", service=_service(), has_more=own, **values)


@room.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return _page("privacy", by=current_app.config["SETTINGS"].sign_ins.of(PEOPLE))


@room.get("/privacy/easy")
@public
def privacy_easy() -> ResponseReturnValue:
    """The same in as few words as it can be said."""
    return _page("privacy_easy")


@room.get("/privacy/young")
@public
def privacy_young() -> ResponseReturnValue:
    """The same for young people."""
    return _page("privacy_young", safety_lines=safety.lines(), calls=safety.calls())


@room.get("/cookies")
@public
def cookies() -> ResponseReturnValue:
    return _page("cookies", cookies=kept_here.COOKIES, kept=kept_here.KEPT)


@room.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    return _page("accessibility")


@room.get("/terms")
@public
def terms() -> ResponseReturnValue:
    return _page("terms", safety_lines=safety.lines(), calls=safety.calls())


@room.get("/help")
@public
def help_() -> ResponseReturnValue:
    mail = current_app.config["SETTINGS"].smtp is not None
    return _page("help", safety_lines=safety.lines(), calls=safety.calls(), mail=mail)


@room.get("/responsible")
@public
def responsible() -> ResponseReturnValue:
    """Who answers for what, and how to complain about what happens with data."""
    return _page("responsible")


@room.get("/.well-known/security.txt")
@public
def security_txt() -> ResponseReturnValue:
    """Whom to tell of a hole (RFC 9116). Made anew each time, so that it does not run out."""
    base = current_app.config["SETTINGS"].url or request.host_url.rstrip("/")
    until = (now() + GOOD_FOR).strftime("%Y-%m-%dT00:00:00Z")
    # Where nobody is named yet, the page says so, and who runs the service.
    contact = _service().security_contact or f"{base}{url_for('.responsible')}"
    lines = (
        f"Contact: {contact}",
        f"Expires: {until}",
        "Preferred-Languages: en",
        f"Canonical: {base}{url_for('.security_txt')}",
    )
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@room.get("/.well-known/change-password")
@public
def change_password() -> ResponseReturnValue:
    """Where a password is changed (W3C: A Well-Known URL for Changing Passwords)."""
    return redirect(url_for("accounts.way_in"), 303)
