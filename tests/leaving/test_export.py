"""The copy of everything: asked for, made, fetched, gone; whole, and nobody else's."""

import csv
import errno
import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from secrets import token_hex

import fhirkit
import jsonschema
import pytest
from fhir.resources.R4B.bundle import Bundle
from sqlalchemy import delete, select, update

from selfcare.accounts.models import Account, SignIn
from selfcare.audit.models import Trail
from selfcare.database import command, database, now, session
from selfcare.diary.models import Entry
from selfcare.filing import actions as filing
from selfcare.leaving import archive, reading, record_json, sealed_file, sheets
from selfcare.leaving.models import Export
from selfcare.outbox.models import Outbox
from selfcare.outbox.queue import Delivery
from selfcare.people import actions as people
from selfcare.results.models import Report
from selfcare.upkeep import backing_up, tidying
from selfcare.web.access import Area, Level, Role
from tests import factories
from tests.factories.record import CANARY, ago
from tests.harness.client import Client
from tests.leaving.conftest import Home

one_engine = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def exports(home: Home) -> list[Export]:
    with home.app.app_context():
        return list(session().scalars(select(Export)))


def test_it_is_asked_for_made_and_fetched(home: Home) -> None:
    """Alone catches: a document that its own schema refuses, a Bundle that is none, a table without its sheet."""
    form = home.rosa.get(home.base + "export/").form("ask")
    assert "Your copy is being made" in form.submit()
    (first,) = exports(home)
    assert "Your copy is being made" in form.submit()  # from a page that was open before
    assert [one.id for one in exports(home)] == [first.id], "asked twice is asked once"
    home.make()
    assert "Your copy is ready" in home.rosa.get(home.base + "export/")
    assert "The copy of your record is ready" in home.rosa.get("/inbox/")
    found = home.fetch()
    assert found.testzip() is None
    document = json.loads(found.read("record.json"))
    validator = jsonschema.Draft202012Validator(
        json.loads(record_json.SCHEMA.read_text()), format_checker=jsonschema.FormatChecker()
    )
    faults = [
        f"{list(fault.absolute_path)} {fault.message[:200]}" for fault in validator.iter_errors(document)
    ]
    assert not faults, faults[:5]
    bundle = Bundle.model_validate_json(found.read("fhir-bundle.json"))
    kinds = {entry.resource.get_resource_type() for entry in bundle.entry}  # type: ignore[union-attr]
    assert kinds == {"Patient", "Goal", "Observation", "DiagnosticReport"}
    summary = found.read("patient-summary.json").decode()
    assert not fhirkit.validate(json.loads(summary))
    assert CANARY not in summary, "it is there to be given away"
    for room, tables in document["rooms"].items():
        for table, rows in tables.items():
            lines = list(csv.reader(StringIO(found.read(f"{room}/{table}.csv").decode("utf-8-sig"))))
            assert len(lines) == len(rows) + 1, table
            assert found.read(f"{room}/{table}.csv").startswith(b"\xef\xbb\xbf")
    names = found.namelist()
    assert any(name.startswith("files/") and name.endswith(".pdf") for name in names)
    assert CANARY in json.dumps(document), "what only she sees is in her own copy"
    place = home.data / "exports"
    assert (place.stat().st_mode & 0o777, {path.stat().st_mode & 0o777 for path in place.iterdir()}) == (
        0o700,
        {0o600},
    )
    whole = b"".join(path.read_bytes() for path in place.iterdir())
    assert b"record.json" not in whole, "what lies on the disk nobody reads"
    who = home.rosa.get(home.base + "who-looked/")
    assert "Asked for a copy of your record" in who
    assert "The copy of your record, to take it away" in who
    assert "Your copy is being made" in home.rosa.get(home.base + "export/").form("ask").submit()
    assert list(place.iterdir()) == [], "the new one takes its place"


@one_engine
def test_what_waits_to_be_seen_is_not_in_it_and_nothing_says_how_much(home: Home) -> None:
    """Alone catches: a result that is held, its trail, its notice, its note; the words of one entered by mistake."""
    with home.app.test_request_context(), command() as work:
        amina = factories.permit(work.merge(home.house.amina), work.merge(home.house.person))
        filing.mark_in_error(amina, home.ids["report_id"], "It was Somebodyelse.")
        held = work.scalars(select(Report).where(Report.visible_from > now())).one()
        hidden = {held.id, *work.scalars(select(Trail.item_id).where(Trail.item_id == held.id))}
        title = work.get_one(Report, (home.house.person.id, home.ids["report_id"])).asked_for
    home.ask()
    found = home.fetch()
    whole = b"".join(found.read(name) for name in found.namelist() if name != "record.schema.json").decode(
        errors="replace"
    )
    for gone in (*map(str, hidden), "Liver tests", "I want to explain them when we talk."):
        assert gone not in whole
    (void,) = [
        row for row in json.loads(found.read("record.json"))["rooms"]["results"]["report"] if row["void_at"]
    ]
    assert (void["void_reason"], void["asked_for"], void["conclusion"]) == (
        "It was Somebodyelse.",
        None,
        None,
    )
    assert title
    assert "Flucloxacillin" not in whole
    assert not any(name.endswith(".pdf") and "-letter" not in name for name in found.namelist())


@one_engine
def test_it_is_asked_who_they_are_and_nobody_else_gets_it(
    small: Home, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a copy that is made or fetched with a session somebody left open; a helper who takes it all."""
    with small.app.test_request_context(), command():
        mo = factories.account(name="Mo")
        people.relate(
            small.house.person.id, kind=Role.CARER, account_id=mo.id, rights=dict.fromkeys(Area, Level.MANAGE)
        )
    small.ask()
    address = small.rosa.get(small.base + "export/").link("Fetch the file")
    form = small.rosa.get(small.base + "export/").form("ask")
    for account in (mo, small.house.amina, small.house.stranger):
        other = new_client()
        other.sign_in(account.id)
        assert {other.get(one).status for one in (address, small.base + "export/")} == {404}
    with small.app.app_context(), command() as work:
        work.execute(update(SignIn).values(proved_at=now() - timedelta(minutes=11)))
        work.execute(update(Account).values(password_hash="x"))
    for file, page in ((address, "export/"), (small.base + "who-looked/list.csv", "who-looked/")):
        again = small.rosa.get(file)
        assert "Is it still you?" in again.title
        assert again.form("again").value("next") == small.base + page, "where the file can be fetched"
    assert "Is it still you?" in form.submit().title
    assert len(exports(small)) == 1


@one_engine
def test_nobody_else_is_to_tell_them_what_did_not_arrive(
    small: Home, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a nurse's list that says that somebody takes their record away."""
    small.ask()
    with small.app.app_context(), command() as work:
        rows = work.scalars(select(Outbox)).all()
        assert {row.kind for row in rows} == {"make_copy", "copy"}
        for row in rows:
            held = Delivery(
                id=row.id, lease=row.id, account_id=row.account_id, person_id=row.person_id, kind=row.kind,
                about=row.about, dedupe=row.dedupe, tries=8, state="sending", made_at=row.made_at,
            )  # fmt: skip
            row.state, row.owner, row.ended_at = "failed", small.app.extensions["deliver"].owner(held), now()
    amina = new_client()
    amina.sign_in(small.house.amina.id)
    page = amina.get("/caseload/not-reached/")
    assert "Rosa" not in page


@one_engine
def test_it_has_its_day_and_goes_when_she_says(small: Home) -> None:
    """Alone catches: one that can be fetched after its day until a night came by; a file that stays without its row."""
    small.ask()
    address = small.rosa.get(small.base + "export/").link("Fetch the file")
    with small.app.app_context(), command() as work:
        work.execute(update(Export).values(until=now()))
    assert small.rosa.get(address).is_html
    assert "Your last copy is not here any more." in small.rosa.get(small.base + "export/")
    place = small.data / "exports"
    left = place / f"{small.house.person.id}.x.part"
    left.write_bytes(b"of a process that died")
    assert len(list(place.iterdir())) == 2
    with small.app.app_context():
        tidying.tidy(now(), backing_up.never)
    assert (list(place.iterdir()), exports(small)) == ([], [])
    small.ask()
    page = small.rosa.get(small.base + "export/")
    page.form("Remove it now").submit()
    assert (list(place.iterdir()), exports(small)) == ([], [])
    assert "The copy of your record is ready" not in small.rosa.get("/inbox/")


@one_engine
@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "full"), RuntimeError("ours")])
def test_what_cannot_be_made_leaves_nothing_and_is_said(
    small: Home, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    """Alone catches: half a file on a full disk, a copy that is being made for ever, a colleague who is told of it."""

    def fails(*_: object) -> None:
        raise fault

    monkeypatch.setattr(archive.bundle, "write", fails)
    small.ask()
    page = small.rosa.get(small.base + "export/")
    assert "Your copy could not be made" in page
    assert ("There was not enough room" in page) == isinstance(fault, OSError)
    assert list((small.data / "exports").iterdir()) == []
    assert "The copy of your record could not be made" in small.rosa.get("/inbox/")
    monkeypatch.undo()
    small.app.config["SETTINGS"] = small.settings
    page.form("ask").submit()
    small.make()
    assert "Your copy is ready" in small.rosa.get(small.base + "export/")


@one_engine
def test_after_a_recovery_it_waits_until_what_is_hers_alone_is_open(small: Home) -> None:
    """Alone catches: somebody who took over an account and takes all of it, with what is *only me*, at once."""
    small.ask()
    address = small.rosa.get(small.base + "export/").link("Fetch the file")
    form = small.rosa.get(small.base + "export/").form("ask")
    erase = small.rosa.get(small.base + "erasure/").form("erase")
    with small.app.app_context(), command() as work:
        work.execute(
            update(Account)
            .where(Account.id == small.house.rosa.id)
            .values(only_me_from=now() + timedelta(days=3))
        )
    assert small.rosa.get(address).is_html
    assert form.submit().status == 409
    assert erase.submit(sure="y").status == 409
    assert not small.rosa.get(small.base + "export/").html.find(id="ask")


def test_it_is_of_one_moment(small: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone catches: an entry that is in one part of the archive and not in another."""
    real, count = reading.rows, []

    def meanwhile(whose: reading.Whose, name: str):  # type: ignore[no-untyped-def]
        yield from real(whose, name)
        if name == "person" and not count:
            count.append(1)
            with small.app.app_context(), command() as work:
                rosa = factories.permit(work.merge(small.house.rosa), work.merge(small.house.person))
                when = ago(rosa)
                work.add(
                    Entry(
                        **rosa.stamp(), kind="note", first="", second="", note="Meanwhile", tried="", lasted="",
                        searched="", wall=when.wall, zone=when.zone, utc=when.utc, part="",
                    )
                )  # fmt: skip

    monkeypatch.setattr(reading, "rows", meanwhile)
    small.ask()
    found = small.fetch()
    assert count
    assert not [name for name in found.namelist() if b"Meanwhile" in found.read(name)]


@one_engine
def test_one_larger_than_memory_is_written_as_it_is_read(
    small: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: rows, or the archive, gathered before they are written."""
    read, written = [0], []
    real = reading.rows
    monkeypatch.setattr(sheets, "cell", lambda value: token_hex(500))

    def counted(whose: reading.Whose, name: str):  # type: ignore[no-untyped-def]
        for row in real(whose, name):
            for _ in range(300 if name == "entry" else 1):
                read[0] += 1
                yield row

    write = sealed_file.Sealing.write
    monkeypatch.setattr(reading, "rows", counted)
    monkeypatch.setattr(
        sealed_file.Sealing, "write", lambda self, data: (written.append(read[0]), write(self, data))[1]
    )
    small.ask()
    assert len(set(written)) > 100, "nothing was written until all was read"


def test_a_sealed_file_that_was_touched_is_not_opened(tmp_path: Path) -> None:
    """Alone catches: a chunk cut off, left out, turned or altered that is taken for the file."""
    place, salt = tmp_path / "x", sealed_file.new_salt()
    plain = bytes(range(256)) * 700  # three chunks, the last one short
    with place.open("wb") as out:
        sealing = sealed_file.Sealing(out, "key", salt)
        for start in range(0, len(plain), 1000):
            sealing.write(plain[start : start + 1000])
        sealing.finish()
    assert b"".join(sealed_file.opened(place, "key", salt)) == plain
    whole, size = place.read_bytes(), sealed_file.CHUNK + 16
    parts = [whole[start : start + size] for start in range(0, len(whole), size)]
    assert len(parts) == 3
    for touched in (
        parts[:2], parts[1:], [parts[0], parts[2]], [parts[1], parts[0], parts[2]], [*parts, parts[2]],
        [parts[0][:-1] + b"x", *parts[1:]], [],
    ):  # fmt: skip
        place.write_bytes(b"".join(touched))
        with pytest.raises(sealed_file.CannotOpen):
            BytesIO().writelines(sealed_file.opened(place, "key", salt))


def test_nothing_in_a_sheet_is_a_formula() -> None:
    for text in ("=1+1", "+441632", "-2", "@x", "\t=1", " =1", "\u00a0=1", "＝1", "\n=1", "%x", "|x"):
        assert sheets.cell(text).startswith("'"), text
    assert [sheets.cell(value) for value in ("7 - 8", -2, None, True, [1])] == [
        "7 - 8",
        "-2",
        "",
        "yes",
        "[1]",
    ]


@one_engine
def test_one_that_is_removed_while_it_is_made_is_not_kept(
    small: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a file that nobody asked for any more; a worker that goes on when another has its work."""
    real = archive.bundle.write

    def removed(*given: object) -> None:
        with database().transaction() as short:
            short.execute(delete(Export))
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(archive.bundle, "write", removed)
    small.ask()
    assert (list((small.data / "exports").iterdir()), exports(small)) == ([], [])
    assert "ready" not in small.rosa.get("/inbox/")
