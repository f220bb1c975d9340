"""What stands on all pages alike: nothing scolds before anybody chose, and the numbers on the tabs are the same."""

from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from selfcare.database import command
from tests import factories
from tests.factories.record import fill
from tests.harness.client import Client
from tests.harness.pages import Answer, Form, attribute
from tests.house.crawl import addresses

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
SCOLDS = ".error-summary, .nhsuk-error-message, .nhsuk-form-group--error, [aria-invalid=true]"


def asked_without_more(page: Answer) -> list[str]:
    """Addresses that a first touch asks for: each choice by itself beside what is chosen already, nothing typed yet."""
    found = []
    for part in page.html.select("form[method=get], [data-hx-get]"):
        to = (attribute(part, "data-hx-get") or attribute(part, "action") or page.url).partition("?")[0]
        around = part if part.name == "form" else part.find_parent("form")
        if around is None or not part.select("[name]"):
            continue
        inside = {attribute(one, "name") for one in part.select("[name]")}
        pairs = [pair for pair in Form(page, around).values if pair[0] in inside]
        found.append(f"{to}?{urlencode(pairs)}")
        for one in part.select("input[type=radio]"):
            name = attribute(one, "name")
            chosen = [pair for pair in pairs if pair[0] != name] + [(name, attribute(one, "value"))]
            found.append(f"{to}?{urlencode(chosen)}")
    return found


@pytest.mark.parametrize("who", ["rosa", "leon", "amina", ""])
def test_nothing_scolds_before_anybody_chose(app: Flask, client: Client, who: str) -> None:
    """*Choose the first day.* stood in red before anybody had chosen anything."""
    with app.test_request_context(), command():
        house = factories.household()
        ids = fill(house)
    client.strict = False
    if who:
        client.sign_in(getattr(house, who).id)
    scolding, numbers, asked = [], {}, []
    for _, url in addresses(app, ids):
        page = client.get(url, follow=False)
        if page.status != 200 or not page.is_html:
            continue
        if page.html.select(SCOLDS):
            scolding.append(url)
        asked += asked_without_more(page)
        if page.html.select("nav.tabs, .desk-nav"):
            numbers[url] = tuple(page.all(".tab__badge, .desk-nav__count"))
    for url in dict.fromkeys(asked):
        page = client.get(url)
        if page.html.select(SCOLDS):
            scolding.append(url)
    assert scolding == []
    said: dict[Any, list[str]] = {}
    for url, number in numbers.items():
        said.setdefault(number, []).append(url)
    assert len(said) <= 1, said
    assert all(said) or who in ("leon", ""), "there is something new in this record"
