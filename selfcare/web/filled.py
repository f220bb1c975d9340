"""What a field of a form holds: in words, and as a browser sends it."""

from typing import Any

from flask_babel import gettext
from wtforms import Field

from selfcare import i18n
from selfcare.web import said
from selfcare.web.choice_fields import Choice, Pick, Tick, Ticks
from selfcare.web.forms import WhenField
from selfcare.web.text_fields import DateField, Day, TimeField
from selfcare.web.when import BadTime, read_date, read_time


def in_words(field: Field) -> str:
    """What it holds, as the reader would say it; nothing where it is empty."""
    if isinstance(field, WhenField):
        when = field.when or field.data
        return said.moment(when, year=True) if when else ""
    if isinstance(field, Day):
        return i18n.day(field.data, year=True) if field.data else ""
    if isinstance(field, Tick):
        return gettext("Yes") if field.data else gettext("No")
    if isinstance(field, Choice | Pick | Ticks):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return i18n.comma().join(str(label) for value, label in field.pairs() if value in chosen)
    text = str(field.data or "").strip()
    try:
        if text and isinstance(field, DateField):
            return i18n.day(read_date(text), year=True)
        if text and isinstance(field, TimeField):
            return i18n.clock_time(read_time(text))
    except BadTime:
        pass  # as it was typed
    return text


def line(field: Field) -> str:
    """What it is called and what it holds, in a line."""
    label, value = str(field.label.text), in_words(field) or gettext("left empty")
    if label.endswith(("?", "؟")):
        return f"{label} {value}"
    return gettext("%(label)s: %(value)s", label=label, value=value)


def sent(field: Field) -> list[tuple[str, str]]:
    """What a browser would send for it, as (name, value)."""
    name: str = field.name
    if isinstance(field, WhenField | Day):
        parts = [(f"{name}-{part}", value) for part, value in field.parts.items()]
        return [(name, field.choice), *parts] if isinstance(field, WhenField) else parts
    if isinstance(field, Tick):
        return [(name, "y" if field.data else "")]
    held: list[Any] = field.data if isinstance(field.data, list) else [field.data]
    return [(name, "" if value is None else str(value)) for value in held]
