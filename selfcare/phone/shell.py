"""The shell: a public page without a word of any record, one per language, that a phone keeps to open without a signal.

Its service worker puts kept parts into it, and takes all its sentences from the templates at its end.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale

from selfcare import i18n
from selfcare.phone import plurals
from selfcare.web import pages

# What every page of the shell is drawn with, and those that take a photo. Nothing else from this origin is kept by the
# service worker.
ASSETS = (
    "app.js",
    "chosen.js",
    "phone.css",
    "phone.rtl.css",
    "print.css",
    "print.rtl.css",
    "icons.svg",
    "favicon.svg",
)


@dataclass(frozen=True)
class Shell:
    """All languages of the shell, drawn once, and a version that changes with any byte of them."""

    version: str
    assets: tuple[str, ...]
    pages: dict[str, str]


def shell() -> Shell:
    """The shell of this app, drawn when first asked for."""
    known: Shell | None = current_app.extensions.get("phone_shell")
    if known is None:
        drawn = {code: _draw(code) for code in i18n.LANGUAGES}
        assets = tuple(pages.asset(name) for name in ASSETS)
        digest = hashlib.sha256("\0".join((*assets, *drawn.values())).encode())
        known = Shell(digest.hexdigest()[:12], assets, drawn)
        current_app.extensions["phone_shell"] = known
    return known


def listing() -> dict[str, Any]:
    """What the service worker is told to keep: {"version", "assets": addresses, "languages": codes, "digests"}.

    `digests`: SHA-256 of every part by its address, so that a page that answers in our place is not kept for us.
    """
    found = shell()
    build = current_app.config["SETTINGS"].static_build
    parts = {url: Path(build, url.rsplit("/", 1)[-1]).read_bytes() for url in found.assets}
    parts |= {f"/offline/{code}/": drawn.encode() for code, drawn in found.pages.items()}
    return {
        "version": found.version,
        "assets": list(found.assets),
        "languages": list(found.pages),
        "digests": {url: hashlib.sha256(part).hexdigest() for url, part in parts.items()},
    }


def _draw(code: str) -> str:
    with force_locale(code):
        return render_template(
            "phone/shell.html",
            # It is the same for everybody: nothing of who happens to ask first may stand in it.
            me=None,
            permit=None,
            counts=None,
            saved=False,
            without_languages=True,
            plural_examples=plurals.examples(code),
        )
