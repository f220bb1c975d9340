"""Every value, comparator, unit, range, flag, time, status and note of the source stands on every page, in its order.

The source is walked apart from the reader (`page_walker`), and held against what is drawn: for the patient and a
professional, in the report and on the result's own page, in the summary, which is also what is printed, and in the text
that is copied. What alone would be caught: anything the drawing, a template or a query leaves out or puts elsewhere.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from selfcare import database
from selfcare.database import now
from selfcare.fhir import read
from selfcare.filing.file_received import file_received
from selfcare.results import actions
from selfcare.results import release as rules
from selfcare.sharing import actions as sharing
from tests.fhir import page_walker, shown_messages
from tests.fhir.messages import as_json, as_xml
from tests.fhir.page_walker import Expected, assert_stands, tidy
from tests.fhir.samples import as_xml_source, files, needs_samples
from tests.fhir.walker import Walker, text_of, value_at
from tests.harness.client import Client
from tests.results.world import World, make

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.mark.parametrize("name", shown_messages.ALL)
def test_every_page_says_what_our_own_messages_say(
    app: object, new_client: Callable[..., Client], name: str
) -> None:
    made = shown_messages.ALL[name]
    assert _compare(make(app), new_client, as_json(made), as_xml(made)) == 1  # type: ignore[arg-type]


@needs_samples
@pytest.mark.parametrize("file", files(), ids=lambda file: file.name)
def test_every_page_says_what_the_public_examples_say(
    app: object, new_client: Callable[..., Client], file: Path
) -> None:
    _compare(make(app), new_client, file.read_bytes(), as_xml_source(file))  # type: ignore[arg-type]


def _compare(world: World, new_client: Callable[..., Client], source: bytes, xml: bytes) -> int:
    """:returns: how many reports were compared."""
    walker = Walker(xml)
    sent = {(value_at(one, "identifier", "value"), value_at(one, "issued")): one for one in walker.reports()}
    world.do("rosa", actions.choose, rules.AT_ONCE, [])
    filed: list[tuple[UUID, str, list[Expected]]] = []
    for report in read(source).reports:
        with world.app.app_context(), database.command():
            id = file_received(world.as_("amina"), report)
        number = next((one.value for one in report.identifiers), "")
        element = next(one for (name, _), one in sent.items() if name == number)
        filed.append((id, report.title, page_walker.expected(walker, element)))
        assert text_of(element.find(f"{page_walker.F}code"))
    if not filed:
        return 0
    summary = world.do(
        "rosa",
        sharing.share,
        sections=("results",),
        first=date(1902, 1, 1),
        last=now().date(),
        appointment_id=None,
    )
    for who in ("rosa", "amina"):
        client = new_client(strict=False)
        client.sign_in(getattr(world.home, who).id)
        base = f"/people/{world.home.person.id}/summary/{summary}/"
        shown, text = client.get(base), client.get(f"{base}text")
        for id, title, results in filed:
            page = client.get(f"{world.base}{id}/")
            assert_stands(page_walker.report_blocks(page.html), results, staff=who == "amina")
            _assert_own_pages(client, page, results, staff=who == "amina")
            # A summary goes to others: what was taken back says nothing in it, to nobody.
            assert_stands(page_walker.summary_blocks(shown.html, title), results, staff=False, bare=False)
            words = text.html.select_one("#plain-text").get_text()  # type: ignore[union-attr]
            assert_stands(page_walker.text_blocks(words, title), results, staff=False, bare=False)
    return len(filed)


def _assert_own_pages(client: Client, page: object, results: list[Expected], *, staff: bool) -> None:
    """Each result that says something has a page of its own, which says the same."""
    links = [
        (tidy(link.get_text()), str(link["href"]))
        for link in page.html.select("main .lab li.row .row__title a[href]")  # type: ignore[attr-defined]
        if "/files/" not in str(link["href"])
    ]
    for one in results:
        if one.bare or not one.says or (one.taken_back and not staff):
            continue
        address = next((href for name, href in links if name == one.name), None)
        if address is None:
            continue  # a group of which only a note or a time is said
        links.remove((one.name, address))
        said = tidy(client.get(address).html.select_one("main").get_text(" "))  # type: ignore[union-attr]
        for text in one.says:
            assert text in said, f"{text!r} is not on the page of {one.name}"
