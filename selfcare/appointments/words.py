"""What visits are called in sentences, whom *Only me* hides things from, and keys of pages."""

from datetime import datetime

from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.people.queries import lead, seers
from selfcare.web.access import Area, Permit

ICONS = {"place": "home", "phone": "phone", "video": "video"}


def meeting(how: str, with_whom: str) -> str:
    """How and with whom, in one line: Phone call with Amina."""
    return {
        "place": pgettext("at a place", "Visit with %(name)s", name=with_whom),
        "phone": gettext("Phone call with %(name)s", name=with_whom),
        "video": gettext("Video call with %(name)s", name=with_whom),
    }[how]


def line(wall: datetime, how: str, with_whom: str) -> str:
    """A visit in one line, to choose it from others: Thursday 12 March 2026, 10:30. Phone call with Amina."""
    return gettext(
        "%(moment)s. %(meeting)s", moment=i18n.moment(wall, year=True), meeting=meeting(how, with_whom)
    )


def who_sees(permit: Permit, area: Area) -> str:
    """Whom *Only me* would hide this from, by name."""
    names = [grant.name for grant in seers(permit, area)]
    contact = lead(permit)
    if contact and area is Area.APPOINTMENTS:  # a key contact keeps appointments with the person
        names.append(contact.name)
        contact = None
    carers = i18n.listed(names)
    if carers and contact:
        return gettext(
            "Now %(names)s can see this. %(lead)s can, when you send it.", names=carers, lead=contact.name
        )
    if carers:
        return gettext("Now %(names)s can see this.", names=carers)
    if contact:
        return gettext("%(lead)s can see this, when you send it.", lead=contact.name)
    return gettext("Nobody else will ever see this.")
