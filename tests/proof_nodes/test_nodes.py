"""Ten minutes of use on two nodes: one is killed, the database's server is killed, both are brought to another version.
Nothing that was said to be kept is lost, nobody is told twice, and nobody reads *later* more than once for one thing.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import time
from functools import partial
from pathlib import Path
from time import monotonic
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from selfcare.accounts.models import Account
from selfcare.database import command, now, rebind, session
from selfcare.notifications import actions
from selfcare.notifications.models import Preference
from selfcare.outbox.models import Outbox
from selfcare.people.models import Person, Relationship
from selfcare.web.access import Permit
from tests import factories
from tests.harness.places import ROOT
from tests.harness.proofs import Record, figure
from tests.harness.server import LOOPBACK, free_port
from tests.notifications.post import Post
from tests.proof_nodes.nodes import Node, Patient, Reader, proxy
from tests.proof_server.postgresql import Cluster, cluster
from tests.proof_server.served import Place, Writer, other_app, place, together
from tests.proof_server.test_killed import HASTY, faults
from tests.running.stand import Stand

pytestmark = [
    pytest.mark.proof,
    pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True),
]
MINUTES = float(os.environ.get("NODES_MINUTES", "1.5"))
WRITERS, READERS = 4, 2
EVERY = 1.0  # seconds from one notice to the next
SENT_WITHIN = 180.0  # seconds in which the last of them leave; a dead deliverer holds one for two minutes


@dataclass
class Outcome:
    """What is not as it was said to be, and how it went."""

    found: dict[str, int]
    writers: list[Patient]
    readers: list[Reader]
    told: int
    came: Counter[str]
    states: Counter[str]
    took: list[float]


def _used(
    app: Flask,
    folder: Path,
    own: Cluster,
    befalls: Callable[[list[Node], float], list[float]],
    tree: Path = ROOT,
) -> Outcome:
    """Two nodes in use until `befalls` ends, which is told the nodes and when it began.

    :returns: how it went, with how long each thing took that befell them.
    """
    port, shared = free_port(), folder / "shared"
    shared.mkdir(mode=0o700)
    here = place(app)
    desk, rosa = _hears(app, here)
    over, told = threading.Event(), list[int]()
    writers = [Patient(here, port, f"w{n}") for n in range(WRITERS)]
    readers = [Reader(port, here.cookie, ("/", here.diary)) for _ in range(READERS)]

    def work(writer: Writer) -> None:
        number = 0
        while not over.is_set():
            writer.save(number)
            writer.mark(number)
            number += 1

    with Post().listening() as post:
        more = {
            "SELFCARE_URL": f"http://{LOOPBACK}:{port}", "SELFCARE_TRUSTED_PROXIES": "1",
            "SELFCARE_SMTP": f"smtp://{LOOPBACK}:{post.port}", "SELFCARE_MAIL_FROM": "no-reply@selfcare.example",
        }  # fmt: skip
        nodes = [Node(own.url, shared, tree=tree, more=more) for _ in range(2)]
        try:
            for node in nodes:
                node.start()
                node.answers()
            with proxy(folder, port, nodes):
                threads = together(writers, work)
                for each, given in ((one.work, (over,)) for one in readers):
                    threads.append(threading.Thread(target=each, args=given, daemon=True))
                tells = threading.Thread(target=_tells, args=(app, desk, rosa, over, told), daemon=True)
                threads.append(tells)
                for thread in threads[WRITERS:]:
                    thread.start()
                try:
                    took = befalls(nodes, monotonic())
                finally:
                    over.set()
                for thread in threads:
                    thread.join(120)
                    assert not thread.is_alive()
                states = _until_sent(app)
        finally:
            for node in nodes:
                node.stop()
    found = faults(own.url, here, writers)
    app.extensions["database"].close()
    return Outcome(found, writers, readers, len(told), Counter(post.ids), states, took)


def _hears(app: Flask, here: Place) -> tuple[Permit, UUID]:
    """Rosa hears by e-mail, by day and night. :returns: her key contact's permit, and her account."""
    with app.test_request_context(), command() as work:
        person = work.get_one(Person, UUID(here.diary.split("/")[2]))
        of_hers = select(Relationship).where(Relationship.person_id == person.id)
        held = {each.kind: each.account_id for each in work.scalars(of_hers)}
        rosa, amina = (work.get_one(Account, held[kind]) for kind in ("self", "professional"))
        rosa.email = "rosa@example.org"
        wishes = {"push": False, "email": True, "quiet_from": time(0), "quiet_until": time(0)}
        work.add(Preference(account_id=rosa.id, off=[], changed_at=now(), **wishes))
        return factories.permit(amina, person), rosa.id


def _tells(app: Flask, desk: Permit, rosa: UUID, over: threading.Event, told: list[int]) -> None:
    """A notice each second, as an action leaves it: in the database, for whichever deliverer takes it."""
    while not over.wait(EVERY):
        # Where the database is away nothing is said, and nothing is to come.
        with suppress(DBAPIError), app.test_request_context(), command():
            actions.tell(desk, [rosa], actions.REPLY, uuid4())
            session().flush()
            told.append(1)


def _misfortunes(own: Cluster, later: Path, nodes: list[Node], began: float) -> list[float]:
    """A node is killed, the database's server is killed, and both nodes are brought to another version, one by one."""
    between = threading.Event()

    def at(part: float) -> float:
        between.wait(max(0.0, began + part * MINUTES * 60 - monotonic()))
        return monotonic()

    start = at(0.15)
    nodes[0].kill()
    nodes[0].start()
    nodes[0].answers()
    took = [monotonic() - start]
    start = at(0.4)
    own.kill()
    took.append(monotonic() - start)
    start = at(0.65)
    newer = [replace(node, tree=later, process=None) for node in nodes]
    assert "migrated to 9000" in newer[0].migrates()
    for number, node in enumerate(newer):
        nodes[number].stop()
        nodes[number] = node
        node.start()
        node.answers()
    took.append(monotonic() - start)
    at(1.0)
    return took


def test_two_nodes_lose_nothing_whatever_befalls_one(
    app: Flask, tmp_path: Path, record_property: Record
) -> None:
    """Alone catches: what one process remembers and another should know, a deliverer that takes what another has, a
    version that does not begin beside the one before, and a wait that ends as an error."""
    with cluster() as own:
        rebind(app, own.migrated())
        later = Stand(tmp_path, own.url).newer(goes_on=True)
        seen = _used(app, tmp_path, own, partial(_misfortunes, own, later))
    found, came = seen.found, seen.came
    again = [each for writer in seen.writers for each in writer.again]
    read, met = sum(one.read for one in seen.readers), sum(one.later for one in seen.readers)
    figure(
        record_property, "several nodes", f"{MINUTES:g} minutes, {WRITERS} writers and {READERS} readers on 2 nodes",
        f"of {found['said']} acknowledged {found['lost']} lost, {found['twice']} twice",
        f"{found['half-saved']} half-saved, {found['lost updates']} lost updates",
        f"of {seen.told} notices {sum(came.values()) - len(came)} twice, {seen.states['unsure']} unsure",
        f"{read} pages and {met} times *later*", f"{sum(map(bool, again))} of {len(again)} saves met it",
        f"at most {max(map(len, again))} times", "over after " + ", ".join(f"{each:.0f} s" for each in seen.took),
    )  # fmt: skip
    assert [writer.refused for writer in seen.writers] == [[]] * WRITERS
    assert [one.wrong for one in seen.readers] == [[]] * READERS
    assert [found[name] for name in ("lost", "twice", "half-saved", "lost updates")] == [0] * 4
    assert max(came.values()) == 1
    assert set(seen.states) <= {"sent", "unsure"}
    assert sum(seen.states.values()) >= len(came) >= seen.states["sent"] > 0
    assert [each for each in again if len(each) > 1] == []


def test_a_node_that_says_kept_too_soon_would_be_seen(
    app: Flask, tmp_path: Path, record_property: Record
) -> None:
    """The control: of four things, both nodes keep three."""

    def befalls(nodes: list[Node], began: float) -> list[float]:
        threading.Event().wait(10)
        return []

    with cluster() as own:
        rebind(app, own.migrated())
        found = _used(app, tmp_path, own, befalls, other_app(tmp_path / "tree", *HASTY)).found
    figure(record_property, "several nodes", f"control: {found['lost']} lost of {found['said']}")
    assert found["lost"] > 0


def _until_sent(app: Flask) -> Counter[str]:
    """How each notice ended, once none waits."""
    latest, between = monotonic() + SENT_WITHIN, threading.Event()
    while True:
        with app.app_context():
            states = Counter(session().scalars(select(Outbox.state)))
            session().rollback()
        if not states.keys() - {"sent", "unsure"} or monotonic() > latest:
            return states
        between.wait(1)
