"""Prints the path of a Chromium for the browser tests, installing one first when asked to and none is found.

Looks at SELFCARE_CHROMIUM, then at the programs of the machine, then at what Playwright has installed. With
--install: by apt when root on Debian, else by Playwright. What is being done goes to standard error; only the path
goes to standard output.
"""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
URDU_FONT_PACKAGE = "fonts-noto-core"
# The same browser without the windows, which nobody sees here: a third less to do for each page.
SHELL = "chromium-headless-shell"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def playwrights_own() -> str | None:
    """Where Playwright would have put its Chromium, when it is there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def found() -> str | None:
    """The path of a Chromium that is already here, or None. A named one that does not exist is an error."""
    named = os.environ.get("SELFCARE_CHROMIUM")
    if named:
        path = shutil.which(named)
        if path is None:
            sys.exit(f"SELFCARE_CHROMIUM names {named}, which cannot be run.")
        return path
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    return str(MACOS) if MACOS.exists() else playwrights_own()


def shell() -> str | None:
    """The path of a Chromium without windows, of the same version as the one that was found; None where there is none.

    It opens pages. What belongs to the browser around them, such as installing an app, it does not know.
    """
    path, whole = shutil.which(SHELL), found()
    return path if path and whole and _version(path) == _version(whole) else None


def _version(path: str) -> str:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    return next((word for word in said.split() if word[:1].isdigit()), said)


def root_on_debian() -> bool:
    if platform.system() != "Linux" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    try:
        return platform.freedesktop_os_release().get("ID") == "debian"
    except OSError:
        return False


def apt(*packages: str) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, stdout=sys.stderr, check=True)
    wanted = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(wanted, env=quiet, stdout=sys.stderr, check=True)


def install() -> str:
    if root_on_debian():
        say("Installing Chromium, and fonts for right-to-left scripts, with apt")
        apt("chromium", SHELL, URDU_FONT_PACKAGE)
    else:
        say("Installing Chromium with Playwright")
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=True
        )
    path = found()
    if path is None:
        sys.exit("No Chromium could be installed. Install one, and name it in SELFCARE_CHROMIUM.")
    return path


def add_what_helps() -> None:
    """Brings what is easily had: a Chromium without windows (quicker), fonts for Urdu (pictures look better).

    Tests pass without.
    """
    if not root_on_debian():
        return
    missing = [SHELL] if shutil.which("chromium") and not shutil.which(SHELL) else []
    if shutil.which("fc-list"):
        listed = subprocess.run(
            ["fc-list", ":lang=ur", "family"], capture_output=True, text=True, check=False
        ).stdout
        missing += [] if "Nastaliq" in listed else [URDU_FONT_PACKAGE]
    for package in missing:
        say(f"Installing {package} with apt")
        try:
            apt(package)
        except subprocess.CalledProcessError:
            say("That did not work; the tests go on without")


def main() -> None:
    path = found()
    if "--install" in sys.argv[1:]:
        path = path or install()
        add_what_helps()
    if path is None:
        sys.exit("No Chromium found. Run with --install, or name one in SELFCARE_CHROMIUM.")
    print(path)


if __name__ == "__main__":
    main()
