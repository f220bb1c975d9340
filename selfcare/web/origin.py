"""Where the app stands: the one origin it has, and whether a request comes from a page of it."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, request, url_for

from selfcare.config import Settings


def own(settings: Settings, environ: Mapping[str, Any]) -> str:
    """The origin (RFC 6454) of this app: `SELFCARE_URL`; without it, the loopback address that was asked."""
    return settings.url or f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}"


def link(endpoint: str, **values: Any) -> str:
    """The whole address of a page, for what leaves the app: a letter, a QR code, an e-mail."""
    return own(current_app.config["SETTINGS"], request.environ) + url_for(endpoint, **values)


def is_ours(settings: Settings, environ: Mapping[str, Any]) -> bool:
    """Whether an unsafe request was made by a page of this app: scheme, host and port are the same."""
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        return site in ("same-origin", "none")
    return environ.get("HTTP_ORIGIN") == own(settings, environ)
