"""*May I spend on this?*: who may do what with it where it stands; told, answered, late, taken back, asked again."""

from datetime import timedelta
from itertools import product

import pytest
from flask import url_for
from werkzeug.exceptions import NotFound

from selfcare import i18n
from selfcare.budget import actions, ask_actions, queries, states
from selfcare.budget.models import SpendAsk
from selfcare.budget.states import Move, NotNow, State
from selfcare.database import command, now, session
from selfcare.people import teams
from selfcare.web.access import Area, Level
from tests.budget.conftest import World
from tests.factories import plans

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

# By who does it, where it stands: what they can do. Leon may add; what he asked is his, what Rosa asked is hers.
ALLOWED = {
    "rosa": {State.ASKED: "withdraw", State.YES: "spend", State.NO: "again", State.WITHDRAWN: "again"},
    "leon": {State.ASKED: "", State.YES: "spend", State.NO: "again", State.WITHDRAWN: "again"},
    "leon, his": {State.ASKED: "withdraw", State.YES: "spend", State.NO: "again", State.WITHDRAWN: "again"},
    "amina": {State.ASKED: "answer", State.YES: "answer", State.NO: "answer", State.WITHDRAWN: ""},
}


def stand(world: World, state: State, asker: str = "rosa") -> SpendAsk:
    """An ask that stands so."""
    row = ask_actions.ask(world.permit(asker), world.budget, what="A garden seat", pence=6_000)
    if state in (State.YES, State.NO):
        ask_actions.answer(world.permit("amina"), row.id, None, answer=state.value, words="So.")
    if state is State.WITHDRAWN:
        ask_actions.withdraw(world.permit(asker), row.id)
    return row


def does(world: World, who: str, row: SpendAsk, move: Move) -> str:
    """What comes of it: done; not now; or not theirs, and then it does not exist."""
    permit = world.permit(who)
    try:
        if move is Move.ANSWER:
            ask_actions.answer(permit, row.id, None, answer="yes", words="It fits.")
        elif move is Move.WITHDRAW:
            ask_actions.withdraw(permit, row.id)
        elif move is Move.AGAIN:
            ask_actions.ask(permit, world.budget, what="A smaller seat", pence=4_000, follows=row.id)
        else:
            actions.spend(permit, world.budget, what=row.what, pence=1, day=permit.today(), ask_id=row.id)
    except NotNow:
        return "not now"
    except NotFound:
        return "not theirs"
    return "done"


def test_every_state_by_every_person_and_every_move(world: World) -> None:
    """Alone catches: a nurse who spends, a carer who takes back what another asked, an answer to what was taken
    back, and a button on the page for what would be refused."""
    wrong = []
    with world.app.test_request_context(), command():
        for (who, may), state, move in product(ALLOWED.items(), State, Move):
            name, _, his = who.partition(", ")
            row = stand(world, state, "leon" if his else "rosa")
            allowed = move.value in may[state].split()
            shown = move in queries.moves(world.permit(name), row)
            came = does(world, name, row, move)
            if (shown, came == "done") != (allowed, allowed):
                wrong.append((who, state, move, shown, came))
            row.removed_at = row.entered_at  # so that no more wait than may
            session().flush()
    assert wrong == []
    assert {state for state in State for move in Move if state in states.FROM[move]} == set(State)


def test_a_team_that_may_answer_neither_spends_nor_asks(world: World) -> None:
    """Alone catches: a professional whose right to answer lets them write a spend down, or ask in the person's name."""
    with world.app.test_request_context(), command():
        amina = world.permit("amina")
        assert amina.may(Area.BUDGET, Level.ADD)
        with pytest.raises(NotFound):
            actions.spend(amina, world.budget, what="A seat", pence=1, day=amina.today())
        with pytest.raises(NotFound):
            ask_actions.ask(amina, world.budget, what="A seat", pence=1)


def test_asked_answered_no_asked_again_yes_and_spent(world: World) -> None:
    """Alone catches: a no without its reason, an answer that nobody is told of, a promise that no page gives, an
    ask that loses what it followed."""
    page = world.rosa.get(world.there)
    assert "Amina or a colleague decides, within 2 working days. You can spend without asking." in page
    page = page.click("Ask about something").form("ask").submit(what="A garden seat", pounds="60")
    assert page.h1 == "May I spend on this?"
    with world.app.test_request_context():
        contact = ask_actions.may_be_asked(world.permit())
        assert contact is not None
        assert f"Answer by {i18n.day(teams.answer_by(contact, now()))}." in page
    inbox = world.amina.get("/inbox/")
    asked = inbox.click("Rosa asks: may I spend on this?")
    assert "A garden seat, £60" in asked
    assert "£1,200 left" in asked
    refused = asked.form("decide").submit(answer="no")
    assert (refused.status, refused.errors) == (
        422,
        ["Say why not, so that it can be asked again in another way."],
    )
    answered = asked.form("decide").submit(
        answer="no", words="A seat is for the house. Could it be a fold-up one?"
    )
    assert "Put your answer right" in answered
    told = world.rosa.get("/inbox/").click("Your team answered: may I spend on this?")
    assert "Could it be a fold-up one?" in told
    again = told.click("Ask again, in other words")
    assert again.form("ask").value("what") == "A garden seat"
    assert "Could it be a fold-up one?" in again
    page = again.form("ask").submit(what="A fold-up seat for walks", pounds="35")
    assert "It was asked before." in page
    where = page.url.split("?")[0]
    world.amina.get(where).form("decide").submit(answer="yes", words="It fits what the money is for.")
    page = world.rosa.get(where)
    spend = page.click("Write it down as spent").form("spend")
    assert (spend.value("pounds"), spend.value("what")) == ("35", "A fold-up seat for walks")
    page = spend.submit()
    assert "£1,165" in page
    assert "Amina said yes before." in page.click("A fold-up seat for walks")
    # The nurse's page of the person says what waits, and nothing once it is answered.
    assert "may I spend on this?" not in world.amina.get(world.record)


def test_a_day_that_has_gone_is_said_and_nothing_stops_a_spend(world: World) -> None:
    """Alone catches: an ask that is late in silence, and a spend that waits until somebody has answered."""
    with world.app.test_request_context(), command():
        row = stand(world, State.ASKED)
        row.answer_by = teams.today() - timedelta(days=1)
        where = url_for("budget.ask", person_id=world.house.person.id, spend_ask_id=row.id)
        session().flush()
    page = world.rosa.get(where)
    assert "That did not happen." in page
    assert page.html.select_one("main a[href^='tel:']") is not None
    assert "Whatever the answer, you can write a spend down." in page
    assert world.amina.get(world.record).click("Answer it to: A garden seat").html.select("#decide"), (
        "from their page"
    )
    world.spend(pounds="60", what="A garden seat")
    assert world.spends() == [("A garden seat", 6_000)]
    page = world.rosa.get(where).form("Take it back").submit()
    assert "Rosa took it back." in page
    late = world.amina.get(where)
    assert not late.html.select("#decide")
    assert "may I spend on this?" not in world.amina.get("/inbox/")


def test_nobody_to_ask_is_said_and_two_who_answer_are_asked(world: World) -> None:
    """Alone catches: a question that goes to nobody, and a colleague's answer that is written over unread;
    an answer put right that is news to nobody, because a page that showed the first one said that it was read."""
    with world.app.test_request_context(), command():
        row = stand(world, State.ASKED)
        where = url_for("budget.ask", person_id=world.house.person.id, spend_ask_id=row.id)
    first, second = (world.amina.get(where).form("decide") for _ in range(2))
    first.submit(answer="yes", words="It fits.")
    late = second.submit(answer="no", words="It does not.")
    assert late.status == 409
    assert "It fits." in late
    assert "It does not." in late
    read = world.rosa.get(where).form("seen")
    world.amina.get(where).form("decide").submit(answer="no", words="I looked again.")
    read.submit()  # of the page that said yes
    assert world.rosa.get(where).html.select("#seen")
    with world.app.test_request_context(), command():
        plans.let_team(world.house, None, Area.BUDGET)
    page = world.rosa.get(world.there)
    assert "Amina cannot see your budget yet, so nobody can say yes or no." in page
    assert "Ask about something" not in page
    assert "Amina cannot see this budget yet, so nobody can say yes or no." in world.leon.get(world.there)
    asked = world.rosa.get(f"{world.there}asks/add").form("ask").submit(what="A rail", pounds="20")
    assert asked.status == 409
    assert asked.form("ask").value("what") == "A rail"
    assert world.amina.get(where, follow=False).status == 404
