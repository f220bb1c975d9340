"""About me on a phone: words that are tapped go into the box, and come out again where nobody has touched them."""

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from selfcare.about_me.models import AboutAnswer
from selfcare.database import command, session
from tests import factories
from tests.conftest import Browse
from tests.pages.people import Rosa

HOW = "how to talk with me"


@pytest.mark.parametrize(
    "locale", ["en", pytest.param("ur", marks=pytest.mark.proof)], ids=["english", "urdu"]
)
def test_she_taps_an_answer_together_leaves_and_comes_back(app: Flask, browse: Browse, locale: str) -> None:
    """Only a browser shows it: a tap that does not show in the box, one taken back that takes her own words along, and
    ticks that are sent beside the box and put the words in a second time."""
    with app.test_request_context(), command():
        house = factories.household()
        account, person = house.rosa.id, house.person.id
    rosa = Rosa(browse("phone", account=account, locale={"en": "en-GB", "ur": "ur"}[locale]), locale)
    stop = rosa.says(".", "ends a sentence")
    rosa.opens(f"/people/{person}/mine/")
    rosa.follows("About me")
    rosa.follows("Begin with question 1")
    for _ in range(2):
        rosa.follows("Skip this one")
    rosa.heading("How should people talk with me?", "about me")
    box = rosa.page.locator("#text")
    slowly, large, look = (
        rosa.says(each, HOW) + stop for each in ("Speak slowly", "Large print", "Look at me when you talk")
    )
    for each in ("Speak slowly", "Large print", "Look at me when you talk"):
        rosa.chooses(each, HOW)
    expect(box).to_have_value(f"{slowly} {large} {look}")
    box.fill(f"{slowly} {large.removesuffix(stop)}, 20 pt{stop} {look}")
    for each in ("Speak slowly", "Large print"):
        rosa.choice(each, HOW).click(force=True)
    expect(box).to_have_value(f"{large.removesuffix(stop)}, 20 pt{stop} {look}")
    rosa.presses("Save, and next")
    rosa.heading("How am I when I am well?", "about me")
    rosa.follows("About me")
    rosa.sees_words(f"{large.removesuffix(stop)}, 20 pt{stop} {look}")
    rosa.follows("Go on with question %(number)s", number=1)
    rosa.heading("What matters most to me?", "about me")
    with app.app_context():
        assert session().scalars(select(AboutAnswer.text)).all() == [
            f"{large.removesuffix(stop)}, 20 pt{stop} {look}"
        ]
