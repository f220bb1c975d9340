"""Every answer is strict HTML under a strict policy: each page, and each form of it sent empty."""

import pytest
from flask import Flask

from selfcare import database
from selfcare.database import command
from selfcare.i18n import LANGUAGES
from selfcare.web import edge
from tests import factories
from tests.factories.record import fill
from tests.harness.client import Client
from tests.house.crawl import addresses

# What a page looks like does not hang on the database below it.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.mark.parametrize("who", ["rosa", "leon", "amina", ""])
@pytest.mark.parametrize("locale", list(LANGUAGES))
def test_every_page_and_every_refused_form(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, locale: str, who: str
) -> None:
    with app.test_request_context(), command():
        house = factories.household()
        ids = fill(house)
    if who:
        client.sign_in(getattr(house, who).id)
    client.speak(locale)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.cookie(name)
    # Nothing is committed from here on, so that each form is sent to the same record.
    monkeypatch.setattr(edge, "finish", lambda keep: database.finish(False))
    pages = forms = 0
    for _, url in addresses(app, ids):
        page = client.get(url, follow=False)
        pages += page.status == 200
        for form in page.html("form") if page.status == 200 and locale == "en" else ():
            if str(form.get("method", "")).lower() == "post":
                fields = {
                    str(field["name"]): str(field.get("value", ""))
                    for field in form.select("input[type=hidden]")
                    if field.get("name")
                }
                client.post(str(form.get("action") or url), fields, follow=False)
                client.raw.set_cookie(
                    name, cookie or "", domain="localhost"
                )  # signing out is one of the forms
                forms += 1
    assert pages >= (30 if who else 2)
    assert forms >= (10 if who and locale == "en" else 0)
