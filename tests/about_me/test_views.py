"""About me, as the person, somebody who helps and the team meet it."""

from collections.abc import Callable

import pytest
from flask import Flask

from selfcare.about_me import actions, words
from tests.about_me.world import World, make
from tests.harness.client import Client
from tests.harness.statements import counted

SECRET = "Canary: my divorce papers"


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    return make(app, new_client)


def test_seven_questions_one_a_screen_and_back_where_it_was_left(world: World) -> None:
    """Alone catches: an order that is not PRSB's, a way on that asks again what is answered, or skips to the end."""
    page = world.rosa.get(world.base).click("Begin with question 1")
    asked = []
    for number, question in enumerate(words.QUESTIONS, 1):
        assert f"Question {number} of 7" in page
        asked.append(page.h1)
        if question in ("talk", "also"):
            page = page.form("answer").submit(text=f"My words {question}")
            assert "Saved." in page
        else:
            page = page.click("Skip this one")
    assert asked == [
        "What matters most to me?",
        "Who are the people who matter to me?",
        "How should people talk with me?",
        "How am I when I am well?",
        "What should people do, and what should they not do?",
        "How should people support me, and when?",
        "What else is worth knowing about me?",
    ]
    assert page.h1 == "Did somebody help you write?"
    page = page.form("answer").submit(text="Leon")
    assert page.h1 == "About me"
    read = page.all("main .rows > li .row__note")
    assert read == ["How to talk with me", "Also worth knowing about me", "Who helped me to write this"]
    assert page.all("main .row--add a")[0] == "What matters most to me"
    assert len(page.all("main .row--add a")) == 5, "each empty answer is a row, and none of the others"
    assert page.click("Go on with question 1").h1 == "What matters most to me?"
    assert [row.text for row in world.kept("helped")] == ["Leon"]


def test_words_that_are_ticked_are_put_in_and_taken_out_without_javascript(world: World) -> None:
    """Alone catches: a tick that is lost, words twice, or words that were changed by hand and are taken out."""
    ticked = {"taps": ["time", "large"]}
    world.rosa.get(f"{world.base}talk/").form("answer").submit(text="I hear less well.", **ticked)
    (row,) = world.kept("talk")
    assert row.text == "I hear less well. Take your time. Large print."
    form = world.rosa.get(f"{world.base}answers/{row.id}/change").form("answer")
    assert [value for name, value in form.values if name == "taps"] == ["time", "large"]
    form.submit(text="I hear less well. Take your time. Large print, please.", taps=["large", "slow"])
    assert world.kept("talk")[0].text == "I hear less well. Large print, please. Speak slowly."
    empty = world.rosa.get(f"{world.base}most/").form("answer").submit(text="  ")
    assert empty.status == 422
    assert empty.errors == ["Write a few words, or go back: nothing here has to be filled in."]
    assert world.kept("most") == []


def test_an_answer_is_changed_and_taken_out_and_what_stood_there_is_kept(world: World) -> None:
    world.says("most", "My garden")
    page = world.rosa.get(world.base).click("Change What matters most to me")
    world.says("also", "She has a hearing aid", who="leon")
    page = page.form("answer").submit(text="My garden and my sister")
    assert page.h1 == "About me"
    assert "My garden and my sister" in page
    page = page.click("Change Also worth knowing about me").form("answer").submit(text="I have a hearing aid")
    assert "Entered by Leon for you" in page
    page = page.click("Change Also worth knowing about me")
    assert "Before, as Leon wrote it" in page
    assert "She has a hearing aid" in page
    page = page.click("Take this out").form("remove").submit()
    assert "hearing aid" not in page
    assert world.kept("also") == []


def test_who_changed_it_meanwhile_is_said_and_both_can_stay(world: World) -> None:
    """Alone catches: a second form of an empty question (another device, or one that waited) that writes over."""
    form = world.rosa.get(f"{world.base}most/").form("answer")
    world.says("most", "Doing the stairs")
    answer = form.submit(text="My sister", taps=["family"])
    assert answer.status == 409
    assert "My sister My family." in answer
    assert "Doing the stairs" in answer
    saved = answer.form("Keep what I chose").submit(keep="both")
    assert saved.status == 200
    (row,) = world.kept("most")
    assert row.text.splitlines() == ["Doing the stairs", "", "My sister My family."]


def test_who_helps_writes_beside_what_they_cannot_see_and_never_over_hers(world: World) -> None:
    """Alone catches: a carer who writes over her words, or learns that there is an answer that is only hers."""
    world.says("most", SECRET, only_me=True)
    world.says("people", "My sister")
    page = world.leon.get(world.base)
    assert SECRET not in page
    assert page.h1 == "About Rosa"
    assert "My sister" in page
    assert not page.html.select("main .row__end a"), "what Rosa wrote is not his to change"
    page = page.click("What matters most to me")
    assert "Rosa will see: Entered by Leon for you." in page
    assert "Only me" not in page
    page.form("answer").submit(text="Her garden")
    assert [row.text for row in world.kept("most")] == [SECRET, "Her garden"]
    late = world.leon.get(f"{world.base}people/").form("answer").submit(text="Her brother")
    assert late.status == 200
    assert [(row.text, row.entered_as) for row in world.kept("people")] == [
        ("My sister", "self"),
        ("Her brother", "carer"),
    ]
    page = world.rosa.get(world.base)
    for said in (SECRET, "Her garden", "Entered by Leon for you", "Only me"):
        assert said in page
    assert len(page.all("main .row__end a")) == 4, "all of it is hers to change"
    doing = world.rosa.get(f"{world.record}who-looked/")
    assert "Wrote down something about you, or how you want care" in doing


def test_the_team_reads_it_where_she_lets_them_and_how_to_talk_stands_on_every_page(world: World) -> None:
    """Alone catches: words on the banner without the right, or that are *only me*; a page a professional can change."""
    hidden = world.says("talk", "Please take your time", only_me=True)
    desk = f"{world.record}details/"
    assert world.amina.send("GET", world.base).status == 404
    world.lets_the_team_read()
    assert world.amina.get(desk).all(".banner__talk") == []
    with world.acting() as rosa:
        actions.change(rosa, hidden.id, 1, text="Please take your time", only_me=False)
    with counted(world.app) as asked:
        world.amina.get(desk)
    page = world.amina.get(world.base)
    for each in (world.amina.get(desk), page):
        assert each.all(".banner__talk") == ["How to talk with Rosa : Please take your time"]
    words_read = [each for each in asked.texts if "about_answer.text" in each]
    assert len(words_read) == 1, "it comes with the permit, and costs no statement"
    assert "relationship" in words_read[0]
    assert page.h1 == "About Rosa"
    assert not page.html.select("main form, main .row--add, main .row__end")
    assert world.amina.send("GET", f"{world.base}answers/{hidden.id}/change").status == 404
    assert "About Rosa" in world.amina.get(f"{world.record}mine/")


def test_it_is_in_the_summary_where_she_ticks_it_and_leaves_what_is_only_hers(world: World) -> None:
    """Alone catches: an answer that is *only me* since and stays in what was shared."""
    row = world.says("talk", "Please take your time")
    world.says("how", "Not before ten", choice="phone")
    world.says("most", SECRET, only_me=True)
    page = world.rosa.get(f"{world.record}summary/").form("share")
    chosen = [value for name, value in page.values if name == "sections"]
    assert "about" not in chosen, "nobody shares it before they ticked it"
    looked = page.submit("Share with Amina", sections=[*chosen, "about"])
    assert looked.status == 409, "another choice is looked at first"
    looked.form("share").submit("Share with Amina")
    page = world.amina.get(f"{world.record}summary/")
    assert "About Rosa, and ways of care" in page
    for said in ("How to talk with me", "Please take your time", "Phone Not before ten"):
        assert said in page
    assert SECRET not in page
    with world.acting() as rosa:
        actions.change(rosa, row.id, 1, text="Please take your time", only_me=True)
    page = world.amina.get(f"{world.record}summary/")
    assert "Please take your time" not in page
    assert "Not before ten" in page
