"""Getting ready with a thumb, in a real browser."""

from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Response, Route, expect

from selfcare.appointments import actions, queries
from tests.appointments.conftest import World
from tests.harness.axe import axe
from tests.harness.places import only_proof

Browse = Callable[..., Page]
REST = [("phone", True), ("desk", False), ("desk", True)]


def prepare(world: World, *questions: str) -> str:
    visit = world.visit(5)
    for text in questions:
        world.ask(text, appointment_id=visit.id)
    return f"{world.base}appointments/{visit.id}/prepare/"


def matters(world: World) -> str:
    [visit] = world.ask_of(queries.upcoming)
    return visit.matters


def saved(text: str) -> Callable[[Response], bool]:
    """The answer to the sentence as it stands now."""
    return lambda answer: parse_qs(answer.request.post_data or "").get("matters") == [text]


def test_the_sentence_saves_itself_again_and_again(world: World, browse: Browse) -> None:
    page = browse("phone", account=world.home.rosa.id)
    page.goto(prepare(world))
    box = page.get_by_role("textbox", name="What matters most this time?")
    for text in ("I want", "I want to be well", "I want to be well for my sister"):
        with page.expect_response(saved(text)):
            box.fill(text)
        expect(page.locator("#matters-state p")).to_have_text("Saved just now")
        assert matters(world) == text
    expect(box).to_be_focused()


def test_typing_faster_than_the_network_is_no_quarrel(world: World, browse: Browse) -> None:
    page = browse("phone", account=world.home.rosa.id)
    page.goto(prepare(world))
    held: list[Route] = []
    slow = [True]
    page.route("**/prepare/matters", lambda route: held.append(route) if slow else route.continue_())
    box = page.get_by_role("textbox", name="What matters most this time?")
    with page.expect_request("**/prepare/matters"):
        box.press_sequentially("I want to be well ")
    box.press_sequentially("for my sister’s visit in April")
    slow.clear()
    with page.expect_response(saved("I want to be well for my sister’s visit in April")):
        for each in held:
            each.continue_()
    assert matters(world) == "I want to be well for my sister’s visit in April"
    expect(page.locator("#matters-state p")).to_have_text("Saved just now")


def test_ready_right_after_the_last_letter_loses_nothing(world: World, browse: Browse) -> None:
    page = browse("phone", account=world.home.rosa.id)
    page.goto(prepare(world))
    page.get_by_role("textbox", name="What matters most this time?").press_sequentially("My sister")
    page.get_by_role("button", name="I’m ready: share with Amina").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("I’m ready")
    expect(page.get_by_text("My sister")).to_be_visible()
    page.get_by_role("button", name="Share with Amina").click()
    expect(page.get_by_text("Shared with Amina.")).to_be_visible()


def test_up_swaps_only_the_list_and_says_so(world: World, browse: Browse) -> None:
    page = browse("phone", account=world.home.rosa.id)
    page.goto(prepare(world, "first", "second", "third", "fourth"))
    page.evaluate("window.same = true")
    page.locator("#questions summary").first.click()  # there are some: the step is done, and one line
    questions = page.locator("#open-questions .question__text")
    for _ in range(3):
        before = questions.all_inner_texts()
        page.get_by_role("button", name="Move question").last.click()
        expect(questions).not_to_have_text(before)
    texts = questions.all_inner_texts()
    assert page.evaluate("window.same") is True
    assert sorted(texts) == ["first", "fourth", "second", "third"]
    assert texts != ["first", "second", "third", "fourth"]
    assert texts == world.open()
    expect(page.locator("#open-questions [autofocus]")).to_be_focused()
    axe(page)


def test_opening_a_reply_marks_it_read(world: World, browse: Browse) -> None:
    asked = world.ask("Can I drive?", send_now=True)
    with world.acting("amina") as permit:
        actions.reply(permit, asked, "Yes.")
    page = browse("phone", account=world.home.rosa.id)
    page.goto(f"{world.base}questions/{asked}/")
    expect(page.get_by_text("Marked as read.")).to_be_visible()
    assert world.ask_of(queries.on_today).replies == []
    axe(page)


@pytest.mark.parametrize(("device", "dark"), [("phone", False), *only_proof(*REST)])
def test_axe_finds_nothing_when_there_is_a_reply(
    world: World, browse: Browse, device: str, dark: bool
) -> None:
    """The pages as they are while a visit draws near; as they mostly are: tests/house/test_accessible.py."""
    visit = world.visit(5)
    asked = world.ask("Could my next visit be by phone too?", appointment_id=visit.id, send_now=True)
    world.ask("Only for me", only_me=True)
    with world.acting("amina") as permit:
        actions.reply(permit, asked, "Yes.")
    one = f"{world.base}appointments/{visit.id}/"
    paths = {
        "rosa": [
            world.base + "appointments/", world.base + "appointments/add", one, one + "change", one + "remove",
            one + "prepare/", one + "prepare/matters", one + "prepare/words", one + "prepare/ready",
            one + "prepare/paper", world.base + "questions/", world.base + "questions/add",
            world.base + "questions/prompts", f"{world.base}questions/{asked}/",
            f"{world.base}questions/{asked}/change", f"{world.base}questions/{asked}/answer",
            f"{world.base}questions/{asked}/remove",
        ],
        "amina": [one + "prepare/", f"{world.base}questions/{asked}/", f"{world.base}questions/{asked}/reply"],
    }  # fmt: skip
    for who, addresses in paths.items():
        page = browse(device, account=getattr(world.home, who).id, dark=dark)
        for address in addresses:
            answer = page.goto(address)
            assert answer
            assert answer.status == 200, address
            # As tall as the page, so that the bar of actions covers nothing that axe would then call undecided.
            width = page.viewport_size["width"] if page.viewport_size else 390
            page.set_viewport_size({"width": width, "height": 4000})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                f"{address} is too wide"
            )
