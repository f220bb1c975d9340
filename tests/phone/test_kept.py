"""What a phone may keep: a shell without a word of a record, and forms with names and nothing that was logged."""

import json
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from selfcare import i18n
from selfcare.config import ROOT
from selfcare.database import command
from selfcare.diary import actions as diary
from selfcare.phone import plurals
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories.lived import lived_in
from tests.factories.many import log_many
from tests.factories.record import ago
from tests.harness.client import Client
from tests.harness.pages import attribute
from tests.harness.statements import counted
from tests.proof_offline.kinds import not_sent

Kept = dict[str, dict[str, str]]


class Home:
    """A household with one of everything in the record, and what its accounts may keep."""

    def __init__(self, app: Flask, **rights: Any) -> None:
        self.app = app
        self.house, self.ids = lived_in(app, **rights)
        self.base = f"/people/{self.house.person.id}"
        self.log = f"{self.base}/diary/log/{self.ids['tracker_id']}"
        self.prepare = f"{self.base}/appointments/{self.ids['appointment_id']}/prepare/"

    def kept(self, client: Client, account: Any) -> Kept:
        client.sign_in(account.id)
        answer = client.get("/phone/pages")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.json["account"] == str(account.id)
        found: Kept = answer.json["pages"]
        return found


@pytest.fixture
def home(app: Flask) -> Home:
    return Home(app)


def html(page: dict[str, str]) -> BeautifulSoup:
    return BeautifulSoup("".join(page[part] for part in ("top", "main", "bottom")), "html.parser")


def test_all_forms_of_the_person_are_kept(client: Client, home: Home) -> None:
    found = home.kept(client, home.house.rosa)
    check_in = f"{home.base}/goals/{home.ids['goal_id']}/check-in"
    ways = ("/", "/who-to-call/", "/diary/add", "/diary/note", "/questions/add", "/hospital-stays/add")
    assert {"/", home.log, check_in, *(home.base + way for way in ways)} <= set(found)
    for path in (
        home.log,
        f"{home.base}/diary/now/",
        f"{home.base}/diary/note",
        f"{home.base}/questions/add",
        f"{home.base}/hospital-stays/add",
        check_in,
    ):
        form = html(found[path]).select_one("form[method=post]")
        assert form is not None, path
        assert {"form_id", "outbox", "outbox-account"} <= {
            attribute(each, "name") for each in form.select("input[type=hidden]")
        }, path


def test_every_form_that_is_kept_is_sent_by_the_offline_proof(app: Flask, client: Client, home: Home) -> None:
    """Also those that a page shows in another state of the record only. The pages themselves: `house/test_pages.py`."""
    said = set()
    for who in (home.house.rosa, home.house.leon):
        found = home.kept(client, who)
        found |= client.get(home.prepare + "keep").json["pages"]
        for path, page in found.items():
            said |= not_sent(app, html(page), path)
    assert not said, "\n".join(said)


def test_a_kept_form_is_the_same_form(client: Client, home: Home) -> None:
    """Whoever changes a form changes the kept one with it: its fields are those of the page."""
    kept = html(home.kept(client, home.house.rosa)[home.log])
    page = client.get(home.log).html
    fields = [
        [(attribute(each, "name"), attribute(each, "type")) for each in soup.select("form#log [name]")]
        for soup in (kept, page)
    ]
    assert fields[0] == fields[1]
    assert len(fields[0]) > 15


def test_safety_words_stand_before_the_fields_with_numbers_to_call(client: Client, home: Home) -> None:
    for path, page in home.kept(client, home.house.rosa).items():
        soup = html(page)
        first = soup.select_one("textarea, input:not([type=hidden])")
        if first is None:
            continue
        safety = soup.select_one(".safety-line, .safety")
        assert safety is not None, path
        assert len(safety.select('a[href^="tel:"]')) >= 2, path
        order = list(soup.find_all(True))
        assert order.index(safety) < order.index(first), path


def test_nothing_that_was_logged_is_kept(app: Flask, client: Client, home: Home) -> None:
    with app.test_request_context(), command():
        rosa = factories.permit(home.house.rosa, home.house.person)
        diary.log(rosa, home.ids["tracker_id"], ago(rosa, hours=1), severity=6, note="Gartenlaube")
    text = str(home.kept(client, home.house.rosa))
    assert "Tiredness" in text
    assert "Walk to the shop and back" in text
    for logged in (
        "Gartenlaube", "Could not do the stairs", "Felt low", "To see people", "Twice this week", "Mornings are",
        "sister", "new tablets", "Settling in", "Ferritin", "Full blood count", "Last:",
    ):  # fmt: skip
        assert logged not in text


def test_no_token_of_the_session_is_kept(client: Client, home: Home) -> None:
    tokens = re.findall(r'name="csrf_token" value="([^"]*)"', str(home.kept(client, home.house.rosa)))
    assert len(tokens) >= 4
    assert set(tokens) == {""}


def test_a_carer_keeps_whom_they_help_and_what_they_may_write(client: Client, home: Home) -> None:
    found = home.kept(client, home.house.leon)
    today = html(found[f"{home.base}/"])
    assert "Who is this for?" in html(found["/"]).text
    assert "You are helping Rosa" in today.text
    assert home.log in found
    assert f"{home.base}/questions/add" in found
    assert html(found[home.log]).select_one("[name=only_me]") is None


@pytest.mark.parametrize("level", [Level.NOTHING, Level.SEE])
def test_a_carer_who_may_not_write_keeps_no_form(app: Flask, client: Client, level: Level) -> None:
    home = Home(app, carer_rights=dict.fromkeys((Area.DIARY, Area.QUESTIONS, Area.GOALS), level))
    found = home.kept(client, home.house.leon)
    assert set(found) == {"/", f"{home.base}/", f"{home.base}/who-to-call/"}
    assert "Tiredness" not in str(found)


def test_only_me_is_not_kept_for_a_carer(app: Flask, client: Client, home: Home) -> None:
    with app.test_request_context(), command():
        rosa = factories.permit(home.house.rosa, home.house.person)
        diary.add_tracker(rosa, kind="symptom", name="Gartenlaube", only_me=True)
    assert "Gartenlaube" in str(home.kept(client, home.house.rosa))
    assert "Gartenlaube" not in str(home.kept(client, home.house.leon))


def test_professionals_and_strangers_keep_nobody(client: Client, home: Home) -> None:
    assert home.kept(client, home.house.stranger) == {}
    client.sign_in(home.house.amina.id)
    assert client.get("/phone/pages").status == 404
    assert client.get(home.prepare + "keep").status == 404


def test_the_number_of_statements_does_not_grow(app: Flask, client: Client, home: Home) -> None:
    home.kept(client, home.house.rosa)
    counts = []
    for more in (0, 20, 2_000):
        with app.test_request_context(), command():
            rosa = factories.permit(home.house.rosa, home.house.person)
            for number in range(min(more, 20)):
                diary.add_tracker(rosa, kind="symptom", name=f"Symptom {more} {number}")
            if more:
                log_many(home.house, home.ids["tracker_id"], more)
        with counted(app) as statements:
            answer = client.get("/phone/pages")
        forms = sum("/diary/log/" in path for path in answer.json["pages"])
        counts.append((forms, len(statements.texts)))
    assert [forms for forms, _ in counts] == [3, 23, 24]
    assert counts[0][1] == counts[1][1] == counts[2][1] <= 12


# ------------------------------------------------------------------------------------------- a visit kept on the phone


def test_a_visit_is_kept_with_its_questions_and_forms_for_answers(client: Client, home: Home) -> None:
    client.sign_in(home.house.rosa.id)
    answer = client.get(home.prepare + "keep")
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.json["pages"]
    page = html(found[home.prepare])
    for words in ("To be well for my sister’s visit.", "Mornings are the worst.", "from the new tablets?"):
        assert words in page.text
    assert page.select('.safety a[href^="tel:"]')
    question = f"{home.base}/questions/{home.ids['question_id']}"
    tick = page.select_one(f'form[action="{question}/discussed"]')
    assert tick is not None
    assert tick.select_one("[name=outbox]")
    assert tick.select_one("[name=form_id]")
    assert html(found[f"{question}/answer"]).select_one("textarea[name=answer]")
    assert re.fullmatch(r"\w+ \d+ \w+ 20\d\d, \d\d:\d\d\. Phone call with Amina", answer.json["line"])


def test_a_kept_visit_shows_a_carer_no_more_than_the_page_does(client: Client, home: Home) -> None:
    client.sign_in(home.house.leon.id)
    found = str(client.get(home.prepare + "keep").json["pages"])
    assert "Is the tiredness from the new tablets?" in found
    assert "Full blood count" not in found
    client.sign_in(home.house.stranger.id)
    assert client.get(home.prepare + "keep").status == 404


# --------------------------------------------------------------------------------------------------------- the shell


@pytest.mark.parametrize("code", list(i18n.LANGUAGES))
def test_the_shell_is_the_same_for_everybody(client: Client, home: Home, code: str) -> None:
    before = client.get(f"/offline/{code}/")
    assert before.html.html
    assert before.html.html["lang"] == code
    assert before.headers["Content-Language"] == code
    client.sign_in(home.house.rosa.id)
    assert client.get(f"/offline/{code}/").text == before.text
    assert "csrf" not in before.text
    assert client.get("/offline/xx/").status == 404


def test_what_the_phone_is_told_to_keep_is_public_and_there(client: Client) -> None:
    script = client.get("/service-worker.js").text
    listed = re.search(r"self\.SHELL=(\{.*?\});\n", script)
    assert listed
    shell = json.loads(listed[1])
    assert set(shell["languages"]) == set(i18n.LANGUAGES)
    assert all(re.fullmatch(r"/static/build/[\w.-]+\.(js|css|svg)", address) for address in shell["assets"])
    for address in shell["assets"]:
        assert (ROOT / "static" / "build" / address.rsplit("/", 1)[1]).is_file(), address


def test_the_version_changes_with_what_the_shell_says(make_app: Any) -> None:
    def version(**settings: Any) -> str:
        found = re.search(
            r'"version": "(\w+)"', make_app(**settings).test_client().get("/service-worker.js").text
        )
        assert found
        return found[1]

    assert version() == version()
    assert version() != version(emergency_phone="112", quick_exit_url="https://example.org/")


def test_every_plural_of_every_language_has_its_sentence(client: Client) -> None:
    assert plurals.examples("cy") == {"zero": 0, "one": 1, "two": 2, "few": 3, "other": 4, "many": 6}
    assert set(plurals.examples("ar")) == {"zero", "one", "two", "few", "many", "other"}
    for code in i18n.LANGUAGES:
        parts = {
            attribute(each, "data-part") for each in client.get(f"/offline/{code}/").html.select("template")
        }
        for sentence in ("waiting", "signed-out", "refused", "others", "lost", "leave"):
            assert {f"{sentence}.{category}" for category in plurals.examples(code)} <= parts


def test_without_script_the_waiting_page_says_that_nothing_is_kept(client: Client, home: Home) -> None:
    for address in ("/waiting/", f"/waiting/saved/{home.ids['form_id']}"):
        answer = client.get(address)
        assert answer.status == 200
        assert "This browser keeps nothing on this device" in answer
