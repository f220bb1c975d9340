"""In Urdu, nothing of the app is left in Latin letters: no text forgotten, none copied from the English."""

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from selfcare.database import command
from tests import factories
from tests.factories import record
from tests.factories.record import fill
from tests.harness.client import Client
from tests.house.crawl import addresses

# Names of things that have no other: the app, a code to scan, a file, units as laboratories and devices write them.
ALLOWED = {
    "selfcare",
    "nhs",
    "qr",
    "pdf",
    "fhir",
    "json",
    "xml",
    "mmhg",
    "kg",
    "l",
    "min",
    "mmol",
    "c",
    "https",
    "iphone",
    "http",
    "english",
    "cymraeg",
}
WORD = re.compile(r"[A-Za-z]{2,}")


def latin(page: BeautifulSoup, typed: set[str]) -> set[str]:
    """Latin words of a page that nobody typed. What is marked as another language is that language's."""
    for part in page.select('[lang="en"], [lang="cy"], script, style, code, .qr, title, pre'):
        part.decompose()
    text = " ".join(page.stripped_strings)
    for value in page.select("input[value]"):
        if value.get("type") in ("submit", "button"):
            text += " " + str(value["value"])
    text += " ".join(str(part.get("aria-label", "")) for part in page.select("[aria-label]"))
    for words in sorted(typed, key=len, reverse=True):
        text = text.replace(words, " ")
    return {word for word in WORD.findall(text) if word.lower() not in ALLOWED}


@pytest.mark.parametrize("who", ["rosa", "leon", "amina", ""])
def test_no_latin_words_are_left(app: Flask, client: Client, who: str) -> None:
    with app.test_request_context(), command():
        house = factories.household()
        ids = fill(house)
        typed = record.typed_words(house)
    client.strict = False
    if who:
        client.sign_in(getattr(house, who).id)
    client.speak("ur")
    found, pages = {}, 0
    for endpoint, url in addresses(app, {**ids, "language": "ur"}):
        answer = client.get(url, follow=False)
        if answer.status != 200:
            continue
        pages += 1
        assert answer.html.html["lang"] == "ur"  # type: ignore[index]
        if words := latin(answer.html, typed):
            found[endpoint] = sorted(words)
    assert pages >= (30 if who else 2)
    assert found == {}


def test_the_crawl_would_notice_one() -> None:
    page = BeautifulSoup("<main><h1>ڈائری</h1><p>Save Rosa</p></main>", "html.parser")
    assert latin(page, {"Rosa"}) == {"Save"}
