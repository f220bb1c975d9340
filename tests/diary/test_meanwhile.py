"""An entry is read and checked before its turn to write. What has changed until then counts as it is by then."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text

from selfcare.audit.models import Trail
from selfcare.database import command, database, session
from selfcare.diary import actions
from selfcare.diary.models import Entry
from selfcare.people.models import Relationship, Right
from selfcare.web.access import Level
from tests.diary.conftest import Diary
from tests.factories import permit
from tests.harness.client import Client

BOTH = pytest.mark.parametrize("engine_kind", ["sqlite", "postgresql"], indirect=True)


def waiting(app: Flask) -> bool:
    """Whether somebody waits for what this process holds in the database."""
    if (queue := database().queue) is not None:
        return bool(queue._waiting)
    with database().engine.connect() as looks:
        locks = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                     " and datname = current_database()")  # fmt: skip
        return bool(looks.execute(locks).scalar())


def sent_meanwhile(diary: Diary, client: Client, change: Callable[[], Any]) -> Any:
    """Sends an entry that has been read and checked while `change` is made, and is kept or not after it."""
    form = client.get(diary.log_url()).form("log").fill(severity="4", when="now")
    answers: list[Any] = []
    sending = threading.Thread(target=lambda: answers.append(form.submit(follow=False)), daemon=True)
    with diary.app.app_context(), command():
        change()
        session().flush()
        sending.start()
        latest = monotonic() + 30
        while not waiting(diary.app):
            assert sending.is_alive()
            assert monotonic() < latest
            threading.Event().wait(0.002)
    sending.join(30)
    assert not sending.is_alive()
    return answers[0]


def entries(diary: Diary) -> list[Entry]:
    with diary.app.app_context():
        return list(session().scalars(select(Entry)))


def test_a_right_that_ends_meanwhile_wins(diary: Diary, browser: Callable[..., Client]) -> None:
    """Alone catches: a permit read before the turn that is taken for granted in it."""

    def less() -> None:
        carers = session().scalars(select(Relationship).filter_by(kind="carer")).one()
        right = session().scalars(select(Right).filter_by(relationship_id=carers.id, area="diary")).one()
        session().scalars(select(Relationship).with_for_update()).all()  # as whoever changes a right does
        right.level = int(Level.SEE)

    assert sent_meanwhile(diary, browser("leon", strict=False), less).status == 404
    assert entries(diary) == []


def test_access_that_ends_meanwhile_wins(diary: Diary, browser: Callable[..., Client]) -> None:
    """Alone catches: only the level is asked again, and not whether anything is left to hold it."""

    def end() -> None:
        session().scalars(select(Relationship).filter_by(kind="carer")).one().state = "ended"

    assert sent_meanwhile(diary, browser("leon", strict=False), end).status == 404
    assert entries(diary) == []


@BOTH
def test_what_is_hidden_meanwhile_hides_the_entry_too(diary: Diary, browser: Callable[..., Client]) -> None:
    """Alone catches: an entry that was read as open, and stands open under a thing that is *only me* by then."""

    def hide() -> None:
        rosa = permit(diary.home.rosa, diary.home.person)
        actions.change_tracker(rosa, diary.tired, None, name="Tired", only_me=True)

    assert sent_meanwhile(diary, browser("rosa"), hide).status == 303
    (made,) = entries(diary)
    assert made.only_me
    assert made.hidden_at == made.entered_at


@BOTH
def test_under_what_leaves_the_list_meanwhile_nothing_is_kept(
    diary: Diary, browser: Callable[..., Client]
) -> None:
    """Alone catches: an entry under a thing that is not there, with a note in the trail of what was not done."""

    def remove() -> None:
        actions.remove_tracker(permit(diary.home.rosa, diary.home.person), diary.tired)

    answer = sent_meanwhile(diary, browser("rosa", strict=False), remove)
    assert answer.status == 404, answer.location
    assert entries(diary) == []
    with diary.app.app_context():
        assert session().scalars(select(Trail.seq).filter_by(kind="entry")).all() == []


def test_sent_again_when_what_it_was_about_is_gone_it_gets_the_first_answer(
    diary: Diary, browser: Callable[..., Client]
) -> None:
    """Alone catches: 404 for a form that was kept, where the phone did not hear the first answer."""
    client = browser("rosa")
    form = client.get(diary.log_url()).form("log").fill(severity="4", when="now", form_id=str(uuid4()))
    first = form.submit(follow=False)
    with diary.as_("rosa") as rosa:
        actions.remove_tracker(rosa, diary.tired)
    again = form.submit(follow=False)
    assert (first.status, again.status, again.location) == (303, 303, first.location)
    assert [one.id for one in entries(diary)] == [UUID(str(first.location).split("/")[-2])]
