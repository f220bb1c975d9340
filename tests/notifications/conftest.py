"""A household whose messages are delivered, at noon, to services that listen on this machine."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser as Chromium
from sqlalchemy import Delete, Update, select, update

from selfcare.accounts.models import Account, SignIn
from selfcare.config import Settings
from selfcare.database import command, now, session
from selfcare.notifications import actions
from selfcare.notifications.models import Preference, Subscription
from selfcare.notifications.queries import QUIET_FROM, QUIET_UNTIL
from selfcare.outbox import deliver
from selfcare.outbox.models import Outbox
from selfcare.people import may_send
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories import Household
from tests.harness.server import Server, free_port
from tests.notifications.phones import OpenPhone, phones
from tests.notifications.world import Browser, PushService

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    """Noon in London on a Thursday in March; the clock goes on from there."""
    with time_machine.travel(NOON, tick=True) as clock:
        yield clock


@pytest.fixture
def set_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Changes settings for one test: `set_up(smtp=…)`."""

    def change(**values: Any) -> None:
        settings: Settings = app.config["SETTINGS"]
        monkeypatch.setitem(app.config, "SETTINGS", replace(settings, **values))

    return change


@pytest.fixture(scope="session")
def push_port() -> int:
    """Where the push service listens: the same for all tests, so that servers that know it can be shared."""
    return free_port()


@pytest.fixture
def service(set_up: Callable[..., None], push_port: int) -> Iterator[PushService]:
    """A push service that the settings name."""
    found = PushService(port=push_port)
    set_up(push_hosts=(found.host,))
    with found.listening():
        yield found


@dataclass
class Home:
    """Rosa, her nurse and her carer, and what is done to their messages."""

    app: Flask
    house: Household

    def subscribe(self, endpoint: str, browser: Browser | None = None, who: str = "rosa") -> UUID:
        browser = browser or Browser()
        with self.app.app_context(), command() as work:
            row = Subscription(
                account_id=getattr(self.house, who).id, endpoint=endpoint, p256dh=browser.p256dh,
                auth=browser.auth, device="iPhone", made_at=now(),
            )  # fmt: skip
            work.add(row)
            work.flush()
            return row.id

    def wish(self, who: str = "rosa", **values: Any) -> None:
        with self.app.app_context(), command() as work:
            start = {
                "account_id": getattr(self.house, who).id, "zone": None, "off": [], "push": True, "email": False,
                "quiet_from": QUIET_FROM, "quiet_until": QUIET_UNTIL, "changed_at": now(),
            }  # fmt: skip
            work.merge(Preference(**(start | values)))

    def address(self, who: str = "rosa", email: str = "rosa@example.org", **values: Any) -> None:
        with self.app.app_context(), command() as work:
            account = work.get_one(Account, getattr(self.house, who).id)
            account.email = email
            for name, value in values.items():
                setattr(account, name, value)

    def tell(self, kind: str = actions.RESULT, who: str = "rosa", **values: Any) -> UUID:
        """Queues a notice, as a room does. :returns: the delivery's id."""
        with self.app.test_request_context(), command() as work:
            permit = factories.permit(self.house.amina, self.house.person)
            actions.tell(permit, [getattr(self.house, who).id], kind, uuid4(), **values)
            return work.scalars(select(Outbox.id).order_by(Outbox.made_at.desc())).first()  # type: ignore[return-value]

    def deliver(self) -> Counter[str]:
        """One pass over what is due now."""
        return deliver.run(self.app, threading.Event(), once=True)

    def row(self, delivery_id: UUID) -> Outbox:
        with self.app.app_context():
            return session().get_one(Outbox, delivery_id)

    def ended(self, delivery_id: UUID) -> tuple[str, str | None]:
        row = self.row(delivery_id)
        return row.state, row.reason

    def subscription(self, subscription_id: UUID) -> Subscription | None:
        with self.app.app_context():
            return session().get(Subscription, subscription_id)

    def change(self, statement: Update | Delete) -> None:
        """Runs one statement, as somebody else would in between."""
        with self.app.app_context(), command() as work:
            work.execute(statement)

    def forget(self, delivery_id: UUID) -> None:
        """The worker that sent it died before it could write that down, and its time is over."""
        died = {"state": "sending", "lease": uuid4(), "lease_until": now() - timedelta(seconds=1)}
        self.change(update(Outbox).where(Outbox.id == delivery_id).values(**died))


@pytest.fixture
def home(app: Flask, noon: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A household. Nothing becomes due by itself here: what is sent is what a test queues."""
    hands = replace(app.extensions["deliver"], before=lambda _: None, may_send=(may_send.may_send,))
    monkeypatch.setitem(app.extensions, "deliver", hands)
    with app.test_request_context(), command() as work:
        house = factories.household(dict.fromkeys(Area, Level.SEE))
        for account in (house.rosa, house.leon, house.amina):
            work.add(
                SignIn(
                    token_hash=uuid4().hex,
                    account_id=account.id,
                    device="iPhone",
                    complete=True,
                    started_at=now(),
                    seen_at=now(),
                    proved_at=now(),
                    began="password",
                    ends_at=now(),
                )
            )
    return Home(app, house)


@pytest.fixture
def open_phone(
    app: Flask,
    chromium: Chromium,
    database_url: str,
    service: PushService,
    serve_shared: Callable[..., Server],
) -> Iterator[OpenPhone]:
    """Opens Rosa's phone (or another's): `open_phone("leon", allowed=False, locale="ur")`."""
    known = {"SELFCARE_PUSH_HOSTS": service.host, "SELFCARE_VAPID_KEY": app.config["SETTINGS"].vapid_key}
    with phones(app, chromium, serve_shared(database_url, **known), service) as opened:
        yield opened
