"""Every page of a lived-in record, for what must hold on all of them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from bs4 import BeautifulSoup, Tag
from flask import Flask

from tests.harness.client import Client
from tests.harness.pages import attribute
from tests.house.access_table import address, routes

# Not pages: what a phone’s worker reads, a laboratory’s document, what systems ask, a calendar file, a copy of
# everything, a health check, what a browser reads to install the app, what programs look for.
NOT_PAGES = {
    "sharing.who_looked_list",
    "results.file", "letters.file", "fhir.base", "fhir.elsewhere", "fhir.became", "fhir.metadata", "healthz",
    "appointments.calendar", "agreed.calendar",
    "phone.manifest", "phone.session", "phone.had",
    "phone.service_worker", "phone.pages_to_keep", "about.security_txt",
    "preparation.keep", "notifications.push_key", "leaving.export_file",
}  # fmt: skip


def addresses(
    app: Flask, ids: dict[str, Any], *, also: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """(endpoint, address) of every route that answers GET with a page, and of those in `also`."""
    for _, rule, method in routes(app):
        if method == "GET" and rule.endpoint not in NOT_PAGES - also:
            yield rule.endpoint, address(app, rule, ids)


def open_to(
    client: Client, app: Flask, ids: dict[str, Any], account: UUID | None, part: slice = slice(None)
) -> list[tuple[str, str]]:
    """The pages an account is shown (200), by asking each of a part of all."""
    client.strict = False
    if account is not None:
        client.sign_in(account)
    return [
        (endpoint, url)
        for endpoint, url in list(addresses(app, ids))[part]
        if client.get(url, follow=False).status == 200
    ]


def made_of(page: BeautifulSoup) -> set[tuple[str, str]]:
    """What a page is made of: each part in what it stands in, by name and look, whatever the words are."""

    def look(tag: Tag) -> str:
        said = (attribute(tag, name) for name in ("class", "type", "role", "data-tone"))
        return " ".join([tag.name, *filter(None, said)])

    return {(look(tag.parent), look(tag)) for tag in page.find_all(True) if tag.parent}


def has_more(page: BeautifulSoup, seen: set[tuple[str, str]]) -> bool:
    """Whether a page is made of anything that was not seen yet. Now it is."""
    more = made_of(page) - seen
    seen |= more
    return bool(more)
