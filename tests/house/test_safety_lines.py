"""Wherever somebody may write that they are unwell, it says before they type: nobody watches, and whom to call."""

import pytest
from flask import Flask

from selfcare.database import command
from tests import factories
from tests.factories.record import fill
from tests.harness.client import Client
from tests.house.crawl import addresses

# Fields in which one would write how one is: several lines, and the number from 0 to 10.
WRITING = "textarea, input[name=severity]"
SAID = {"en": "Nobody watches", "cy": "Does neb yn gwylio", "ur": "نظر نہیں رکھ"}
# Here people write to nobody about how they are: what another may see, or which words of two versions stay.
ELSEWHERE: set[str] = set()


@pytest.mark.parametrize("who", ["rosa", "leon"])
@pytest.mark.parametrize("locale", ["en", "cy", "ur"])
def test_the_safety_sentence_stands_before_the_first_field(
    app: Flask, client: Client, who: str, locale: str
) -> None:
    with app.test_request_context(), command():
        house = factories.household()
        ids = fill(house)
    client.strict = False
    client.sign_in(getattr(house, who).id)
    client.speak(locale)
    found, without = [], []
    for endpoint, url in addresses(app, ids):
        answer = client.get(url, follow=False)
        if answer.status != 200:
            continue
        main = answer.html.find("main")
        field = main.select_one(WRITING) if main else None
        if field is None or endpoint in ELSEWHERE:
            continue
        found.append(endpoint)
        before = " ".join(text for text in field.find_all_previous(string=True) if text.find_parent("main"))
        if SAID[locale] not in before or (locale != "en" and SAID["en"] not in before):
            without.append(endpoint)
    assert {"diary.log", "diary.note", "appointments.ask"} <= set(found)
    assert without == []
