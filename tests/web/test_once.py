"""A form sent twice is acted on once, also by two senders at the same moment."""

import threading
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfcare.audit import trail
from selfcare.audit.models import Trail
from selfcare.database import command, session
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, on_record, take_turn
from selfcare.web.forms import LogForm, Long
from selfcare.web.once import once
from selfcare.web.room import Room
from tests import factories
from tests.harness.client import Client
from tests.harness.markup import Validator


class WordsForm(LogForm):
    words = Long("Words", missing="Say something.")


def notebook() -> Room:
    """A room with one form that logs something: each act leaves one row."""
    room = Room("notebook", __name__)

    @room.post("/people/<uuid:person_id>/notebook/late")
    @on_record(Area.DIARY, Level.ADD, late=True)
    @once
    def late(permit: Permit) -> object:
        form = WordsForm()
        if not form.validate():
            return {"form_id": form.form_id._value(), "errors": form.errors, "words": form.words.data}, 422
        take_turn(permit, Area.DIARY, Level.ADD)
        trail.record(permit, "wrote", "notebook", item := uuid4())
        if form.words.data == "Refused in its turn":
            return {"words": form.words.data}, 422
        return pages.saved(f"/kept/{item}", ("notebook", item))

    @room.post("/people/<uuid:person_id>/notebook/other", endpoint="other")
    @room.post("/people/<uuid:person_id>/notebook")
    @on_record(Area.DIARY, Level.ADD)
    @once
    def add(permit: Permit) -> object:
        form = WordsForm()
        if not form.validate():
            return {"form_id": form.form_id._value(), "errors": form.errors, "words": form.words.data}, 422
        item = uuid4()
        trail.record(permit, "wrote", "notebook", item)
        return pages.saved(f"/kept/{item}", ("notebook", item))

    return room


@pytest.fixture
def kept(make_app: Callable[..., Flask], validator: Validator) -> tuple[Flask, Client, str]:
    app = make_app()
    app.register_blueprint(notebook())
    with app.app_context(), command():
        house = factories.household()
        account, person = house.rosa.id, house.person.id
    client = Client(app, validator, strict=False)
    client.sign_in(account)
    return app, client, f"/people/{person}/notebook"


def token(app: Flask, client: Client) -> str:
    return client.get("/account/language").html.find("input", {"name": "csrf_token"})["value"]  # type: ignore[index,return-value]


def written(app: Flask) -> int:
    with app.app_context():
        return session().scalar(select(func.count()).select_from(Trail).where(Trail.verb == "wrote")) or 0


def form(app: Flask, client: Client, words: str, form_id: str | None = None) -> dict[str, str]:
    return {"csrf_token": token(app, client), "form_id": form_id or str(uuid4()), "words": words}


def test_the_same_form_again_gets_the_first_answer(kept: tuple[Flask, Client, str]) -> None:
    app, client, url = kept
    sent = form(app, client, "Felt better.")
    first = client.post(url, sent, follow=False)
    again = client.post(url, sent, follow=False)
    assert (first.status, again.status) == (303, 303)
    assert first.location == again.location
    assert written(app) == 1


def test_a_replay_from_the_phone_is_told_201_then_200(kept: tuple[Flask, Client, str]) -> None:
    app, client, url = kept
    sent, asks = form(app, client, "Felt better."), {"Accept": "application/json"}
    first, again = client.post(url, sent, headers=asks), client.post(url, sent, headers=asks)
    assert (first.status, again.status) == (201, 200)
    assert written(app) == 1


def test_the_same_id_with_other_words_is_refused_and_the_words_stay(kept: tuple[Flask, Client, str]) -> None:
    app, client, url = kept
    sent = form(app, client, "Felt better.")
    client.post(url, sent)
    other = client.post(url, sent | {"words": "Felt worse."})
    assert other.status == 422
    answer = other.response.get_json()
    assert answer["words"] == "Felt worse."
    assert answer["form_id"] != sent["form_id"]
    assert written(app) == 1
    once_more = client.post(url, sent | {"words": "Felt worse.", "form_id": answer["form_id"]}, follow=False)
    assert once_more.status == 303
    assert written(app) == 2


def test_fields_that_read_alike_when_run_together_are_another_form(kept: tuple[Flask, Client, str]) -> None:
    """Would fail where the print of a form has no lengths in it: the second would be answered as the first."""
    app, client, url = kept
    sent = form(app, client, "Felt better")
    assert client.post(url, sent | {"more": "today"}, follow=False).status == 303
    assert client.post(url, sent | {"words": "Felt bettermoretoday"}).status == 422
    assert written(app) == 1


def test_the_same_at_another_address_is_another_form(kept: tuple[Flask, Client, str]) -> None:
    app, client, url = kept
    sent = form(app, client, "Felt better.")
    assert client.post(url, sent, follow=False).status == 303
    assert client.post(url + "/other", sent).status == 422
    assert written(app) == 1


def test_another_forms_id_does_not_help_somebody_else(kept: tuple[Flask, Client, str]) -> None:
    app, client, url = kept
    sent = form(app, client, "Mine.")
    client.post(url, sent)
    with app.app_context(), command():
        other = factories.household()
        account, person = other.rosa.id, other.person.id
    client.sign_in(account)
    answer = client.post(
        f"/people/{person}/notebook", sent | {"csrf_token": token(app, client)}, follow=False
    )
    assert answer.status == 303
    assert written(app) == 2


@pytest.mark.parametrize("form_id", ["", "not an id", "1"])
def test_a_form_without_its_id_is_asked_for_again_and_keeps_its_words(
    kept: tuple[Flask, Client, str], form_id: str
) -> None:
    app, client, url = kept
    answer = client.post(url, form(app, client, "Felt better.") | {"form_id": form_id})
    assert answer.status == 422
    made = answer.response.get_json()
    assert UUID(made["form_id"])
    assert made["words"] == "Felt better."
    assert written(app) == 0


def test_a_view_that_never_takes_its_turn_says_nothing_is_saved(
    kept: tuple[Flask, Client, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: "saved" by a view that is late and whose action forgot its turn, so that all of it is undone."""
    app, client, url = kept
    monkeypatch.setattr("tests.web.test_once.take_turn", lambda *_: None)
    answer = client.post(f"{url}/late", form(app, client, "Felt better."), follow=False)
    assert answer.status == 500
    assert written(app) == 0


def test_a_view_that_takes_its_turn_late_acts_once_as_well(kept: tuple[Flask, Client, str]) -> None:
    """Alone catches: an id that such a view does not keep, keeps with what was refused, or keeps for other words."""
    app, client, url = kept
    url += "/late"
    sent = form(app, client, "Felt better.")
    first, again = (client.post(url, sent, follow=False) for _ in range(2))
    assert (first.status, again.status, again.location) == (303, 303, first.location)
    other = client.post(url, sent | {"words": "Felt worse."})
    assert (other.status, other.response.get_json()["words"]) == (422, "Felt worse.")
    told = client.post(url, sent | {"words": "Felt worse."}, headers=JSON)
    assert (told.status, told.json["error"]) == (422, "form-id-reused")
    assert written(app) == 1
    renewed = sent | {"form_id": other.response.get_json()["form_id"]}
    for words, status in (("", 422), ("Refused in its turn", 422), ("Felt worse.", 303)):
        assert client.post(url, renewed | {"words": words}, follow=False).status == status
    assert written(app) == 2


@pytest.mark.parametrize("late", ["", "/late"])
def test_twins_sent_at_the_same_moment_are_one(kept: tuple[Flask, Client, str], late: str) -> None:
    app, client, url = kept
    url += late
    sent, statuses = form(app, client, "Felt better."), []
    cookies = {name: client.cookie(name) for name in ("__Host-selfcare",)}
    start = threading.Barrier(6)

    def send() -> None:
        twin = app.test_client()
        twin.set_cookie("__Host-selfcare", cookies["__Host-selfcare"] or "", domain="localhost")
        start.wait(10)
        answer = twin.post(url, data=sent, headers={"Sec-Fetch-Site": "same-origin"})
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert statuses == [303] * 6
    assert written(app) == 1


def test_a_refused_form_may_be_sent_again_under_its_id(kept: tuple[Flask, Client, str]) -> None:
    app, client, url = kept
    sent = form(app, client, "")
    assert client.post(url, sent).status == 422
    assert client.post(url, sent | {"words": "Now with words."}, follow=False).status == 303
    assert written(app) == 1


JSON = {"Accept": "application/json"}


def test_the_phone_is_told_by_its_own_code_that_an_id_was_sent_before(
    kept: tuple[Flask, Client, str],
) -> None:
    app, client, url = kept
    sent = form(app, client, "Felt better.")
    client.post(url, sent, headers=JSON)
    other = client.post(url, sent | {"words": "Felt worse."}, headers=JSON)
    assert (other.status, other.json["error"]) == (422, "form-id-reused")
    assert other.json["messages"]
    assert written(app) == 1


def test_what_a_phone_adds_while_it_waits_says_nothing_of_the_words(kept: tuple[Flask, Client, str]) -> None:
    app, client, url = kept
    sent = form(app, client, "Felt better.")
    shown = {"outbox": "Note", "outbox-unit": "", "outbox-account": str(uuid4()), "outbox-of": str(uuid4())}
    client.post(url, sent | shown, headers=JSON)
    again = client.post(url, sent | {"when-wall": "2026-03-12T14:05:00+00:00"}, headers=JSON)
    assert again.status == 200
    assert written(app) == 1
    assert client.post(url, sent | {"when-zone": "Europe/London"}, headers=JSON).status == 422
