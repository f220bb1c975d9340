"""What is said of health as somebody keeps it, in the reader's language. Each says as whose it stands there."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext

from selfcare import i18n
from selfcare.health.models import ALLERGY, CONDITION, MEDICINE


def heading(kind: str) -> str:
    """What stands over all of one kind."""
    return {
        CONDITION: gettext("Conditions"),
        MEDICINE: gettext("Medicines"),
        ALLERGY: gettext("Allergies"),
    }[kind]


def one(kind: str) -> str:
    return {
        CONDITION: gettext("Condition"),
        MEDICINE: gettext("Medicine"),
        ALLERGY: gettext("Allergy"),
    }[kind]


def add(kind: str) -> str:
    return {
        CONDITION: gettext("Add a condition"),
        MEDICINE: gettext("Add a medicine"),
        ALLERGY: gettext("Add an allergy"),
    }[kind]


def about(kind: str) -> str:
    """What the second field of a kind is called, on its page."""
    return {
        CONDITION: gettext("About it"),
        MEDICINE: gettext("What it is for"),
        ALLERGY: gettext("What happens"),
    }[kind]


def as_kept(name: str | None) -> str:
    """As whose it stands here. `name`: None for the person themself."""
    if name is None:
        return gettext("As I keep it. It is not my medical record, and nobody has checked it.")
    return gettext(
        "As %(name)s keeps it. It is not the medical record, and nobody has checked it.", name=name
    )


def since(code: str, on: date | None, today: date) -> str:
    if code == "day" and on:
        return gettext("Since %(day)s", day=i18n.plain_day(on, today=today))
    return gettext("It is not known since when") if code == "unknown" else ""


def stopped(kind: str, code: str, on: date | None, today: date) -> str:
    """That it has ended: of a medicine that it was stopped, of others that it is over."""
    if not code:
        return ""
    day = i18n.plain_day(on, today=today) if code == "day" and on else None
    if kind == MEDICINE:
        return gettext("Stopped on %(day)s", day=day) if day else gettext("Stopped, it is not known when")
    return gettext("Over since %(day)s", day=day) if day else gettext("Over, it is not known since when")


def summary_name(helping: str | None) -> str:
    """The part of a summary."""
    if helping is None:
        return gettext("My health, as I keep it")
    return gettext("Health, as %(name)s keeps it", name=helping)


def summary_lines(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What stands below the name of one in a summary, each with what it is called."""
    kind = facts["kind"]
    on = date.fromisoformat(str(facts["since_on"])) if facts["since_on"] else None
    found = [(gettext("%(label)s:", label=about(kind)), facts["about"])]
    found.append((gettext("%(label)s:", label=gettext("How it is taken")), facts["how"]))
    found.append(("", since(facts["since"], on, date.min)))
    if facts["code"]:
        found.append((facts["code_system"], facts["code"]))
    return [(label, text) for label, text in found if text]
