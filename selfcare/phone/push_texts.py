"""What a phone may show when something is new: the constant words of notifications, and the pictures beside them."""

import json
from typing import Any

from selfcare.i18n import LANGUAGES
from selfcare.notifications import words
from selfcare.web import pages


def told() -> dict[str, Any]:
    """For the service worker: {"texts": language → [title, text], "icon", "badge": addresses}."""
    sent = {code: json.loads(words.payload(code)) for code in LANGUAGES}
    return {
        "texts": {code: [each["title"], each["body"]] for code, each in sent.items()},
        "icon": pages.asset("app-192.png"),
        "badge": pages.asset("monochrome-512.png"),
    }
