"""Whether those who vouched for a code may still vouch: asked when it is used, not when it was made.

Access that was ended, ran out or was taken away, a member who left, an account that was suspended: each ends every code
that rested on it, whichever it was, and nothing has to remember to take them back.
"""

from sqlalchemy import ColumnElement, and_, func, or_

from selfcare.people.access import still_may
from selfcare.people.models import Invitation, Recovery
from selfcare.web.access import Area, Level


def code_stands() -> ColumnElement[bool]:
    """Whether who vouches for an `Invitation` could make it now: the team a letter and a code for who acts by law, who
    lets others in any other code.
    """
    rests_on, person = func.coalesce(Invitation.vouched_by, Invitation.made_by), Invitation.person_id
    by_team = Invitation.kind.in_(("self", "acting"))
    return or_(
        and_(by_team, still_may(rests_on, person, Area.CONTACTS, Level.MANAGE)),
        and_(~by_team, still_may(rests_on, person, Area.PEOPLE, Level.MANAGE)),
    )


def recovery_stands() -> ColumnElement[bool]:
    """Whether who asked for a `Recovery`, and who confirmed it, could do so now."""
    asked, confirmed = (
        still_may(who, Recovery.person_id, Area.CONTACTS, Level.MANAGE)
        for who in (Recovery.asked_by, Recovery.confirmed_by)
    )
    return and_(asked, or_(Recovery.confirmed_at.is_(None), confirmed))
