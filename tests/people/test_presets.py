"""Three usual ways of helping: what each says it allows is what the app does, cell by cell; and what becomes of one."""

import datetime
import itertools
from collections.abc import Callable

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.database import command, now, session
from selfcare.people import actions as people
from selfcare.people.models import Invitation, Relationship
from selfcare.people.presets import PRESETS
from selfcare.web.access import Area, Level, Role
from tests import factories
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.people.scenes import Home, acting, home

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

AREAS = (
    "diary",
    "questions",
    "visits",
    "agreed",
    "results",
    "goals",
    "plan",
    "about",
    "decisions",
    "health",
    "help",
    "letters",
    "budget",
    "summaries",
    "contacts",
    "stays",
    "asks",
    "people",
)
WHAT = ("see", "add", "change")
CELLS = list(itertools.product(AREAS, WHAT))

# Where each is asked. Whoever sees the page of who can see things, or lets somebody in, manages people.
ASKED = {
    ("diary", "see"): "diary.index",
    ("diary", "add"): "diary.note",
    ("diary", "change"): "diary.change",
    ("questions", "see"): "appointments.questions",
    ("questions", "add"): "appointments.ask",
    ("questions", "change"): "appointments.question_change",
    ("visits", "see"): "appointments.index",
    ("visits", "add"): "appointments.add",
    ("visits", "change"): "appointments.change",
    ("agreed", "see"): "agreed.index",
    ("agreed", "add"): "agreed.add",
    ("agreed", "change"): "agreed.change",
    ("results", "see"): "results.index",
    ("results", "add"): "filing.type_report",
    ("results", "change"): "results.choice",
    ("goals", "see"): "goals.index",
    ("goals", "add"): "goals.add",
    ("goals", "change"): "goals.change",
    ("plan", "see"): "care_plan.index",
    ("plan", "add"): "care_plan.suggest",
    ("plan", "change"): "care_plan.send",
    ("about", "see"): "about_me.index",
    ("about", "add"): "about_me.write",
    ("about", "change"): "about_me.change",
    ("decisions", "see"): "decisions.index",
    ("decisions", "add"): "decisions.add",
    ("decisions", "change"): "decisions.change",
    ("health", "see"): "health.index",
    ("health", "add"): "health.add",
    ("health", "change"): "health.change",
    ("help", "see"): "community.index",
    ("help", "add"): "community.save",
    ("help", "change"): "community.change",
    ("letters", "see"): "letters.index",
    ("letters", "add"): "letters.add",
    ("letters", "change"): "letters.change",
    ("budget", "see"): "budget.index",
    ("budget", "add"): "budget.spend_add",
    ("budget", "change"): "budget.spend_change",
    ("summaries", "see"): "sharing.index",
    ("summaries", "add"): "sharing.preview",
    ("summaries", "change"): "sharing.withdraw",
    ("contacts", "see"): "contacts.index",
    ("contacts", "add"): "requests.add",
    ("contacts", "change"): "requests.cancel",
    ("stays", "see"): "admissions.index",
    ("stays", "add"): "admissions.add",
    ("stays", "change"): "admissions.change",
    ("asks", "see"): "asks.index",
    ("asks", "add"): "asks.new",
    ("asks", "change"): "asks.answer",
    ("people", "see"): "people.rights",
    ("people", "add"): "people.add_carer",
    ("people", "change"): "people.end",
}


def cells(areas: str, what: str) -> set[tuple[str, str]]:
    return set(itertools.product(areas.split(), what.split()))


ALL = set(CELLS)
# What a reader takes from each sentence, by hand: what it says yes to, and no.
MEANS: dict[str, set[tuple[str, str]]] = {
    "Sees my diary, and adds to it for me": cells("diary", "see add"),
    "Sees my diary, my questions, my visits and what we agreed, and adds to them": cells(
        "diary questions visits agreed", "see add"
    ),
    "Sees my goals": cells("goals", "see"),
    "Sees my plan, my decisions, my health and letters, and what I wrote about me": cells(
        "plan about decisions health letters", "see"
    ),
    "Sees my diary, visits, what we agreed, questions, goals, results and summaries": cells(
        "diary visits agreed questions goals results summaries", "see"
    ),
    "No visits, questions, results or anything else": ALL - cells("diary", "see add"),
    "Cannot change what I wrote, add goals, share for me, or let others in": cells(" ".join(AREAS), "change")
    | {("goals", "add"), ("summaries", "add")}
    | cells("people", "see add"),
    "No results, health, letters, plan, decisions, budget, summaries, hospital stays, help near by "
    "or contacts with the team, and nothing I wrote about me": cells(
        "results health help asks letters plan decisions budget summaries stays contacts about",
        "see add change",
    ),
    "Adds nothing, changes nothing I wrote, and lets nobody in": cells(" ".join(AREAS), "add change")
    | {("people", "see")},
    "No budget, hospital stays, help near by or contacts with the team": cells(
        "budget stays help asks contacts", "see add change"
    ),
}


@pytest.fixture
def house(app: Flask) -> Home:
    return home(app)


def test_each_preset_does_what_it_says_and_says_all_it_does(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Every preset, every part of the record. Catches a sentence that is not so, and a right that none names."""
    lived, ids = lived_in(app)
    with app.test_request_context(), command():
        carers = {code: factories.account(name=code).id for code in PRESETS}
        for code, rights in PRESETS.items():
            people.relate(lived.person.id, kind=Role.CARER, account_id=carers[code], rights=rights)
        rosa, person_id = lived.rosa.id, lived.person.id
        addresses = {cell: _address(app, endpoint, ids) for cell, endpoint in ASKED.items()}
    assert set(addresses) == ALL
    own = new_client()
    own.sign_in(rosa)
    page = own.get(f"/people/{person_id}/carers/add")
    for code in PRESETS:
        option = page.html.select_one(f'input[name="preset"][value="{code}"]')
        assert option is not None
        assert option.parent is not None
        said: dict[str, set[tuple[str, str]]] = {"Yes:": set(), "No:": set()}
        for line in option.parent.select(".allows > li"):
            sign = line.select_one("[aria-label]")
            assert sign is not None
            said[str(sign["aria-label"])] |= MEANS[line.get_text(" ", strip=True)]
        yes, no = said["Yes:"], said["No:"]
        assert not yes & no, code
        assert yes | no == ALL, (code, ALL - yes - no)
        helper = new_client()
        helper.sign_in(carers[code])
        helper.strict = False
        answers = {cell: helper.get(url, follow=False).status for cell, url in addresses.items()}
        assert {cell for cell, status in answers.items() if status == 200} == yes, code
        assert {cell for cell, status in answers.items() if status == 404} == no, code


def _address(app: Flask, endpoint: str, ids: dict[str, object]) -> str:
    (rule,) = app.url_map.iter_rules(endpoint)
    values = {name: ids.get((endpoint, name), ids.get(name)) for name in rule.arguments}  # type: ignore[call-overload]
    return url_for(endpoint, **values)


def test_a_preset_that_was_changed_one_by_one_is_shown_as_what_it_is(
    app: Flask, house: Home, client: Client
) -> None:
    """Alone catches: a name above the sentences that is no longer so, and a form that forgets which it was."""
    with acting(app, house.rosa, house.person) as permit:
        people.set_rights(permit, house.leons, PRESETS["ready"])  # type: ignore[arg-type]
    client.sign_in(house.rosa)
    where, change = f"/people/{house.person}/sharing/", f"/people/{house.person}/access/{house.leons}/"
    assert "Helps me get ready." in client.get(where)
    form = client.get(change).form("rights")
    assert (form.value("preset"), form.value("diary"), form.value("goals")) == ("ready", "2", "1")
    shown = form.submit("Save", preset="own", goals="2")
    assert "Chosen one by one." in shown
    assert "Helps me get ready" not in shown
    form = client.get(change).form("rights")
    assert (form.value("preset"), form.value("goals")) == ("own", "2")
    again = form.submit("Save", preset="sees")
    assert "Sees everything I share." in again
    with acting(app, house.leon, house.person) as permit:
        assert dict(permit.rights) == PRESETS["sees"]


def test_a_preset_and_ticks_at_once_are_asked_about(app: Flask, house: Home, client: Client) -> None:
    """Without JavaScript both stand on the page. Alone catches: one of the two that is thrown away in silence."""
    client.sign_in(house.rosa)
    form = client.get(f"/people/{house.person}/carers/add").form("add-carer")
    asked = form.submit("Make a code for them", name="Samira", preset="log", results="1")
    assert asked.status == 422
    assert "You chose “Helps me log”, and also ticked things one by one." in asked
    form = asked.form("add-carer")
    assert (form.value("results"), form.value("diary"), form.value("name")) == ("0", "2", "Samira")
    done = form.submit("Make a code for Samira")
    assert done.h1 == "Show this to Samira"
    with acting(app, house.rosa, house.person):
        assert session().scalars(select(Invitation.rights)).one() == {"diary": int(Level.ADD)}


@pytest.mark.parametrize(
    ("before", "chosen"), [("log", "log"), ("ready", "ready"), ("sees", "log"), ("log", "ready")]
)
def test_ticks_beside_a_preset_give_nothing(
    app: Flask, house: Home, client: Client, before: str, chosen: str
) -> None:
    """One by one, and back to a preset, also to the one that stood: the fold hides the ticks, and still sends them.
    Alone catches: a helper who sees more than the sentence under what was chosen says.
    """
    with acting(app, house.rosa, house.person) as permit:
        people.set_rights(permit, house.leons, PRESETS[before])  # type: ignore[arg-type]
    client.sign_in(house.rosa)
    form = client.get(f"/people/{house.person}/access/{house.leons}/").form("rights")
    asked = form.submit("Save", preset=chosen, sharing="1", contacts="1")
    assert asked.status == 422
    assert "and also ticked things one by one" in asked
    assert rights_of_leon(app, house) == PRESETS[before]
    asked.form("rights").submit("Save")
    assert rights_of_leon(app, house) == PRESETS[chosen]


def rights_of_leon(app: Flask, house: Home) -> dict[Area, Level]:
    with acting(app, house.leon, house.person) as permit:
        return dict(permit.rights)


@pytest.mark.parametrize(
    ("until", "days"), [("3", (89, 92)), ("6", (180, 184)), ("12", (364, 366)), ("day", (9, 10))]
)
def test_help_ends_when_it_was_said_to(
    app: Flask,
    house: Home,
    client: Client,
    new_client: Callable[..., Client],
    until: str,
    days: tuple[int, int],
) -> None:
    """Alone catches: an end that is another than the one that was chosen."""
    client.sign_in(house.rosa)
    with acting(app, house.rosa, house.person) as permit:
        today = permit.today()
    picked = (today + datetime.timedelta(days=10)).isoformat()
    form = client.get(f"/people/{house.person}/carers/add").form("add-carer")
    done = form.submit("Make a code for them", name="Samira", preset="log", until=until, until_on=picked)
    code = done.html.select_one(".qr__code")
    assert code is not None
    born = {"born-day": "27", "born-month": "3", "born-year": "1962"}
    samira = new_client()
    samira.get("/invitation").form("invitation").submit(code=str(code.get_text()), **born)
    with acting(app, house.rosa, house.person):
        ends = session().scalar(
            select(Relationship.until)
            .join(Account, Account.id == Relationship.account_id)
            .where(Account.name == "Samira")
        )
        assert ends
        assert days[0] <= (ends - now()).days <= days[1]


@pytest.mark.parametrize("day", ["", "2020-01-01", "yesterday", "2999-01-01"])
def test_a_day_that_cannot_be_the_last_is_refused(house: Home, client: Client, day: str) -> None:
    client.sign_in(house.rosa)
    form = client.get(f"/people/{house.person}/carers/add").form("add-carer")
    refused = form.submit("Make a code for them", name="Samira", preset="log", until="day", until_on=day)
    assert refused.status == 422
    assert refused.form("add-carer").value("name") == "Samira"
