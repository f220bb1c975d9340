"""When something was, is fixed when it is first saved, whatever becomes of the phone's clock before and after."""

from datetime import timedelta

import pytest

from selfcare.database import now
from tests.harness.places import only_proof
from tests.phone.scene import WRONG_CLOCK, Scene

# What waits on a phone does not hang on the database behind it.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
DAY = 24 * 3_600_000


@pytest.mark.parametrize(("days", "mended"), [(-3, False), *only_proof((3, True), (-3, True))])
def test_a_clock_that_goes_wrong_without_a_signal(scene: Scene, days: int, mended: bool) -> None:
    """As after an empty battery: right when the phone last heard the time, and put right or not by the next signal."""
    phone = scene.phone
    phone.log_one("canary before")
    phone.context.set_offline(True)
    phone.worker.evaluate(WRONG_CLOCK, days * DAY)
    phone.page.goto("/waiting/")
    phone.log_one("canary one")
    if mended:
        phone.worker.evaluate(WRONG_CLOCK, 0)
    phone.context.set_offline(False)
    assert phone.ask("send") is None
    before, one = scene.kept()
    assert one.note == "canary one"
    assert before.utc <= one.utc <= now() + timedelta(minutes=1), (
        "after the last signal, and not still to come"
    )
