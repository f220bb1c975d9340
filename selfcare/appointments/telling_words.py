"""How what a person told is called, and whose words it says they are."""

from datetime import datetime

from flask_babel import gettext, pgettext

from selfcare import i18n


def how(code: str) -> str:
    """How somebody told what another wrote down for them, as it is chosen."""
    return {
        "phone": pgettext("how it was told", "On the phone"),
        "paper": pgettext("how it was told", "From the paper sheet"),
        "beside": pgettext("how it was told", "Beside me"),
    }[code]


def as_told(to: str, how: str, wall: datetime, own: datetime | None = None) -> str:
    """Whose words these are, where somebody else wrote them down. Moments are where the person lives.

    :param own: when the person put them in their own words.
    """
    moment = i18n.moment(wall)
    said = {
        "phone": gettext("As told to %(name)s, by phone, %(moment)s", name=to, moment=moment),
        "paper": gettext("As told to %(name)s, on paper, %(moment)s", name=to, moment=moment),
        "beside": gettext("As told to %(name)s, face to face, %(moment)s", name=to, moment=moment),
    }[how]
    if own is None:
        return said
    return gettext("%(told)s. In their own words since %(moment)s", told=said, moment=i18n.moment(own))
