"""The trail is chained: what was changed, lost, added or put in another order since is found, and nothing else is."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update

from selfcare.audit import chain
from selfcare.audit.models import Anchor, Anchoring, Trail
from selfcare.database import command, database, now, session
from selfcare.people.models import Team

ROSA, LEON = UUID(int=1), UUID(int=2)


def note(person: UUID, number: int = 1) -> None:
    row = {"at": now(), "by": uuid4(), "by_role": "self", "kind": "entry", "covers": None}
    with command() as work:
        for _ in range(number):
            work.execute(insert(Trail).values(person_id=person, verb="added", item_id=uuid4(), **row))


def faults(kept: tuple[chain.Head, ...] = ()) -> list[str]:
    session().rollback()
    return [str(fault) for fault in chain.verify(kept).faults]


@pytest.fixture
def chained(app: Flask) -> list[chain.Head]:
    """Two people's notes, chained twice; and one that came since. Answers the heads of both times."""
    with app.app_context():
        note(ROSA, 3)
        note(LEON, 2)
        heads = chain.anchor()
        note(ROSA, 2)
        heads += chain.anchor()
        note(LEON)
    return heads


def seqs(person: UUID) -> list[int]:
    return list(session().scalars(select(Trail.seq).where(Trail.person_id == person).order_by(Trail.seq)))


def edit() -> None:
    session().execute(update(Trail).where(Trail.seq == seqs(ROSA)[1]).values(verb="changed"))


def later_edit() -> None:
    session().execute(update(Trail).where(Trail.seq == seqs(ROSA)[4]).values(by=None))


def loss() -> None:
    session().execute(delete(Trail).where(Trail.seq == seqs(LEON)[0]))


def loss_of_everything() -> None:
    session().execute(delete(Trail).where(Trail.person_id == ROSA))


def loss_with_its_heads() -> None:
    session().execute(delete(Trail).where(Trail.person_id == LEON))
    session().execute(delete(Anchor).where(Anchor.person_id == LEON))


def reorder() -> None:
    one, other = seqs(ROSA)[:2]
    for before, after in ((one, -1), (other, one), (-1, other)):
        session().execute(update(Trail).where(Trail.seq == before).values(seq=after))


def pushed_on_another() -> None:
    session().execute(update(Trail).where(Trail.seq == seqs(ROSA)[0]).values(person_id=LEON))


def another_head() -> None:
    session().execute(
        update(Anchor).where(Anchor.person_id == ROSA, Anchor.number == 2).values(head="0" * 64)
    )


def an_anchoring_gone() -> None:
    session().execute(delete(Anchoring).where(Anchoring.number == 1))


TAMPERED: dict[Callable[[], None], str] = {
    edit: "changed",
    later_edit: "changed",
    loss: "1 of 2 notes are gone",
    loss_of_everything: "3 of 3 notes are gone",
    loss_with_its_heads: "anchoring 1",
    reorder: "another order",
    pushed_on_another: "notes were added",
    another_head: "anchoring 2",
    an_anchoring_gone: "anchoring 1 is gone",
}


def test_a_trail_that_nobody_touched_holds(app: Flask, chained: list[chain.Head]) -> None:
    """The control: what follows would be of no use if this found something."""
    with app.app_context():
        found = chain.verify(chained)
    assert (found.faults, found.chained, found.new) == ([], 7, 1)
    assert len([head for head in chained if head.person is None]) == 2


@pytest.mark.parametrize("how", TAMPERED, ids=lambda how: how.__name__)
def test_what_was_done_to_the_trail_is_found(
    app: Flask, chained: list[chain.Head], how: Callable[[], None]
) -> None:
    with app.app_context():
        with command():
            how()
        found = faults()
    assert any(TAMPERED[how] in fault for fault in found), found


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_chain_made_anew_is_found_by_the_heads_kept_elsewhere(
    app: Flask, chained: list[chain.Head], tmp_path: Path
) -> None:
    """Whoever can change the trail can chain it anew. Alone catches: heads that are printed and never looked at."""
    with app.app_context():
        with command() as work:
            edit()
            work.execute(delete(Anchor))
            work.execute(delete(Anchoring))
        chain.anchor()
        assert faults() == []
    kept = tmp_path / "heads"
    kept.write_text("".join(f"{head}\n" for head in chained))
    done = app.test_cli_runner().invoke(args=["trail", "verify", str(kept)])
    assert done.exit_code == 1
    assert "kept elsewhere" in done.output
    assert "The trail is not as it was." in done.output
    kept.write_text("something else\n")
    done = app.test_cli_runner().invoke(args=["trail", "verify", str(kept)])
    assert "line 1 is nothing that" in done.output


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_is_printed_is_what_is_held_against_it(app: Flask, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    assert "never chained" in run(args=["trail", "verify"]).output
    with app.app_context():
        note(ROSA, 2)
    printed = run(args=["trail", "anchor"]).stdout
    assert len(printed.splitlines()) == 2
    (tmp_path / "heads").write_text(printed)
    done = run(args=["trail", "verify", str(tmp_path / "heads")])
    assert (done.exit_code, "2 notes are as they were" in done.output) == (0, True), done.output
    assert run(args=["trail", "anchor"]).stdout == ""


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_note_under_way_is_waited_for(app: Flask) -> None:
    """Its number is taken, and it is not kept yet. Alone catches: a note that comes later and seems forged."""
    with app.app_context():
        note(ROSA)
        heads: list[chain.Head] = []

        def anchors() -> None:
            with app.app_context():
                heads.extend(chain.anchor())

        with database().transaction() as slow:
            row = {"at": now(), "by": None, "by_role": "self", "verb": "added", "kind": "entry"}
            slow.execute(insert(Trail).values(person_id=LEON, **row))
            note(ROSA)
            other = Thread(target=anchors)
            other.start()
            _wait_for_a_lock(other)
        other.join()
        assert {head.person for head in heads} == {None, ROSA, LEON}
        assert faults() == []


def _wait_for_a_lock(other: Thread) -> None:
    """Until somebody waits for the trail, or is through without waiting."""
    with database().engine.connect().execution_options(isolation_level="AUTOCOMMIT") as look:
        while other.is_alive() and not look.scalar(
            text("select count(*) from pg_locks where relation = 'trail'::regclass and not granted")
        ):
            pass


def _forge(person: UUID, invented: UUID) -> None:
    """What whoever can change the database does: another's notes under an id that is nobody's, as if erased."""
    first = seqs(person)[0]
    session().execute(update(Trail).where(Trail.person_id == person).values(person_id=invented))
    session().execute(update(Trail).where(Trail.seq == first).values(verb="forged"))
    anchors = (
        session().scalars(select(Anchor).where(Anchor.person_id == person).order_by(Anchor.number)).all()
    )
    rows = (
        session().execute(select(*chain.CHAINED).where(Trail.person_id == invented).order_by(Trail.seq)).all()
    )
    for one in anchors:
        head = ""
        for row in rows:
            head = chain._link(head, row) if row.seq <= one.upto else head
        here = Anchor.person_id == person, Anchor.number == one.number
        session().execute(update(Anchor).where(*here).values(person_id=invented, head=head))
    note = {"at": now(), "by": None, "by_role": "system", "verb": chain.ERASED, "kind": "person"}
    session().execute(insert(Trail).values(person_id=invented, item_id=uuid4(), **note))


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("away", [True, False], ids=["under an invented id", "under their own"])
def test_what_is_only_said_to_be_erased_is_found(app: Flask, chained: list[chain.Head], away: bool) -> None:
    """Alone catches: whoever changes the trail and notes an erasing that never was."""
    with app.app_context():
        with command():
            _forge(ROSA, uuid4() if away else ROSA)
        found = faults()
    assert any("is not the one it was made with" in fault for fault in found), found


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_true_seal_is_of_one_erasing_alone(app: Flask, chained: list[chain.Head]) -> None:
    """Alone catches: heads made anew after a real erasing; kept heads of an id that lives, under another."""
    with app.app_context():
        with command() as work:
            pseudonym = chain.forget(work, ROSA, [])
        assert faults(tuple(chained)) == []
        chain.anchor()
        assert faults(tuple(chained)) == []
        with command() as work:
            # Who lives again under the id whose heads were kept: they have to be with that very id.
            work.add(Team(id=ROSA, name="A", phone="", hours="", reply_days=1, holidays=[], made_at=now()))
        assert any("kept elsewhere" in fault for fault in faults(tuple(chained)))
        with command() as work:
            work.execute(delete(Team))
            last = work.scalar(
                select(Anchor.upto).where(Anchor.person_id == pseudonym).order_by(Anchor.number)
            )
            work.execute(
                update(Anchor).where(Anchor.person_id == pseudonym, Anchor.upto == last).values(head="0" * 64)
            )
        assert any("is not the one it was made with" in fault for fault in faults())
