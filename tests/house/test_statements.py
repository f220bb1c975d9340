"""SQL statements per page are few, and the same whatever somebody has logged; and nothing is changed by looking."""

import re
from collections.abc import Callable, Collection
from typing import Any

import pytest
from flask import Flask

from selfcare.database import command
from selfcare.diary import actions as diary
from selfcare.people import access
from selfcare.web.access import Kind
from tests import factories
from tests.factories.lived import lived_in
from tests.factories.many import log_many
from tests.harness.client import Client
from tests.harness.places import PROOF
from tests.harness.statements import counted
from tests.house.crawl import NOT_PAGES, addresses
from tests.house.looking import Looking

MOST = 12
# A person's page has all of a day at the desk on it; what a phone keeps of getting ready is several pages, one of them
# the plan with what stands beside its lines. Each part asks once, whatever is in it. The record has one of everything
# in every room (`fill`): so Today is asked, too.
FEWER: dict[object, int] = {
    "diary.index": 6, "caseload.index": 10, ("amina", "home.person"): 14,
    "preparation.keep": 15,
}  # fmt: skip
KEPT = frozenset({"phone.pages_to_keep", "preparation.keep", "care_plan.keep"})  # not pages, but made of them
FEW, MANY = 60, 100_000 if PROOF else 3_000
Counts = dict[str, tuple[int, int]]


def count_all(
    app: Flask, client: Client, ids: dict[str, Any], also: Collection[str] = KEPT, look: Looking | None = None
) -> Counts:
    """Endpoint → (statements, bytes of the page) for each page that is shown."""
    found = {}
    for endpoint, url in addresses(app, ids, also=frozenset(also)):
        with counted(app) as statements:
            answer = client.get(url, follow=False)
        if look is not None:
            look.opened(url)
        if answer.status == 200:
            found[endpoint] = (len(statements.texts), len(answer.text))
    return {endpoint: each for endpoint, each in found.items() if endpoint not in NOT_PAGES - KEPT}


def test_an_entry_is_kept_by_few_statements_and_fewer_in_its_turn(
    app: Flask, engine_kind: str, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a statement more with every save, above all one behind which everybody waits who writes (SQLite),
    or which holds what others need (PostgreSQL). Of the turn it names what for each statement is.
    """
    with app.test_request_context(), command():
        house = factories.household()
        tracker = diary.add_preset(factories.permit(house.rosa, house.person), "tiredness").id
    for account, asked in ((house.rosa, ["relationship"]), (house.leon, ["relationship", '"right"'])):
        client = new_client()
        client.sign_in(account.id)
        page = client.get(f"/people/{house.person.id}/diary/log/{tracker}")
        with counted(app) as statements:
            assert page.form("log").submit(severity="3", follow=False).status == 303
        found = [re.split(r"FROM |INTO ", text)[1].split()[0] for text in statements.texts]
        assert found == ["sign_in", "person", "tracker", *asked, "entry", "trail", "once"], str(statements)


@pytest.mark.parametrize("staff", [False, True])
def test_what_every_page_of_a_record_asks_stands_as_it_was_built(app: Flask, staff: bool) -> None:
    """Alone catches: a list of values in the statements that come with every page and save: SQLAlchemy writes it into
    their text anew each time.
    """
    database = app.extensions["database"]
    with app.app_context():
        for built in (access._grants_of_one(staff, database.is_sqlite), access._rest(staff)):
            compiled = built.compile(dialect=database.engine.dialect)
            assert not compiled.post_compile_params | compiled.literal_execute_params, str(compiled)


def test_statements_stay_few_however_much_is_logged_and_looking_changes_nothing(
    app: Flask, engine_kind: str, client: Client, record_property: Callable[[str, object], None]
) -> None:
    """A link that changes something: prefetched, opened from a history or a chat, or by a page of somebody else."""
    house, ids = lived_in(app)
    with app.test_request_context(), command():
        log_many(house, ids["tracker_id"], FEW)
        admin = factories.account(Kind.ADMINISTRATOR, "Ade")
    client.strict = False
    readers = {"rosa": house.rosa, "leon": house.leon, "amina": house.amina}
    first: dict[tuple[str, str], tuple[int, int]] = {}
    changed: list[str] = []
    for who, account in {"": None, **readers, "stranger": house.stranger, "admin": admin}.items():
        if account is not None:
            client.sign_in(account.id)
        if engine_kind == "postgresql":  # there each page is opened
            first |= {(who, name): each for name, each in count_all(app, client, ids).items()}
            continue
        look = Looking(app, client)
        counts = count_all(app, client, ids, NOT_PAGES, look)
        first |= {(who, name): each for name, each in counts.items()}
        changed += [f"{who}: {each}" for each in look.done()]
    assert changed == []
    assert len(first) > 250
    if engine_kind == "postgresql":
        return  # how often a page asks does not hang on the engine
    with app.test_request_context(), command():
        log_many(house, ids["tracker_id"], MANY - FEW)
    many: dict[tuple[str, str], tuple[int, int]] = {}
    for who, account in readers.items():
        client.sign_in(account.id)
        many |= {(who, name): each for name, each in count_all(app, client, ids).items()}

    lines = [f"{'SQL statements a page':<48}{FEW:>8}{MANY:>8}"]
    for who, endpoint in sorted(many):
        counts = [table[who, endpoint][0] for table in (first, many)]
        lines.append(f"{who + ' ' + endpoint:<48}" + "".join(f"{count:>8}" for count in counts))
    record_property("table", "\n".join(lines))
    for who in ("rosa", "leon"):
        assert many[who, "diary.index"][1] > 5_000, "the diary was not shown to hold rows"
    over = [
        f"{page}: {number} statements"
        for page, (number, _) in many.items()
        if number > FEWER.get(page, FEWER.get(page[1], MOST))
    ]
    assert not over, "\n".join(over)
    # The first to open a page may note that in the trail or take something for read: that is asked once.
    grown = [page for page, (number, _) in many.items() if number > first[page][0]]
    assert not grown, f"{grown} grow with what is logged"
