"""Who can see what is written down: the two sentences beside *Only me*, one for each state of the switch."""

from typing import NamedTuple

from flask_babel import gettext, ngettext, pgettext

from selfcare import i18n
from selfcare.people import queries
from selfcare.web.access import Area, Permit


class Seen(NamedTuple):
    """What is said while *Only me* is off, and while it is on."""

    off: str
    on: str


def switch(permit: Permit, area: Area, *, shown: bool = False) -> Seen:
    """The sentences for something new in an area, or for something that is changed.

    :param shown: others could see it until now, so a summary that was shared may have it.
    """
    on = (
        gettext("From now on only you can see this. It leaves what you shared before, too.")
        if shown
        else gettext("Only you can see this.")
    )
    return Seen(" ".join(live(permit, area) or [gettext("Nobody else can see this now.")]), on)


def live(permit: Permit, area: Area) -> list[str]:
    """Who can see an area as it is written, by name, and who once it is shared: whole sentences, none for nobody."""
    names = named(permit, area)
    lead = queries.lead(permit)
    found = []
    if names:
        listed = i18n.listed(names)
        found.append(ngettext("%(names)s can see this.", "%(names)s can see this.", len(names), names=listed))
    if lead is not None and not any(grant.team for grant in queries.seers(permit, area)):
        found.append(
            pgettext("after who can see this", "%(name)s can, if you share it.", name=lead.name)
            if names
            else gettext("%(name)s can see this, if you share it.", name=lead.name)
        )
    return found


def named(permit: Permit, area: Area) -> list[str]:
    """Who can see an area as it is written. A right that a team holds is the whole team's."""
    return [
        gettext("%(name)s’s team", name=grant.name) if grant.team else grant.name
        for grant in queries.seers(permit, area)
    ]
