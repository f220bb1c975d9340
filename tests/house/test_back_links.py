"""A way back that names a place leads there: the heading or title of the page that it opens says so."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from selfcare.database import command
from tests import factories
from tests.factories.record import fill
from tests.harness.client import Client
from tests.harness.pages import Answer, attribute
from tests.house.crawl import addresses

# What names no place, where what it opens hangs on who is signed in or where they came from.
NO_PLACE = {"Back"}
# What is called by its kind: the words, and the page that is one.
KINDS = {
    "Report": "results.report", "The report": "filing.one_incoming", "Result": "results.result",
    "This visit": "appointments.visit", "Please get in touch": "requests.index",
    "This question": "appointments.question", "Sharing": "sharing.index",
}  # fmt: skip


def called(label: str, page: Answer, endpoint: str) -> bool:
    """Whether a page is called so: in its heading or title, or by what kind of page it is."""
    said = {page.h1.casefold(), page.title.casefold()}
    return KINDS.get(label) == endpoint or any(label.casefold() in one for one in said)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ["rosa", "leon", "amina"])
def test_every_way_back_is_called_what_it_opens(app: Flask, client: Client, who: str) -> None:
    with app.test_request_context(), command():
        house = factories.household()
        ids: dict[str, Any] = {**fill(house), "language": "en"}
    client.sign_in(getattr(house, who).id)
    client.strict = False
    wrong, seen = [], 0
    opened: dict[str, Answer] = {}
    for endpoint, url in addresses(app, ids):
        page = client.get(url, follow=False)
        back = page.html.select_one("a.back") if page.status == 200 and page.is_html else None
        if back is None:
            continue
        seen += 1
        label, there = back.get_text(" ", strip=True), attribute(back, "href")
        to = opened[there] = opened.get(there) or client.get(there)
        kind, _ = app.url_map.bind("").match(urlsplit(to.url).path)
        if to.status != 200 or not (label in NO_PLACE or called(label, to, kind)):
            wrong.append(f"{endpoint}: {label!r} opens {to.h1!r} ({to.status}, {kind})")
    assert not wrong, "\n".join(wrong)
    assert seen >= 10
