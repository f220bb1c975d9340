"""What was tried, and what came of it, gathered from the diary in the words that stand there. Nothing is worked out."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from selfcare.diary import presets
from selfcare.diary import what_helps as what_helps_read
from selfcare.diary.listing import LONGEST_SEARCH
from selfcare.diary.room import room
from selfcare.web import item_reference, pages, paging
from selfcare.web.access import Area, Level, Permit, on_record


@room.get("/people/<uuid:person_id>/what-helps/")
@on_record(Area.DIARY, Level.SEE)
def what_helps(permit: Permit) -> ResponseReturnValue:
    asked = request.args.get("q")
    sought = (asked or "").strip()[:LONGEST_SEARCH]
    found = what_helps_read.gathered(permit, sought, paging.asked())
    shown, before = paging.cut(found, what_helps_read.PAGE, lambda one: (one[0].utc, one[0].id))
    return pages.show(
        "diary/what_helps.html",
        found=shown,
        earlier=before and url_for(".what_helps", person_id=permit.person_id, q=asked, before=before),
        sought=sought,
        asked=asked,
        presets=presets,
        to_plan=permit.may(Area.PLAN, Level.ADD),
    )


item_reference.says("entry", what_helps_read.tried)
