"""Choosing what goes in, looking at it first, sharing it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import func, select

from selfcare.appointments import actions as appointments
from selfcare.appointments import queries
from selfcare.database import session
from selfcare.goals import actions as goals
from selfcare.people import actions as people
from selfcare.people.queries import grants
from selfcare.sharing.models import Summary
from selfcare.sharing.summary_page import hints
from selfcare.web.access import Area, Level
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.sharing.scenes import CANARY, Scene, acting, scene

SHARE = "Share with Amina"


@pytest.fixture
def rosas(app: Flask) -> Scene:
    return scene(app)


@pytest.fixture
def rosa(rosas: Scene, client: Client) -> Client:
    client.sign_in(rosas.rosa)
    return client


def shared(app: Flask, rosas: Scene) -> int:
    with acting(app, rosas.rosa, rosas.person):
        return session().scalar(select(func.count()).select_from(Summary)) or 0


def test_the_preview_is_exactly_what_is_shared(
    rosas: Scene, rosa: Client, new_client: Callable[..., Client]
) -> None:
    page = rosa.get(f"{rosas.base}/summary/")
    assert "sister’s visit" in page
    assert "2 questions" in page
    looked = page.click("Open the whole page")
    done = page.form("share").submit(SHARE)
    nurse = new_client()
    nurse.sign_in(rosas.amina)
    read = nurse.get(f"{rosas.base}/summary/")

    def body(answer: Answer) -> str:
        """What stands in the summary itself, without what is said beside it."""
        sheet = answer.html.select_one(".sheet")
        assert sheet is not None
        for beside in sheet.select(".screen-only, .sheet__head"):
            beside.decompose()
        return " ".join(sheet.get_text(" ").split())

    assert body(looked) == body(done) == body(read)
    assert "13 entries" in read
    assert "Haemoglobin" in read
    assert read.h1 == "Summary"
    assert "This is the newest one." in read
    assert "Phone, in 2 days. Ready." in read


def test_what_changed_since_the_look_is_shown_and_not_shared(app: Flask, rosas: Scene, rosa: Client) -> None:
    page = rosa.get(f"{rosas.base}/summary/")
    with acting(app, rosas.rosa, rosas.person) as permit:
        appointments.set_matters(permit, rosas.visit, None, "To sleep through one night")
    again = page.form("share").submit(SHARE)
    assert again.status == 409
    assert "Something changed since you looked." in again
    assert "To sleep through one night" in again
    assert shared(app, rosas) == 0
    done = again.form("share").submit(SHARE)
    assert (done.status, shared(app, rosas)) == (200, 1)
    assert "To sleep through one night" in done


def test_another_choice_is_looked_at_before_it_is_shared(app: Flask, rosas: Scene, rosa: Client) -> None:
    form = rosa.get(f"{rosas.base}/summary/").form("share")
    again = form.submit(SHARE, sections=["matters", "been"])
    assert again.status == 409
    assert "Walk to the shop" not in again.html.select_one("#preview").get_text()  # type: ignore[union-attr]
    assert again.form("share").submit(SHARE).status == 200
    with acting(app, rosas.rosa, rosas.person):
        row = session().scalars(select(Summary)).one()
        assert row.sections == row.body["sections"] == ["matters", "been"]
        assert not {"goals", "questions", "results"} & set(row.body)


def test_without_javascript_a_button_shows_the_other_choice(app: Flask, rosas: Scene, rosa: Client) -> None:
    form = rosa.get(f"{rosas.base}/summary/").form("share")
    looked = form.submit("Show it with these choices", sections=["goals"])
    assert looked.status == 200
    assert looked.form("share").value("sections") == "goals"
    assert shared(app, rosas) == 0
    assert looked.form("share").submit(SHARE).status == 200
    assert shared(app, rosas) == 1


def test_the_box_alone_is_answered_to_htmx(rosas: Scene, rosa: Client) -> None:
    url = f"{rosas.base}/summary/preview?sections=goals&far=months&appointment={rosas.visit}"
    part = rosa.get(url, htmx=True)
    assert part.text.startswith('<div class="preview"')
    assert "Walk to the shop" in part
    assert "sister" not in part
    refused = rosa.get(f"{rosas.base}/summary/preview?far=months", htmx=True)
    assert refused.status == 422
    assert "Choose at least one part" in refused
    assert 'name="seen"' in refused.text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"sections": []}, "Choose at least one part"),
        ({"far": "own", "since": ""}, "Choose the first day."),
        ({"far": "own", "since": "2026-02-31"}, "This is not a date."),
        ({"far": "own", "since": "2999-01-01"}, "This day is still to come."),
        ({"far": None}, "Choose one."),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(
    app: Flask, rosas: Scene, rosa: Client, fields: dict[str, str], says: str
) -> None:
    form = rosa.get(f"{rosas.base}/summary/").form("share")
    answer = form.submit(SHARE, **{"sections": ["matters"], **fields})
    assert answer.status == 422
    assert says in answer
    if fields.get("since"):
        assert answer.form("share").value("since") == fields["since"]
    assert shared(app, rosas) == 0


def test_a_section_or_visit_that_is_not_offered_is_refused(app: Flask, rosas: Scene, rosa: Client) -> None:
    form = rosa.get(f"{rosas.base}/summary/").form("share")
    form.values.append(("sections", "everything"))
    assert form.submit(SHARE).status == 422
    form = rosa.get(f"{rosas.base}/summary/").form("share")
    for visit in (str(rosas.goal), "nonsense"):
        form.values = [pair for pair in form.values if pair[0] != "appointment"] + [("appointment", visit)]
        assert form.submit(SHARE).status == 404
    assert shared(app, rosas) == 0


def test_the_period_is_the_one_that_was_chosen(app: Flask, rosas: Scene, rosa: Client) -> None:
    with acting(app, rosas.rosa, rosas.person) as permit:
        day = permit.today() - timedelta(days=2)
    form = rosa.get(f"{rosas.base}/summary/").form("share")
    looked = form.submit("Show it with these choices", far="own", since=day.isoformat())
    looked.form("share").submit(SHARE)
    with acting(app, rosas.rosa, rosas.person):
        row = session().scalars(select(Summary)).one()
        assert row.first == day
        walls = [r["wall"] for tracker in row.body["been"]["trackers"] for r in tracker["readings"]]
        assert walls
        assert min(walls) >= day.isoformat()


def test_the_same_form_twice_shares_once(app: Flask, rosas: Scene, rosa: Client) -> None:
    form = rosa.get(f"{rosas.base}/summary/").form("share")
    first, second = form.submit(SHARE, follow=False), form.submit(SHARE, follow=False)
    assert first.location == second.location
    assert shared(app, rosas) == 1


def test_sharing_sends_the_questions_and_makes_the_visit_ready(
    app: Flask, rosas: Scene, rosa: Client
) -> None:
    with acting(app, rosas.amina, rosas.person) as nurse:
        assert queries.open_questions(nurse, rosas.visit) == []
    rosa.get(f"{rosas.base}/summary/").form("share").submit(SHARE)
    with acting(app, rosas.amina, rosas.person) as nurse:
        assert len(queries.open_questions(nurse, rosas.visit)) == 2
        assert queries.visit(nurse, rosas.visit).ready_at is not None


def test_the_choice_of_last_time_is_where_one_starts(rosas: Scene, rosa: Client) -> None:
    looked = (
        rosa.get(f"{rosas.base}/summary/")
        .form("share")
        .submit("Show it with these choices", sections=["matters"])
    )
    looked.form("share").submit(SHARE)
    form = rosa.get(f"{rosas.base}/summary/").form("share")
    assert [value for name, value in form.values if name == "sections"] == ["matters"]


def test_who_has_no_key_contact_can_only_print(app: Flask, rosas: Scene, rosa: Client) -> None:
    form = rosa.get(f"{rosas.base}/summary/").form("share")
    with acting(app, rosas.rosa, rosas.person) as permit:
        lead = next(grant for grant in grants(permit) if grant.lead)
        people.end(permit, lead.id)
    again = form.submit(SHARE)
    assert again.status in (409, 422)
    assert "You have no key contact here yet" in again
    page = rosa.get(f"{rosas.base}/summary/")
    assert SHARE not in page
    assert page.click("Open the whole page").status == 200
    assert shared(app, rosas) == 0


def test_who_helps_shares_no_more_than_they_see(
    app: Flask, client: Client, new_client: Callable[..., Client]
) -> None:
    rights = {Area.DIARY: Level.SEE, Area.APPOINTMENTS: Level.SEE, Area.SHARING: Level.ADD}
    rosas = scene(app, rights)
    client.sign_in(rosas.leon)
    page = client.get(f"{rosas.base}/summary/")
    assert page.h1 == "Share a summary for Rosa"
    assert "Walk to the shop" not in page.text
    form = page.form("share")
    done = form.submit(SHARE)
    assert done.status == 200
    for unseen in ("Walk to the shop", "new tablets", "Haemoglobin", CANARY):
        assert unseen not in done.text
    nurse = new_client()
    nurse.sign_in(rosas.amina)
    assert "Leon shared it for Rosa." in nurse.get(f"{rosas.base}/summary/")
    form.values.append(("sections", "goals"))
    assert form.submit(SHARE).status == 422


@pytest.mark.parametrize("who", ["leon", "amina", "stranger"])
def test_nobody_else_chooses_or_shares(app: Flask, rosas: Scene, rosa: Client, who: str) -> None:
    form = rosa.get(f"{rosas.base}/summary/").form("share")
    rosa.sign_in(getattr(rosas, who))
    assert rosa.get(f"{rosas.base}/summary/preview?sections=goals&far=months").status == 404
    token = rosa.get("/invitation").form("invitation").value("csrf_token")
    form.values = [pair for pair in form.values if pair[0] != "csrf_token"] + [("csrf_token", str(token))]
    assert form.submit(SHARE).status == 404
    assert shared(app, rosas) == 0


def test_odd_words_are_shared_as_they_were_typed(app: Flask, rosas: Scene, rosa: Client) -> None:
    odd = '<b>‮abc‬ 👩🏽‍⚕️ ١٢ "quoted" & so on\nNEW RESULTS\nHaemoglobin 1'
    with acting(app, rosas.rosa, rosas.person) as permit:
        goals.add(permit, text=odd)
    done = rosa.get(f"{rosas.base}/summary/").form("share").submit(SHARE)
    assert odd in done.html.get_text()
    text = done.click("Copy as text").html.select_one("pre").get_text()  # type: ignore[union-attr]
    assert "‮" not in text
    lines = text.splitlines()
    assert lines.count("NEW RESULTS") == 0
    assert "       NEW RESULTS" in lines  # deep inside the goal it is part of


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("locale", ["en", "cy", "ur"])
def test_what_a_section_holds_is_listed_in_every_language(app: Flask, locale: str) -> None:
    """Alone catches: a way of joining names that a language has no data for, from the third name on."""
    reports = [{"title": f"Report {number}"} for number in range(4)]
    parts = {"results": reports, "life": {"picks": ["sleep", "money", "work"], "words": "Leon"}}
    with app.test_request_context(), force_locale(locale):  # type: ignore[no-untyped-call]
        found = hints(parts)
    assert all(report["title"] in found["results"] for report in reports)
    assert "Leon" in found["life"]
