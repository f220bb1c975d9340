"""All pages that stand beside something of a person's record, together."""

from flask import abort
from flask.typing import ResponseReturnValue

from selfcare.information import queries
from selfcare.information import team_views as team_views
from selfcare.information.room import room as room
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, on_record

BASE = "/people/<uuid:person_id>/information/"
SHOWN = 200  # the newest
PLANS = (Area.PLAN, Area.ABOUT, Area.DECISIONS, Area.HEALTH)  # with one of these there is *Plan and more*


@room.get(BASE)
@on_record(Area.PEOPLE, Level.NOTHING)
def index(permit: Permit) -> ResponseReturnValue:
    """Each by the right of the thing it stands beside."""
    if not any(map(permit.may, queries.areas())):
        abort(404)
    found = queries.every(permit)
    return pages.show(
        "information/index.html",
        hung=found[:SHOWN],
        plans=any(map(permit.may, PLANS)),
        more=len(found) > SHOWN,
        today=permit.today(),
    )
