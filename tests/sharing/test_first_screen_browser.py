"""The nurse's two minutes: what there is to know before the visit stands on the first screen."""

import pytest
from flask import Flask

from selfcare.health import actions as health
from tests.conftest import Browse
from tests.sharing.scenes import acting, scene, share

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True),
]
# What is looked for before a call, and where: whose it is, what for, their words, numbers, results, medicines.
SEEN = (
    ".banner__name", ".desk-head__next", ".summary__lead", ".question:nth-of-type(2) .question__text",
    ".summary__words", ".measure .chart__svg", ".table--lab tbody td",
    "text=Vitamin D", "text=Walk to the shop and back",
)  # fmt: skip


def test_everything_needed_is_on_the_first_screen_of_a_desk(app: Flask, browse: Browse) -> None:
    """Medicines or results that stand under the fold of a desk's window, 1280 × 900, and are read too late."""
    made = scene(app)
    with acting(app, made.rosa, made.person) as rosa:
        health.add(rosa, kind="medicine", name="Vitamin D", about="Bones")
    summary = share(app, made)
    page = browse("desk", account=made.amina)
    page.goto(f"{made.base}/summary/{summary}/")
    for what in SEEN:
        box = page.locator(what).first.bounding_box()
        assert box is not None, what
        assert box["y"] + box["height"] <= 900, f"{what} ends at {box['y'] + box['height']}"
    assert page.evaluate("scrollY") == 0
