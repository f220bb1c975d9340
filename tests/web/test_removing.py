"""What somebody else wrote meanwhile is not removed with what it stands in, until it has been looked at."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from selfcare.appointments.models import Appointment, Question
from selfcare.database import command, session
from selfcare.diary.models import Entry
from selfcare.goals.models import CheckIn, Goal
from tests.factories.lived import lived_in
from tests.harness.client import Client

ROWS = {
    "diary/entries/{entry_id}": (Entry, "entry_id"),
    "goals/{goal_id}": (Goal, "goal_id"),
    "goals/{goal_id}/check-ins/{check_in_id}": (CheckIn, "check_in_id"),
    "appointments/{appointment_id}": (Appointment, "appointment_id"),
    "questions/{question_id}": (Question, "question_id"),
}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_was_changed_since_it_was_shown_is_asked_about_again(app: Flask, client: Client) -> None:
    """Alone catches: a page that asks before removing shows one version, and pressing its button takes out another."""
    house, ids = lived_in(app)
    client.sign_in(house.rosa.id)
    for path, (kind, name) in sorted(ROWS.items(), reverse=True):  # a goal after its check-in
        page = client.get(f"/people/{house.person.id}/{path.format(**ids)}/remove")
        with app.app_context(), command():
            changed = {"version": kind.version + 1, "changed_name": "Leon"}  # type: ignore[attr-defined]
            session().execute(update(kind).where(kind.id == ids[name]).values(changed))  # type: ignore[attr-defined]
        asked = page.form("Remove").submit()
        assert asked.status == 409, path
        assert "Leon has changed this" in asked, path
        assert _removed(app, kind, ids[name]) is None, path
        assert asked.form("Remove").submit().status == 200, path
        assert _removed(app, kind, ids[name]), path


def _removed(app: Flask, kind: type, row_id: object) -> object:
    with app.app_context():
        return session().scalar(select(kind.removed_at).where(kind.id == row_id))  # type: ignore[attr-defined]
