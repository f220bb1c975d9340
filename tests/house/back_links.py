"""A way back that names a place leads there: the heading or title of the page that it opens says so."""

from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Flask

from tests.harness.client import Client
from tests.harness.pages import Answer, attribute

# What names no place, where what it opens hangs on who is signed in or where they came from.
NO_PLACE = {"Back"}
# What is called by its kind: the words, and the page that is one.
KINDS = {
    "Report": "results.report", "The report": "filing.one_incoming", "Result": "results.result",
    "This visit": "appointments.visit", "Please get in touch": "requests.index",
    "This question": "appointments.question", "Sharing": "sharing.index",
}  # fmt: skip


class Opened(NamedTuple):
    """What a page that was opened is called."""

    status: int
    h1: str
    title: str
    endpoint: str

    def is_called(self, label: str) -> bool:
        """In its heading or title, or by what kind of page it is."""
        said = {self.h1.casefold(), self.title.casefold()}
        return KINDS.get(label) == self.endpoint or any(label.casefold() in one for one in said)


def opened(app: Flask, page: Answer) -> Opened:
    kind, _ = app.url_map.bind("").match(urlsplit(page.url).path)
    return Opened(page.status, page.h1, page.title, kind)


def back(page: Answer) -> tuple[str, str] | None:
    """What the way back of a page is called, and where it leads."""
    link = page.html.select_one("a.back")
    return (link.get_text(" ", strip=True), attribute(link, "href")) if link else None


def called_otherwise(
    app: Flask, client: Client, backs: dict[str, tuple[str, str]], known: dict[str, Opened]
) -> list[str]:
    """Ways back, by the endpoint they stand on, that are not called what they open.

    :param known: what was opened already, by its address.
    """
    wrong = []
    for endpoint, (label, there) in backs.items():
        if there not in known:
            known[there] = opened(app, client.get(there))
        to = known[there]
        if to.status != 200 or not (label in NO_PLACE or to.is_called(label)):
            wrong.append(f"{endpoint}: {label!r} opens {to.h1!r} ({to.status}, {to.endpoint})")
    return wrong
