"""What was tried, and what came of it, gathered from the diary in the words that stand there. Nothing is worked out."""

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from selfcare.diary import presets
from selfcare.diary import what_helps as what_helps_read
from selfcare.diary.listing import LONGEST_SEARCH
from selfcare.diary.room import room
from selfcare.web import item_reference, pages, paging
from selfcare.web.access import Area, Level, Permit, on_record

PLAN = "care_plan.suggest"  # the page that takes words into the plan, by the id of an `entry` in its address


@room.get("/people/<uuid:person_id>/what-helps/")
@on_record(Area.DIARY, Level.SEE)
def what_helps(permit: Permit) -> ResponseReturnValue:
    asked = request.args.get("q")
    sought = (asked or "").strip()[:LONGEST_SEARCH]
    found = what_helps_read.gathered(permit, sought, paging.asked())
    shown, earlier = found[: what_helps_read.PAGE], None
    if len(found) > what_helps_read.PAGE:
        key = paging.text(shown[-1][0].utc, shown[-1][0].id)
        earlier = url_for(".what_helps", person_id=permit.person_id, q=asked, before=key)
    to_plan = PLAN in current_app.view_functions and permit.may(Area.PLAN, Level.ADD)
    return pages.show(
        "diary/what_helps.html",
        found=shown,
        earlier=earlier,
        sought=sought,
        asked=asked,
        presets=presets,
        plan=PLAN if to_plan else None,
    )


item_reference.says("entry", what_helps_read.tried)
