"""Hospital stays as they were told, by whom; and how many a month a team's page says."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.admissions import actions
from selfcare.admissions.models import Admission
from selfcare.database import command, session
from selfcare.people import actions as people
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit
from tests import factories
from tests.harness.client import Client
from tests.people.scenes import Home, acting, home

# Who may do what with a stay, by who wrote it down. Rows: who acts. + they may, . it does not exist for them.
TABLE = """
         see  add  change-own  change-others  remove-own  remove-others
person    +    +       +             +            +             +
nurse     +    +       +             +            +             +
add       +    +       +             .            +             .
see       +    .       .             .            .             .
nothing   .    .       .             .            .             .
stranger  .    .       .             .            .             .
"""


@pytest.fixture
def house(app: Flask) -> Home:
    return home(app)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_who_may_do_what(app: Flask, new_client: Callable[..., Client]) -> None:
    """Every cell, asked of the app. Catches a helper who changes what others wrote."""
    head, *rows = [line.split() for line in TABLE.strip().splitlines()]
    for who, *cells in rows:
        with app.test_request_context(), command():
            levels = {"add": Level.ADD, "see": Level.SEE}
            level = levels.get(who, Level.NOTHING)
            made = factories.household({Area.CONTACTS: level, Area.DIARY: Level.SEE})
            known = {"person": made.rosa, "nurse": made.amina, "stranger": made.stranger}
            account = known.get(who, made.leon)
            own = _stay(factories.permit(account, made.person)) if cells[1] == "+" else uuid4()
            others = _stay(factories.permit(made.amina if who != "nurse" else made.rosa, made.person))
            account_id, base = account.id, f"/people/{made.person.id}/hospital-stays/"
        reader = new_client()
        reader.strict = False
        reader.sign_in(account_id)
        asked = {"see": "", "add": "add"} | {
            f"{what}-{whose}": f"{stay}/{what}"
            for what, (whose, stay) in product(("change", "remove"), (("own", own), ("others", others)))
        }
        found = {
            name: "+" if reader.get(base + place).status == 200 else "." for name, place in asked.items()
        }
        assert [found[name] for name in head] == cells, who


def _stay(permit: Permit) -> object:
    return actions.add(permit, place="Riverside hospital", came_on=permit.today()).id


def test_a_nurse_writes_down_what_she_was_told_and_the_person_reads_and_corrects_it(
    app: Flask, house: Home, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a stay without a source, one that only the team sees, a second press that writes two."""
    client.sign_in(house.amina)
    form = client.get(f"/people/{house.person}/").click("Add a hospital stay").form("stay")
    with acting(app, house.amina, house.person) as permit:
        day = permit.today() - timedelta(days=3)
    values = {"place": "Eye hospital", "came_on": day.isoformat(), "planned": "no", "told_by": "other"}
    for _ in range(2):
        done = form.submit("Save", **values, told_name="Her sister", note="Two nights, she thinks.")
        assert done.status == 200, done.all(".error-summary li")
    assert "As told by Her sister" in client.get(f"/people/{house.person}/as-told")
    rosa = new_client()
    rosa.sign_in(house.rosa)
    listed = rosa.get(f"/people/{house.person}/contacts/").click("Hospital stays, as told")
    assert "Nobody has checked these. The team can read them." in listed
    assert "The team can read them." not in client.get(f"/people/{house.person}/hospital-stays/")
    for said in (
        "Eye hospital",
        ", not planned",
        "As told by Her sister",
        "Written down by Amina",
        "Two nights, she thinks.",
    ):
        assert said in listed, said
    assert len(listed.html.select("main .row")) == 1
    changed = (
        listed.click("Change Eye hospital")
        .form("stay")
        .submit("Save", left_on=day.isoformat(), note="One night.")
    )
    assert "One night." in changed
    assert "As you told it" in changed, "they are her words now"
    assert "Her sister" not in changed
    with acting(app, house.rosa, house.person) as permit:
        row = session().scalars(select(Admission)).one()
        assert [one.body["told_name"] for one in versions.earlier(permit, row)] == ["Her sister"]
    for reader, who in ((rosa, "Somebody who helps you"), (client, "Somebody who helps Rosa")):
        client.get(f"/people/{house.person}/hospital-stays/{row.id}/change").form("stay").submit(
            "Save", told_by="helper", told_name=""
        )
        assert f"From: {who}" in reader.get(f"/people/{house.person}/hospital-stays/")
    assert "Wrote down a hospital stay" in rosa.get(f"/people/{house.person}/who-looked/")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"place": ""}, "Say where, for example the name of the hospital."),
        ({"came_on": ""}, "Choose the day it began."),
        ({"came_on": "2999-01-01"}, "This day is still to come. Choose Planned, or a day up to today."),
        ({"came_on": "2026-02-30"}, "This is not a date."),
        ({"left_on": "2026-01-01"}, "This is before the day it began."),
        ({"left_on": "2999-01-01"}, "This day is still to come. Choose Planned, or leave it empty"),
        ({"left_on": "2999-01-01", "planned": "yes"}, "This day is more than a year away."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    house: Home, client: Client, values: dict[str, str], said: str
) -> None:
    client.sign_in(house.rosa)
    form = client.get(f"/people/{house.person}/hospital-stays/add").form("stay")
    sent = {"place": "Eye hospital", "came_on": "2026-02-03", "note": "Two nights"} | values
    refused = form.submit("Save", **sent)
    assert refused.status == 422
    assert said in refused
    assert refused.form("stay").value("note") == "Two nights"


def test_a_right_that_ended_meanwhile_writes_nothing(app: Flask, house: Home, client: Client) -> None:
    """Alone catches: words of somebody who may no longer write, sent from a page that was still open."""
    with acting(app, house.rosa, house.person) as permit:
        people.set_rights(permit, house.leons, {Area.CONTACTS: Level.ADD})  # type: ignore[arg-type]
    client.sign_in(house.leon)
    form = client.get(f"/people/{house.person}/hospital-stays/add").form("stay")
    with acting(app, house.rosa, house.person) as permit:
        people.end(permit, house.leons)  # type: ignore[arg-type]
    assert form.submit("Save", place="Eye hospital", came_on="2026-02-03").status == 404
    with acting(app, house.rosa, house.person):
        assert session().scalars(select(Admission)).all() == []
