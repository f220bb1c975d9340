"""Taps and loads, counted the same way by every journey, and shown in one table at the end of a run."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Page, Response

from tests.pages.people import Someone


class Loads:
    """How many pages were loaded: counted as each answer comes, which is before anything of it can be seen."""

    def __init__(self, page: Page) -> None:
        self.number = 0
        self.counts = True
        page.on("response", self._answered)

    def _answered(self, response: Response) -> None:
        if self.counts:
            self.number += response.request.is_navigation_request() and response.status < 300

    def stop(self) -> None:
        """What is loaded from here on is no longer on the way to what somebody wanted."""
        self.counts = False


Counted = Callable[..., AbstractContextManager[Loads]]


@pytest.fixture
def counted(record_property: Callable[[str, object], None]) -> Counted:
    """`with counted("four tiles", leon, taps=6, loads=2): …` fails where somebody needs more than that."""

    @contextmanager
    def count(what: str, who: Someone, *, taps: int, loads: int | None = None) -> Iterator[Loads]:
        loaded, before = Loads(who.page), who.taps
        yield loaded
        loaded.stop()
        tapped = who.taps - before
        record_property("counted", (what, tapped, taps, loaded.number, loads))
        assert tapped <= taps, f"{what}: {tapped} taps, not {taps} at most"
        assert loads is None or loaded.number == loads, f"{what}: {loaded.number} loads, not {loads}"

    return count
