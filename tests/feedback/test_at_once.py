"""Two let a team read something in the same moment: neither waits for the other for ever."""

from threading import Thread

import pytest
from sqlalchemy import select

from selfcare.database import session
from selfcare.feedback import actions as feedback
from selfcare.feedback import queries
from selfcare.people.models import Team
from tests.feedback.conftest import Scene
from tests.people.scenes import until_it_waits


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_the_fifth_and_one_who_says_it_in_other_words_do_not_wait_for_each_other(scene: Scene) -> None:
    """Alone catches: a deadlock, and *could not be kept* to one of them: whoever changes their words held these and
    then the team, the fifth the team and then the words of all."""
    first, *others, fifth = scene.people[:5]
    scene.say(first, *others)
    other = Thread(target=scene.say, args=(first,), kwargs={"text": "The call came an hour late."})
    with scene.acting():
        session().execute(select(Team.id).where(Team.id == scene.desk.team).with_for_update(key_share=True))
        other.start()
        until_it_waits(other)
        feedback.say(scene.permit(fifth), fifth.visit, 0, "Nobody rang.", scene.desk.team, read=True)
    other.join()
    with scene.acting():
        kept = queries.remark(scene.permit(first), first.visit)
        assert kept is not None
        assert (kept.row.text, kept.row.batch) == ("The call came an hour late.", None)
