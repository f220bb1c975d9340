"""What was just saved is undone at one press; later it is looked at before it is removed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from selfcare.database import now, session
from selfcare.diary.models import Entry
from tests.diary.conftest import Diary
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.mark.parametrize("who", ["rosa", "leon"])
def test_undo_takes_out_what_was_just_saved(diary: Diary, browser: Callable[..., Client], who: str) -> None:
    """A wrong number took a page, and another that asks, to be rid of."""
    writer = browser(who)
    page = writer.get(f"{diary.url}note").form("log").submit(note="Not this one")
    assert page.h1 == "Saved."
    done = page.form("Undo what you just wrote down").submit()
    assert "Removed." in done
    assert done.html.select("#done[data-focus]")
    assert "Not this one" not in writer.get(diary.url)
    with diary.app.app_context():
        row = session().scalars(select(Entry).where(Entry.note == "Not this one")).one()
        assert row.removed_at is not None, "kept, and seen by nobody"
    page = writer.get(f"{diary.url}note").form("log").submit(note="An older one")
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        later = writer.get(page.url)
        assert later.click("Remove").form("Remove").method == "POST"
        assert not [form for form in later.forms() if form.bears("Undo what you just wrote down")]


@pytest.mark.parametrize("press", ["Undo what you just wrote down", "Remove"])
def test_what_somebody_else_added_meanwhile_is_not_taken_out_unread(
    diary: Diary, browser: Callable[..., Client], press: str
) -> None:
    """Alone catches: Leon pressed on a page that did not show Rosa's note, and her words were gone with his."""
    leon, rosa = browser("leon"), browser("rosa")
    page = leon.get(diary.log_url()).form("log").submit(severity="6", note="Leon saw it")
    entry = page.link("Change it").removesuffix("change")
    if press == "Remove":
        page = leon.get(f"{entry}remove")
    rosa.get(f"{entry}change").form("log").submit(note="Rosa felt it")
    asked = page.form(press).submit()
    assert asked.status == 409
    assert "Rosa has changed this" in asked
    assert "Rosa felt it" in rosa.get(diary.url), "it is still there"
    again = leon.get(f"{entry}saved")
    assert not [form for form in again.forms() if form.bears("Undo what you just wrote down")]
    assert leon.get(f"{entry}remove").status == 409, "it holds her words now, and he may only add"
    assert "Rosa felt it" in leon.get(asked.link("Read it"))
