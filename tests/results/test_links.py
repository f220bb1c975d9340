"""Good information a professional attaches: only safe addresses, shown with who checked it, taken off again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.exceptions import NotFound

from selfcare.database import now
from selfcare.information.address import BadAddress
from selfcare.information.queries import MOST
from selfcare.results import links, queries
from tests.harness.client import Client
from tests.results.world import World

As = Callable[..., Client]
GOOD: dict[str, Any] = {
    "name": "Iron and you",
    "url": "https://www.example.org/iron?a=b#c",
    "publisher": "Example Charity",
}


def attach(world: World, report: object, **changes: object) -> object:
    values = {**GOOD, "checked_on": now().date(), **changes}
    return world.do("amina", links.add_link, report, **values)


def test_a_link_is_added_read_and_taken_off(world: World, as_: As) -> None:
    report = world.file()
    page = as_("amina").get(f"{world.base}{report}/").click("Add a link to good information")
    form = page.form("link")
    assert form.value("checked_on") == now().date().isoformat()
    saved = form.submit(**GOOD)
    assert "Saved." in saved
    read = as_("rosa").get(f"{world.base}{report}/")
    [link] = read.html.select(f'a[href="{GOOD["url"].replace("&", "&amp;")}"]')
    assert "noreferrer" in link["rel"]
    assert "target" not in link.attrs
    assert "By Example Charity , on example.org" in read.html.get_text(" ", strip=True)
    assert "Checked by Amina on" in read
    assert "Take off" not in read
    gone = saved.form("Take off Iron and you").submit()
    assert "Saved." in gone
    assert "Iron and you" not in as_("rosa").get(f"{world.base}{report}/")


def test_a_link_about_one_result_stands_there(world: World, as_: As) -> None:
    report = world.file()
    lines = world.do("amina", queries.sheet, report).results
    attach(world, report, result_id=lines[0].id)
    rosa = as_("rosa")
    assert "Iron and you" in rosa.get(f"{world.base}{report}/{lines[0].id}/")
    assert "Iron and you" not in rosa.get(f"{world.base}{report}/{lines[1].id}/")
    assert "Iron and you" not in rosa.get(f"{world.base}{report}/")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "javascript:alert(1)", "data:text/html,x", "//example.org", "example.org", "https://",
        "https:///x", "https://localhost/", "https://nhs.uk@evil.example/", "https://exa mple.org", "https://e.org/\u202e",
        "https://e.org/\nx", "https://[::1", "https://e.org:99999/", "https:\\\\e.org", "https://e.org/" + "x" * 2000,
    ],
)  # fmt: skip
def test_only_what_is_safe_to_open_is_offered(world: World, as_: As, url: str) -> None:
    report = world.file()
    with pytest.raises(BadAddress):
        attach(world, report, url=url)
    refused = (
        as_("amina", strict=False)
        .get(f"{world.base}{report}/links/add")
        .form("link")
        .submit(**{**GOOD, "url": url})
    )
    assert refused.status == 422
    assert refused.form("link").value("name") == GOOD["name"], "the typing is kept"
    assert world.do("rosa", queries.sheet, report).links == ()


def test_what_is_missing_is_said(world: World, as_: As) -> None:
    form = as_("amina").get(f"{world.base}{world.file()}/links/add").form("link")
    refused = form.submit(name="", url="", publisher=" ", checked_on="")
    for sentence in (
        "Type what it is called.", "Type or paste the address.", "Type who publishes it",
        "Choose the day you checked it.",
    ):  # fmt: skip
        assert sentence in refused
    tomorrow = (now() + timedelta(days=2)).date().isoformat()
    assert "This day is still to come." in refused.form("link").submit(**GOOD, checked_on=tomorrow)


def test_the_same_address_twice_is_one_and_there_is_a_most(world: World) -> None:
    report = world.file()
    assert attach(world, report) == attach(world, report, name="Another name")
    assert [one.name for one in world.do("rosa", queries.sheet, report).links] == ["Another name"]
    for n in range(MOST - 1):
        attach(world, report, url=f"https://example.org/{n}")
    with pytest.raises(BadAddress) as refused:
        attach(world, report, url="https://example.org/more")
    assert refused.value.why == "many"


def test_only_professionals_of_this_person(world: World, as_: As) -> None:
    report = world.file()
    link = attach(world, report)
    for path in ("links/add", f"links/{link}/remove"):
        assert as_("amina").get(f"{world.base}{report}/{path}").status == 200, "the control"
        for who in ("rosa", "leon", "stranger"):
            assert as_(who).get(f"{world.base}{report}/{path}").status == 404
    for who in ("rosa", "leon"):
        with pytest.raises(NotFound):
            world.do(who, links.remove_link, report, link)
    for wrong in (uuid4(), link):
        with pytest.raises(NotFound):
            world.do("amina", links.remove_link, uuid4() if wrong == link else report, wrong)
    world.do("amina", links.remove_link, report, link)
    world.do("amina", links.remove_link, report, link)
