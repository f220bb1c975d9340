"""A reader's phone on the page that opens any link, and documents of strangers."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

KEY = bytes(range(32))
HOST = "https://links.example.org"
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "content-type"}
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">'


def document(*sections: dict[str, Any], **more: Any) -> dict[str, Any]:
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "name": [{"given": ["Ali"], "family": "Stone"}],
        "birthDate": "1950-02-01",
    }
    composition = {
        "resourceType": "Composition",
        "subject": {"reference": "Patient/p"},
        "date": "2026-11-02",
        "section": sections,
    }
    return {
        "resourceType": "Bundle",
        "type": "document",
        "entry": [{"resource": composition | more}, {"resource": patient}],
    }


def section(text: str, title: str = "About", code: str = "") -> dict[str, Any]:
    return {"title": title, "code": {"coding": [{"code": code}]}, "text": {"div": DIV + text + "</div>"}}


class Reader:
    """A reader's phone, and what it asked of others."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[tuple[str, str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.went: list[str] = []  # also where an answer led on to
        self.alerts: list[str] = []
        page.context.on("request", lambda request: self.went.append(request.url))
        page.on("dialog", lambda dialog: (self.alerts.append(dialog.message), dialog.dismiss()))

    def answers(self, give: Callable[[Route], Any]) -> None:
        """Let every host but this app's answer so."""

        def take(route: Route) -> None:
            request = route.request
            self.asked.append((request.method, request.url, request.post_data or ""))
            self.headers.append(request.all_headers())
            give(route)

        self.page.context.route(re.compile("^https://"), take)

    def serves(self, text: str, **more: Any) -> None:
        self.answers(
            lambda route: route.fulfill(body=text, headers={"Access-Control-Allow-Origin": "*"}, **more)
        )

    def open(self, link: str, passcode: str = "") -> None:
        self.page.goto("about:blank")
        self.page.goto("/view#" + link if link.startswith("shlink:") else "/view")
        if not link.startswith("shlink:"):
            self.page.get_by_label("The link").fill(link)
        if self.page.locator("#problem").is_visible():
            return
        self.page.get_by_label("Who is looking?").fill("Dr Ada Obi")
        if passcode:
            self.page.get_by_label("Passcode").fill(passcode)
        self.page.locator("#go").click()

    def says(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("alert")).to_contain_text(words)
