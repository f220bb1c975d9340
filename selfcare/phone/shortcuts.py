"""What hangs on the app's icon: an address without anybody's id for what people do at once, and where it leads."""

from collections.abc import Iterable
from uuid import UUID

from flask import url_for

from selfcare.web.access import Area, Level, Permit, Role

LOG, ASK = "/log", "/ask"
_LEADS = {LOG: ("diary.add", Area.DIARY), ASK: ("appointments.ask", Area.QUESTIONS)}


def records(shortcut: str, permits: Iterable[Permit]) -> list[Permit]:
    """Those of `permits` whose record can be added to there by whom it is about, or by a carer. Of the living."""
    area = _LEADS[shortcut][1]
    return [
        permit
        for permit in permits
        if permit.role is not Role.PROFESSIONAL and permit.may(area, Level.ADD) and not permit.subject.died_on
    ]


def there(shortcut: str, person_id: UUID) -> str:
    """Where a shortcut leads in one person's record."""
    return url_for(_LEADS[shortcut][0], person_id=person_id)


def only(permits: Iterable[Permit]) -> dict[str, str]:
    """Shortcut → where it leads, for those that leave nothing to choose."""
    held = list(permits)
    found = {shortcut: records(shortcut, held) for shortcut in _LEADS}
    return {
        shortcut: there(shortcut, choice[0].person_id)
        for shortcut, choice in found.items()
        if len(choice) == 1
    }


def to_choose(permits: Iterable[Permit]) -> dict[str, list[Permit]]:
    """Shortcut → the records to choose from, for those that ask whose."""
    held = list(permits)
    found = {shortcut: records(shortcut, held) for shortcut in _LEADS}
    return {shortcut: choice for shortcut, choice in found.items() if len(choice) > 1}
