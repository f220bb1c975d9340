"""What was acknowledged before a backup began is in it, while others go on writing; and nothing of it by halves."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from selfcare import demo
from selfcare.accounts.models import SignIn
from selfcare.audit.models import Trail
from selfcare.database import Database, command, now
from selfcare.upkeep import copying
from tests import factories
from tests.harness.proofs import Record, figure
from tests.upkeep.conftest import Place

WRITERS = 3


@dataclass
class Writers:
    """People who write on connections of their own, each thing in two tables, until they are told to stop."""

    data: Database
    account: UUID
    acknowledged: list[UUID] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    faults: list[BaseException] = field(default_factory=list)

    def write(self) -> None:
        while not self.over.is_set():
            one, moment = uuid4(), now()
            times = {"started_at": moment, "seen_at": moment, "ends_at": moment}
            try:
                with self.data.transaction() as work:
                    work.add(
                        SignIn(
                            id=one, token_hash=one.hex, account_id=self.account, device="", began="password",
                            complete=True, **times,
                        )
                    )  # fmt: skip
                    work.execute(
                        insert(Trail).values(
                            person_id=one,
                            at=moment,
                            by_role="self",
                            verb="added",
                            kind="sign_in",
                            item_id=one,
                        )
                    )
            except BaseException as fault:
                self.faults.append(fault)
                raise
            self.acknowledged.append(one)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=self.write) for _ in range(WRITERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join()
        assert self.faults == []

    def until(self, number: int) -> list[UUID]:
        while len(self.acknowledged) < number and not self.faults:
            self.over.wait(0.005)
        return list(self.acknowledged)


def both(url: str) -> tuple[set[UUID], set[UUID]]:
    data = Database(url)
    with Session(data.engine) as work:
        noted = select(Trail.person_id).where(Trail.kind == "sign_in")
        found = set(work.scalars(select(SignIn.id))), set(work.scalars(noted))
    data.close()
    return found


@pytest.fixture
def writers(place: Place) -> Writers:
    with place.app.test_request_context(), command():
        account = factories.account(name="Rosa").id
    return Writers(place.app.extensions["database"], account)


def test_what_was_acknowledged_is_in_it(
    place: Place, writers: Writers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a copy of the file without its log, one that is of two moments, and one that never ends because
    each write begins it anew."""
    monkeypatch.setattr(copying, "_PAGES", 2)
    with writers.at_work():
        before = writers.until(50)
        place.back_up()
        after = writers.until(len(writers.acknowledged) + 20)
    assert len(after) > len(before)
    done = place.restore()
    assert done.exit_code == 0, done.output
    sign_ins, noted = both(place.empty)
    assert set(before) - sign_ins == set()
    assert sign_ins == noted, "one of two tables is of another moment"


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_file_alone_is_not_a_backup(
    place: Place, writers: Writers, tmp_path: Path, record_property: Record
) -> None:
    """The control: what the test above asks is not true of every copy."""
    path = Path(place.here.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        # Somebody reads: from here on nothing is taken from the log into the file.
        reader.execute("BEGIN").close()
        reader.execute("SELECT count(*) FROM sign_in").close()
        with writers.at_work():
            before = writers.until(50)
        shutil.copy(path, tmp_path / "alone.db")
    sign_ins, _ = both(f"sqlite:///{tmp_path / 'alone.db'}")
    missing = len(set(before) - sign_ins)
    figure(record_property, "backup and restore", f"control: of {len(before)} acknowledged {missing} missing")
    assert missing > 0


@pytest.mark.proof
def test_a_hundred_thousand_entries_in_a_minute(
    place: Place, writers: Writers, engine_kind: str, record_property: Record
) -> None:
    """Backed up while people write, and restored: nothing that was acknowledged is missing, in a minute each."""
    with place.app.test_request_context(), command():
        list(demo.make_town(20, 5_000))
    start = monotonic()
    with writers.at_work():
        before = writers.until(200)
        start = monotonic()
        place.back_up()
        made = monotonic() - start
    while_made = len(writers.acknowledged) - len(before)
    start = monotonic()
    done = place.restore()
    back = monotonic() - start
    assert done.exit_code == 0, done.output
    sign_ins, noted = both(place.empty)
    missing = set(before) - sign_ins
    data = Database(place.empty)
    with data.engine.connect() as work:
        entries = work.scalar(text("select count(*) from entry")) or 0
    data.close()
    size = place.file.stat().st_size / 1e6
    figure(
        record_property, "backup and restore", f"{engine_kind}: {entries} entries",
        f"backed up in {made:.1f} s ({size:.1f} MB)", f"restored in {back:.1f} s",
        f"{while_made} things written meanwhile", f"of {len(before)} acknowledged before, {len(missing)} missing",
    )  # fmt: skip
    assert entries >= 100_000
    assert (missing, sign_ins == noted) == (set(), True)
    assert max(made, back) <= 60
