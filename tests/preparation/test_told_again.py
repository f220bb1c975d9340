"""What was told is sent again by a phone, in other words: they take the place of what nobody touched since."""

from collections.abc import Callable

import pytest

from selfcare.appointments.models import Question, Telling
from selfcare.contacts.models import Contact
from selfcare.sharing import actions as sharing
from selfcare.sharing import snapshot
from selfcare.sharing.models import Summary
from tests.appointments.conftest import World
from tests.preparation.test_on_behalf import BOTH, RIGHTS, SAID, WORDS, behalf, rows, tell

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.mark.parametrize("rights", [RIGHTS], ids=["carer may all"])
@pytest.mark.parametrize("share", ["yes", "only", "look"])
@pytest.mark.parametrize("writer", ["amina", "leon"])
@pytest.mark.parametrize("before", [False, True], ids=["nothing before", "shared before"])
def test_what_a_phone_corrects_after_a_try_is_told_once(
    world: World, writer: str, share: str, before: bool
) -> None:
    """Alone catches: the form sent again with other words, and what was told, asked, shared and logged twice."""
    visit = world.visit(5).id
    who = world.leon if writer == "leon" else world.amina
    if before:
        tell(world, visit, who, words="Told at another time.")
    contacts = len(rows(world, Contact))
    page = who.get(behalf(world, visit))
    form = page.form("on-behalf")
    first = form.value("form_id") or ""
    seen = ("seen", form.value("seen") or "")
    assert form.submit(**{**BOTH, **SAID, "words": "Mornigns", "share": share}).status == 200
    for words in ("Mornings", WORDS):
        again = who.get(behalf(world, visit)).form("on-behalf")
        again.fill(**{**BOTH, **SAID, "words": words, "share": "yes"})
        sent = [pair for pair in again.sent() if pair[0] != "seen"]
        answer = who.post(behalf(world, visit), [*sent, seen, ("outbox-of", first)], follow=False)
        assert answer.status == 303
    earlier = ["Told at another time."] if before else []
    assert [one.words for one in rows(world, Telling, removed_at=None)] == [*earlier, WORDS]
    assert len(rows(world, Question, removed_at=None)) == 1 + before
    assert len(rows(world, Contact)) == contacts + (writer == "amina")
    (stands,) = [each for each in rows(world, Summary) if not (each.withdrawn_at or each.superseded_by)]
    shown = world.amina.get(f"{world.base}summary/{stands.id}/text").text
    assert [text in shown for text in ("Mornigns", WORDS, *earlier)] == [False, True, *[True] * before]


def hides_a_question(world: World) -> None:
    (asked,) = rows(world, Question, removed_at=None)
    world.rosa.get(f"{world.base}questions/{asked.id}/change").form("question").submit(readers="me")


def shares_it_herself(world: World) -> None:
    with world.acting() as permit:
        (told,), today = rows(world, Telling), permit.today()
        sharing.share(
            permit, sections=snapshot.SECTIONS, first=today, last=today, appointment_id=told.appointment_id
        )


def takes_it_back(world: World) -> None:
    (told,) = rows(world, Telling, removed_at=None)
    world.rosa.get(f"{world.base}as-told/{told.id}/take-back").form("Take it back").submit()


@pytest.mark.parametrize("rights", [RIGHTS], ids=["carer may all"])
@pytest.mark.parametrize("meanwhile", [hides_a_question, shares_it_herself, takes_it_back])
def test_what_a_phone_corrects_takes_no_place_of_what_was_touched_meanwhile(
    world: World, meanwhile: Callable[[World], None]
) -> None:
    """Alone catches: a correction that comes late, and undoes what the person did with what was told."""
    visit = world.visit(5).id
    form = world.leon.get(behalf(world, visit)).form("on-behalf")
    first = form.value("form_id") or ""
    seen = ("seen", form.value("seen") or "")
    form.submit(**{**BOTH, **SAID, "share": "yes"})
    meanwhile(world)
    before = [(one.id, one.only_me, one.removed_at) for one in rows(world, Question)]
    again = world.leon.get(behalf(world, visit)).form("on-behalf")
    again.fill(**{**BOTH, **SAID, "words": "Mornings", "share": "yes"})
    sent = [pair for pair in again.sent() if pair[0] != "seen"]
    answer = world.leon.post(behalf(world, visit), [*sent, seen, ("outbox-of", first)], follow=False)
    assert (answer.status, "Mornings" in answer) == (409, True)
    assert "not kept yet" in answer
    assert [(one.id, one.only_me, one.removed_at) for one in rows(world, Question)] == before
    assert len(rows(world, Telling)) == 1
