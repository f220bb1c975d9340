"""One run of the proof: two phones, two people, a bad line and a server that dies, and what must be true afterwards."""

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from uuid import UUID

from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from selfcare.database import command, session
from selfcare.diary.models import Entry
from selfcare.web.models import Once
from tests import factories
from tests.factories.record import fill
from tests.proof_offline import wire as bad
from tests.proof_offline.device import Device, Written, device
from tests.proof_offline.standing import Standing, standing
from tests.proof_offline.wire import Wire, wire

ZONES = ("Europe/London", "America/St_Johns")
# How often what becomes of a form that is sent, of a question who is signed in, and of a page, in parts of 100.
FATES = {
    "form": {bad.CUT_BEFORE: 9, bad.CUT_AFTER: 9, bad.BUSY: 3, bad.BUSY_AFTER: 4, bad.KILL: 2},
    "session": {bad.CUT_BEFORE: 2, bad.CUT_AFTER: 2, bad.BUSY: 1, bad.KILL: 1},
    "page": {bad.CUT_BEFORE: 2, bad.CUT_AFTER: 1},
}
# A form that hangs takes the phone's whole patience: once in a run, where the run is long enough.
HANGS_FROM = 40
# What happens between two entries, in parts of 100.
EVENTS = {"offline": 5, "reload": 4, "tab": 4, "signed out": 4, "send": 3, "leave at once": 3, "both tabs": 6}


@dataclass
class Storm:
    """The run of one seed."""

    random: Random
    app: Flask
    line: Wire
    server: Standing
    person: UUID
    accounts: tuple[UUID, UUID]
    devices: list[Device]
    maybe: list[Written] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    planned: dict[int, str] = field(default_factory=lambda: {3: bad.CUT_AFTER, 5: bad.CUT_BEFORE})
    forms: int = 0
    extra: int = 0

    def fate(self, method: str, path: str) -> str:
        """Of one request. What no run goes without is planned for the third form that is sent, the fifth, and so on."""
        if path.startswith(("/static/", "/healthz", "/service-worker.js", "/offline/", "/manifest")):
            return bad.PASS
        kind = "form" if method == "POST" else "session" if path == "/phone/session" else "page"
        if kind == "form":
            self.forms += 1
            if self.forms in self.planned:
                return self.planned[self.forms]
        return _one_of(self.random, FATES[kind]) or bad.PASS

    def write_all(self, entries: int, seed: int) -> None:
        """Writes entries with everything going wrong around them, then lets the line be good and sends what is left."""
        self.line.fate, self.line.kill = self.fate, self._kill
        if entries >= HANGS_FROM:
            hang = self.random.choice((bad.HANG, bad.HANG_AFTER))
            self.planned[self.random.randrange(10, entries // 2)] = hang
        away = {id(each): 0 for each in self.devices}
        down = 0
        number = 0
        while number < entries:
            if self.server.process is None:
                down = down - 1 if down else self.random.randrange(1, 6)
                if down == 0 or self.random.random() < 0.3:
                    self.server.start()
                    down = 0
            here = self.random.choice(self.devices)
            if away[id(here)]:
                away[id(here)] -= 1
                here.context.set_offline(away[id(here)] > 0)
            event = _one_of(self.random, EVENTS)
            self.happened[event or "nothing"] += 1
            notes = [f"seed {seed} entry {number}"]
            if event == "offline" and not away[id(here)]:
                away[id(here)] = self.random.randrange(2, 9)
                here.context.set_offline(True)
            elif event == "reload":
                here.page.wait_for_load_state()
                here.page.reload(wait_until="commit")
            elif event == "tab" and not away[id(here)]:
                self._calm(here.other_tab)
            elif event == "signed out" and not away[id(here)]:
                self._other_person(here)
            elif event == "send":
                here.page.evaluate("navigator.serviceWorker.controller.postMessage({ type: 'send' })")
            elif event == "leave at once":
                self.maybe.append(here.leave(f"seed {seed} maybe {number}"))
            elif event == "both tabs" and len(here.context.pages) > 1 and number + 1 < entries:
                notes.append(f"seed {seed} entry {number + 1}")
            here.write(*notes)
            number += len(notes)

    def _kill(self) -> None:
        if self.line.fate == self.fate:  # one that comes late is not for the server that came back
            self.server.kill()

    def _calm(self, work: object) -> None:
        """Does something that needs the server, with the server there and the line good."""
        if self.server.process is None:
            self.server.start()
        self.line.fate = lambda _method, _path: bad.PASS
        work()  # type: ignore[operator]
        self.line.fate = self.fate

    def _other_person(self, here: Device) -> None:
        """The session ends, some more is written on the page that is still open, and somebody signs in."""
        here.context.clear_cookies()
        for _ in range(self.random.randrange(2)):
            self.extra += 1
            here.write(f"seed, signed out {self.extra}")
        here.sign_in(self.random.choice(self.accounts))
        self._calm(here.learn)

    def calm_down(self) -> None:
        """The line is good, the server there, and each account signs in once more on each phone."""
        self.line.fate = lambda _method, _path: bad.PASS
        if self.server.process is None:
            self.server.start()
        for here in self.devices:
            here.context.set_offline(False)
            for account in self.accounts:
                here.sign_in(account)
                here.visit()
                stopped = here.ask("send")
                assert stopped != "later", stopped
                assert here.waiting(account) == 0, (account, stopped, here.rows())
            assert here.waiting() == 0

    def faults(self) -> list[str]:
        """Everything that is not as it must be: lost, twice, out of order, at another time."""
        with self.app.app_context():
            kept = session().execute(
                select(Entry.id, Entry.note, Entry.entered_by, Entry.wall, Entry.zone)
                .where(Entry.person_id == self.person, Entry.note.like("%seed%"))
                .order_by(Entry.entered_at)
            ).all()  # fmt: skip
            ids = dict(session().execute(select(Once.form_id, Once.row_id)).all())  # type: ignore[arg-type]
        times = Counter(row.note for row in kept)
        written = [entry for here in self.devices for entry in here.written]
        found = [f"lost: {entry.note}" for entry in written if not times[entry.note]]
        found += [f"{number} times: {note}" for note, number in times.items() if number > 1]
        known = {entry.note for entry in (*written, *self.maybe)}
        found += [f"never written: {note}" for note in times if note not in known]
        rows = {row.note: row for row in kept}
        for entry in written:
            row = rows.get(entry.note)
            if row is None:
                continue
            if ids.get(entry.form_id) != row.id:
                found.append(f"not under its id: {entry.note}")
            if row.entered_by != entry.account:
                found.append(f"under somebody else's account: {entry.note}")
            if row.zone != entry.zone or abs(row.wall - datetime.fromisoformat(entry.wall)) > timedelta(
                seconds=5
            ):
                found.append(
                    f"at another time: {entry.note}: {row.wall} {row.zone}, not {entry.wall} {entry.zone}"
                )
        place = {row.note: number for number, row in enumerate(kept)}
        for here in self.devices:
            for account in self.accounts:
                mine = [entry for entry in here.written if entry.account == account and entry.note in place]
                mine.sort(key=lambda entry: place[entry.note])
                for one, other in pairwise(mine):
                    if one.turn > other.turn:
                        found.append(f"out of order: {one.note} before {other.note}")
        return found

    def table(self) -> str:
        """What went wrong on the way, for people to read."""
        told = {**self.line.done, **self.happened, "server kills": self.server.kills}
        written = sum(len(here.written) for here in self.devices)
        lines = [f"{written} written, {len(self.maybe)} left at once"]
        return "\n".join(lines + [f"{name:<45}{number:>6}" for name, number in told.items()])


def _one_of(random: Random, parts: dict[str, int]) -> str | None:
    """One name by its parts of 100; None for the rest."""
    drawn = random.randrange(100)
    for name, part in parts.items():
        if drawn < part:
            return name
        drawn -= part
    return None


def storm(
    app: Flask,
    database_url: str,
    browser: Browser,
    folder: Path,
    seed: int,
    entries: int,
    target: str = "app:app",
) -> Storm:
    """Runs a seed to its end. The database is there to be asked afterwards."""
    with app.test_request_context(), command():
        house = factories.household()
        ids = fill(house)
        accounts = (house.rosa.id, house.leon.id)
    log = f"/people/{house.person.id}/diary/log/{ids['tracker_id']}"
    with ExitStack() as stack:
        server = stack.enter_context(standing(database_url, folder, target))
        line = stack.enter_context(wire(server.port))
        phones = [stack.enter_context(device(browser, app, line.url, log, zone)) for zone in ZONES]
        run = Storm(Random(seed), app, line, server, house.person.id, accounts, phones)
        for phone, account in zip(phones, accounts, strict=True):
            phone.sign_in(account)
            phone.learn()
        run.write_all(entries, seed)
        run.calm_down()
        return run
