"""A Chromium profile that lasts, as on somebody's own phone. Those of the harness are private: nothing is installed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from tests.harness import browser as browsers
from tests.harness.client import session_cookie

# Chromium otherwise waits some days before it offers to install.
AT_ONCE = "--bypass-app-banner-engagement-checks"


@contextmanager
def own_profile(
    chromium: Browser,
    origin: str,
    folder: Path,
    *,
    app: Flask | None = None,
    account: UUID | None = None,
    device: str = "phone",
    **options: Any,
) -> Iterator[BrowserContext]:
    """A browser that keeps its profile in `folder`. At the end, what the watch saw must be nothing.

    :param account: who is signed in, of `app`.
    """
    context = chromium.browser_type.launch_persistent_context(
        folder,
        executable_path=browsers.found(),
        args=[*browsers.ALONE, AT_ONCE],
        base_url=origin,
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
        **{**browsers.DEVICES[device], **options},
    )
    context.set_default_timeout(browsers.PATIENCE)
    watch = browsers.Watch(origin)
    watch.on(context)
    try:
        if app is not None and account is not None:
            name, value = session_cookie(app, account)
            browsers._give(context.pages[0], origin, {name: value})
        yield context
    finally:
        context.close()
    watch.check()
