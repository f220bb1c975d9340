"""A client that sends what a browser sends, and reads every HTML answer with a strict eye."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import UUID

from flask import Flask
from flask import session as cookies
from werkzeug.test import Client as WerkzeugClient

from selfcare.accounts import sessions
from selfcare.accounts.models import Account
from selfcare.database import command
from tests.harness.markup import Validator, all_faults
from tests.harness.pages import Answer, Pairs

ORIGIN = "http://localhost"
MOST_REDIRECTS = 5


class Client:
    """One browser with its own cookies. Every HTML answer is judged; `strict=False` leaves that out."""

    def __init__(
        self, app: Flask, validator: Validator, *, locale: str = "en-GB", strict: bool = True
    ) -> None:
        self.app, self.validator, self.locale, self.strict = app, validator, locale, strict
        self.raw: WerkzeugClient = app.test_client()

    def _headers(self, method: str, htmx: bool, referrer: str | None) -> dict[str, str]:
        headers = {
            "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
            "Accept-Language": self.locale,
            "Sec-Fetch-Site": "same-origin" if referrer else "none",
            "Sec-Fetch-Mode": "cors" if htmx else "navigate",
            "Sec-Fetch-Dest": "empty" if htmx else "document",
        }
        if htmx:
            headers |= {"HX-Request": "true", "HX-Request-Type": "partial", "Accept": "text/html"}
        if method not in ("GET", "HEAD"):
            headers |= {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
        if referrer:
            headers["Referer"] = referrer
        return headers

    def send(
        self,
        method: str,
        url: str,
        *,
        data: Pairs | Mapping[str, Any] | bytes | None = None,
        follow: bool = True,
        htmx: bool = False,
        referrer: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request and, where `follow`, go where its answer leads, as a browser would."""
        url = urljoin(ORIGIN, url)
        options: dict[str, Any] = {"headers": {**self._headers(method, htmx, referrer), **(headers or {})}}
        if isinstance(data, bytes):
            options["data"] = data
        elif data is not None:
            pairs = list(data.items()) if isinstance(data, Mapping) else data
            # Lone surrogates are sent as they are, so that what reaches the app is what a hostile sender sends.
            encoded = urlencode(pairs, doseq=True, errors="surrogatepass")
            if method == "GET":
                url = urlsplit(url)._replace(query=encoded).geturl()
            else:
                options |= {"data": encoded.encode(), "content_type": "application/x-www-form-urlencoded"}
        answer = Answer(self.raw.open(_path(url), base_url=ORIGIN, method=method, **options), url, self.send)
        self.judge(answer)
        earlier: tuple[Answer, ...] = ()
        while follow and answer.status in (301, 302, 303, 307, 308):
            earlier = (*earlier, answer)
            assert len(earlier) <= MOST_REDIRECTS, f"more than {MOST_REDIRECTS} redirects from {url}"
            next_url = urljoin(answer.url, answer.location)
            next_options = {"headers": self._headers("GET", htmx, answer.url)}
            response = self.raw.open(_path(next_url), base_url=ORIGIN, **next_options)
            answer = Answer(response, next_url, self.send, earlier)
            self.judge(answer)
        return answer

    def judge(self, answer: Answer) -> None:
        """Fails on a server fault, and on HTML that is not valid, strict and whole."""
        if not self.strict:
            return
        assert answer.status < 500 or answer.status == 503, f"{answer.status} from {answer.url}"
        if not answer.is_html or not answer.text or 300 <= answer.status < 400:
            return  # what stands beside a redirect is never shown
        faults = all_faults(answer.text, lambda: answer.html, answer.headers, self.validator)
        if answer.text.lstrip().lower().startswith("<!doctype"):
            title, *_ = *_texts("title", answer.text), ""
            headings = _texts("h1", answer.text)
            if len(headings) != 1:
                faults.append(f"{len(headings)} h1: {headings}")
            elif not title.startswith(headings[0]):
                faults.append(f"the title {title!r} does not start with the h1 {headings[0]!r}")
        assert not faults, f"{answer.url} ({answer.status}):\n  " + "\n  ".join(faults)

    def sign_in(self, account_id: UUID) -> None:
        """Sign an account in on this browser without its password, second factor done."""
        name, value = session_cookie(self.app, account_id, self.raw)
        self.raw.set_cookie(name, value, domain="localhost", path="/")

    def get(self, url: str, **options: Any) -> Answer:
        return self.send("GET", url, **options)

    def post(self, url: str, data: Pairs | Mapping[str, Any] | bytes | None = None, **options: Any) -> Answer:
        """A bare POST, without the token that forms carry: for what must be refused."""
        return self.send("POST", url, data=data if data is not None else {}, **options)

    def speak(self, locale: str) -> Answer:
        """Choose a language for this browser."""
        return self.get(f"/language/{locale}").form(f"/language/{locale}").submit()

    def cookie(self, name: str) -> str | None:
        found = self.raw.get_cookie(name)
        return found.value if found else None


def session_cookie(app: Flask, account_id: UUID, browser: WerkzeugClient | None = None) -> tuple[str, str]:
    """Begins a session through the room's own action; answers the name and value of its cookie.

    :param browser: whose cookies are at hand, so that its language and device stay known.
    """
    name = str(app.config["SESSION_COOKIE_NAME"])
    before = browser.get_cookie(name) if browser else None
    headers = {"Cookie": f"{name}={before.value}"} if before else {}
    with app.test_request_context(base_url=ORIGIN, headers=headers):
        with command() as work:
            sessions.begin(work.get_one(Account, account_id), sessions.Began.PASSWORD, complete=True)
        response = app.response_class()
        app.session_interface.save_session(app, cookies, response)  # type: ignore[arg-type]
    made = response.headers["Set-Cookie"].split(";", 1)[0]
    return name, made.removeprefix(f"{name}=")


def _texts(name: str, html: str) -> list[str]:
    """The texts of all elements of a name that hold none like themselves: read without parsing a whole page.

    Those of templates, which a script draws later, are not there yet.
    """
    there = re.sub(r"<template[ >].*?</template>", "", html, flags=re.DOTALL)
    found = re.findall(rf"<{name}[ >].*?</{name}>", there, re.DOTALL)
    return [
        " ".join(unescape(re.sub(r"<!--.*?-->|<[^>]*>", " ", each, flags=re.DOTALL)).split())
        for each in found
    ]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
