"""The list of what is kept in a browser is what answers really set and scripts really write."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from selfcare.about import kept_here
from selfcare.database import command
from tests import factories
from tests.harness.client import Client
from tests.harness.places import ROOT

SCRIPTS = [*(ROOT / "static" / "js").glob("*.js"), *(ROOT / "static" / "sw").glob("*.js")]
WRITTEN = re.compile(r"document\.cookie = [`\"'](\w+)=[^`\"']*?max-age=(\d+)")
OTHER_WAYS = re.compile(r"cookieStore|sessionStorage\.|openDatabase|navigator\.storage\.getDirectory")
STORES = re.compile(r"(localStorage)\.setItem\((\w+)|(indexedDB)\.open\((\w+)|(caches)\.open\(")


def _named(source: str, name: str) -> str:
    found = re.search(rf'const {name} = "([^"]+)"', source)
    return found[1] if found else name


def written(paths: list[Path]) -> tuple[dict[str, int], set[str]]:
    """(cookies and their longest seconds, stores) that scripts write."""
    cookies: dict[str, int] = {}
    stores: set[str] = set()
    for path in paths:
        source = path.read_text()
        assert not OTHER_WAYS.search(source), path.name
        assert len(re.findall(r"document\.cookie =[^=]", source)) == len(WRITTEN.findall(source)), path.name
        for name, seconds in WRITTEN.findall(source):
            cookies[name] = max(int(seconds), cookies.get(name, 0))
        for local, key, database, name, cache in STORES.findall(source):
            stores.add(cache or f"{local or database} {_named(source, key or name)}")
    return cookies, stores


def lasts(morsel: Any) -> int:
    """Seconds, to the day: a date is counted from a moment ago."""
    if morsel["max-age"]:
        return int(morsel["max-age"])
    left = parsedate_to_datetime(morsel["expires"]) - datetime.now(UTC)
    return round(left.total_seconds() / 86400) * 86400


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_every_cookie_and_store_is_on_the_list_and_there_is_no_other(app: Flask, client: Client) -> None:
    """Alone catches: a cookie that is kept for longer than the page says, or that scripts write without it being named.

    That no page sets another is asked of all of them: `tests/house/test_pages.py`.
    """
    cookies, stores = written(SCRIPTS)
    with app.app_context(), command():
        house = factories.household()

    def note(set_cookies: list[str]) -> None:
        for each in set_cookies:
            found = SimpleCookie(each)
            [(name, morsel)] = found.items()
            assert morsel["secure"]
            assert not morsel["domain"]
            if morsel.value and (morsel["max-age"] or morsel["expires"]):
                cookies[name] = max(lasts(morsel), cookies.get(name, 0))

    note(client.get("/privacy").response.headers.getlist("Set-Cookie"))
    client.sign_in(house.rosa.id)
    note(client.get("/account/").response.headers.getlist("Set-Cookie"))
    page = client.get(f"/people/{house.person.id}/goals/add")
    fields = [(name, value) for name, value in page.form("goal").values if name not in ("draft", "text")]
    fields += [("draft", str(uuid4())), ("text", "Walk to the shop")]
    note(client.post(page.url, fields, follow=False).response.headers.getlist("Set-Cookie"))
    assert cookies == {one.name: one.seconds for one in kept_here.COOKIES}
    assert stores == {name for store in kept_here.KEPT for name in store.names}
    shown = client.get("/cookies").html.main.get_text(" ")
    assert all(one.name in shown for one in kept_here.COOKIES)
