"""The browser's way back after a good save, where nothing but the browser helps: no JavaScript."""

import pytest
from flask import Flask
from playwright.sync_api import Error
from sqlalchemy import select

from selfcare.appointments.models import Question
from selfcare.database import command, session
from tests import factories
from tests.conftest import Browse

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_the_way_back_after_a_save_asks_for_a_fresh_form(app: Flask, browse: Browse) -> None:
    """Alone catches: pages that are stored, so that what was typed lies behind the way back, ready to be sent again."""
    with app.test_request_context(), command():
        house = factories.household()
    page = browse("phone", account=house.rosa.id, javascript=False)
    page.goto(f"/people/{house.person.id}/questions/add")
    words, save, ident = (
        page.locator("#question textarea").first,
        page.get_by_role("button", name="Save"),
        page.locator("#question [name=form_id]"),
    )
    first = ident.input_value()
    words.fill("Can I drive?")
    save.click()
    page.get_by_role("heading", name="My questions").wait_for()
    page.go_back()
    assert (words.input_value(), ident.input_value() != first) == ("", True)
    save.click()
    assert page.locator(".error-summary").count() == 1
    words.fill("Can I fly?")
    save.click()
    page.get_by_role("heading", name="My questions").wait_for()
    # The browser's own page: the refused form is not sent again unasked.
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
    with app.app_context():
        assert sorted(session().scalars(select(Question.text))) == ["Can I drive?", "Can I fly?"]
