"""What stands beside tests ends when the next does not ask for it, and is there again for whoever does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.harness import browser as browsers
from tests.harness import standing


class Fake:
    """A browser or a server that notes that it has begun, and that it has ended."""

    def __init__(self, name: str, stand: list[str]) -> None:
        self.name, self.stand = name, stand
        stand.append(name)

    def close(self) -> None:
        self.stand.remove(self.name)

    def is_connected(self) -> bool:
        return self.name in self.stand


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of all that stands at the moment."""
    found: list[str] = []

    @contextmanager
    def serving(url: str, *_: Any, **__: Any) -> Iterator[Fake]:
        server = Fake(url, found)
        yield server
        server.close()

    @contextmanager
    def playwright() -> Iterator[Any]:
        driver = Fake("playwright", found)
        yield type("Playwright", (), {"chromium": "kind"})
        driver.close()

    monkeypatch.setattr(standing, "sync_playwright", playwright)
    monkeypatch.setattr(standing, "serve", serving)
    monkeypatch.setattr(browsers, "launch", lambda _: Fake("chromium", found))
    monkeypatch.setattr(browsers, "windowless", lambda _: Fake("windowless", found))
    return found


def test_what_the_next_test_does_not_ask_for_ends(stand: list[str], tmp_path: Path) -> None:
    """Alone catches: a browser or a server that stays to the end of a run, which nothing but its memory would tell."""
    beside = standing.Standing()
    beside.browser("windowless")
    beside.server("one", lambda: tmp_path, {})
    beside.between({"windowless", "serve_shared"})
    assert beside.browser("windowless") is beside.browser("windowless")
    assert stand == ["playwright", "windowless", "one"]
    beside.server("two", lambda: tmp_path, {})
    beside.server("three", lambda: tmp_path, {})
    beside.browser("chromium")
    assert stand == ["playwright", "windowless", "two", "three", "chromium"], "one was not asked for again"
    beside.between({"chromium"})
    assert stand == ["playwright", "chromium"]
    beside.between(())
    assert stand == []
    beside.browser("chromium")
    assert stand == ["playwright", "chromium"]
    stand.remove("chromium")  # as one that died
    beside.browser("chromium")
    assert stand == ["playwright", "chromium"], "another in place of one that died"
