"""A copy for who acts for the person by law: what their pages show them, and nothing that is the person's own."""

import csv
import json
from collections.abc import Callable
from io import BytesIO, StringIO
from zipfile import ZipFile

import jsonschema
import pytest
from sqlalchemy import select, update

from selfcare.accounts.models import Account
from selfcare.appointments.models import Appointment, Question
from selfcare.audit.models import Trail
from selfcare.database import command, session
from selfcare.leaving import acting_copy, record_json, tables
from selfcare.leaving.models import Export
from selfcare.people import actions as people
from selfcare.people.acting import RIGHTS
from selfcare.people.models import Person, Relationship, Right
from selfcare.web.access import Level, Role
from tests import factories
from tests.factories.record import CANARY
from tests.harness.client import Client
from tests.leaving.canaries import fill_every_table
from tests.leaving.conftest import Home

OWN = "Nobody but me and the team"


def a_deputy(home: Home, new_client: Callable[..., Client]) -> Client:
    with home.app.test_request_context(), command():
        samira = factories.account(name="Samira")
        people.relate(
            home.house.person.id, kind=Role.CARER, account_id=samira.id, rights=RIGHTS, basis="deputy"
        )
        account = samira.id
    browser = new_client()
    browser.sign_in(account)
    return browser


def fetched(home: Home, browser: Client) -> ZipFile:
    page = browser.get(home.base + "more/").click("A copy of what you see")
    assert "What Rosa marked “Only me” is not in it" in page
    page.form("ask").submit()
    home.make()
    assert "The copy of the record of Rosa is ready" in browser.get("/inbox/")
    answer = browser.get(browser.get(home.base + "export/").link("Fetch the file"))
    assert answer.status == 200
    return ZipFile(BytesIO(answer.response.get_data()))


def test_what_their_pages_show_is_in_it_and_nothing_of_the_persons_own(
    home: Home, new_client: Callable[..., Client]
) -> None:
    """Alone catches: what is *only me*, or hangs on it, in a copy that somebody else fetches; what the person put in
    for the team alone, and where they live; an earlier version, something that was removed, a draft; a way in.
    """
    deputy = a_deputy(home, new_client)
    person = home.house.person.id
    with home.app.app_context(), command() as work:
        fill_every_table(work, person, home.house.rosa.id)
        own = {Appointment: "life_words", Question: "about_label"}
        for table, name in own.items():
            work.execute(update(table).where(table.person_id == person).values(**{name: OWN}))
        work.execute(
            update(Person).where(Person.id == person).values(phone=OWN, address=OWN, interpreter=OWN)
        )
        work.execute(update(Account).where(Account.id == home.house.rosa.id).values(email="rosa@example.net"))
    found = fetched(home, deputy)
    assert found.testzip() is None
    whole = b"".join(found.read(name) for name in found.namelist()).decode("utf-8", "replace")
    assert CANARY not in whole
    assert OWN not in whole
    assert "rosa@example.net" not in whole
    document = json.loads(found.read("record.json"))
    jsonschema.Draft202012Validator(json.loads(record_json.SCHEMA.read_text())).validate(document)
    rooms = {name: rows for room in document["rooms"].values() for name, rows in room.items()}
    assert {name for name, rows in rooms.items() if rows} <= set(acting_copy.SHOWN)
    assert [
        row for rows in rooms.values() for row in rows if row.get("only_me") or row.get("removed_at")
    ] == []
    for name in (
        "person",
        "tracker",
        "entry",
        "goal",
        "appointment",
        "question",
        "report",
        "result",
        "letter",
    ):
        assert rooms[name], name
    assert {row["by_role"] for row in rooms["trail"]} <= {"carer", "professional"}
    assert {row["verb"] for row in rooms["trail"]} <= {"looked", "opened", "listed"}
    assert {row["state"] for row in rooms["plan_change"]} <= {"agreed"}
    assert not [row for rows in rooms.values() for row in rows if row.get("hidden_at")]
    sheet = list(csv.reader(StringIO(found.read("diary/entry.csv").decode("utf-8-sig"))))
    assert len(sheet) == 1 + len(rooms["entry"])
    with home.app.app_context():
        trail = select(Trail.by_role, Trail.verb).where(Trail.kind == "export", Trail.person_id == person)
        assert set(map(tuple, session().execute(trail))) >= {("carer", "asked"), ("carer", "looked")}
    assert "Asked for a copy of your record" in home.rosa.get(home.base + "who-looked/")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_it_is_over_with_their_time_and_each_has_their_own(
    small: Home, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a copy that is made or fetched by who acted once; the person's own copy in their hands; anybody
    else who helps and gets one.
    """
    deputy = a_deputy(small, new_client)
    with small.app.app_context(), command() as work:
        helps = select(Relationship.id).where(Relationship.account_id == small.house.leon.id)
        work.execute(update(Right).where(Right.relationship_id.in_(helps)).values(level=int(Level.MANAGE)))
        rights = work.scalars(select(Right.level).where(Right.relationship_id.in_(helps))).all()
    assert set(rights) == {int(Level.MANAGE)}
    leon = new_client()
    leon.sign_in(small.house.leon.id)
    assert leon.get(small.base + "export/").status == 404
    assert leon.get(small.base + "export/remove").status == 404
    small.ask()
    theirs = small.rosa.get(small.base + "export/").link("Fetch the file")
    form = deputy.get(small.base + "export/").form("ask")
    assert deputy.get(theirs).status == 404
    form.submit()
    small.make()
    own = deputy.get(small.base + "export/").link("Fetch the file")
    assert small.rosa.get(own).status == 404
    asked = deputy.get(small.base + "export/").form("ask")
    asked.submit()
    with small.app.app_context(), command() as work:
        work.execute(update(Relationship).where(Relationship.basis == "deputy").values(state="suspended"))
    small.make()
    with small.app.app_context():
        ready = session().scalars(select(Export.id).where(Export.state == "ready")).all()
    assert [path.stem for path in (small.data / "exports").iterdir()] == [str(each) for each in ready]
    assert len(ready) == 1, "the person's own"
    assert {deputy.get(each).status for each in (small.base + "export/", own)} == {404}
    assert asked.submit().status == 404


def test_each_table_is_taken_by_the_person_too() -> None:
    """Alone catches: a table that only who acts would have; a column to be left out that there is none of."""
    for name, left in acting_copy.SHOWN.items():
        assert left <= {column.name for column in tables.columns(name)}, name
