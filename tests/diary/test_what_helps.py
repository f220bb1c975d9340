"""What was tried and what came of it, gathered from the diary."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import text

from selfcare.database import command, session
from selfcare.diary import actions as diary
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories.many import log_many
from tests.factories.record import ago
from tests.harness.client import Client
from tests.harness.statements import counted


def test_what_was_tried_stands_on_one_page_in_the_words_of_the_diary(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Alone catches: an entry without words among them, what is *only me*, a search that finds others, a page that
    reads the whole diary for the few entries that it shows."""
    with app.test_request_context(), command():
        house = factories.household({Area.DIARY: Level.SEE})
        rosa = factories.permit(house.rosa, house.person)
        pain = diary.add_tracker(rosa, kind="symptom", name="Pain").id
        for days, tried, note in (
            (3, "A short walk", "Heavy legs"),
            (2, "Lay down", "Better"),
            (1, "", "As ever"),
        ):
            diary.log(rosa, pain, ago(rosa, days=days), severity=4, tried=tried, note=note)
        diary.log(rosa, pain, ago(rosa, days=4), severity=4, tried="Canary gin", only_me=True)
        log_many(house, pain, 30)
    rosa_, leon, there = new_client(), new_client(), f"/people/{house.person.id}/what-helps/"
    rosa_.sign_in(house.rosa.id)
    leon.sign_in(house.leon.id)
    with counted(app) as asked:
        page = rosa_.get(there)
    assert page.all("main .row__title") == ["Lay down", "A short walk", "Canary gin"]
    for said in ("Better", "Heavy legs", "Pain"):
        assert said in page
    assert "As ever" not in page
    assert leon.get(there).all("main .row__title") == ["Lay down", "A short walk"]
    assert rosa_.get(f"{there}?q=heavy").all("main .row__title") == ["A short walk"]
    assert "Nothing found" in rosa_.get(f"{there}?q=helicopter")
    (read,) = [each for each in asked.texts if "tried !=" in each]
    with app.app_context():
        if "sqlite" in str(session().get_bind().url):  # type: ignore[union-attr]
            plan = session().execute(text("EXPLAIN QUERY PLAN " + _plain(read))).all()
            assert any("ix_entry_person_id_tried" in str(row) for row in plan), plan


def _plain(statement: str) -> str:
    """The same with something in the place of each value."""
    return statement.replace("?", "'x'")
