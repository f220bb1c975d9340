"""What stands beside the tests of a worker: browsers, and servers of the app. Each is started when it is first asked
for, and ends when the next test does not ask for it: together they take more memory than all else.
"""

from collections.abc import Callable, Collection
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserType, sync_playwright

from tests.harness import browser as browsers
from tests.harness.places import RUN_FOLDER, run_folder
from tests.harness.server import Server, serve

SERVED = "tests.harness.served:app"


class _Serving(NamedTuple):
    server: Server
    end: ExitStack


class Standing:
    """The browsers and servers of one worker."""

    def __init__(self) -> None:
        self._kind: BrowserType | None = None
        self._playwright = ExitStack()
        self._browsers: dict[str, Browser] = {}
        self._servers: dict[tuple[str, ...], _Serving] = {}
        self._asked: set[tuple[str, ...]] = set()

    def browser(self, name: str) -> Browser:
        """The whole `chromium`; or the one that is `windowless`, in whose place another whole one stands where there is
        none.
        """
        if self._kind is None:
            self._kind = self._playwright.enter_context(sync_playwright()).chromium
        if name not in self._browsers or not self._browsers[name].is_connected():
            found = browsers.windowless(self._kind) if name == "windowless" else None
            self._browsers[name] = found or browsers.launch(self._kind)
        return self._browsers[name]

    def server(self, url: str, make_folder: Callable[[], Path], env: dict[str, str]) -> Server:
        """The app under its real server at an address, with these settings; its log is kept in a folder made for it.
        Others that this test has not asked for end.
        """
        key = (url, *sorted(f"{name}={value}" for name, value in env.items()))
        self._asked.add(key)
        if key not in self._servers:
            self._end_servers()
            end = ExitStack()
            known = {**env, RUN_FOLDER: str(run_folder())}
            self._servers[key] = _Serving(
                end.enter_context(serve(url, make_folder(), target=SERVED, **known)), end
            )
        return self._servers[key].server

    def between(self, asked: Collection[str]) -> None:
        """A test is over. Ends what the next one does not ask for: it asks for these fixtures."""
        self._asked.clear()
        if "serve_shared" not in asked:
            self._end_servers()
        for name in self._browsers.keys() - set(asked):
            self._browsers.pop(name).close()
        if not self._browsers:
            self._playwright.close()
            self._kind = None

    def _end_servers(self) -> None:
        for key in self._servers.keys() - self._asked:
            self._servers.pop(key).end.close()
