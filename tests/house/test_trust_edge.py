"""What every answer carries, whatever was asked and however."""

import json

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from selfcare.audit.models import Trail
from selfcare.database import command, session
from selfcare.web.edge import CSP
from tests import factories
from tests.factories.lived import lived_in
from tests.harness.client import Client

NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/nowhere", 404),
        ("DELETE", "/sign-in", 403),
        ("PROPFIND", "/", 403),
        ("POST", "/healthz", 405),
        ("TRACE", "/sign-in", 405),
        ("GET", "/?a=%ff", 400),
        ("OPTIONS", "/people/00000000-0000-0000-0000-000000000000/diary/", 200),
        ("HEAD", "/people/00000000-0000-0000-0000-000000000000/diary/", 303),
        ("GET", "/healthz", 200),
        ("GET", "/static/build/manifest.json", 200),
        ("GET", "/static/nowhere.css", 404),
    ],
)
def test_every_answer_is_held_by_the_policy(
    app: Flask, client: Client, method: str, url: str, status: int
) -> None:
    browser = app.test_client()
    headers = {"Sec-Fetch-Site": "cross-site"} if status == 403 else {"Sec-Fetch-Site": "same-origin"}
    answer = browser.open(url, method=method, headers=headers)
    answer.close()
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == CSP
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    kind = answer.headers["Content-Type"]
    assert "utf-8" in kind or not kind.startswith("text/")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Selfcare"] == "1"  # by which a phone knows it from a proxy's or a portal's
    assert "unsafe" not in CSP


def test_healthz_says_that_it_is_well_and_no_more(client: Client) -> None:
    """Not which version it is: whoever knows a hole in one looks for it."""
    assert json.loads(client.get("/healthz").text) == {"status": "ok"}


def test_a_head_is_a_look(app: Flask, client: Client) -> None:
    """HEAD runs the view of GET, mark and trail included; OPTIONS runs none."""
    with app.test_request_context(), command():
        house = factories.household()
    client.sign_in(house.stranger.id)
    assert client.send("HEAD", f"/people/{house.person.id}/diary/", follow=False).status == 404
    client.sign_in(house.leon.id)
    assert client.send("HEAD", f"/people/{house.person.id}/diary/", follow=False).status == 200
    assert client.send("OPTIONS", f"/people/{house.person.id}/diary/", follow=False).text == ""
    with app.app_context():
        assert session().scalars(select(Trail.by).where(Trail.verb == "looked")).all() == [house.leon.id]


TARGETS = [
    "/%0d%0aX:1",
    "/%0aX",
    "/%09x",
    "/%7f",
    "/%00",
    "//evil.example",
    "/\\evil.example",
    "/%5cevil.example",
    "[",
    "/" * 5000,
]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_no_target_breaks_the_answer_or_leads_elsewhere(app: Flask, client: Client) -> None:
    """Would fail where a line end reaches a header: the answer was a 500. Every page that goes on to somewhere."""
    with app.test_request_context(), command():
        house = factories.household()
        rosa = house.rosa.id
    client.strict = False
    browsers = {"signed out": app.test_client(), "signed in": client.raw}
    client.sign_in(rosa)
    going_on = [
        "/sign-in",
        "/sign-in/code",
        "/account/again",
        "/account/way-in",
        "/language/cy",
        "/account/language",
    ]
    for who, browser in browsers.items():
        for path in going_on:
            for name in ("next", "back", "then", "to", "from"):
                for target in TARGETS:
                    answer = browser.get(f"{path}?{name}={target}", headers={"Sec-Fetch-Site": "none"})
                    assert answer.status_code < 500, (who, path, name, target)
                    leads = answer.headers.get("Location", "/")
                    assert leads[0] == "/", (who, path, name, target)
                    assert leads[1:2] not in ("/", "\\"), (who, path, name, target)


BODIES = {
    "deep list": b"[" * 200_000,
    "deep object": b'{"keys":' * 100_000,
    "endless number": b'{"endpoint": ' + b"9" * 100_000 + b"}",
    "not UTF-8": b'{"endpoint": "\xff"}',
    "a list": b"[1]",
    "a word": b'"endpoint"',
    "nothing": b"",
    "a lone surrogate": b'{"endpoint": "\\ud800"}',
    "infinite": b'{"endpoint": Infinity}',
}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_no_body_breaks_the_answer(app: Flask, client: Client) -> None:
    """Every address that takes a body, with JSON that cannot be what it wants."""
    house, ids = lived_in(app)
    rosa = house.rosa.id
    client.strict = False
    client.sign_in(rosa)
    token = client.get("/account/language").html.find("input", {"name": "csrf_token"})["value"]  # type: ignore[index]
    with app.test_request_context():
        posts = {
            url_for(rule.endpoint, **{name: ids.get(name, NOBODY) for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if "POST" in (rule.methods or ()) and rule.arguments <= set(ids)
        } - {"/sign-out"}
    assert "/account/push/" in posts
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": str(token)}
    for url in sorted(posts):
        for name in ("deep list", "nothing") if url != "/account/push/" else BODIES:
            for kind in (
                ("application/json",) if url != "/account/push/" else ("application/json", "text/plain")
            ):
                answer = client.raw.post(url, data=BODIES[name], content_type=kind, headers=headers)
                assert answer.status_code < 500, (url, name, kind)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_no_header_breaks_the_answer(app: Flask) -> None:
    odd = {
        "Accept-Language": ["\x7f", "q=;;,", "*" * 9000, "xx-" * 500, "en;q=nan", "ur;q=1e999"],
        "Accept": ["*/*;q=x", "application/json;" * 500, ","],
        "Cookie": ["=", ";;;", "__Host-selfcare=.x.y.z", "__Host-selfcare=" + "a" * 9000, "a" * 5000],
        "Content-Type": [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "text/html; charset=no-such",
            "\x7f",
            ";",
        ],
        "Content-Length": ["-1", "x", "99999999999999999999", "1e3"],
        "If-None-Match": ["W/", '"', "*"],
        "If-Modified-Since": ["yesterday", "Thu, 99 Foo 99999 99:99:99 GMT"],
        "Range": ["bytes=9-1", "bytes=-", "lines=1-2", "bytes=0-" + "9" * 400],
        "Authorization": ["Bearer", "Basic \x7f", "Bearer " + "x" * 9000, "Digest =,="],
        "X-Forwarded-For": [",,,", "[::1", "1.2.3.4:99999", "x" * 9000],
        "Origin": ["null", "[", "http://[::1", "x" * 9000],
        "Referer": ["[", "http://[", "javascript:x"],
        "HX-Current-URL": ["[", "http://[", "\x7f"],
        "HX-Request": ["yes", "\x7f"],
        "Sec-Fetch-Site": ["same-origin, cross-site", ""],
        "User-Agent": ["\x7f" * 100, "x" * 9000],
    }
    for name, values in odd.items():
        for value in values:
            for method, path in (
                ("GET", "/sign-in"),
                ("POST", "/sign-in"),
                ("POST", "/fhir/"),
                ("GET", "/static/build/app.js"),
            ):
                headers = {"Sec-Fetch-Site": "same-origin", name: value}
                answer = app.test_client(use_cookies=False).open(path, method=method, headers=headers)
                answer.close()
                assert answer.status_code < 500, (name, value[:30], method, path)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_only_what_was_made_is_served(app: Flask) -> None:
    """No source of a style or script, and no map that leads to one; what is served is asked for by https for a year."""
    browser = app.test_client()
    for path in (
        "css/phone.scss",
        "css/_tokens.scss",
        "js/app.js",
        "js/fields.js",
        "sw/main.js",
        "build/app.js.map",
    ):
        for prefix in ("/static/", "/static/build/", "/static/build/../"):
            assert browser.get(prefix + path).status_code == 404, prefix + path
    for made in (
        browser.get("/static/build/manifest.json"),
        browser.get("/healthz"),
        browser.get("/sign-in"),
    ):
        assert made.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert "sourceMappingURL" not in made.text
        made.close()
