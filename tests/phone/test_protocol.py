"""What a phone's outbox and the server say to each other: asked first, told once, told again, told why not."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from selfcare import database
from selfcare.accounts.models import SignIn
from selfcare.appointments.models import Appointment, Question
from selfcare.audit.models import Trail
from selfcare.database import command, now, session
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry
from selfcare.goals.models import CheckIn, Goal
from selfcare.people.models import Relationship, Right
from selfcare.web.access import Area, Level
from selfcare.web.when import When
from tests import factories
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.harness.statements import Statements, counted

WALL = "2026-03-10T14:05:00+00:00"


class Phone:
    """A phone's service worker, as the server sees it."""

    def __init__(self, app: Flask, client: Client) -> None:
        self.app, self.client = app, client
        self.house, self.ids = lived_in(app)
        self.base = f"/people/{self.house.person.id}"
        self.log = f"{self.base}/diary/log/{self.ids['tracker_id']}"
        self.question = f"{self.base}/questions/{self.ids['question_id']}"
        self.check_in = f"{self.base}/goals/{self.ids['goal_id']}/check-in"
        self.words = f"{self.base}/appointments/{self.ids['appointment_id']}/prepare/words"
        self.client.sign_in(self.house.rosa.id)

    def token(self) -> str:
        return str(self.client.get("/phone/session", headers={"Accept": "application/json"}).json["token"])

    def send(
        self, url: str, body: dict[str, str], form_id: UUID | None = None, token: str | None = None
    ) -> Answer:
        sent = {**body, "form_id": str(form_id or uuid4()), "csrf_token": token or self.token()}
        headers = {"Accept": "application/json", "Phone-Clock": now().isoformat()}
        return self.client.post(url, sent, headers=headers, follow=False)

    def change(self, found: Answer, url: str, body: dict[str, str]) -> Answer:
        """The next step of what waited: it goes on from the version the first one left."""
        return self.send(url, {**body, "version": str(found.json["version"])})

    def count(self, table: Any) -> int:
        with self.app.app_context():
            return session().scalar(select(func.count()).select_from(table)) or 0

    def row(self, table: Any, row_id: str) -> Any:
        with self.app.app_context():
            return session().scalars(select(table).where(table.id == UUID(row_id))).one()


@pytest.fixture
def phone(app: Flask, client: Client) -> Phone:
    return Phone(app, client)


def version_on(page: Answer) -> str:
    """The version a page's form was filled from."""
    return str(page.html.find("input", {"name": "version"})["value"])  # type: ignore[index]


def without_tokens(page: str) -> str:
    """A page without what is another each time it is drawn."""
    return re.sub(r'(name="(?:csrf_token|form_id)" value=")[^"]*', r"\1", page)


def logged(note: str = "Could not sleep.", **more: str) -> dict[str, str]:
    return {
        "severity": "6",
        "when": "now",
        "when-zone": "Europe/London",
        "when-wall": WALL,
        "note": note,
        **more,
    }


# -------------------------------------------------------------------------------------------- who is here


def test_it_is_told_who_is_signed_in_and_what_time_it_is(phone: Phone, app: Flask) -> None:
    answer = phone.client.get("/phone/session")
    assert answer.json["account"] == str(phone.house.rosa.id)
    assert answer.json["token"]
    assert answer.json["time"].startswith(now().isoformat()[:13])
    assert answer.headers["Cache-Control"] == "no-store"


def test_signed_out_nobody_is_here_and_there_is_no_token(client: Client) -> None:
    answer = client.get("/phone/session")
    assert (answer.status, answer.json["account"], answer.json["token"]) == (200, None, None)
    assert "Set-Cookie" not in answer.headers


def test_what_a_phone_fetches_by_itself_never_sets_the_cookie_again(phone: Phone) -> None:
    """Its answer may come after somebody else has signed in."""
    phone.client.get("/")
    for path in ("/phone/session", "/service-worker.js", "/manifest.webmanifest"):
        answer = phone.client.get(path, headers={"Sec-Fetch-Mode": "cors"})
        assert (answer.status, "Set-Cookie" in answer.headers) == (200, False), path
    assert "Set-Cookie" in phone.client.get("/").headers


def test_the_worker_is_told_what_it_may_keep_and_is_never_kept_itself(client: Client) -> None:
    answer = client.get("/service-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    first, rest = answer.text.split("\n", 1)
    assert first.startswith('self.SHELL={"version": "')
    assert len(rest) > 5_000


def test_the_worker_is_sent_once_and_squeezed(client: Client) -> None:
    """Alone catches: 36 KB with each page that is opened, as a browser asks each time for a newer worker."""
    squeezed = {"Accept-Encoding": "br"}
    first = client.raw.get("/service-worker.js", headers=squeezed)
    assert first.headers["Content-Encoding"] == "br"
    assert len(first.get_data()) < 15_000
    again = client.raw.get("/service-worker.js", headers={**squeezed, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


# ------------------------------------------------------------------------------------------ each form that waits


def test_who_helps_is_noted_by_the_page_that_came_with_the_answer(phone: Phone) -> None:
    """Alone catches: a page drawn inside of the request that saved, whose look at the record is noted nowhere."""
    phone.client.sign_in(phone.house.leon.id)
    form = {**logged(), "form_id": str(uuid4()), "csrf_token": phone.token()}
    asking = {"Accept": "application/json", "Phone-Page": "1"}

    def looks() -> int:
        with phone.app.app_context():
            looked = select(func.count(Trail.at)).where(
                Trail.verb == "looked", Trail.by == phone.house.leon.id
            )
            return session().scalar(looked) or 0

    before = looks()
    answer = phone.client.post(phone.log, form, headers=asking, follow=False)
    assert "<h1" in answer.json["page"]
    assert looks() == before + 1


def test_a_save_and_the_page_that_comes_with_it_wait_for_the_database_no_longer_than_one(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a look that waits its own 8 seconds for its turn, while what was saved is not answered."""
    ends: list[float] = []
    waits_until = database.waits_until
    phone.client.sign_in(phone.house.leon.id)
    form = {**logged(), "form_id": str(uuid4()), "csrf_token": phone.token()}
    monkeypatch.setattr(database, "waits_until", lambda: ends.append(waits_until()) or ends[-1])
    asking = {"Accept": "application/json", "Phone-Page": "1"}
    answer = phone.client.post(phone.log, form, headers=asking, follow=False)
    assert "<h1" in answer.json["page"]
    assert len(ends) > 1, "the page's look is a turn of its own"
    assert len(set(ends)) == 1


def test_with_what_was_saved_goes_the_page_that_says_so_where_it_is_asked_for(phone: Phone) -> None:
    """Alone catches: a page that is drawn for nobody, one that is not what its address shows, and a cookie with it."""
    plain = phone.send(phone.log, logged())
    assert "page" not in plain.json
    form = {**logged(), "form_id": str(uuid4()), "csrf_token": phone.token()}
    asking = {"Accept": "application/json", "Phone-Page": "1", "Sec-Fetch-Mode": "cors"}
    answer = phone.client.post(phone.log, form, headers=asking, follow=False)
    assert (answer.status, "Set-Cookie" in answer.headers) == (201, False)
    shown = phone.client.get(answer.json["location"]).text
    assert "<h1" in shown
    assert without_tokens(answer.json["page"]) == without_tokens(shown)
    again = phone.client.post(phone.log, form, headers=asking, follow=False)
    assert (again.status, "page" in again.json) == (200, False)
    wrong = phone.client.post(phone.log, {**form, "severity": "99"}, headers=asking, follow=False)
    assert (wrong.status, "page" in wrong.json) == (422, False)


def test_an_entry_is_kept_once_with_its_moment_and_can_be_changed_and_taken_out(phone: Phone) -> None:
    before, form_id = phone.count(Entry), uuid4()
    first = phone.send(phone.log, logged(), form_id)
    again = phone.send(phone.log, logged(**{"when-wall": "2026-03-11T08:00:00+00:00"}), form_id)
    assert (first.status, again.status) == (201, 200)
    assert {**first.json, "removed": False} == first.json == again.json
    assert (first.json["kind"], first.json["version"]) == ("entry", 1)
    assert phone.count(Entry) == before + 1
    row = phone.row(Entry, first.json["id"])
    assert (row.wall.isoformat(), row.zone) == ("2026-03-10T14:05:00", "Europe/London")
    place = f"{phone.base}/diary/entries/{first.json['id']}/"
    changed = phone.change(first, place + "change", logged("Slept after all."))
    assert (changed.status, changed.json["version"]) == (201, 2)
    assert phone.row(Entry, first.json["id"]).note == "Slept after all."
    assert phone.row(Entry, first.json["id"]).wall == row.wall
    assert phone.send(place + "remove", {}).status == 201
    assert phone.send(phone.log, logged(), form_id).json["removed"] is True
    assert phone.send(place + "remove", {}).status == 404
    assert phone.count(Entry) == before + 1


def test_a_question_is_kept_once_and_can_be_changed(phone: Phone) -> None:
    before, form_id, asked = phone.count(Question), uuid4(), {"text": "Is this normal?", "visit": ""}
    first = phone.send(f"{phone.base}/questions/add", asked, form_id)
    assert [first.status, phone.send(f"{phone.base}/questions/add", asked, form_id).status] == [201, 200]
    place = f"{phone.base}/questions/{first.json['id']}/"
    changed = phone.change(first, place + "change", {"text": "Is it?", "visit": ""})
    assert (changed.status, changed.json["version"]) == (201, 2)
    assert (
        phone.change(changed, place + "change", {"text": "Is it really?", "visit": ""}).json["version"] == 3
    )
    assert phone.send(place + "remove", {}).status == 201
    assert phone.count(Question) == before + 1


def test_a_check_in_is_kept_once_and_can_be_changed(phone: Phone) -> None:
    before, form_id = phone.count(CheckIn), uuid4()
    body = {"how": "less", "note": "Rain.", "when": "now", "when-zone": "Europe/London", "when-wall": WALL}
    first = phone.send(phone.check_in, body, form_id)
    assert [first.status, phone.send(phone.check_in, body, form_id).status] == [201, 200]
    place = f"{phone.check_in}s/{first.json['id']}/"
    changed_id = uuid4()
    step = {**body, "note": "Snow.", "version": str(first.json["version"])}
    assert phone.send(place + "change", step, changed_id).json["version"] == 2
    assert phone.send(place + "change", step, changed_id).status == 200
    assert phone.send(place + "remove", {}).status == 201
    assert phone.count(CheckIn) == before + 1


def test_in_two_weeks_is_counted_from_the_day_of_writing(phone: Phone) -> None:
    body = {"how": "less", "when": "now", "when-zone": "Europe/London", "when-wall": WALL, "look": "14"}
    assert phone.send(phone.check_in, body).status == 201
    assert phone.row(Goal, str(phone.ids["goal_id"])).look_on.isoformat() == "2026-03-24"


def test_an_answer_is_kept_and_goes_on_from_its_own_version(phone: Phone) -> None:
    page, form_id = phone.client.get(phone.question + "/answer"), uuid4()
    body = {"answer": "From the tablets.", "version": version_on(page)}
    first = phone.send(phone.question + "/answer", body, form_id)
    assert [first.status, phone.send(phone.question + "/answer", body, form_id).status] == [201, 200]
    assert phone.change(first, phone.question + "/answer", {"answer": "No, not."}).status == 201
    assert phone.row(Question, str(phone.ids["question_id"])).answer == "No, not."


def test_a_question_is_ticked_off_once(phone: Phone) -> None:
    form_id = uuid4()
    first = phone.send(phone.question + "/discussed", {}, form_id)
    assert (first.status, first.json["kind"]) == (201, "question")
    assert phone.send(phone.question + "/discussed", {}, form_id).status == 200
    other = phone.send(phone.question + "/discussed", {})
    assert (other.status, other.json["error"]) == (409, "changed")
    assert other.json["messages"] == ["This question was ticked off. Put it back on the list first."]


def test_words_for_a_visit_are_kept_and_go_on_from_their_own_version(phone: Phone) -> None:
    page, form_id = phone.client.get(phone.words), uuid4()
    body = {"words": "Better.", "version": version_on(page)}
    first = phone.send(phone.words, body, form_id)
    assert [first.status, phone.send(phone.words, body, form_id).status] == [201, 200]
    assert phone.change(first, phone.words, {"words": "Worse."}).status == 201
    assert phone.row(Appointment, str(phone.ids["appointment_id"])).words == "Worse."


# --------------------------------------------------------------------------------------------- told why not


def test_signed_out_it_is_told_so_for_every_address_alike(phone: Phone) -> None:
    phone.client.raw.delete_cookie("__Host-selfcare", domain="localhost", path="/")
    for url in (
        phone.log,
        f"{phone.base}/diary/log/{uuid4()}",
        f"/people/{uuid4()}/diary/note",
        f"{phone.base}/no",
    ):
        answer = phone.send(url, logged(), token="none")
        assert (answer.status, answer.json) == (401, {"error": "signed-out"}), url


def test_a_session_that_ended_is_signed_out(phone: Phone, app: Flask) -> None:
    token = phone.token()
    with app.app_context(), command():
        session().execute(update(SignIn).values(ended_at=now()))
    assert phone.send(phone.log, logged(), token=token).status == 401


def test_a_token_of_the_session_before_is_told_apart_and_nothing_is_kept(phone: Phone) -> None:
    """Somebody else signed in between the question who is here and the sending."""
    token, before = phone.token(), phone.count(Entry)
    phone.client.sign_in(phone.house.leon.id)
    answer = phone.send(phone.log, logged(), token=token)
    assert (answer.status, answer.json["error"]) == (400, "stale-token")
    assert phone.count(Entry) == before


def test_what_is_missing_is_said_in_sentences(phone: Phone) -> None:
    answer = phone.send(phone.log, {**logged(), "severity": ""})
    assert (answer.status, answer.json["error"]) == (422, "invalid")
    assert answer.json["messages"] == ["Choose a number, or choose Skip."]


def test_a_change_by_somebody_else_is_a_409_and_nothing_is_overwritten(phone: Phone, app: Flask) -> None:
    first = phone.send(phone.log, logged())
    with app.test_request_context(), command():
        permit = factories.permit(phone.house.rosa, phone.house.person)
        row = session().scalars(select(Entry).where(Entry.id == UUID(first.json["id"]))).one()
        same = When(row.wall, row.zone, row.utc)
        diary.change(permit, row.id, 1, when=same, severity=2, note="From the other phone.")
    answer = phone.change(first, f"{phone.base}/diary/entries/{first.json['id']}/change", logged("Mine."))
    assert (answer.status, answer.json["error"]) == (409, "changed")
    assert phone.row(Entry, first.json["id"]).note == "From the other phone."


def test_a_right_that_was_withdrawn_is_a_404_and_nothing_is_kept(phone: Phone, app: Flask) -> None:
    phone.client.sign_in(phone.house.leon.id)
    first, form_id = phone.send(phone.log, logged("For Rosa.")), uuid4()
    assert first.status == 201
    with app.app_context(), command():
        his = select(Relationship.id).where(Relationship.account_id == phone.house.leon.id)
        right = update(Right).where(Right.relationship_id.in_(his), Right.area == Area.DIARY.value)
        session().execute(right.values(level=int(Level.SEE)))
    before = phone.count(Entry)
    answer = phone.send(phone.log, logged("Too late."), form_id)
    assert (answer.status, answer.json["error"]) == (404, "not-found")
    assert answer.json["messages"]
    assert phone.count(Entry) == before


def test_too_much_is_a_413(phone: Phone) -> None:
    assert phone.send(phone.log, logged("x" * 1_100_000)).status == 413


# ----------------------------------------------------------------------------------------------- and it stays small


def test_a_save_from_the_phone_takes_no_more_statements_than_one_by_hand(phone: Phone, app: Flask) -> None:
    token = phone.token()

    def spent(work: Callable[[], Answer]) -> Statements:
        with counted(app) as statements:
            assert work().status in (201, 303)
        return statements

    def by_hand() -> Answer:
        sent = {**logged(), "form_id": str(uuid4()), "csrf_token": token}
        return phone.client.post(phone.log, sent, follow=False)

    assert len(spent(lambda: phone.send(phone.log, logged(), token=token))) == len(spent(by_hand))


def test_the_one_button_page_still_ticks_off_without_javascript(phone: Phone) -> None:
    page = phone.client.get(phone.question + "/discussed")
    assert page.form().submit(follow=False).status == 303


def test_forms_that_can_wait_carry_what_is_shown_meanwhile_and_professionals_do_not(phone: Phone) -> None:
    def waits(url: str) -> dict[str, str]:
        fields = phone.client.get(url).html.select("main input[name^=outbox]")
        return {str(field["name"]): str(field["value"]) for field in fields}

    own = [phone.log, phone.check_in, phone.words, phone.question + "/answer", phone.question + "/"]
    own += [phone.base + "/diary/note", phone.base + "/questions/add"]
    own += [f"{phone.base}/diary/entries/{phone.ids['entry_id']}/change"]
    for url in own:
        assert waits(url)["outbox-account"] == str(phone.house.rosa.id), url
    assert (waits(phone.log)["outbox"], waits(phone.log)["outbox-unit"]) == ("Tiredness", "of 10")
    phone.client.sign_in(phone.house.leon.id)
    assert waits(phone.log)["outbox-account"] == str(phone.house.leon.id)
    phone.client.sign_in(phone.house.amina.id)
    assert waits(phone.question + "/") == waits(f"{phone.base}/questions/add") == {}
