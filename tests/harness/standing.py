"""What stands beside the tests of a worker: browsers, and servers of the app. Each is started when it is first asked
for, and stays until nobody needs it.
"""

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from playwright.sync_api import Browser, BrowserType, sync_playwright

from tests.harness import browser as browsers
from tests.harness.places import RUN_FOLDER, run_folder
from tests.harness.server import Server, serve

SERVED = "tests.harness.served:app"


class Standing:
    """The browsers and servers of one worker."""

    def __init__(self) -> None:
        self._running = ExitStack()
        self._servers: dict[tuple[str, ...], Server] = {}

    @cached_property
    def _kind(self) -> BrowserType:
        return self._running.enter_context(sync_playwright()).chromium

    @cached_property
    def chromium(self) -> Browser:
        browser = browsers.launch(self._kind)
        self._running.callback(browser.close)
        return browser

    @cached_property
    def windowless(self) -> Browser:
        browser = browsers.windowless(self._kind)
        if browser is None:
            return self.chromium
        self._running.callback(browser.close)
        return browser

    def server(self, url: str, folder: Path, env: dict[str, str]) -> Server:
        """The app under its real server at an address, with these settings; its log is kept in `folder`."""
        key = (url, *sorted(f"{name}={value}" for name, value in env.items()))
        if key not in self._servers:
            more = {**env, RUN_FOLDER: str(run_folder())}
            self._servers[key] = self._running.enter_context(serve(url, folder, target=SERVED, **more))
        return self._servers[key]

    def close(self) -> None:
        """End all of them, the last one first."""
        self._running.close()
        self._servers.clear()
        for name in ("_kind", "chromium", "windowless"):
            self.__dict__.pop(name, None)
