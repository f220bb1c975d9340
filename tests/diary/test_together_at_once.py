"""What is written together and what somebody else writes meet in the same moment."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from selfcare.database import session
from selfcare.diary import actions, together
from selfcare.diary.models import Entry
from tests.diary.conftest import Diary, ago


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("how", ["put right", "taken out"])
def test_what_was_changed_between_the_look_and_the_lock_is_not_written_over(diary: Diary, how: str) -> None:
    """Alone catches: it is asked whose words stand there before its turn, and then somebody else's do."""
    key, when = uuid4(), ago(minutes=5)
    with diary.as_("leon") as leon:
        together.keep(leon, key, diary.tired, when=when, moved=None, only_me=None, severity=6)
        [entry] = together.entries(leon, key, [diary.tired]).values()

    def change() -> None:
        with diary.as_("rosa") as rosa:
            actions.change(rosa, entry.id, None, when=when, severity=8)

    with diary.as_("leon") as leon:
        [looked] = together.entries(leon, key, [diary.tired]).values()
        with ThreadPoolExecutor() as pool:
            pool.submit(change).result()
        right = {"when": when, "moved": None, "only_me": None, "severity": 1}
        with pytest.raises(together.Theirs):
            together.drop(leon, looked) if how == "taken out" else together.keep(
                leon, key, diary.tired, **right
            )
    with diary.app.app_context():
        stands = session().get_one(Entry, (diary.home.person.id, entry.id))
        assert (stands.severity, stands.removed_at) == (8, None)
