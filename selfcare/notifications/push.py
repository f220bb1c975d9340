"""Handing a message to a browser's push service (RFC 8030, 8291, 8292), by the library and our own connection.

Sending the same again is harmless: the topic makes a push service replace what it has not handed on yet, and the tag
makes the device show one notification in place of another.
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from random import SystemRandom
from typing import Any
from uuid import UUID

import requests
import structlog
from flask import current_app

from selfcare.database import now
from selfcare.notifications import push_hosts, vapid_key
from selfcare.notifications.models import Subscription
from selfcare.notifications.push_hosts import NotAllowed, Place
from selfcare.web.deadline import Adapter, Deadline, is_refused

log = structlog.get_logger()

LIMIT = 10.0  # seconds for all of it: the name, the connection, the answer
KEEP = timedelta(days=2)  # a phone that is switched off for longer finds it in the inbox
REST_MOST = timedelta(hours=24)

# What becomes of a subscription.
TAKEN, GONE, REST, REFUSED = "taken", "gone", "rest", "refused"
_random = SystemRandom()


@dataclass(frozen=True)
class Result:
    """What a push service said: TAKEN; GONE, the browser does not listen any more; REST until a time; or REFUSED."""

    what: str
    until: datetime | None = None


def send(subscription: Subscription, payload: str, delivery_id: UUID, *, urgent: bool) -> Result:
    """Hand a message for one browser to its push service, in ten seconds at most.

    :param payload: encrypted for that browser alone before it leaves.
    :param delivery_id: the same for the same message, so that a repeat replaces it.
    """
    # Here, not above: it brings a second HTTP library with it, which the pages of the app have no need to load.
    from py_vapid import Vapid02
    from pywebpush import WebPushException, webpush

    try:
        where = push_hosts.place(subscription.endpoint)
    except NotAllowed:
        return Result(REFUSED)
    headers = {
        "Urgency": "high" if urgent else "normal",
        "Topic": urlsafe_b64encode(delivery_id.bytes)
        .decode()
        .rstrip("="),  # at most 32 characters of base64url
    }
    if where.host.endswith(".notify.windows.com"):
        headers["X-WNS-Cache-Policy"] = "cache"  # Windows refuses a time to live without it
    with Deadline(LIMIT) as deadline, _Session(where, deadline) as session:
        try:
            webpush(
                {
                    "endpoint": subscription.endpoint,
                    "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
                },
                payload,
                vapid_private_key=Vapid02(vapid_key.private()),
                # A dict of its own every time: the library writes the receiver and an end into it.
                vapid_claims={"sub": current_app.config["SETTINGS"].contact},
                ttl=int(KEEP.total_seconds()),
                timeout=deadline.left(),
                headers=headers,
                requests_session=session,
            )
        except WebPushException as fault:
            if fault.response is None:  # keys that cannot be read: nothing can be encrypted for it
                return Result(REFUSED)
            return _result(fault.response.status_code, fault.response.headers, subscription.fails)
        except (requests.RequestException, OSError) as fault:
            refused = is_refused(fault)
            log.info("push not reached", subscription=str(subscription.id), fault=type(fault).__name__)
            return Result(REFUSED) if refused else Result(REST, now() + rest(subscription.fails))
        except ValueError:
            return Result(REFUSED)
    return Result(TAKEN)


def rest(fails: int) -> timedelta:
    """How long a push service that failed so often in a row is left alone: a minute, doubling, six hours at most."""
    minutes: float = min(2.0**fails, 360.0) * _random.uniform(0.8, 1.2)
    return timedelta(minutes=minutes)


def _result(status: int, headers: Mapping[str, str], fails: int) -> Result:
    if status in (404, 410):
        return Result(GONE)
    if status == 429 or status >= 500 or status < 400:
        # A redirect is not followed: it would lead past the list of hosts. Nor is it a reason to forget the browser.
        asked = _asked_for(headers.get("Retry-After"))
        return Result(
            REST, max(now() + rest(fails), min(asked, now() + REST_MOST)) if asked else now() + rest(fails)
        )
    return Result(REFUSED)


def _asked_for(retry_after: str | None) -> datetime | None:
    """When a push service wants to hear from us again: seconds or a date (RFC 9110, 10.2.3)."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return now() + timedelta(seconds=min(int(text[:9]), REST_MOST.total_seconds()))
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


@dataclass(frozen=True)
class _Answer:
    """What the library needs of an answer. Its body is not read: nobody needs it, and it could be without end."""

    status_code: int
    reason: str
    headers: Mapping[str, str]
    text: str = ""


class _Session(requests.Session):
    """A session for one message: no redirects, no proxy from the environment, one place, one deadline."""

    def __init__(self, where: Place, deadline: Deadline) -> None:
        super().__init__()
        self.trust_env = False
        self.mount("https://", Adapter(deadline, where.host, where.port, where.may))
        self.mount("http://", Adapter(deadline, where.host, where.port, where.may))

    def post(self, url: Any, *args: Any, **options: Any) -> Any:
        options |= {"allow_redirects": False, "stream": True}
        with super().post(url, *args, **options) as answer:
            return _Answer(answer.status_code, str(answer.reason), answer.headers)
