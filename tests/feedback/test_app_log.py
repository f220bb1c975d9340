"""Changes to this app that people suggest, what becomes of them, and the ideas that everybody reads."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from selfcare.database import now, session
from selfcare.feedback import actions, queries
from selfcare.feedback.models import Idea, MeToo, Suggestion
from selfcare.team import ideas
from selfcare.web.access import Kind
from tests import factories
from tests.factories import asks
from tests.factories.asks import a_body
from tests.feedback.conftest import Scene
from tests.harness.client import Client

SUGGEST = "/said/suggest/"


def suggest(client: Client, line: str = "Bigger numbers", **values: str) -> object:
    return client.get(SUGGEST).form("suggest").submit(line=line, **values)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_suggestion_becomes_an_idea_part_of_one_an_answer_or_nothing_and_is_taken_back(
    scene: Scene, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a suggestion with whose it is; one that another team reads; what became of it that nobody tells
    who made it; one that still counts though it was taken back."""
    rosa, ola, other = client, new_client(), new_client()
    rosa.sign_in(scene.people[0].account)
    ola.sign_in(scene.desk.ola)
    other.sign_in(scene.desk.other)
    assert rosa.get(SUGGEST).form("suggest").submit(line=" \u200b ").errors == [
        "Say in one line what you would change."
    ]
    for line in ("Bigger numbers", "Show the weekday", "A dark page", "Fewer words"):
        assert "Nobody has decided about it yet." in suggest(rosa, line, words="For my eyes")  # type: ignore[operator]
    page = ola.get("/team/ideas/")
    assert "Bigger numbers" in page
    assert "Rosa" not in page.html.main.text
    assert "Bigger numbers" not in other.get("/team/ideas/")
    with scene.acting():
        one = session().scalars(select(Suggestion.id).where(Suggestion.line == "Bigger numbers")).one()
    address = f"/team/{scene.desk.team}/suggestions/"
    assert other.get(f"{address}{one}").status == 404
    assert ola.get(f"{address}{one}").form("decide").submit(what="new").errors == [
        "Say the idea in one line."
    ]
    ola.get(f"{address}{one}").form("decide").submit(what="new", title="Bigger numbers to tap")
    with scene.acting():
        idea = session().scalars(select(Idea.id)).one()
    for line, values in (
        ("Show the weekday", {"what": "merge", "idea": str(idea)}),
        ("A dark page", {"what": "answer", "answer": "Your phone does that."}),
        ("Fewer words", {"what": "leave"}),
    ):
        with scene.acting():
            which = session().scalars(select(Suggestion.id).where(Suggestion.line == line)).one()
        ola.get(f"{address}{which}").form("decide").submit(**values)
    page = rosa.get(SUGGEST)
    for said in (
        "It is part of this idea now: Bigger numbers to tap",
        "Your phone does that.",
        "Nothing comes",
    ):
        assert said in page
    first, second = (ola.get(f"/team/{scene.desk.team}/ideas/{idea}").form("idea") for _ in range(2))
    first.submit(state="not_now", why="no time yet.")
    late = second.submit(state="making", more="On all pages")
    assert late.status == 409
    assert "Not now: \u2068no time yet.\u2069" in late
    assert late.form("idea").value("more") == "On all pages"
    assert "Not now: \u2068no time yet.\u2069" in new_client().get(f"/said/ideas/{idea}/")
    tomorrow = now() + timedelta(days=1)
    with scene.acting():
        for number, person in enumerate(scene.people[1:5]):
            actions.want(scene.user(person), idea, True)
            with time_machine.travel(tomorrow, tick=False):
                assert queries.idea(idea)[1] == (5 if number == 3 else None), "Rosa counts once"
    with time_machine.travel(tomorrow, tick=False):
        assert "About 5 people" in new_client().get("/said/")
    for line in ("Bigger numbers", "Show the weekday"):
        with scene.acting():
            which = session().scalars(select(Suggestion.id).where(Suggestion.line == line)).one()
        rosa.get(SUGGEST).form(f"{SUGGEST}{which}/back").submit()
    with time_machine.travel(tomorrow, tick=False):
        assert "About" not in new_client().get(f"/said/ideas/{idea}/").html.main.text


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_flood_from_one_account_is_slowed_kindly_and_loses_no_word(
    scene: Scene, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a bare refusal that throws the words away; somebody else who is slowed with them; what was taken
    back that makes room for more."""
    client.sign_in(scene.people[0].account)
    for number in range(5):
        suggest(client, f"Number {number}")
    client.get(SUGGEST).forms()[-1].submit()
    form = client.get(SUGGEST).form("suggest")
    page = form.submit(line="One more", words="With all its words")
    assert page.status == 429
    assert int(page.headers["Retry-After"]) > 3600
    assert "Please send them tomorrow." in page
    assert (page.form("suggest").value("line"), page.form("suggest").value("words")) == (
        "One more",
        "With all its words",
    )
    other = new_client()
    other.sign_in(scene.people[1].account)
    suggest(other, "Mine")
    with time_machine.travel(now() + timedelta(days=1, minutes=1), tick=False):
        client.sign_in(scene.people[0].account)
        assert "One more" in suggest(client, "One more")  # type: ignore[operator]
    with scene.acting():
        assert session().scalar(select(func.count()).select_from(Suggestion)) == 6


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_me_too_counts_an_account_once_and_who_has_no_team_is_told_so(
    scene: Scene, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a second press that counts again; a button for who is not signed in; a suggestion that goes to
    a team its account does not belong to."""
    with scene.acting():
        idea = ideas.add(scene.seat(), "Log all at once", "").id
    page = f"/said/ideas/{idea}/"
    assert "Sign in" in new_client().get(page)
    client.sign_in(scene.people[0].account)
    first, second = (client.get(page).form(page) for _ in range(2))
    assert "You want this too. It counts once." in first.submit()
    assert "You want this too. It counts once." in second.submit()
    with scene.acting():
        assert session().scalar(select(func.count()).select_from(MeToo)) == 1
    client.post(page, {"wanted": "n"})
    stranger, volunteer = new_client(), new_client()
    with scene.acting():
        stranger_id, bo = factories.account(name="Stranger").id, a_body()[0].id
    stranger.sign_in(stranger_id)
    volunteer.sign_in(bo)  # a body has no page on which anybody would read it
    for nobodys in (stranger, volunteer):
        assert "You belong to no team here" in nobodys.get(SUGGEST)
    client.get(SUGGEST).form("suggest").submit(line="For others", team=str(UUID(int=5)))
    with scene.acting():
        assert session().scalars(select(Suggestion.team_id)).all() == [scene.desk.team]


def test_on_both_engines_a_person_counts_once_however_they_want_it(app: Flask, scene: Scene) -> None:
    """Alone catches: an account that both suggested an idea and wants it, and counts twice on one engine."""
    with scene.acting():
        idea = ideas.add(scene.seat(), "Log all at once", "").id
        for person in scene.people[:4]:
            user = scene.user(person)
            row = actions.suggest(user, scene.desk.team, "All at once", "")
            ideas.merge(scene.seat(), row.id, idea)
            actions.want(user, idea, True)
            actions.want(user, idea, True)
        assert queries.idea(idea)[1] is None, "four people, eight voices"
        actions.want(scene.user(scene.people[4]), idea, True)
        with time_machine.travel(now() + timedelta(days=1), tick=False):
            assert queries.idea(idea)[1] == 5


def test_who_presses_to_and_fro_moves_no_number_before_the_day_is_over(app: Flask, scene: Scene) -> None:
    """Alone catches: of seven, one who says *me too* and takes it back, and reads from the number that goes up and down
    how many others there are, or whether one of them took theirs back."""
    begun = now()
    numbers = []

    def wants(day: int, *which: tuple[int, bool]) -> None:
        with time_machine.travel(begun + timedelta(days=day), tick=False), scene.acting():
            for who, wanted in which:
                actions.want(scene.user(scene.people[who]), idea, wanted)
                numbers.append(queries.idea(idea)[1])
                assert queries.ideas()[0][1] == numbers[-1]

    with scene.acting():
        idea = ideas.add(scene.seat(), "Log all at once", "").id
    wants(0, *((who, True) for who in range(7)))
    wants(1, (7, True), (7, False), (7, True))
    assert set(numbers) == {None, 5}
    assert numbers[-3:] == [5, 5, 5]
    wants(2, (7, False), (6, False), (5, False), (4, False), (3, False))
    assert numbers[-5:] == [10] * 5
    with time_machine.travel(begun + timedelta(days=3), tick=False), scene.acting():
        assert queries.idea(idea)[1] is None


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_nobody_would_read_is_not_taken(scene: Scene, new_client: Callable[..., Client]) -> None:
    """Alone catches: a suggestion to a voluntary body, where nobody has a page to read it; one of a reader."""
    with scene.acting():
        bo = asks.a_body()[0].id
        ida = factories.account(Kind.READER, "Ida").id
    worker, reader = new_client(), new_client(strict=False)
    worker.sign_in(bo)
    assert "You belong to no team here, so nobody would read it." in worker.get(SUGGEST)
    reader.sign_in(ida)
    assert reader.get(SUGGEST).status == 404
    assert "Suggest a change" not in reader.get("/said/ideas/")
