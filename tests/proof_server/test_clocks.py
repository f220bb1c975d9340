"""Whatever the clocks do, an entry is of the day on which it was truly written, where the phone was."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.database import command, session
from selfcare.diary.models import Entry
from selfcare.web import forms
from tests import factories
from tests.harness.client import Client
from tests.harness.places import PROOF
from tests.harness.proofs import Record, figure

# From half past eleven to half past three: nights of the clocks forward and back in three places, leap days, new year.
NIGHTS = (
    ("2026-03-29", "Europe/London"), ("2026-10-25", "Europe/London"),
    ("2026-03-08", "America/St_Johns"), ("2026-11-01", "America/St_Johns"),
    ("2026-04-05", "Pacific/Chatham"), ("2026-09-27", "Pacific/Chatham"),
    ("2028-02-29", "Europe/London"), ("2028-03-01", "Asia/Kathmandu"), ("2027-03-01", "Europe/London"),
    ("2027-01-01", "Pacific/Kiritimati"), ("2027-01-01", "Etc/GMT+12"), ("2026-06-15", "Asia/Karachi"),
)  # fmt: skip
OFF = tuple(timedelta(hours=hours) for hours in (0, -72, 72, -14, 14))
LATER = (timedelta(0), timedelta(hours=31))
EACH = 1 if PROOF else 41


def moments() -> list[tuple[datetime, str]]:
    found = []
    for day, zone in NIGHTS:
        midnight = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        found += [(midnight + timedelta(minutes=30 * step), zone) for step in range(-1, 8)]
    return found


def cases() -> list[tuple[datetime, str, timedelta, timedelta]]:
    every = product(moments(), OFF, LATER)
    return [(moment, zone, off, later) for (moment, zone), off, later in every][::EACH]


def wrong(app: Flask, client: Client) -> tuple[list[str], int]:
    """The entries on a day, or at a time, at which they were not written."""
    with app.test_request_context(), command():
        house = factories.household()
        person, rosa = house.person.id, house.rosa.id
    found = []
    for moment, zone, off, later in cases():
        sent = moment + later
        with time_machine.travel(sent, tick=False):
            client.sign_in(rosa)
            headers = {"Accept": "application/json", "Phone-Clock": (sent + off).isoformat()}
            token = client.get("/phone/session", headers=headers).json["token"]
            wall = (moment + off).astimezone(ZoneInfo(zone)).isoformat()
            for choice in ("now", "yesterday"):
                body = {
                    "csrf_token": token, "form_id": str(uuid4()), "note": "Written then.", "when": choice,
                    "when-zone": zone, "when-wall": wall, "when-part": "day" if choice == "yesterday" else "",
                }  # fmt: skip
                told = client.post(f"/people/{person}/diary/note", body, headers=headers)
                assert told.status == 201, (told.status, told.text)
                with app.app_context():
                    entry = session().scalars(select(Entry).where(Entry.id == UUID(told.json["id"]))).one()
                true = moment.astimezone(ZoneInfo(zone))
                day: date = true.date() - timedelta(days=choice == "yesterday")
                right = entry.wall.date() == day and entry.zone == zone
                if not right or (choice == "now" and abs(entry.utc - moment) > timedelta(minutes=2)):
                    found.append(
                        f"{choice} at {true}, phone {off}, sent {later} later: {entry.wall} {entry.zone}"
                    )
    return found, 2 * len(cases())


def test_every_entry_is_of_the_day_it_was_written_on(
    app: Flask, client: Client, engine_kind: str, record_property: Record
) -> None:
    """Alone catches: a day taken from our clock, from UTC, or from the phone's without its fault taken out."""
    found, entries = wrong(app, client)
    figure(
        record_property, "clocks", f"{engine_kind}: {entries} entries, {len(found)} on a wrong day or hour"
    )
    assert found == []


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_phones_wrong_clock_would_be_seen(
    app: Flask,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Record,
) -> None:
    """The control: a phone's clock is taken as it is."""
    monkeypatch.setattr(forms, "_clock_off", lambda moment: timedelta(0))
    found, entries = wrong(app, client)
    figure(record_property, "clocks", f"control: {len(found)} of {entries} on a wrong day or hour")
    assert found != []
