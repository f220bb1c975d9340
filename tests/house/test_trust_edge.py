"""What every answer carries, whatever was asked and however."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.audit.models import Trail
from selfcare.database import command, session
from selfcare.web.edge import CSP
from tests import factories
from tests.factories.record import fill
from tests.harness.client import Client
from tests.house.crawl import addresses


def test_every_page_of_a_record_is_kept_nowhere(app: Flask, client: Client) -> None:
    client.strict = False
    with app.test_request_context(), command():
        house = factories.household()
        ids = fill(house)
    for who in (house.rosa, house.amina):
        client.sign_in(who.id)
        for endpoint, url in addresses(app, ids):
            answer = client.get(url, follow=False)
            assert answer.headers["Cache-Control"] == "no-store", endpoint
            assert answer.headers["Content-Security-Policy"] == CSP, endpoint


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/nowhere", 404),
        ("DELETE", "/sign-in", 403),
        ("PROPFIND", "/", 403),
        ("POST", "/healthz", 405),
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
    assert answer.headers["Selfcare"] == "1"  # by which a phone knows it from a proxy's or a portal's
    assert "unsafe" not in CSP


def test_healthz_says_three_things(client: Client) -> None:
    assert set(json.loads(client.get("/healthz").text)) == {"status", "version", "migration"}


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
