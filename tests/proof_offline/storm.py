"""One run of the proof: two phones, two people, a bad line and a server that dies, and what must be true afterwards."""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import or_, select

from selfcare.database import command, session
from selfcare.web.models import Once
from tests.harness.client import Client
from tests.harness.markup import Validator
from tests.proof_offline import wire as bad
from tests.proof_offline.device import Device, Filled, Written, device
from tests.proof_offline.kinds import KINDS, NUMBER, WORDS, Home, Ids, Kind, record
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


@dataclass(frozen=True)
class Sent:
    """One form that was sent: its kind, what it is about, and in which version that stood before."""

    kind: Kind
    ids: Ids
    before: int


@dataclass
class Storm:
    """The run of one seed. `fresh`: what is left of what a kind changes once. `unsent`: kinds not sent yet."""

    random: Random
    seed: int
    app: Flask
    line: Wire
    server: Standing
    home: Home
    fresh: dict[Kind, list[Ids]]
    browsers: dict[UUID, Client]
    devices: list[Device]
    kinds: Sequence[Kind]
    unsent: list[Kind] = field(default_factory=list)
    sent: dict[str, Sent] = field(default_factory=dict)  # by the words of the form
    maybe: list[Written] = field(default_factory=list)
    drawn: dict[tuple[Kind, str, UUID], tuple[str, str] | None] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)
    planned: dict[int, str] = field(default_factory=lambda: {3: bad.CUT_AFTER, 5: bad.CUT_BEFORE})
    forms: int = 0
    number: int = 0

    @property
    def accounts(self) -> list[UUID]:
        return list(self.browsers)

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

    def write_all(self, entries: int) -> None:
        """Sends forms with everything going wrong around them, then lets the line be good and sends what is left."""
        self.line.fate, self.line.kill = self.fate, self._kill
        self.unsent = self.random.sample(self.kinds, len(self.kinds))
        # What is logged most stands on Today, and other things stand there once more of them are logged.
        for kind in (each for each in self.kinds if each.page == "{base}/"):
            for account in self.accounts:
                self._draw(kind, account)
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
            together = 1
            if event == "offline" and not away[id(here)]:
                away[id(here)] = self.random.randrange(2, 9)
                here.context.set_offline(True)
            elif event == "reload":
                here.page.wait_for_load_state()
                here.page.reload(wait_until="commit")
            elif event == "tab" and not away[id(here)]:
                self._calm(here.other_tab)
            elif event == "signed out" and not away[id(here)]:
                self._other_person(here, self.random.choice(self.accounts))
            elif event == "send":
                here.page.evaluate("navigator.serviceWorker.controller.postMessage({ type: 'send' })")
            elif event == "leave at once":
                self.maybe.append(here.leave(self._form(here)))
            elif event == "both tabs" and len(here.context.pages) > 1 and number + 1 < entries:
                together = 2
            here.write(*(self._form(here) for _ in range(together)))
            number += together
        # What only the other could send, whose phone did not come up again.
        for kind in list(self.unsent):
            here = self.devices[0]
            who = next((each for each in self.accounts if self._draw(kind, each)), None)
            assert who, f"nobody is shown the form of {kind.endpoint}"
            if here.account != who:
                self._other_person(here, who)
            here.write(self._form(here))

    def _form(self, here: Device) -> Filled:
        """The next form for who is signed in there: of a kind that was not sent yet, as long as there is one."""
        assert here.account
        left = [
            kind for kind in self.kinds if kind not in self.unsent and (not kind.fresh or self.fresh[kind])
        ]
        kind = next(
            kind
            for kind in [*self.unsent, *self.random.sample(left, len(left))]
            if self._draw(kind, here.account)
        )
        drawn = self._draw(kind, here.account)
        assert drawn
        if kind in self.unsent:
            self.unsent.remove(kind)
        ids = self.fresh[kind].pop() if kind.fresh else self.home.ids
        self.number += 1
        note = kind.text(self.seed, self.number)
        self.sent[note] = Sent(kind, ids, self._version(kind, ids))
        html, action = drawn
        return Filled(html, action, note, kind.fields(note, ids))

    def _draw(self, kind: Kind, account: UUID) -> tuple[str, str] | None:
        """The form that this account sends next of a kind, and where it goes; None where they are shown none."""
        if kind.fresh and not self.fresh[kind]:
            return None
        page = kind.page.format(**(self.fresh[kind][-1] if kind.fresh else self.home.ids))
        key = kind, page, account
        if key not in self.drawn:
            where = self.app.url_map.bind("localhost")
            forms = self.browsers[account].get(page).forms()
            found = [
                (str(form.tag), urlsplit(form.action).path)
                for form in forms
                if form.value("outbox")
                and where.match(urlsplit(form.action).path, method="POST")[0] == kind.endpoint
            ]
            self.drawn[key] = found[0] if found else None
        return self.drawn[key]

    def _version(self, kind: Kind, ids: Ids) -> int:
        if kind.makes:
            return 0
        with self.app.app_context():
            found: int = (
                session().scalars(select(kind.table.version).where(kind.table.id == ids["row"])).one()
            )
            return found

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

    def _other_person(self, here: Device, who: UUID) -> None:
        """The session ends, some more is written on the page that is still open, and somebody signs in."""
        here.context.clear_cookies()
        for _ in range(self.random.randrange(2)):
            here.write(self._form(here))
        here.sign_in(who)
        self._calm(here.visit)

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
            once = {row.form_id: row for row in session().scalars(select(Once))}
            rows = self._kept()
        written = [entry for here in self.devices for entry in here.written]
        found = [f"never sent: {kind.endpoint}" for kind in self.unsent]
        for note, sent in self.sent.items():
            entry = next((each for each in written if each.note == note), None)
            there = rows.pop(note, [])
            name = f"{note} ({sent.kind.endpoint})"
            if len(there) > 1 or any(
                row.version > sent.before + sent.kind.versions for row in there if hasattr(row, "version")
            ):
                found.append(f"{max(len(there), 2)} times: {name}")
            if entry is None:
                continue  # left at once: it may have come, or not
            if not there:
                found.append(f"lost: {name}")
                continue
            said = once.get(entry.form_id)
            if not said or said.row_id is None or not sent.kind.under(there[0])(said.row_id):
                found.append(f"not under its id: {name}")
            if sent.kind.makes and there[0].entered_by != entry.account:
                found.append(f"under somebody else's account: {name}")
            if sent.kind.timed and not _at_its_time(there[0], entry):
                found.append(
                    f"at another time: {name}: {there[0].wall} {there[0].zone}, not {entry.wall} {entry.zone}"
                )
        found += [f"never written: {note}" for note in rows]
        return found + self._out_of_order(once)

    def _kept(self) -> dict[str, list[Any]]:
        """What the record holds, by the words of its form: those that made it, or that changed it."""
        rows: dict[str, list[Any]] = {}
        for table, column in {(kind.table, kind.words) for kind in KINDS if kind.words}:
            words = getattr(table, column)
            ours = or_(words.like(f"%{WORDS}%"), words.like(f"{NUMBER}%"))
            for row in session().scalars(select(table).where(ours)):
                rows.setdefault(getattr(row, column), []).append(row)
        for note, sent in self.sent.items():
            if sent.kind.words:
                rows[note] = [row for row in rows.get(note, []) if sent.kind.stands(row)]
            else:
                row = (
                    session()
                    .scalars(select(sent.kind.table).where(sent.kind.table.id == sent.ids["row"]))
                    .one()
                )
                rows[note] = [row] if sent.kind.stands(row) else []
        return rows

    def _out_of_order(self, once: dict[UUID, Once]) -> list[str]:
        """What one account wrote on one phone and the server acted on before what was written there earlier."""
        found = []
        for here in self.devices:
            for account in self.accounts:
                mine = [entry for entry in here.written if entry.account == account and entry.form_id in once]
                mine.sort(key=lambda entry: once[entry.form_id].at)
                for one, other in pairwise(mine):
                    if one.turn > other.turn:
                        found.append(f"out of order: {one.note} before {other.note}")
        return found

    def table(self) -> str:
        """What went wrong on the way, for people to read."""
        told = {**self.line.done, **self.happened, "server kills": self.server.kills}
        written = sum(len(here.written) for here in self.devices)
        lines = [f"{written} written, {len(self.maybe)} left at once"]
        kinds = Counter(sent.kind.endpoint for sent in self.sent.values())
        return "\n".join(lines + [f"{name:<45}{number:>6}" for name, number in {**told, **kinds}.items()])


def _at_its_time(row: Any, entry: Written) -> bool:
    off = abs(row.wall - datetime.fromisoformat(entry.wall))
    return bool(row.zone == entry.zone and off <= timedelta(seconds=5))


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
    kinds: Sequence[Kind] = KINDS,
) -> Storm:
    """Runs a seed to its end. The database is there to be asked afterwards."""
    with app.test_request_context(), command():
        home, fresh = record(1 + entries // HANGS_FROM)
        accounts = (home.house.rosa.id, home.house.leon.id)
    clients = {account: Client(app, Validator(), strict=False) for account in accounts}
    for account, client in clients.items():
        client.sign_in(account)
    with ExitStack() as stack:
        server = stack.enter_context(standing(database_url, folder, target))
        line = stack.enter_context(wire(server.port))
        log = f"{home.ids['base']}/diary/log/{home.ids['tracker_id']}"
        phones = [stack.enter_context(device(browser, app, line.url, log, zone)) for zone in ZONES]
        run = Storm(Random(seed), seed, app, line, server, home, fresh, clients, phones, kinds)
        for phone, account in zip(phones, accounts, strict=True):
            phone.sign_in(account)
            phone.visit()
        run.write_all(entries)
        run.calm_down()
        return run
