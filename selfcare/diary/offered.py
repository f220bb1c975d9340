"""What the key contact's team offers to keep an eye on: ready-made things, and things of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.exceptions import NotFound

from selfcare.diary import presets
from selfcare.people import offers
from selfcare.web.access import Permit

Offered = Sequence[tuple[str, str]]


def of(permit: Permit) -> Offered:
    """Codes and names, in the reader's language, in the team's order. One statement."""
    found = []
    for row in offers.of_person(permit, offers.TRACKER):
        code = row.body.get("preset")
        if code is None:
            found.append((f"team-{row.id}", str(offers.named(row)["name"])))
        elif code in presets.PRESETS:
            found.append((code, presets.preset_name(code)))
    return found


def one(permit: Permit, code: str) -> Mapping[str, Any]:
    """A thing of the team's own. :raises NotFound: the team does not offer it any more."""
    for row in offers.of_person(permit, offers.TRACKER):
        if code == f"team-{row.id}":
            return offers.named(row)
    raise NotFound
