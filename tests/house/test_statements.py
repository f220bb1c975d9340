"""SQL statements per page are few, and the same whatever somebody has logged."""

from collections.abc import Callable

import pytest
from flask import Flask

from selfcare.database import command
from tests import factories
from tests.factories.record import fill, log_many
from tests.harness.client import Client
from tests.harness.statements import counted
from tests.house.crawl import addresses

MOST = 12
FEWER = {"diary.index": 6, "caseload.index": 10}
KEPT = frozenset({"phone.pages_to_keep", "preparation.keep"})  # not pages, but made of them
FEW, MANY, VERY_MANY = 60, 10_000, 100_000


def count_all(app: Flask, client: Client, ids: dict[str, object]) -> dict[str, tuple[int, int]]:
    """Endpoint → (statements, bytes of the page) for each page that is shown."""
    found = {}
    for endpoint, url in addresses(app, ids, also=KEPT):
        with counted(app) as statements:
            answer = client.get(url, follow=False)
        if answer.status == 200:
            found[endpoint] = (len(statements.texts), len(answer.text))
    return found


@pytest.mark.parametrize("who", ["rosa", "leon", "amina"])
def test_statements_stay_few_however_much_is_logged(
    app: Flask, client: Client, who: str, record_property: Callable[[str, object], None]
) -> None:
    with app.test_request_context(), command():
        house = factories.household()
        ids = fill(house)
        tracker = ids["tracker_id"]
        log_many(house, tracker, FEW)
    client.strict = False
    client.sign_in(getattr(house, who).id)
    count_all(
        app, client, ids
    )  # a list of people is noted in the trail once a day: that is behind us from here on
    first = count_all(app, client, ids)
    with app.test_request_context(), command():
        log_many(house, tracker, MANY - FEW)
    many = count_all(app, client, ids)
    with app.test_request_context(), command():
        log_many(house, tracker, VERY_MANY - MANY)
    very_many = count_all(app, client, ids)

    lines = [f"{'SQL statements a page (' + who + ')':<40}{FEW:>8}{MANY:>8}{VERY_MANY:>8}"]
    for endpoint in sorted(many):
        counts = [table[endpoint][0] for table in (first, many, very_many)]
        lines.append(f"{endpoint:<40}" + "".join(f"{count:>8}" for count in counts))
    record_property("table", "\n".join(lines))
    if who != "amina":
        assert very_many["diary.index"][1] > 5_000, "the diary was not shown to hold rows"
    for endpoint, (count, _) in very_many.items():
        assert count <= FEWER.get(endpoint, MOST), f"{endpoint}: {count} statements"
        assert count == many[endpoint][0] == first[endpoint][0], f"{endpoint} grows with what is logged"
