"""Who gets where: every endpoint × method × kind of account × state of grant, against the committed table.

`access.txt` is committed, not worked out from the marks it tests: it was drafted from the app's answers, read and
corrected. A route that is not in it is red, and its line is then added by hand.
"""

import pytest
from flask import Flask

from tests.harness.client import Client
from tests.harness.places import PROOF
from tests.harness.proofs import Record, figure
from tests.house import access_table
from tests.house.access_table import READER, WHO, Lived


@pytest.fixture
def lived(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> Lived:
    return access_table.prepare(app, client, monkeypatch)


# The rules are the same on both engines; how times and states are compared is not: who shows that is asked there too,
# at one route of each mark.
ON_THE_OTHER = ("self", "see", "expired", "left", "nurse", READER)
ASKED = [pytest.param("sqlite", who, marks=pytest.mark.sqlite) for who in (*WHO, READER)] + [
    pytest.param("postgresql", who, marks=pytest.mark.postgresql)
    for who in ((*WHO, READER) if PROOF else ON_THE_OTHER)
]


@pytest.mark.parametrize(("engine_kind", "who"), ASKED, indirect=["engine_kind"])
def test_everyone_gets_exactly_where_the_table_says(
    lived: Lived, engine_kind: str, who: str, record_property: Record
) -> None:
    expected, among = access_table.expected(), set()
    if engine_kind == "postgresql" and not PROOF:
        among = access_table.of_each_mark(lived.app)
        expected = {route: cells for route, cells in expected.items() if route in among}
        assert len(among) > 20
    found = access_table.ask(lived, who, among=among)
    missing = sorted(set(found) - set(expected))
    assert not missing, "not in tests/house/access.txt: " + ", ".join(missing)
    assert sorted(set(expected) - set(found)) == [], "in the table, but no longer a route"
    wrong = [
        f"{route}: the table says {expected[route][who]!r}, the app answers {found[route]!r}"
        for route in sorted(expected)
        if expected[route][who] != found[route]
    ]
    figure(
        record_property, "access table", f"{engine_kind}: {len(expected)} routes each, {len(wrong)} otherwise"
    )
    assert not wrong, "\n".join(wrong)


def test_the_table_would_notice_a_right_too_many(lived: Lived) -> None:
    """The control: a carer who may only see is given the person's own rights."""
    before = access_table.ask(lived, "see", only="diary.log")
    lived.give_everything("see")
    assert access_table.ask(lived, "see", only="diary.log") != before
