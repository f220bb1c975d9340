"""Real Chromium: phones and desks, watched for errors and for anything fetched from elsewhere."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Page,
    Request,
    Response,
    expect,
)

from tools.find_chromium import found, shell

DEVICES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 2,
    },
    "small phone": {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True},
    "desk": {"viewport": {"width": 1280, "height": 900}},
}
# What a window has around its page, drawn by pages of the browser's own: nobody sees it, and it costs more than ours.
# The option stands in the place of Playwright's, so what that leaves out is left out here, too.
LEFT_OUT = (
    "PreloadTopChromeWebUI", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding",
    "PreconnectToSearch", "ThirdPartyStoragePartitioning",
)  # fmt: skip
# No name but loopback can be resolved, so nothing leaves the machine even where nobody watches (service workers).
ALONE = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--no-first-run",
    "--disable-features=" + ",".join(LEFT_OUT),
]
OWN_SCHEMES = ("data", "blob", "about")
# How long is waited for what must come, in milliseconds: what comes is never waited for longer than it takes.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
ASSETS = ("script", "stylesheet", "image", "font", "manifest")


@dataclass
class Watch:
    """What a browser did that it should not have. Empty at the end of a good test."""

    origin: str
    elsewhere: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def on(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", lambda message: self._console(message.type, message.text))
        context.on("weberror", lambda fault: self.errors.append(f"uncaught: {fault.error}"))

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in OWN_SCHEMES and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.elsewhere.append(request.url)

    def _response(self, response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and response.request.resource_type in ASSETS):
            self.errors.append(f"{response.status} from {response.url}")

    def _console(self, kind: str, text: str) -> None:
        # Chromium notes every 4xx here; those of pages are answers like any other, those of assets are caught above.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.errors.append(f"console: {text}")

    def check(self) -> None:
        assert not self.elsewhere, f"fetched from elsewhere: {self.elsewhere}"
        assert not self.errors, "\n".join(self.errors)


def launch(kind: BrowserType) -> Browser:
    path = found()
    if path is None:
        raise RuntimeError("No Chromium found: `make test` installs one, or name one in SELFCARE_CHROMIUM")
    return _launch(kind, path)


def windowless(kind: BrowserType) -> Browser | None:
    """One without windows; None where there is none. It opens pages, and knows little of workers."""
    path = shell()
    return _launch(kind, path) if path else None


def _launch(kind: BrowserType, path: str) -> Browser:
    # As root, Chromium has no sandbox of its own to go into.
    return kind.launch(executable_path=path, args=ALONE, chromium_sandbox=os.geteuid() != 0)


@contextmanager
def opened(
    browser: Browser,
    origin: str,
    device: str = "phone",
    *,
    javascript: bool = True,
    dark: bool = False,
    locale: str = "en-GB",
    cookies: dict[str, str] | None = None,
    **options: Any,
) -> Iterator[tuple[Page, Watch]]:
    """A page in a browser profile of its own. At the end, what the watch saw must be nothing."""
    context = browser.new_context(
        base_url=origin,
        java_script_enabled=javascript,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale=locale,
        **{"timezone_id": "Europe/London", **DEVICES[device], **options},
    )
    context.set_default_timeout(PATIENCE)
    watch = Watch(origin)
    watch.on(context)
    try:
        page = context.new_page()
        _give(page, origin, cookies or {})
        yield page, watch
    finally:
        context.close()
    watch.check()


def _give(page: Page, origin: str, cookies: dict[str, str]) -> None:
    """Puts cookies of the server's own into a profile; by the debugger, which knows cookies that name no domain."""
    debugger = page.context.new_cdp_session(page)
    for name, value in cookies.items():
        cookie = {
            "name": name,
            "value": value,
            "path": "/",
            "secure": True,
            "httpOnly": True,
            "sameSite": "Lax",
        }
        done = debugger.send("Network.setCookie", {**cookie, "url": origin.replace("http:", "https:")})
        assert done["success"], f"Chromium refuses the cookie {name}"
    debugger.detach()
