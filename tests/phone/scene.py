"""Rosa's phone on a line that tests can make bad, and what its service worker can be made to believe."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from selfcare.database import session
from selfcare.diary.models import Entry
from tests.factories import Household
from tests.factories.lived import lived_in
from tests.harness.server import Server
from tests.proof_offline import wire as bad
from tests.proof_offline.device import Device, device
from tests.proof_offline.wire import Wire, wire

# The worker's clock, and with it what it calls now, put wrong.
WRONG_CLOCK = """
(off) => {
  const Right = self.Right = self.Right || Date
  self.Date = class extends Right {
    constructor(...said) { said.length ? super(...said) : super(Right.now() + off) }
    static now() { return Right.now() + off }
  }
}
"""


@dataclass
class Scene:
    """Rosa's phone, and the line to the server."""

    app: Flask
    house: Household
    base: str
    phone: Device
    line: Wire

    def cut(self, fate: str = bad.CUT_BEFORE, method: str = "POST") -> None:
        """From here on `fate` befalls all forms, and nobody can be asked whether they arrived."""
        self.line.freed.clear()
        self.line.fate = lambda asked, path: (
            fate
            if (asked == method and path.startswith(self.base)) or path.startswith("/phone/had/")
            else bad.PASS
        )

    def mend(self) -> None:
        self.line.fate = lambda *_: bad.PASS
        self.line.freed.set()

    def kept(self) -> list[Entry]:
        """What the server has of what these tests write, in the order it came."""
        with self.app.app_context():
            mine = Entry.note.like("%canary%"), Entry.removed_at.is_(None)
            return list(session().scalars(select(Entry).where(*mine).order_by(Entry.entered_at)))

    def notes(self) -> list[str]:
        return [entry.note for entry in self.kept()]

    def refused(self) -> list[int]:
        return [row["seq"] for row in self.phone.rows() if row["state"] == "refused"]


@pytest.fixture
def scene(app: Flask, live_server: Server, chromium: Browser) -> Iterator[Scene]:
    house, ids = lived_in(app)
    base = f"/people/{house.person.id}"
    log = f"{base}/diary/log/{ids['tracker_id']}"
    with ExitStack() as stack:
        line = stack.enter_context(wire(live_server.port))
        phone = stack.enter_context(device(chromium, app, line.url, log))
        phone.sign_in(house.rosa.id)
        phone.learn()
        yield Scene(app, house, base, phone, line)
