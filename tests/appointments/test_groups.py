"""Two groups wherever questions stand, for every reader: for the visit, in the person's order with the top three first;
and asked now, where alone a reply is promised by a day."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from selfcare.appointments import question_order
from selfcare.database import session
from selfcare.people.models import Team
from selfcare.sharing import actions as sharing
from tests.appointments.conftest import World

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
# The Thursday before Christmas: Friday 24 is worked, Monday and Tuesday are bank holidays in place of the weekend's.
THURSDAY = datetime(2027, 12, 23, 10, 0, tzinfo=UTC)
VISIT = [f"For the visit {letter}" for letter in "abcd"]


def come_in(world: World) -> None:
    for who in ("rosa", "leon", "amina"):
        getattr(world, who).sign_in(getattr(world.home, who).id)


def in_order(text: str, *wanted: str) -> None:
    places = [text.index(each) for each in wanted]
    assert places == sorted(places), wanted


def test_two_groups_and_the_clock_on_one_of_them_on_every_page(world: World) -> None:
    """Alone catches: one list in which what waits for a reply takes a place of the top three, a promise on what only
    goes along, and a promise counted over Christmas."""
    with time_machine.travel(THURSDAY, tick=False):
        come_in(world)
        with world.acting():
            for team in session().query(Team):
                team.reply_days, team.holidays = 2, ["2027-12-24"]
        visit = world.visit(12)
        now = world.ask("Asked just now?", appointment_id=visit.id, send_now=True)
        for text in VISIT[:3]:
            world.ask(text, appointment_id=visit.id)
        last = world.ask(VISIT[3], appointment_id=visit.id)
        with world.acting() as permit:
            today = permit.today()
            made = sharing.share(
                permit, sections=("questions",), first=today, last=today, appointment_id=visit.id
            )
        prepare = f"{world.base}appointments/{visit.id}/prepare/"
        promised = "Amina replies by Thursday 30 December."
        for client in (world.rosa, world.leon):
            for path in (f"{world.base}questions/", prepare):
                text = client.get(path).html.main.text
                in_order(
                    text, *VISIT[:3], "If there is time", VISIT[3], "Asked now", "Asked just now?", promised
                )
                assert text.count("replies by") == 1
        paper = world.rosa.get(f"{prepare}paper").html.main.text
        in_order(paper, VISIT[3], "Asked now", "Asked just now?")
        for path in (f"{world.base}questions/", prepare):
            text = world.amina.get(path).html.main.text
            in_order(
                text, VISIT[2], "If there is time", "Asked just now?", "A reply is promised by 30 December."
            )
            assert text.count("is promised") == 1
        for path in ("/caseload/questions/", world.base):
            text = world.amina.get(path).html.main.text
            in_order(text, "Asked just now?", "A reply is promised by 30 December", VISIT[0])
            assert text.count("promised by") == 1
        shared = f"{world.base}summary/{made}/"
        for client in (world.rosa, world.amina):
            for path in (shared, f"{shared}text"):
                text = client.get(path).html.main.text
                in_order(text, *VISIT[:3], "If there is time", VISIT[3], "Asked now", "Asked just now?",
                         "A reply was promised by 30 December")  # fmt: skip
                assert text.count("promised") == 1
    with time_machine.travel(THURSDAY + timedelta(days=10), tick=False):
        come_in(world)
        for path in ("/caseload/questions/", world.base):
            assert "A reply was promised by 30 December" in world.amina.get(path).html.main.text
        page = world.rosa.get(f"{world.base}questions/")
        top = next(
            form for form in page.html.select("form") if form.get("action", "").endswith(f"{last}/top")
        )
        assert "To my top three" in top.text
        answer = world.rosa.get(f"{world.base}questions/{now}/top").form("To my top three").submit()
        assert answer.status == 409
        assert "no longer in the order for the visit" in answer
        with world.acting() as permit:
            question_order.to_top(permit, last)
        assert world.open(visit=visit.id)[:3] == [VISIT[0], VISIT[1], VISIT[3]]
