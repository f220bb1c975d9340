"""The pages that people must be given: for everybody, in every language, honest about what was not said yet."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from selfcare.database import command
from selfcare.i18n import LANGUAGES
from selfcare.service import Service
from tests import factories
from tests.harness.client import Client
from tests.harness.markup import Validator

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

GIVEN = ("/help", "/privacy", "/cookies", "/accessibility", "/terms", "/responsible")
ALL = (*GIVEN, "/privacy/easy", "/privacy/young")
SAID = Service(
    controller="Riverside Community Trust",
    controller_address="1 Mill Lane, Riverside",
    data_contact="Data office, data@riverside.example",
    lawful_basis="health care, UK GDPR articles 6(1)(e) and 9(2)(h)",
    hosting="Riverside’s own machines, United Kingdom",
    complaints="complaints@riverside.example, 01632 960100",
    safety_officer="Dr Bryn Hale, safety@riverside.example",
    accessibility_contact="access@riverside.example",
    security_contact="mailto:security@riverside.example",
    instead_of_mail="the team calls you",
    keep_years=8,
    erase_died_years=0,
    erase_ended_years=8,
    close_accounts_years=0,
)


def test_each_is_there_for_everybody_and_says_what_nobody_has_said_yet(app: Flask, client: Client) -> None:
    """Alone catches: a page that only who is signed in gets, and a name that was made up."""
    with app.app_context(), command():
        house = factories.household()
    for account in (None, house.rosa.id, house.amina.id):
        if account:
            client.sign_in(account)
        for url in ALL:
            assert client.get(url, follow=False).status == 200, url
        page = client.get("/responsible")
        assert page.text.count("This service has not said yet") == 7
        page = client.get("/privacy")
        assert page.text.count("This service has not said yet") == 5
        assert "no e-mail" in client.get("/help")


def test_what_the_settings_say_stands_there_in_every_language(
    make_app: Callable[..., Flask], validator: Validator
) -> None:
    """Alone catches: a setting that is asked for and shown nowhere, or in one language alone."""
    client = Client(make_app(service=SAID), validator)
    for code in LANGUAGES:
        client.speak(code)
        shown = "".join(client.get(url).html.main.get_text() for url in ALL)
        for said in (*vars(SAID).values(), "data@riverside.example"):
            assert str(said).removeprefix("mailto:") in shown, (code, said)
        assert client.get("/responsible").html.select_one('a[href="mailto:data@riverside.example"]')
        assert "has not said yet" not in client.get("/privacy")
    client.speak("en")
    assert "kept for 8 years after your care" in client.get("/privacy")


def test_help_leads_to_the_rest(client: Client) -> None:
    """Pages of steps have Help alone at their foot. Alone catches: a page that only the other feet lead to."""
    foot = {str(link["href"]) for link in client.get("/sign-in").html.select(".footer a[href]")}
    assert foot == set(GIVEN)
    within = {str(link["href"]) for link in client.get("/help").html.select("main a[href]")}
    assert foot - {"/help"} <= within
    assert {"/privacy/easy", "/privacy/young"} <= {
        str(link["href"]) for link in client.get("/privacy").html.select("main a[href]")
    }


def test_whom_to_tell_of_a_hole_never_runs_out(make_app: Callable[..., Flask], validator: Validator) -> None:
    """RFC 9116. Alone catches: a date that was written down once."""
    for service, contact in (
        (SAID, "mailto:security@riverside.example"),
        (Service(), "http://localhost/responsible"),
    ):
        client = Client(make_app(service=service), validator)
        answer = client.get("/.well-known/security.txt")
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
        assert fields["Contact"] == contact
        assert fields["Canonical"] == "http://localhost/.well-known/security.txt"
        assert fields["Preferred-Languages"] == "en"
        until = datetime.fromisoformat(fields["Expires"])
        assert timedelta(days=80) < until - datetime.now(UTC) < timedelta(days=365)


def test_programs_find_where_a_password_is_changed(app: Flask, client: Client) -> None:
    with app.app_context(), command():
        house = factories.household()
    client.sign_in(house.rosa.id)
    answer = client.get("/.well-known/change-password", follow=False)
    assert (answer.status, answer.location) == (303, "/account/sign-in")
    assert client.get(answer.location).status == 200
    missing = client.get("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200")
    assert missing.status == 404
