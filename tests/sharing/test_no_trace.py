"""What is new in a summary says nothing of what has left it since: *only me* leaves no trace there either."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from selfcare.agreed import actions as agreed
from selfcare.agreed.actions import By, Owner
from selfcare.database import now
from selfcare.sharing import actions, changes, snapshot
from selfcare.web.access import Area, Level
from tests.harness.client import Client
from tests.sharing.scenes import Scene, acting, scene
from tests.sharing.test_showing import KINDS, SEES_ALL, fill, hide

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
NONE, NEWS = "Nothing here is new since the summary of", "New or changed since"


def twice(app: Flask, made: Scene) -> tuple[UUID, dict[str, tuple[UUID, ...]]]:
    """The same, shared twice."""
    with acting(app, made.rosa, made.person) as rosa:
        agreed.add(rosa, what="Ask the clinic", owner=Owner("me"), by=By("visit", visit_id=made.visit))
    ids = fill(app, made)
    with acting(app, made.rosa, made.person) as rosa:
        today = rosa.today()
        return actions.share(
            rosa, sections=snapshot.SECTIONS, first=today - timedelta(days=30), last=today,
            appointment_id=made.visit, notes=True,
        ), ids  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_becomes_only_me_changes_nothing_of_what_is_new(
    app: Flask, new_client: Callable[..., Client], kind: str
) -> None:
    """Alone catches: "Changed" beside a goal whose check-in is hidden now, beside what was agreed by a hidden visit, or
    for how somebody has been: a nurse then knows that something was taken from her.
    """
    made = scene(app, SEES_ALL)
    summary, ids = twice(app, made)
    with acting(app, made.rosa, made.person) as rosa:
        hide(rosa, kind, ids[kind])
    for who in (made.amina, made.leon):
        client = new_client()
        client.sign_in(who)
        page = client.get(f"{made.base}/summary/{summary}/")
        assert NONE in page
        assert NEWS not in page


def test_what_a_helper_may_not_see_is_not_told_as_changed(app: Flask, client: Client) -> None:
    """Alone catches: "How Rosa has been" told as new to a helper who never saw her words of it."""
    made = scene(app, {Area.SHARING: Level.SEE, Area.DIARY: Level.SEE})
    summary, _ = twice(app, made)
    client.sign_in(made.leon)
    assert NONE in client.get(f"{made.base}/summary/{summary}/")


def test_a_note_that_is_shown_now_beside_a_number_that_was_there_is_a_change(app: Flask) -> None:
    """Alone catches: a summary that cannot be read, for the one before it had the number without its note."""
    reading = {"id": "1"}
    body: dict[str, Any] = {"sections": ["been"], "been": {"trackers": [{"readings": [reading]}]}}
    with_note = {"notes": {"notes": [{"id": "1", "text": "After lunch", "tried": ""}]}}
    found = changes.since({**body, "been": {**body["been"], **with_note}}, body, now())
    assert found.marks == {"1": changes.CHANGED}
    assert changes.since(body, {**body, "been": {**body["been"], **with_note}}, now()).marks == {}
