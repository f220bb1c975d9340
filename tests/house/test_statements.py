"""SQL statements per page are few, and the same whatever somebody has logged."""

from collections.abc import Callable

from flask import Flask

from selfcare.database import command
from tests import factories
from tests.factories.record import fill, log_many
from tests.harness.client import Client
from tests.harness.statements import counted
from tests.house.crawl import addresses

MOST = 12
# A person's page has all of a day at the desk on it, and getting ready looks into every room; each of their
# parts asks once, whatever is in them.
FEWER: dict[object, int] = {
    "diary.index": 6, "caseload.index": 10, ("amina", "home.person"): 14,
    "preparation.prepare": 13, "preparation.keep": 13,
}  # fmt: skip
KEPT = frozenset({"phone.pages_to_keep", "preparation.keep"})  # not pages, but made of them
FEW, MANY = 60, 100_000


def count_all(app: Flask, client: Client, ids: dict[str, object]) -> dict[str, tuple[int, int]]:
    """Endpoint → (statements, bytes of the page) for each page that is shown."""
    found = {}
    for endpoint, url in addresses(app, ids, also=KEPT):
        with counted(app) as statements:
            answer = client.get(url, follow=False)
        if answer.status == 200:
            found[endpoint] = (len(statements.texts), len(answer.text))
    return found


def test_statements_stay_few_however_much_is_logged(
    app: Flask, engine_kind: str, client: Client, record_property: Callable[[str, object], None]
) -> None:
    with app.test_request_context(), command():
        house = factories.household()
        ids = fill(house)
        log_many(house, ids["tracker_id"], FEW)
    client.strict = False
    readers = {"rosa": house.rosa, "leon": house.leon, "amina": house.amina}

    def count() -> dict[tuple[str, str], tuple[int, int]]:
        found = {}
        for who, account in readers.items():
            client.sign_in(account.id)
            found |= {(who, name): counted for name, counted in count_all(app, client, ids).items()}
        return found

    first = count()
    assert len(first) > 200
    if engine_kind == "postgresql":
        return  # there each page is opened; how often it asks does not hang on the engine
    with app.test_request_context(), command():
        log_many(house, ids["tracker_id"], MANY - FEW)
    many = count()

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
