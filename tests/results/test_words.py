"""What a professional reads before filing: when the person will see it, in every case there is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from selfcare.filing import release_plan as filing
from selfcare.results import actions, words
from selfcare.results import release as rules
from selfcare.web.access import Permit
from tests.results.test_team import set_ways
from tests.results.world import World

WEDNESDAY = datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
HOLD = WEDNESDAY + timedelta(days=2)


@pytest.fixture(autouse=True)
def on_wednesday() -> Iterator[None]:
    with time_machine.travel(WEDNESDAY, tick=False):
        yield


def said(world: World, kind: str = "blood", *, hold: bool = False, noting: bool = False) -> str:
    """The sentence as the form and the list of what waits make it."""

    def ask(permit: Permit) -> str:
        around = filing.circumstances(permit, None, WEDNESDAY)
        fixed = filing.plan(permit, kind, WEDNESDAY, around)
        noted = filing.noted(permit, WEDNESDAY, around) if noting and fixed.waits_for == rules.NOTE else None
        when = rules.visible_from(fixed.release_at, fixed.latest_at, HOLD if hold else None, None, noted)
        with world.app.test_request_context():
            return words.before_filing(
                permit,
                when,
                rules.DAY if noted else fixed.waits_for,
                held=hold,
                planned=fixed.release_at < fixed.latest_at,
                now=WEDNESDAY,
            )

    found: str = world.do("amina", ask)
    return found


ONCE_BOTH = "or once you have added a note and the hold has ended."
LATEST = "Wednesday 25 March, 15:00"
CASES: list[tuple[dict[str, str], tuple[str, list[int]] | None, dict[str, Any], str]] = [
    ({}, None, {}, "Rosa will see this now."),
    ({}, (rules.AT_ONCE, []), {"kind": "genetics"}, "Rosa will see this now."),
    ({}, (rules.WITH_NOTE, []), {}, f"Rosa will see this on {LATEST}, or when you add a note."),
    ({}, (rules.WITH_NOTE, []), {"noting": True}, "Rosa will see this now."),
    ({"blood": rules.WITH_NOTE}, None, {}, f"Rosa will see this on {LATEST}, or when you add a note."),
    (
        {},
        None,
        {"kind": "tissue"},
        f"Rosa will see this on {LATEST}, or when you let Rosa see it. No visit is planned before then.",
    ),
    (
        {},
        (rules.NOT_ON_DAYS, [2]),
        {},
        "Rosa will see this on Thursday 12 March, 09:00, because of the days Rosa chose.",
    ),
    ({}, (rules.NOT_ON_DAYS, [3]), {}, "Rosa will see this now."),
    (
        {"blood": rules.WITH_NOTE},
        (rules.NOT_ON_DAYS, [2]),
        {"noting": True},
        "Rosa will see this on Thursday 12 March, 09:00, because of the days Rosa chose.",
    ),
    (
        {},
        None,
        {"hold": True},
        "Rosa will see that it is on hold, and will see this on Friday 13 March, 15:00.",
    ),
    (
        {},
        (rules.WITH_NOTE, []),
        {"hold": True},
        f"Rosa will see that it is on hold, and will see this on {LATEST}, {ONCE_BOTH}",
    ),
    (
        {},
        (rules.WITH_NOTE, []),
        {"hold": True, "noting": True},
        "Rosa will see that it is on hold, and will see this on Friday 13 March, 15:00.",
    ),
]


@pytest.mark.parametrize(("ways", "choice", "asked", "sentence"), CASES)
def test_it_says_when_before_it_is_filed(
    world: World,
    ways: dict[str, str],
    choice: tuple[str, list[int]] | None,
    asked: dict[str, Any],
    sentence: str,
) -> None:
    if ways:
        set_ways(world, **ways)
    if choice:
        world.do("rosa", actions.choose, *choice)
    assert said(world, **asked) == sentence


def test_a_size_is_never_nothing(world: World) -> None:
    with world.app.test_request_context():
        assert [words.size(n) for n in (0, 1, 1000, 120_000, 1_400_000)] == [
            "1 KB",
            "1 KB",
            "1 KB",
            "120 KB",
            "1.4 MB",
        ]
