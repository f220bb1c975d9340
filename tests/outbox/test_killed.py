"""A real deliverer, killed at every step: each notice comes once, or somebody is told that nobody knows."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from selfcare.accounts.models import Account, SignIn
from selfcare.database import command, now, session
from selfcare.notifications import actions
from selfcare.notifications.models import Preference, Subscription
from selfcare.outbox.models import Outbox
from selfcare.outbox.queue import HANDING, SENDING
from tests import factories
from tests.factories import Household
from tests.harness.places import ROOT, only_proof
from tests.notifications.post import Post
from tests.notifications.world import Browser, PushService, Received, Reply

NOTICES = 3
# Up to the content nothing has left; from there on nobody knows.
STEPS = ("DATA", "QUIT", *only_proof("EHLO", "MAIL", "RCPT"))


@dataclass
class Machine:
    """The deliverer as `make run` starts it, on the test's database."""

    app: Flask
    url: str
    folder: Path
    house: Household
    env: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    def start(self, *args: str) -> "subprocess.Popen[bytes]":
        plain = {name: value for name, value in os.environ.items() if not name.startswith("SELFCARE_")}
        env = plain | {"DATABASE_URL": self.url, "SELFCARE_DATA": str(self.folder), **self.env}
        line = [sys.executable, "-m", "flask", "--app", "app", "deliver", *args]
        self.process = subprocess.Popen(
            line, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        return self.process

    def run_once(self) -> int:
        """One pass, to its end or to whoever kills it. :returns: its exit status."""
        process = self.start("--once")
        _, said = process.communicate(timeout=60)
        assert process.returncode in (0, -signal.SIGKILL), said.decode()
        return process.returncode

    def kill(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)

    def time_passes(self) -> None:
        """The dead worker's two minutes are over."""
        with self.app.app_context(), command() as work:
            held = Outbox.state.in_((SENDING, HANDING))
            work.execute(update(Outbox).where(held).values(lease_until=now() - timedelta(seconds=1)))

    def tell(self) -> list[UUID]:
        with self.app.test_request_context(), command() as work:
            permit = factories.permit(self.house.amina, self.house.person)
            for _ in range(NOTICES):
                actions.tell(permit, [self.house.rosa.id], actions.REPLY, uuid4())
            return list(work.scalars(select(Outbox.id).where(Outbox.state == "waiting")))

    def rows(self) -> dict[UUID, Outbox]:
        with self.app.app_context():
            return {row.id: row for row in session().scalars(select(Outbox))}


@pytest.fixture
def machine(app: Flask, database_url: str, tmp_path: Path) -> Iterator[Machine]:
    with app.test_request_context(), command() as work:
        house = factories.household()
        midnight = time(0)  # from midnight to midnight is no quiet at all
        wishes = {"push": True, "email": True, "quiet_from": midnight, "quiet_until": midnight}
        work.add(Preference(account_id=house.rosa.id, off=[], changed_at=now(), **wishes))
        work.get_one(Account, house.rosa.id).email = "rosa@example.org"
    found = Machine(app, database_url, tmp_path, house, {})
    yield found
    if found.process and found.process.poll() is None:
        found.process.kill()
        found.process.wait()


def kill_at(machine: Machine, step: str, occurrence: int) -> Callable[[str], None]:
    """Kills the deliverer the n-th time the server is at a step, before it answers."""
    seen: Counter[str] = Counter()

    def on(command_: str) -> None:
        seen[command_] += 1
        if command_ == step and seen[command_] == occurrence:
            machine.kill()

    return on


@pytest.mark.parametrize("step", STEPS)
def test_each_e_mail_comes_once_wherever_the_deliverer_is_killed(machine: Machine, step: str) -> None:
    """At the second of three letters. DATA is the moment the server has taken it all and not said so yet."""
    with Post().listening() as post:
        machine.env = {
            "SELFCARE_SMTP": f"smtp://127.0.0.1:{post.port}", "SELFCARE_MAIL_FROM": "no-reply@selfcare.example",
        }  # fmt: skip
        notices = machine.tell()
        post.on = kill_at(machine, step, 2)
        assert machine.run_once() == -signal.SIGKILL, f"nobody came to {step}"
        post.on = lambda _: None
        machine.time_passes()
        assert machine.run_once() == 0
    received = Counter(post.ids)
    rows = machine.rows()
    assert set(rows) == set(notices)
    assert all(count == 1 for count in received.values()), f"twice: {received}"
    for notice in notices:
        row, came = rows[notice], received[f"<{notice}@selfcare.example>"]
        assert (row.state, came) in {("sent", 1), ("unsure", 0), ("unsure", 1)}, (
            f"{row.state}, came {came} times"
        )
        if row.state == "unsure":
            assert row.owner == machine.house.amina.id, "nobody is to tell them"
    states = Counter(row.state for row in rows.values())
    # It is uncertain only from the first byte of the content until it is written down that the server took it.
    assert states["unsure"] == (1 if step in ("DATA", "QUIT") else 0)


def test_a_letter_begun_and_not_finished_is_not_begun_again(machine: Machine) -> None:
    """Killed when its state says that the content leaves: whether it left is what nobody knows."""
    with Post().listening() as post:
        machine.env = {
            "SELFCARE_SMTP": f"smtp://127.0.0.1:{post.port}", "SELFCARE_MAIL_FROM": "no-reply@selfcare.example",
        }  # fmt: skip
        (notice, *_) = machine.tell()
        with machine.app.app_context(), command() as work:
            died = {"state": HANDING, "lease": uuid4(), "lease_until": now() - timedelta(seconds=1)}
            work.execute(update(Outbox).where(Outbox.id == notice).values(**died))
        assert machine.run_once() == 0
    assert f"<{notice}@selfcare.example>" not in post.ids
    assert len(post.ids) == NOTICES - 1
    assert machine.rows()[notice].state == "unsure"


def test_each_push_is_one_notification_wherever_the_deliverer_is_killed(machine: Machine) -> None:
    """A push that nobody could write down is sent again, under the same topic: what is shown is one."""
    service = PushService()
    machine.env = {"SELFCARE_PUSH_HOSTS": service.host}
    browser = Browser()
    with machine.app.app_context(), command() as work:
        work.add(
            Subscription(
                account_id=machine.house.rosa.id,
                endpoint=service.endpoint(),
                p256dh=browser.p256dh,
                auth=browser.auth,
                device="iPhone",
                made_at=now(),
            )
        )
        work.add(
            SignIn(
                token_hash=uuid4().hex,
                account_id=machine.house.rosa.id,
                device="iPhone",
                complete=True,
                started_at=now(),
                seen_at=now(),
                proved_at=now(),
                began="password",
                ends_at=now(),
            )
        )
    notices = machine.tell()

    def kills_at_the_second(_: Received) -> Reply:
        if len(service.received) == 2:
            machine.kill()
        return 201, {}

    service.answer = kills_at_the_second
    with service.listening():
        assert machine.run_once() == -signal.SIGKILL
        machine.time_passes()
        assert machine.run_once() == 0
    assert len(service.received) == NOTICES + 1, "the one that was interrupted is sent again"
    assert len({message.headers["topic"] for message in service.received}) == NOTICES
    assert {row.state for row in machine.rows().values()} == {"sent"}
    assert set(machine.rows()) == set(notices)


def test_asked_to_end_it_finishes_what_it_has_begun(machine: Machine) -> None:
    with Post().listening() as post:
        machine.env = {
            "SELFCARE_SMTP": f"smtp://127.0.0.1:{post.port}", "SELFCARE_MAIL_FROM": "no-reply@selfcare.example",
        }  # fmt: skip
        machine.tell()

        def on(step: str) -> None:
            if step == "RCPT" and machine.process:
                machine.process.terminate()

        post.on = on
        process = machine.start()
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert len(post.ids) == 1
    assert Counter(row.state for row in machine.rows().values()) == {"sent": 1, "waiting": NOTICES - 1}
