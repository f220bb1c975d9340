"""All at once, and what is done or not, without a signal: each thing lands once, with the phone's time."""

from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import select

from selfcare.database import now, session
from selfcare.diary.models import Entry, Tracker
from tests.phone.scene import Scene


def things(scene: Scene) -> dict[str, str]:
    with scene.app.app_context():
        return {row.name: str(row.id) for row in session().scalars(select(Tracker))}


def entries(scene: Scene) -> list[Entry]:
    with scene.app.app_context():
        since = now() - timedelta(minutes=10)
        return list(
            session().scalars(select(Entry).where(Entry.entered_at > since, Entry.removed_at.is_(None)))
        )


def test_the_days_things_wait_for_a_signal_and_land_once(scene: Scene) -> None:
    """Alone catches: what waits says nothing of what is in it; put right while it waits, it is saved twice."""
    phone, page = scene.phone, scene.phone.page
    found, before = things(scene), {row.id for row in entries(scene)}
    phone.visit(f"{scene.base}/diary/now/")
    phone.context.set_offline(True)
    page.locator(f"[name='t-{found['Tiredness']}-severity'][value='6']").check(force=True)
    page.locator(f"[name='t-{found['Blood pressure']}-first']").fill("128/82")
    page.locator(f"[name='t-{found['Tablets taken']}-severity'][value=done]").check(force=True)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Tiredness 6. Blood pressure 128/82. Tablets taken ✓")
    assert phone.waiting() == 1
    phone.context.set_offline(False)
    phone.ask("send")
    assert phone.waiting() == 0
    new = [row for row in entries(scene) if row.id not in before]
    said = {(row.severity, row.first, row.second) for row in new}
    assert said == {(6, "", ""), (None, "128", "82"), (1, "", "")}
    assert len({row.wall for row in new}) == 1
