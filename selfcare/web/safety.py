"""The safety sentences: nobody watches this, and whom to call. They have no fallback language.

Where no person has checked the translation yet, the English sentence stands beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from flask import current_app
from flask_babel import force_locale, gettext, pgettext

from selfcare import i18n
from selfcare.web.telephone import tel


@dataclass(frozen=True)
class Line:
    """One language's sentence: the part in bold, the rest, and how to mark it up."""

    strong: str
    text: str
    lang: str
    dir: str


class Call(NamedTuple):
    """A telephone link."""

    label: str
    href: str


def lines(helping: str | None = None) -> list[Line]:
    """What stands before any field where someone may write that they are unwell.

    :param helping: the name of the person a carer writes for; None when people write for themselves.
    """

    def line() -> Line:
        return Line(gettext("Nobody watches this."), _then_call(helping), i18n.code(), i18n.direction())

    return _with_english(line)


def short_lines(*, writing: bool = False) -> list[Line]:
    """The same in one line, where only tiles stand, or a page of many steps.

    :param writing: the page is for words rather than for numbers.
    """

    def line() -> Line:
        wrote, logged = (
            gettext("Nobody watches what you write here."),
            gettext("Nobody watches what you log here."),
        )
        return Line(wrote if writing else logged, "", i18n.code(), i18n.direction())

    return _with_english(line)


def unread_lines(helping: str | None = None, *, short: bool = False) -> list[Line]:
    """What stands before the field of a request that somebody will read, but not now.

    :param helping: as in `lines`. :param short: without whom to call, where a link says it.
    """

    def line() -> Line:
        text = "" if short else _then_call(helping)
        return Line(gettext("Nobody reads this straight away."), text, i18n.code(), i18n.direction())

    return _with_english(line)


def _then_call(helping: str | None) -> str:
    if helping:
        return gettext("If %(name)s is very unwell, call:", name=helping)
    return gettext("If you feel very unwell, call:")


def calls(team_name: str | None = None, team_phone: str | None = None) -> list[Call]:
    """Whom to call: the emergency number, the urgent one, and the team's own line where it has one."""
    settings = current_app.config["SETTINGS"]
    found = [
        Call(pgettext("telephone", "Call %(number)s", number=number), tel(number))
        for number in (settings.emergency_phone, settings.urgent_phone)
    ]
    if team_phone:
        label = gettext("%(name)s’s team", name=team_name) if team_name else gettext("Your team")
        found.append(Call(label, tel(team_phone)))
    return found


@dataclass(frozen=True)
class Number:
    """One number to call, and in each language of the page what it is for."""

    label: str
    href: str
    lines: list[tuple[str, str, str]]  # text, language, direction


def numbers() -> list[Number]:
    """The emergency and the urgent number, each with what it is for."""
    settings = current_app.config["SETTINGS"]
    return [
        _number(settings.emergency_phone, lambda: gettext("When somebody’s life may be in danger.")),
        _number(
            settings.urgent_phone, lambda: gettext("When help is needed now, and it is not life-threatening.")
        ),
    ]


def _number(number: str, words: Callable[[], str]) -> Number:
    lines = [(words(), i18n.code(), i18n.direction())]
    if i18n.translation_unchecked():
        with force_locale("en"):
            lines.append((words(), "en", "ltr"))
    return Number(pgettext("telephone", "Call %(number)s", number=number), tel(number), lines)


def _with_english(line: Callable[[], Line]) -> list[Line]:
    found = [line()]
    if i18n.translation_unchecked():
        with force_locale("en"):
            found.append(line())
    return found
