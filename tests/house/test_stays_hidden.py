"""*Only me* comes off by a choice that was shown, in every form that changes something which has it."""

from typing import Any

import pytest
from flask import Flask

from selfcare.database import Base, Hides, command, session
from tests import factories
from tests.factories.lived import lived_in
from tests.factories.record import fill
from tests.harness.client import Client
from tests.harness.pages import Answer, Form

# What is kept of a form does not hang on the database below it.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

# What can be *only me* and changed: its table, the key of its id, and where its form is.
FORMS = {
    "entry": ("entry_id", "diary/entries/{}/change"),
    "tracker": ("tracker_id", "diary/trackers/{}/"),
    "goal": ("goal_id", "goals/{}/change"),
    "check_in": ("check_in_id", "goals/{goal_id}/check-ins/{}/change"),
    "appointment": ("appointment_id", "appointments/{}/change"),
    "question": ("question_id", "questions/{}/change"),
    "decision": ("decision_id", "decisions/{}/change"),
    "health_item": ("health_id", "health/{}/change"),
    "agreed_line": ("line_id", "agreed/{}/change"),
    "about_answer": ("answer_id", "about-me/answers/{}/change"),
    "letter": ("letter_id", "letters/{}/change"),
    "saved_service": ("saved_id", "community/saved/{}/change"),
    "plan_change": ("plan_draft_id", "plan/changes/{}/change"),
}


def test_all_that_can_be_hidden_is_asked(engine_kind: str) -> None:
    """Alone catches: a new thing that can be *only me*, with a form that nobody asks here."""
    assert set(FORMS) == {str(kind.__tablename__) for kind in Hides.__subclasses__()}


@pytest.mark.parametrize("item", FORMS)
@pytest.mark.parametrize("shown", [True, False])
def test_only_a_switch_that_was_shown_takes_it_off(
    app: Flask, client: Client, item: str, shown: bool
) -> None:
    """A form filled in again by a phone that no longer knew the entry came without its switch, and took it off."""
    key, place = FORMS[item]
    house, ids = lived_in(app)
    with app.test_request_context(), command():
        never_sent = {"sent_at": None, "asked_at": None} if item == "question" else {}
        _set(item, ids[key], only_me=True, **never_sent)
    client.sign_in(house.rosa.id)
    url = f"/people/{house.person.id}/{place.format(ids[key], **ids)}"
    page = client.get(url)
    assert page.status == 200, url
    form = change_form(page)
    sent = [(name, value) for name, value in form.sent() if name not in ("only_me", "readers")]
    if not shown:
        sent = [(name, value) for name, value in sent if name not in ("only_me-shown", "readers_was")]
    elif item == "question":
        shown_to = [choice["value"] for choice in page.html.select("[name=readers]")]
        sent.append(("readers", next(each for each in shown_to if each != "me")))
    answer = client.post(url, sent)
    assert answer.status == 200, answer.text[:300]
    with app.app_context():
        row = session().execute(_rows(item, ids[key])).one()
        assert row.only_me is not shown


def _rows(item: str, item_id: Any) -> Any:
    table = Base.metadata.tables[item]
    return table.select().where(table.c.id == item_id)


def _set(item: str, item_id: Any, **values: Any) -> None:
    table = Base.metadata.tables[item]
    session().execute(table.update().where(table.c.id == item_id).values(**values))


def seen_by_others(app: Flask, client: Client, item: str) -> tuple[str, Any]:
    """Rosa is at the form of something that is not *only me*. :returns: where that is, and the thing's id."""
    key, place = FORMS[item]
    house, ids = lived_in(app)
    with app.test_request_context(), command():
        if item == "question":
            _set(item, ids[key], sent_at=None, asked_at=None, sent_with=None)
    client.sign_in(house.rosa.id)
    return f"/people/{house.person.id}/{place.format(ids[key], **ids)}", ids[key]


def change_form(page: Answer) -> Form:
    return next(each for each in page.forms() if each.value("version") is not None)


def hides(item: str) -> dict[str, str]:
    """What is chosen for it to be *only me*."""
    return {"readers": "me"} if item == "question" else {"only_me": "y"}


@pytest.mark.parametrize("item", [item for item in FORMS if item != "tracker"])
def test_which_words_stay_is_no_choice_of_who_reads_them(app: Flask, client: Client, item: str) -> None:
    """Alone catches: *mine*, on the page of two versions, that shows what was made *only me* on another device."""
    url, found = seen_by_others(app, client, item)
    page = client.get(url)
    here, there = change_form(page), change_form(client.get(url))
    words = next(
        tag["name"]
        for tag in page.html.select("main :is(textarea, [name=what], [name=line], [name=question])")
    )
    assert there.submit(**{words: "Said there"}, **hides(item)).status == 200
    answer = here.submit(**{words: "Said here"})
    assert answer.status == 409
    answer.form("Keep what I chose").submit(keep="mine")
    with app.app_context():
        row = session().execute(_rows(item, found)).mappings().one()
    assert row["only_me"]
    assert "Said here" in row.values()


@pytest.mark.parametrize("item", FORMS)
def test_what_is_hidden_with_the_others_words_is_hidden(app: Flask, client: Client, item: str) -> None:
    """Alone catches: *Only me* ticked, the other's words taken, *Saved*, and everybody goes on reading it."""
    url, found = seen_by_others(app, client, item)
    page = client.get(url)
    here, there = change_form(page), change_form(client.get(url))
    words = next(
        tag["name"]
        for tag in page.html.select(
            "main :is(textarea, [name=what], [name=name], [name=line], [name=question])"
        )
    )
    assert there.submit(**{words: "Said there"}).status == 200
    answer = here.submit(**{words: "Said here"}, **hides(item))
    assert answer.status == 409
    assert "Only me stays on." in answer
    done = answer.form("Keep what I chose").submit(keep="theirs")
    assert done.status == 200, done.text
    with app.app_context():
        row = session().execute(_rows(item, found)).mappings().one()
    assert row["only_me"]
    assert "Said there" in row.values()


@pytest.mark.parametrize("item", FORMS)
def test_hiding_alone_is_no_quarrel(app: Flask, client: Client, item: str) -> None:
    """Alone catches: *Only me* refused, or asked about in words nobody wrote, because something else was changed."""
    url, found = seen_by_others(app, client, item)
    form = change_form(client.get(url))
    with app.test_request_context(), command():
        _set(item, found, version=9)
    assert form.submit(**hides(item)).status == 200
    with app.app_context():
        assert session().execute(_rows(item, found)).mappings().one()["only_me"]


def test_what_stays_only_me_is_said_where_there_are_no_words_to_choose(app: Flask, client: Client) -> None:
    """Alone catches: *Mine* and *Rosa’s* that read alike; *Only me* taken off what was changed since it was shown."""
    with app.test_request_context(), command():
        house = factories.household()
        goal: Any = fill(house)["goal_id"]
        _set("goal", goal, only_me=True)
    client.sign_in(house.rosa.id)
    form = client.get(f"/people/{house.person.id}/goals/{goal}/change").form("goal")
    with app.test_request_context(), command():
        _set("goal", goal, version=9)
    answer = form.submit(only_me=None)
    assert (answer.status, answer.h1) == (409, "Changed meanwhile")
    assert "Only me stays on." in answer
    assert not answer.html.select("[name=keep]")
    with app.app_context():
        assert session().execute(_rows("goal", goal)).mappings().one()["only_me"]
