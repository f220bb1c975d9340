"""How long a request's body may be, where a view takes more than words: a form with a file.

Everything else keeps the app's own limit (MAX_CONTENT_LENGTH), and must be UTF-8 from end to end.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app, request


def takes(setting: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Under an access mark: a file sent to the view may have as many bytes as the setting of this name says.

    The bytes are the view's to judge: a file is not words. Fields of a form that comes with one are looked at here.
    """

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.takes = setting  # type: ignore[attr-defined]
        return view

    return mark


def allow(view: Any) -> bool:
    """Let a form with files have the body its view takes. :returns: whether the body is more than words."""
    setting = vars(view).get("takes") if view is not None else None
    if setting is None or request.mimetype != "multipart/form-data":
        return False
    most = getattr(current_app.config["SETTINGS"], setting)
    # The file is in a part of its own, or packed in one of the fields; lines and other fields stand around it.
    request.max_content_length = 2 * most + 100_000
    request.max_form_memory_size = 2 * most
    return True


def has_unreadable_words() -> bool:
    """Whether a field of a form with files holds bytes that are not UTF-8. They are read as U+FFFD."""
    return any("\ufffd" in name + value for name, value in request.form.items(multi=True))
