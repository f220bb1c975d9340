"""Measures: what they say is so, and they say nothing of anybody."""

import re
import socket
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from selfcare import counters, settings_network
from selfcare.database import command, now
from selfcare.filing.models import Incoming, Receipt
from selfcare.metrics import Standing
from selfcare.metrics import counted as counted_at
from selfcare.outbox.models import Outbox
from selfcare.start import CannotStart
from selfcare.upkeep.models import Job
from selfcare.writers import Busy, WriterQueue
from tests import factories
from tests.factories.lived import lived_in
from tests.harness.client import Client

Values = dict[tuple[str, ...], float]
ON_SQLITE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def standing(app: Flask) -> Values:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in Standing(app).collect()
        for sample in family.samples
    }


def counted() -> Values:
    """What this process has counted."""
    every = vars(counters.now()).values()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for one in every
        for family in one.collect()
        for sample in family.samples
    }


def test_how_the_database_stands(app: Flask) -> None:
    """Alone catches: an age that is that of the newest, messages that are not due yet, a backup that is called made."""
    empty = standing(app)
    assert set(empty.values()) == {0.0, 1.0}
    assert [name for name, value in empty.items() if value == 1] == [("selfcare_database_up",)]
    moment = now()
    with app.app_context(), command() as work:
        lead, team = factories.nurse()
        for number, (hours, state) in enumerate(
            ((3, "waiting"), (1, "waiting"), (-2, "waiting"), (9, "failed"), (9, "told"))
        ):
            work.add(
                Outbox(
                    dedupe=str(number), account_id=lead.id, kind="test", about={}, state=state,
                    not_before=moment - timedelta(hours=hours), made_at=moment,
                )
            )  # fmt: skip
        for hours in (2, 5):
            receipt = uuid4()
            at = moment - timedelta(hours=hours)
            work.add(
                Receipt(
                    id=receipt, team_id=team.id, content_hash=str(receipt), at=at, message_id=receipt, sender_key="x"
                )
            )  # fmt: skip
            work.flush()
            work.add(Incoming(receipt_id=receipt, team_id=team.id, received_at=at, reasons=[], body={}))
        work.add(Job(name="backup", done_at=moment - timedelta(days=2), fault="The disk is full."))
    found = standing(app)
    ages = {
        name: round(value / 3600) for (name, *_), value in found.items() if name.endswith("oldest_seconds")
    }
    assert ages == {"selfcare_outbox_oldest_seconds": 3, "selfcare_reports_oldest_seconds": 5}
    assert (found["selfcare_outbox_due",], found["selfcare_reports_waiting",]) == (2, 2)
    assert found["selfcare_deliveries_not_reached",] == 1
    assert found["selfcare_last_done_timestamp_seconds", "backup"] == pytest.approx(
        (moment - timedelta(days=2)).timestamp()
    )
    assert found["selfcare_last_done_timestamp_seconds", "anchor"] == 0
    assert (found["selfcare_last_try_failed", "backup"], found["selfcare_last_try_failed", "tidy"]) == (1, 0)


@ON_SQLITE
def test_a_trail_that_was_chained_by_hand_counts(app: Flask) -> None:
    lived_in(app)
    app.test_cli_runner().invoke(args=["trail", "anchor"])
    assert standing(app)["selfcare_last_done_timestamp_seconds", "anchor"] > 1_700_000_000


@ON_SQLITE
def test_without_a_database_the_rest_is_told(make_app: Callable[..., Flask]) -> None:
    app = make_app(database_url="sqlite:////nowhere/at/all.db")
    assert standing(app) == {("selfcare_database_up",): 0}


@ON_SQLITE
def test_no_label_is_anybodys(app: Flask, client: Client) -> None:
    """Alone catches: an address counted by its path, a try counted by whose it was."""
    house, ids = lived_in(app)
    before = counted()
    client.sign_in(house.rosa.id)
    client.get(f"/people/{house.person.id}/diary/")
    client.get(f"/people/{house.person.id}/goals/{ids['goal_id']}/")
    client.sign_in(house.stranger.id)
    client.get(f"/people/{house.person.id}/diary/")
    client.get("/nothing/of/the/kind")
    app.test_client().get("/static/build/manifest.json", buffered=True).close()
    after = counted()
    new = {name for name, value in after.items() if value != before.get(name)}
    routes = {name[1] for name in new if name[0] == "selfcare_request_seconds_count"}
    assert {"none", "static"} <= routes
    assert routes - {"none", "static"} <= set(app.view_functions)
    assert ("selfcare_security_events_total", "not-allowed") in new
    words = {label for name in after for label in name[1:]}
    assert [word for word in words if not re.fullmatch(r"[a-z0-9_.-]+( [a-z-]+)*|\+Inf", word)] == []
    assert str(house.person.id) not in str(after)


@ON_SQLITE
def test_a_turn_is_waited_for_and_counted(engine_kind: str) -> None:
    queue = WriterQueue(None)
    before = counted()
    queue.enter()
    with pytest.raises(Busy):
        queue.enter(0.001)
    queue.leave()
    after = counted()
    assert after["selfcare_write_wait_seconds_count",] - before["selfcare_write_wait_seconds_count",] == 1
    assert after["selfcare_write_refused_total",] - before["selfcare_write_refused_total",] == 1


def test_where_measures_are_read() -> None:
    """A port alone is one of this machine: nobody opens them to others unawares."""

    def place(value: str) -> object:
        return settings_network.metrics({"SELFCARE_METRICS": value})

    assert place("") is None
    assert place("9464") == ("127.0.0.1", 9464)
    assert place("10.0.0.5:9464") == ("10.0.0.5", 9464)
    assert place("[::1]:9464") == ("::1", 9464)


def test_a_place_that_is_taken_stops_the_start() -> None:
    """Alone catches: measures that are silently those of somebody else."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = taken.getsockname()[:2]
        with pytest.raises(CannotStart, match="SELFCARE_METRICS"), counted_at(Flask("any"), place):
            pass
