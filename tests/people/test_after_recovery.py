"""The week after a recovery: what was *only me* before it is shut, and what is written now is not lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.appointments import actions as appointments
from selfcare.database import command, now, session
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry
from selfcare.goals import actions as goals
from selfcare.web.when import at_instant
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.people.scenes import Home, acting, home

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

WORDS, FOR_ALL = "Words of mine that are long", "Slept badly"
FORMS = {
    "questions/add": {"text": WORDS, "readers": "me"},
    "appointments/add": {"with_whom": WORDS, "how": "phone", "only_me": "y", "day": "2030-04-01", "time": "10:00"},
    "diary/note": {"note": WORDS, "only_me": "y"},
    "diary/trackers/new": {"what": "symptom", "name": WORDS, "only_me": "y"},
    "goals/add": {"text": WORDS, "only_me": "y"},
}  # fmt: skip


@pytest.fixture
def house(app: Flask) -> Home:
    """Rosa has just come back; before, she had written something for herself, and how tired she was for all."""
    made = home(app)
    with acting(app, made.rosa, made.person) as rosa:
        tired = diary.add_tracker(rosa, kind="symptom", name="Tired").id
        diary.log(rosa, tired, at_instant(now(), rosa.zone), severity=4, note=FOR_ALL)
        diary.log(rosa, tired, at_instant(now(), rosa.zone), severity=9, note="Kanarie", only_me=True)
        diary.log(rosa, None, at_instant(now(), rosa.zone), note="Kanarie", only_me=True)
        goals.add(rosa, text="Feed the Kanarie", only_me=True)
        appointments.ask(rosa, text="For the Kanarie?", only_me=True)
    with app.test_request_context(), command() as work:
        work.get_one(Account, made.rosa).only_me_from = now() + timedelta(days=7)
    return made


def sent(rosa: Client, url: str, values: dict[str, str]) -> Answer:
    form = rosa.get(url).form("Save") if "/trackers/" not in url else rosa.get(url).forms()[-1]
    form.values = [pair for pair in form.values if pair[0] not in values] + list(values.items())
    return form.submit()


@pytest.mark.parametrize("path", FORMS)
def test_what_is_written_for_oneself_is_there(
    house: Home, new_client: Callable[..., Client], path: str
) -> None:
    """404, with nothing kept, or kept and not to be found for a week."""
    rosa, leon = new_client(strict=False), new_client(strict=False)
    rosa.sign_in(house.rosa)
    base = f"/people/{house.person}/"
    answer = sent(rosa, base + path, FORMS[path])
    assert answer.status == 200
    room = f"{base}{path.split('/')[0]}/"
    assert WORDS in answer.text + rosa.get(room).text
    for part in ("diary/", "goals/", "questions/"):
        assert "Kanarie" not in rosa.get(base + part).text, "what was so before stays shut"
    leon.sign_in(house.leon)
    assert WORDS not in leon.get(room).text


def test_what_is_made_only_me_now_stays_in_ones_hands(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    with acting(app, house.rosa, house.person) as permit:
        asked = appointments.ask(permit, text=WORDS).id
    rosa = new_client(strict=False)
    rosa.sign_in(house.rosa)
    one = f"/people/{house.person}/questions/{asked}/"
    answer = sent(rosa, f"{one}change", {"readers": "me"})
    assert (answer.status, WORDS in answer) == (200, True)
    assert WORDS in rosa.get(one)


def test_a_tracker_made_only_me_now_takes_nothing_out_of_ones_hands(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    """Alone catches: what was logged under it before, gone from the person who hid it; and what was shut, opened."""
    base = f"/people/{house.person}/diary/"
    with app.app_context():
        tracker, entry = (
            session().execute(select(Entry.tracker_id, Entry.id).where(Entry.note == FOR_ALL)).one()
        )
    with time_machine.travel(now() + timedelta(hours=1), tick=False):  # no longer in one sitting
        rosa, leon = new_client(strict=False), new_client(strict=False)
        rosa.sign_in(house.rosa)
        leon.sign_in(house.leon)
        assert FOR_ALL in leon.get(base)
        assert rosa.get(f"{base}trackers/{tracker}/").form("tracker").submit(only_me=True).status == 200
        assert FOR_ALL not in leon.get(base)
        mine = rosa.get(base)
        assert FOR_ALL in mine
        assert "Kanarie" not in mine.text
        rosa.get(f"{base}entries/{entry}/change").form("Save").submit(note="Slept well")
        assert FOR_ALL in rosa.get(f"{base}entries/{entry}/"), "what stood there is kept"
