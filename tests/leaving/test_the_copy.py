"""The copy: whose words are not in it; workers and disks that do not do."""

import json
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import OperationalError

from selfcare.audit.models import Trail
from selfcare.contacts.models import Contact
from selfcare.database import Base, command, database, now, session
from selfcare.filing.models import Incoming
from selfcare.leaving import archive, files
from selfcare.leaving.models import Export
from selfcare.outbox.models import Outbox
from selfcare.own_view.models import OwnView
from selfcare.results.models import Report, ReportLink
from tests import factories
from tests.leaving.canaries import fill_every_table
from tests.leaving.conftest import Home

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_what_a_professional_took_out_is_not_quoted_beside_it(home: Home) -> None:
    """Alone catches: words about somebody else that are gone from the contact, and stand in the person's own view."""
    with home.app.app_context(), command() as work:
        contact = work.scalars(select(Contact).where(Contact.person_id == home.house.person.id)).first()
        assert contact is not None
        rosa = factories.permit(work.merge(home.house.rosa), work.merge(home.house.person))
        view = OwnView(
            **rosa.stamp(),
            about_kind="contact",
            about_id=contact.id,
            text="No.",
            quoted="Her sister Inga",
            quoted_name="A",
        )
        existing = OwnView.about_id == contact.id, OwnView.person_id == contact.person_id
        for row in work.scalars(select(OwnView).where(*existing)):
            work.delete(row)
        work.flush()
        work.add(view)
        work.flush()
        fill_every_table(work, home.house.person.id, home.house.rosa.id)
        versions = Base.metadata.tables["own_view_version"]
        body = {"text": "No", "quoted": "Her sister Inga"}
        mine = versions.c.person_id == view.person_id
        values = dict(work.execute(select(versions).where(mine).limit(1)).mappings().one())
        values |= {"id": uuid4()} if "id" in values else {}
        work.execute(delete(versions).where(mine))
        work.execute(insert(versions).values(**values | {"item_id": view.id, "body": body}))
        contact.removed_at, contact.entered_as = now(), "professional"
    home.ask()
    found = home.fetch()
    rooms = json.loads(found.read("record.json"))["rooms"]
    (mine,) = [row for row in rooms["team"]["own_view"] if row["id"] == str(view.id)]
    assert (mine["text"], mine["quoted"]) == ("No.", None)
    assert [
        row["body"]["quoted"] for row in rooms["team"]["own_view_version"] if row["item_id"] == str(view.id)
    ] == [None]
    assert not [name for name in found.namelist() if b"Inga" in found.read(name)]


def test_how_a_report_came_in_is_not_in_it(home: Home) -> None:
    """Alone catches: what staff wrote for each other; a trail that says that a result waits."""
    with home.app.app_context(), command() as work:
        fill_every_table(work, home.house.person.id, home.house.rosa.id)
        held = work.scalars(select(Report).where(Report.visible_from > now())).first()
        assert held is not None
        incoming = work.scalars(select(Incoming).where(Incoming.person_id == home.house.person.id)).one()
        incoming.report_id, incoming.why = held.id, "He shouted at us"
        link = work.scalars(select(ReportLink).where(ReportLink.person_id == home.house.person.id)).first()
        assert link is not None
        link.report_id, link.result_id = held.id, None
        ids = {incoming.id, link.id}
        for one, verb, kind in ((incoming.id, "filed", "incoming"), (link.id, "added", "report_link")):
            work.add(
                Trail(
                    person_id=home.house.person.id,
                    at=now(),
                    by_role="professional",
                    verb=verb,
                    kind=kind,
                    item_id=one,
                )
            )
    home.ask()
    found = home.fetch()
    whole = b"".join(found.read(name) for name in found.namelist() if name != "record.schema.json").decode(
        "utf-8", "replace"
    )
    assert "He shouted at us" not in whole
    assert not [one for one in ids if str(one) in whole]
    assert not [name for name in found.namelist() if "received" in name or "incoming" in name]


def test_a_copy_that_no_room_is_left_for_is_not_begun(small: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone catches: a disk filled to the last byte, on which nobody can write; a size that no column holds."""
    monkeypatch.setattr(files, "_LEFT_FREE", 1 << 60)
    small.ask()
    assert "There was not enough room" in small.rosa.get(small.base + "export/")
    assert list((small.data / "exports").iterdir()) == []
    with small.app.app_context(), command() as work:
        work.execute(update(Export).values(size=3_000_000_000))
        assert "BIGINT" in str(Export.__table__.c.size.type.compile(database().engine.dialect))


def test_a_fault_that_passes_is_tried_again(small: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone catches: a copy given up, and its owner told, because the database was busy for a moment."""

    def busy(*_: object) -> None:
        raise OperationalError("", {}, Exception("busy"))

    with monkeypatch.context() as now_busy:
        now_busy.setattr(archive.bundle, "write", busy)
        small.ask()
    assert "Your copy is being made" in small.rosa.get(small.base + "export/")
    with small.app.app_context(), command() as work:
        work.execute(update(Outbox).values(not_before=now()))
    small.make()
    assert "Your copy is ready" in small.rosa.get(small.base + "export/")


def test_who_lost_the_work_leaves_the_file_of_who_has_it(
    small: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a finished copy that goes, because one who was late tidied up after themself."""
    real, other = archive.bundle.write, UUID(int=7)

    def meanwhile(*given: object) -> None:
        real(*given)  # type: ignore[arg-type]
        with database().transaction() as short:
            row = short.scalars(select(Export)).one()
            row.state, row.until, row.as_of, row.size = "ready", now().replace(year=2100), now(), 1
            files.path(row.id).write_bytes(b"theirs")
            short.execute(update(Outbox).values(lease=other))
        raise RuntimeError

    monkeypatch.setattr(archive.bundle, "write", meanwhile)
    small.ask()
    assert [path.read_bytes() for path in (small.data / "exports").iterdir()] == [b"theirs"]
    with small.app.app_context():
        assert session().scalars(select(Export.state)).one() == "ready"
