"""What a browser asks for and says to be told, and a try whether it works."""

from typing import Any
from uuid import UUID

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext

from selfcare.notifications import actions, devices, queries, vapid_key
from selfcare.notifications import settings_views as settings_views
from selfcare.notifications.room import room as room
from selfcare.web import pages
from selfcare.web.access import SignedIn, signed_in

# The page where an account says how it wants to hear; see `settings_views`.
SETTINGS_PAGE = "/account/reminders"


@room.get("/account/push/key")
@signed_in()
def push_key(user: SignedIn) -> ResponseReturnValue:
    """What the browser subscribes with."""
    return jsonify(key=vapid_key.public())


@room.post("/account/push/")
@signed_in(late=True)
def subscribe_send(user: SignedIn) -> ResponseReturnValue:
    """Takes `endpoint`, `p256dh` and `auth` as a form, or a PushSubscription as JSON; the token in X-CSRF-Token.

    201 {"id": …}; the same again is the same id. 422 {"error", "message"} with a sentence for the person.
    """
    try:
        kept = devices.add(user, *_subscription())
    except devices.BadKeys:
        return _refused("keys", gettext("This browser’s answer was not complete. Please try again."))
    except devices.NotAllowed:
        return _refused(
            "not-allowed",
            gettext(
                "This browser wants its messages sent to a place we do not send to. Try another browser."
            ),
        )
    except devices.TooMany:
        return _refused(
            "too-many", gettext("We can tell %(num)s devices at most. Remove one first.", num=devices.MOST)
        )
    return jsonify(id=str(kept)), 201


@room.post("/account/push/remove")
@signed_in()
def remove_here_send(user: SignedIn) -> ResponseReturnValue:
    """Takes the `endpoint` of the browser that asks: at sign-out, when its keys change. 200 {"removed": whether}."""
    return jsonify(removed=devices.remove_here(user, _subscription()[0]))


@room.get("/account/push/<uuid:subscription_id>/remove")
@signed_in()
def remove(user: SignedIn, subscription_id: UUID) -> ResponseReturnValue:
    device = queries.device(user.account_id, subscription_id)
    title = device.device or gettext("A device")
    return pages.one_button(
        pgettext("device", "Remove"), SETTINGS_PAGE, pgettext("page", "Reminders"), title=title
    )


@room.post("/account/push/<uuid:subscription_id>/remove")
@signed_in()
def remove_send(user: SignedIn, subscription_id: UUID) -> ResponseReturnValue:
    devices.remove(user, subscription_id)
    return pages.saved(f"{SETTINGS_PAGE}?saved=1")


@room.get("/account/push/test")
@signed_in()
def test(user: SignedIn) -> ResponseReturnValue:
    return pages.one_button(gettext("Send a test"), SETTINGS_PAGE, pgettext("page", "Reminders"))


@room.post("/account/push/test")
@signed_in(late=True)
def test_send(user: SignedIn) -> ResponseReturnValue:
    actions.try_out(user)
    return pages.saved(f"{SETTINGS_PAGE}?saved=1")


def _subscription() -> tuple[str, str, str]:
    """Endpoint and keys as they were sent; empty texts for what is missing or is not text."""
    body: Any = request.get_json(silent=True) if request.is_json else request.form
    found: Any = body if hasattr(body, "get") else {}
    inner: Any = found.get("keys")
    keyed: Any = inner if hasattr(inner, "get") else found
    endpoint, p256dh, auth = found.get("endpoint"), keyed.get("p256dh"), keyed.get("auth")
    return _text(endpoint), _text(p256dh), _text(auth)


def _text(value: Any) -> str:
    # Endpoints and keys are plain: what is not cannot be one, and some of it no database can look for.
    return value if isinstance(value, str) and value.isascii() and value.isprintable() else ""


def _refused(error: str, message: str) -> ResponseReturnValue:
    return jsonify(error=error, message=message), 422
