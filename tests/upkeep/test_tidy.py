"""What is of no use any more goes after its time, and nothing that still says something does."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfcare.accounts import sessions
from selfcare.accounts.models import Enrolment, FormerAddress, PendingAddress, SignIn
from selfcare.database import command, now, session
from selfcare.outbox.models import Outbox
from selfcare.upkeep import backing_up, tidying
from selfcare.web.models import Once, Throttle
from tests import factories

TABLES = (Throttle, SignIn, Outbox, Enrolment, PendingAddress, FormerAddress, Once)


def count(app: Flask) -> dict[str, int]:
    with app.app_context():
        return {
            table.__tablename__: session().scalar(select(func.count()).select_from(table)) or 0
            for table in TABLES
        }


def tidied(app: Flask, **later: float) -> dict[str, int]:
    with app.app_context():
        tidying.tidy(now() + timedelta(**later), backing_up.never)
    return count(app)


@pytest.fixture
def lived(app: Flask) -> Flask:
    """Everything that has a time to go, fresh; of deliveries one in each state."""
    with app.test_request_context(), command() as work:
        house = factories.household()
        rosa, moment = house.rosa.id, now()
        work.add(Throttle(key="x", hits=3, until=moment + timedelta(minutes=10)))
        for age in range(3):
            seen = moment - timedelta(hours=age)
            work.add(
                SignIn(
                    token_hash=uuid4().hex, account_id=rosa, device="", began="letter", complete=True, started_at=seen,
                    seen_at=seen, ends_at=moment + timedelta(days=30), ended_at=moment if age else None,
                )
            )  # fmt: skip
        for state in ("waiting", "sending", "handing over", "sent", "dropped", "failed", "unsure", "told"):
            ended = None if state in ("waiting", "sending", "handing over") else moment
            work.add(
                Outbox(
                    dedupe=state, account_id=rosa, kind="x", about={}, not_before=moment, state=state, made_at=moment,
                    ended_at=ended,
                )
            )  # fmt: skip
        times = {"made_at": moment, "expires_at": moment + timedelta(hours=24)}
        work.add(Enrolment(account_id=house.amina.id, code_hash="x", **times))
        work.add(PendingAddress(account_id=rosa, address="x", password_hash="x", made_at=moment))
        work.add(FormerAddress(account_id=rosa, address="x", until=moment + timedelta(days=1)))
        work.add(Once(account_id=rosa, form_id=uuid4(), fingerprint="x", at=moment))
    return app


def test_each_goes_after_its_time_and_not_before(lived: Flask) -> None:
    whole = count(lived)
    assert tidied(lived) == whole
    assert tidied(lived, minutes=11) == whole | {"throttle": 0}
    assert tidied(lived, days=29)["former_address"] == 0
    assert tidied(lived, days=29)["enrolment"] == 1
    later = tidied(lived, days=32)
    assert (later["enrolment"], later["pending_address"]) == (0, 0)
    assert (later["sign_in"], later["outbox"]) == (3, 8)
    later = tidied(lived, days=91)
    assert later["outbox"] == 5, "what waits, and what failed and nobody told, stays"
    assert later["sign_in"] == 1


def test_nothing_that_must_stay_ever_goes(lived: Flask) -> None:
    """`once`: a phone that sends an entry a year late must not send it twice. The last session: a code opens no account
    that ever had one."""
    found = tidied(lived, days=4_000)
    assert (found["once"], found["sign_in"], found["outbox"]) == (1, 1, 5)
    with lived.app_context():
        last = session().scalars(select(SignIn)).one()
        assert (last.ended_at, sessions.last_used(last.account_id)) == (None, last.seen_at)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_many_go_a_few_at_a_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone catches: a tidy that ends after its first portion, and one that goes on when it is asked to stop."""
    monkeypatch.setattr(tidying, "_AT_A_TIME", 10)
    with app.app_context(), command() as work:
        work.add_all(Throttle(key=str(n), hits=1, until=now() - timedelta(minutes=1)) for n in range(35))
    with app.app_context():
        asked = iter((False, *[True] * len(tidying.RULES)))
        stopped: Callable[[], bool] = lambda: next(asked)  # noqa: E731
        assert tidying.tidy(now(), stopped)["throttle"] == 10
    assert "throttle 25" in app.test_cli_runner().invoke(args=["tidy"]).output
    assert "nothing was to be tidied" in app.test_cli_runner().invoke(args=["tidy"]).output
