"""What was tried, and what came of it, gathered from the diary in the words that stand there. Nothing is worked out."""

from typing import Any
from uuid import UUID

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Uuid, and_, literal, literal_column, select, tuple_

from selfcare.database import Instant, session
from selfcare.diary import presets, searching
from selfcare.diary.listing import LONGEST_SEARCH
from selfcare.diary.models import Entry, Tracker
from selfcare.diary.room import room
from selfcare.web import item_reference, pages, paging
from selfcare.web.access import Area, Level, Permit, on_record, visible

PAGE = 20
PLAN = "care_plan.suggest"  # the page that takes words into the plan, by the id of an `entry` in its address


@room.get("/people/<uuid:person_id>/what-helps/")
@on_record(Area.DIARY, Level.SEE)
def what_helps(permit: Permit) -> ResponseReturnValue:
    asked = request.args.get("q")
    sought = (asked or "").strip()[:LONGEST_SEARCH]
    found = _tried(permit, sought, paging.asked())
    shown, earlier = found[:PAGE], None
    if len(found) > PAGE:
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


def tried(permit: Permit, entry_id: UUID) -> str | None:
    """What was tried, in the words of one entry; None for no such entry, or one that is not theirs to see."""
    if not permit.may(Area.DIARY):
        return None
    query = select(Entry.tried).where(visible(permit, Entry), Entry.id == entry_id)
    return session().scalar(query) or None


item_reference.says("entry", tried)


def _tried(permit: Permit, sought: str, before: paging.Key | None) -> list[Any]:
    """Entries in which something was tried, newest first, each with what it is about: a page of them and one more."""
    # The empty words are written out: SQLite knows the index by that.
    conditions = [visible(permit, Entry), Entry.tried != literal_column("''")]
    if sought:
        conditions.append(searching.holding(permit, sought))
    key = tuple_(Entry.utc, Entry.id)
    if before is not None:
        conditions.append(key < tuple_(literal(before[0], Instant()), literal(before[1], Uuid())))
    query = (
        select(Entry, Tracker)
        .outerjoin(Tracker, and_(Tracker.person_id == Entry.person_id, Tracker.id == Entry.tracker_id))
        .where(*conditions)
        .order_by(Entry.utc.desc(), Entry.id.desc())
    )
    return list(session().execute(query.limit(PAGE + 1)).all())
