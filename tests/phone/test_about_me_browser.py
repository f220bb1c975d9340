"""About me without a signal: an answer waits, is put right, and never writes over one that came first."""

from playwright.sync_api import expect
from sqlalchemy import select

from selfcare.about_me import actions
from selfcare.about_me.models import AboutAnswer
from selfcare.database import command, session
from tests import factories
from tests.phone.scene import Scene


def said(scene: Scene, question: str) -> list[tuple[str, int]]:
    with scene.app.app_context():
        rows = session().scalars(select(AboutAnswer).where(AboutAnswer.question == question))
        return [(row.text, row.version) for row in rows]


def test_answers_wait_and_go_on_to_the_next_question(scene: Scene) -> None:
    """Alone catches: an answer that is lost without a signal, or writes over what she wrote elsewhere."""
    phone, page = scene.phone, scene.phone.page
    for question in ("well", "support"):
        phone.visit(f"{scene.base}/about-me/{question}/")
        phone.context.set_offline(True)
        page.locator("[name=text]").fill(f"Words {question}")
        page.get_by_role("button", name="Save, and next").click()
        expect(page.locator("h1")).not_to_contain_text("?")
        phone.context.set_offline(False)
        if question == "support":
            with scene.app.test_request_context(), command():
                rosa = factories.permit(scene.house.rosa, scene.house.person)
                actions.add(rosa, "support", text="From another phone")
        phone.ask("send")
    assert said(scene, "well") == [("Words well", 1)]
    assert said(scene, "support") == [("From another phone", 1)]
    assert len(scene.refused()) == 1
    phone.visit("/waiting/")
    expect(page.locator("main")).to_contain_text("Words support")
