"""Every page of a lived-in record, for what must hold on all of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from bs4 import Tag
from flask import Flask

from tests.factories import Household
from tests.harness.client import Client
from tests.harness.pages import attribute
from tests.harness.places import alone, run_folder
from tests.house.access_table import address, routes

# Not pages: what a phone’s worker reads, a laboratory’s document, what systems ask, a calendar file, a copy of
# everything, a health check, what a browser reads to install the app, what programs look for.
NOT_PAGES = {
    "links.plain",  # JSON, for the script of a page
    "links.direct", "links.sealed_file",
    "sharing.who_looked_list", "sharing.pdf_file", "sharing.reading_pdf", "sharing.patient_summary",
    "team.figures_list",
    "results.file", "letters.file", "fhir.base", "fhir.elsewhere", "fhir.became", "fhir.metadata", "healthz",
    "appointments.calendar", "agreed.calendar", "budget.table", "budget.receipt",
    "phone.manifest", "phone.session", "phone.had",
    "phone.service_worker", "phone.pages_to_keep", "about.security_txt",
    "preparation.keep", "care_plan.keep", "notifications.push_key", "leaving.export_file",
}  # fmt: skip


def addresses(
    app: Flask, ids: dict[str, Any], *, also: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """(endpoint, address) of every route that answers GET with a page, and of those in `also`."""
    for _, rule, method in routes(app):
        if method == "GET" and rule.endpoint not in NOT_PAGES - also:
            yield rule.endpoint, address(app, rule, ids)


@dataclass(frozen=True)
class Shown:
    """A page that somebody is shown: its place among all addresses, and whether it is one of the few that together are
    made of everything that any page is made of.
    """

    place: int
    new: bool


READERS = ("", "rosa", "leon", "amina")


def shown_to(client: Client, app: Flask, house: Household, ids: dict[str, Any]) -> dict[str, list[Shown]]:
    """The pages that each of the readers of a household is shown. Asked once in a run, by the first who wants to know:
    who is shown which page does not hang on the names and ids of a household.
    """
    kept = run_folder() / "shown.json"
    with alone("shown") as done:
        if not done.exists():
            client.strict = False
            kept.write_text(json.dumps(_asked(client, app, house, ids)))
            done.touch()
    found = json.loads(kept.read_text())
    return {who: [Shown(*each) for each in pages] for who, pages in found.items()}


def _asked(
    client: Client, app: Flask, house: Household, ids: dict[str, Any]
) -> dict[str, list[tuple[int, bool]]]:
    parts: dict[tuple[str, int], set[tuple[str, str]]] = {}
    for who in READERS:
        client.raw.delete_cookie(str(app.config["SESSION_COOKIE_NAME"]), domain="localhost")
        if who:
            client.sign_in(getattr(house, who).id)
        answers = (
            (place, client.get(url, follow=False)) for place, (_, url) in enumerate(addresses(app, ids))
        )
        parts |= {(who, place): made_of(page.html) for place, page in answers if page.status == 200}
    new = few_with_all(parts)
    return {who: [(page[1], page in new) for page in parts if page[0] == who] for who in READERS}


Name = TypeVar("Name")
Part = TypeVar("Part")


def few_with_all(parts: dict[Name, set[Part]]) -> set[Name]:
    """Few of all that together have every part that any has: always the next with most of what is still missing."""
    left = {name: set(each) for name, each in parts.items()}
    chosen: set[Name] = set()
    while left:
        best = max(left, key=lambda name: len(left[name]))
        met = left.pop(best)
        if not met:
            break
        chosen.add(best)
        for each in left.values():
            each -= met
    return chosen


def made_of(page: Tag) -> set[tuple[str, str]]:
    """What a page is made of: each part in what it stands in, by name and look, whatever the words are."""

    def look(tag: Tag) -> str:
        said = (attribute(tag, name) for name in ("class", "type", "role", "data-tone"))
        return " ".join([tag.name, *filter(None, said)])

    return {(look(tag.parent), look(tag)) for tag in page.find_all(True) if tag.parent}
