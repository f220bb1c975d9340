"""What was told of a decision, written down without a signal: from Today on the phone, and put right before it is known
whether it arrived."""

from playwright.sync_api import expect
from sqlalchemy import select

from selfcare.database import session
from selfcare.decisions.models import Decision
from tests.phone.scene import Scene
from tests.proof_offline import wire as bad

QUESTION = "How do I get moving again?"


def told(scene: Scene) -> list[tuple[str, int]]:
    with scene.app.app_context():
        row = session().scalars(select(Decision).where(Decision.question == QUESTION)).one()
        return [(fact["what"], fact["v"]) for fact in row.facts][2:]


def test_what_was_told_waits_and_is_there_once_in_its_last_words(scene: Scene) -> None:
    """Alone catches: a form that a phone does not have without a signal; what was told kept twice, because its first
    words had arrived and nobody knew."""
    phone, page = scene.phone, scene.phone.page
    phone.ask("consent", yes=True)
    phone.context.set_offline(True)
    page.goto(scene.base + "/")
    page.get_by_role("link", name="Add what you were told").first.click()
    expect(page.locator("main")).to_contain_text("What was told of each")

    def write(what: str) -> None:
        page.locator("[name=kind][value=good]").check(force=True)
        page.locator("[name=what]").fill(what)
        page.locator("[name=cell_a]").fill("A good deal")
        page.get_by_role("button", name="Save").click()

    write("Sleep")
    page.wait_for_url("**/waiting/**")
    phone.context.set_offline(False)
    scene.cut(bad.CUT_AFTER)
    phone.ask("send")
    assert told(scene) == [("Sleep", 1)]
    phone.context.set_offline(True)
    page.get_by_role("link", name="Change it").first.click()
    expect(page.locator("[name=what]")).to_have_value("Sleep")
    write("Sleep at night")
    expect(page.get_by_role("heading", name="Saved on this phone")).to_be_visible()
    phone.context.set_offline(False)
    scene.mend()
    phone.ask("send")
    assert told(scene) == [("Sleep at night", 2)]
