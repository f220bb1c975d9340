"""How an entry reaches its table: by one statement that also asks for what it is logged under, as that is then."""

from functools import cache
from typing import Any

from sqlalchemy import Insert, Table, bindparam, case, insert, null, or_, select
from werkzeug.exceptions import NotFound

from selfcare.database import session
from selfcare.diary.models import Entry, Tracker
from selfcare.web.access import Permit, Sight, visible_by

_TABLE: Table = Entry.__table__  # type: ignore[assignment]
_LATER = ("changed_at", "changed_by", "changed_name", "removed_at")  # of a change
_NAMES = [column.name for column in _TABLE.columns if column.name not in _LATER]
# Written many times a day, so they are made once.
_ALONE = insert(_TABLE).values({name: bindparam(name) for name in _NAMES})


def write(permit: Permit, made: Entry) -> None:
    """Keep an entry. It is *only me* where all is that is logged under the same thing.

    :raises NotFound: when what it is logged under is not on the list any more.
    """
    values = {name: getattr(made, name) for name in _NAMES}
    if made.tracker_id is None:
        session().connection().execute(_ALONE, values)
    elif not session().connection().execute(_under(permit.sight), values | permit.bound).rowcount:
        raise NotFound


@cache
def _under(sight: Sight) -> Insert:
    """Who hides a thing hides what others are logging under it in that moment: they wait for it, or it for them."""
    given: dict[str, Any] = {name: bindparam(name, type_=_TABLE.c[name].type) for name in _NAMES}
    hides = or_(given["only_me"], Tracker.only_me)
    given |= {"only_me": hides, "hidden_at": case((hides, given["entered_at"]), else_=null())}
    there = select(*given.values()).where(visible_by(sight, Tracker), Tracker.id == given["tracker_id"])
    made = insert(_TABLE).from_select(_NAMES, there.with_for_update(read=True, of=Tracker))
    return made.execution_options(preserve_rowcount=True)
