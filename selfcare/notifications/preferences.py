"""How an account wants to hear: what it can choose, and keeping the choice."""

from collections.abc import Collection, Iterable
from datetime import time
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from sqlalchemy.dialects import postgresql, sqlite

from selfcare.database import database, now, session
from selfcare.notifications import queries
from selfcare.notifications.kinds import (
    AGAIN,
    AGREED,
    ASK,
    ASK_WAITS,
    BUDGET,
    CORRECTED,
    DAILY,
    ENDING,
    FEEDBACK,
    LOG,
    LOOK,
    MAY_SPEND,
    PLANNED,
    QUESTION,
    READY,
    REPLY,
    REQUEST,
    RESULT,
    SOONER,
    SPEND_ANSWERED,
    SUMMARY,
    WATCH,
)
from selfcare.notifications.models import Preference
from selfcare.web.access import Role
from selfcare.web.when import known_zone

# What an account is told of, by whom it is in somebody's record, in the order of the page.
CONCERNS: dict[Role, tuple[str, ...]] = {
    Role.SELF: (
        RESULT,
        REPLY,
        PLANNED,
        WATCH,
        READY,
        LOOK,
        AGAIN,
        BUDGET,
        AGREED,
        LOG,
        ASK,
        FEEDBACK,
        ENDING,
    ),
    Role.CARER: (PLANNED, ASK, READY, LOOK, AGAIN, BUDGET, AGREED, ENDING),
    Role.PROFESSIONAL: (DAILY, REQUEST, ASK_WAITS, QUESTION, SUMMARY, SOONER),
}
WORDS = {
    RESULT: lazy_gettext("A result is new, or was corrected"),
    REPLY: lazy_gettext("A question of mine has a reply"),
    PLANNED: lazy_gettext("The day somebody gets in touch"),
    READY: lazy_gettext("A visit to get ready for, 7 days and 2 days before"),
    LOOK: lazy_gettext("A goal to look at again, on its day"),
    AGAIN: lazy_gettext("A decision to look at again, on its day"),
    BUDGET: lazy_gettext("A budget to look at again, on its day"),
    AGREED: lazy_gettext("Something I agreed to do, on its day"),
    LOG: lazy_gettext("Something to log, at the times I chose"),
    WATCH: lazy_gettext("My team proposes to keep an eye on something"),
    FEEDBACK: lazy_gettext("How a visit was, on the day after"),
    ENDING: lazy_gettext("Access that ends soon, 14 days and 2 days before"),
    DAILY: lazy_gettext("My list of the day, on working mornings"),
    REQUEST: lazy_gettext("Somebody asks to be got in touch with"),
    ASK: lazy_gettext("News about what was asked for near by"),
    ASK_WAITS: lazy_gettext("An ask for help near by waits"),
    QUESTION: lazy_gettext("Somebody asked a question"),
    SUMMARY: lazy_gettext("Somebody shared a summary"),
    SOONER: lazy_gettext("Somebody would like to see a result sooner"),
}
# Kinds that are chosen together: what few people are ever told of has no row of its own.
WITH = {RESULT: (CORRECTED,), REPLY: (SPEND_ANSWERED,), QUESTION: (MAY_SPEND,)}


def offered(roles: Collection[Role]) -> list[str]:
    """The kinds that concern somebody who is these in the records they can open."""
    wanted = [kind for role, kinds in CONCERNS.items() if role in roles for kind in kinds]
    return list(dict.fromkeys(wanted))


def keep(
    account_id: UUID,
    *,
    offered: Iterable[str],
    wanted: Collection[str],
    push: bool,
    email: bool | None,
    quiet_from: time,
    quiet_until: time,
    zone: str | None,
) -> None:
    """Keep how an account wants to hear.

    :param offered: the kinds that could be chosen; what was chosen of others stays.
    :param email: None where it could not be chosen: it stays as it was.
    :param zone: what the phone says; anything that is no time zone leaves the one it said before.
    """
    before = queries.wishes(account_id)
    off = set(before.off)
    for kind in offered:
        together = {kind, *WITH.get(kind, ())}
        off = off - together if kind in wanted else off | together
    values = {
        "zone": zone if zone and _exists(zone) else before.zone,
        "off": sorted(off),
        "push": push,
        "email": before.email if email is None else email,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "changed_at": now(),
    }
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    # Two pages saved at once: the later one counts.
    session().execute(
        insert(Preference)
        .values(account_id=account_id, **values)
        .on_conflict_do_update(index_elements=["account_id"], set_=values)
    )
    session().expire_all()


def _exists(zone: str) -> bool:
    return known_zone(zone, ZoneInfo("UTC")).key == zone
