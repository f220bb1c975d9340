"""What of a record stands in the copy of who acts for the person by law: what their pages show them, as it stands now.

Each room decides for itself what somebody who helps sees. So nothing is taken but what is named here: no earlier
version, nothing that was removed, no draft, nothing that the person put in for the team alone, nothing of their
account, and nothing of who else may come in. Of the trail it is who looked, as on their page of it.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, union_all

from selfcare.care_plan.states import State
from selfcare.database import Base, session
from selfcare.leaving import tables

# By table: what of its columns stays the person's.
SHOWN: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("about_answer", "tracker", "entry", "watch", "goal", "check_in", "plan_change", "decision", "health_item",
         "agreed_line", "result", "report_note", "report_file", "letter", "letter_sheet", "contact", "admission",
         "budget", "spend", "spend_ask", "spend_receipt",
         "trail"),
        frozenset(),
    ),
    # How to reach somebody, and where they live, is on no page of who helps.
    "person": frozenset({"nhs_number", "phone", "email", "address", "language", "interpreter", "best_time", "needs",
                         "needs_asked_on", "needs_review_on", "mistaken_at", "erase_asked_at", "erase_at",
                         "erase_why"}),
    "report": frozenset({"typed_over", "content_hash", "sooner_at", "sooner_by", "sooner_name"}),
    "appointment": frozenset({"life", "life_words", "life_version", "life_sitting"}),  # put in for the team
    "question": frozenset({"about_kind", "about_id", "about_label"}),  # it may name what they do not see
}  # fmt: skip


def hidden(person_id: UUID) -> frozenset[UUID]:
    """What is marked *only me*, or was removed: it does not exist for them, nor does what hangs on it."""
    found = []
    for name in tables.TAKEN:
        table = Base.metadata.tables[name]
        if "only_me" in table.c:
            gone = [table.c.only_me] + ([table.c.removed_at.is_not(None)] if "removed_at" in table.c else [])
            found.append(select(table.c.id).where(table.c.person_id == person_id, or_(*gone)))
    return frozenset(session().scalars(union_all(*found)))


def shown(table: str, row: dict[str, Any], out: frozenset[UUID]) -> dict[str, Any] | None:
    """A row as they may have it; None where it does not exist for them.

    :param out: see `hidden`.
    """
    if not out.isdisjoint(value for value in row.values() if isinstance(value, UUID)):
        return None
    if table == "plan_change" and row["state"] != State.AGREED:
        return None
    left = SHOWN[table] | {"hidden_at"}  # that something was *only me* once is the person's, too
    return {name: None if name in left else value for name, value in row.items()}
