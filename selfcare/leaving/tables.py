"""Every table that holds something of a person: how it is taken away, or why not; and how its rows are found.

Which tables those are is read from the tables themselves: whatever has a `person_id`, and whatever belongs to such a
row. `TAKEN` and `LEFT` must name each of them (tests/leaving/test_tables.py), so that no room is forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Table, or_, select

from selfcare.database import Base

# Of a row that names a secret, or only serves the app's own search.
_NEVER = frozenset(
    {"password_hash", "totp_secret", "totp_pending", "totp_step", "token_hash", "code_hash", "device_hash", "salt",
     "searched",
     "endpoint", "p256dh", "auth"}
)  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """A table in the archive: the folder it is in, and what of its columns stays out."""

    room: str
    without: frozenset[str] = frozenset()


def _each(room: str, *names: str) -> dict[str, Taken]:
    return dict.fromkeys(names, Taken(room))


# By table. The folders are in the order in which a person would look.
TAKEN: Mapping[str, Taken] = {
    **_each("details", "person", "person_change"),
    **_each("about", "about_answer", "about_answer_version"),
    **_each("diary", "tracker", "tracker_version", "entry", "entry_version", "watch", "watch_version"),
    **_each("goals", "goal", "goal_version", "check_in", "check_in_version"),
    **_each("plan", "plan_change", "plan_change_version"),
    **_each("decisions", "decision", "decision_version"),
    **_each("information", "information"),
    **_each("health", "health_item", "health_item_version"),
    **_each("visits", "appointment", "appointment_version", "question", "question_version", "telling",
            "telling_version", "agreed_line", "agreed_line_version", "visit_after", "summary"),
    **_each("results", "report", "result", "report_hold", "report_link", "report_note", "report_note_version",
            "report_read_out", "report_seen", "result_choice", "result_choice_version"),
    "remark": Taken("feedback", frozenset({"batch"})),  # with whose others the team could read it
    "app_suggestion": Taken("feedback", frozenset({"decided_by"})),
    **_each("feedback", "would_help", "app_me_too"),
    **_each("letters", "letter", "letter_version", "letter_sheet"),
    **_each("budget", "budget", "budget_version", "spend", "spend_version", "spend_ask", "spend_ask_version"),
    "spend_receipt": Taken("budget", frozenset({"body"})),  # the photo itself is in `files`
    "report_file": Taken("results", frozenset({"body"})),  # the file itself is in `files`
    **_each("community", "saved_service", "saved_service_version"),
    **_each("team", "contact", "contact_version", "contact_request", "contact_request_version", "request_line",
            "admission", "admission_version", "own_view", "own_view_version", "rhythm", "rhythm_version", "handover"),
    **_each("asks", "ask", "ask_version", "ask_line"),
    **_each("people", "relationship", "right", "invitation", "recovery", "trail",
            "suggested_person"),
    # Why a team put somebody's access on hold can bring the person in danger who reads it beside them.
    "change": Taken("people", frozenset({"reason"})),
    **_each("account", "account", "sign_in", "preference", "subscription", "pending_address", "former_address",
            "notice"),
    # Who they are for, until when, who opened them: not what opens them, nor by what it is known that they still may.
    "shared_link": Taken("people", frozenset({"address_hash", "passcode_hash", "bones"})),
    "shared_link_view": Taken("people", frozenset({"file_hash"})),
    "handed_summary": Taken("people", frozenset({"code_hash"})),
    "passkey": Taken("account", frozenset({"credential_id", "public_key"})),
    "provider_link": Taken("account"),
}  # fmt: skip

# By table: what it is, and why nobody takes it away.
LEFT: Mapping[str, str] = {
    "receipt": "by which a report is known again; the report is there",
    "receipt_name": "by which a report is known again; the report is there",
    "incoming": "that a report waited until somebody knew whose it is, and their notes on that; the report is there",
    "once": "that a form arrived, so that it is not kept twice; what was in it is there",
    "outbox": "that a message is on its way: ids, and nothing it says; the inbox is there",
    "export": "that this copy was asked for",
    "recovery_code": "a digest of a professional's code; a person has none",
    "known_device": "a digest by which a browser is known again, and nothing else",
    "enrolment": "a digest of a professional's link; a person has none",
    "print_run_person": "that a letter was printed in one go with others; the code's own row is there",
    "shared_link_file": "bytes that only a link's key opens, and that is not here",
    "letter_part": "the bytes of a letter's page; the page is in `files`",
    "letter_upload": "a file on its way, for a week; what arrived is a letter",
    "letter_upload_part": "the bytes of a file on its way",
    "administrator": "who runs a team's pages; a person does not",
    "sign_in_reset": "a professional's lost second step; a person has none",
    "list_draft": "a professional's list, for two days",
    "member": "a professional's place in a team; a person has none",
    "said_gathered": "that a team put words of theirs with others; the words are there",
}

# What is of an account, besides what is of a person: taken away and erased with the person's own.
OF_ACCOUNT = frozenset(
    {"account", "sign_in", "preference", "subscription", "pending_address", "former_address", "known_device",
     "enrolment", "member", "passkey", "provider_link", "recovery_code", "administrator",
     "sign_in_reset", "list_draft", "app_suggestion", "app_me_too"}
)  # fmt: skip
# Known by ids alone, without a key: the trail has its own way to be forgotten (`audit.chain.forget`).
TRAIL = frozenset({"trail", "trail_anchor"})


@cache
def of_people() -> tuple[Table, ...]:
    """Every table with rows of a person, those that others hang on first. Without the trail."""
    found: set[str] = {"person"}
    every = Base.metadata.sorted_tables
    grown = True
    while grown:
        grown = False
        for table in every:
            if table.name in found or table.name in OF_ACCOUNT | TRAIL:
                continue
            if "person_id" in table.columns or any(True for _ in _parents(table, found)):
                found.add(table.name)
                grown = True
    return tuple(table for table in every if table.name in found)


def _parents(table: Table, known: set[str]) -> list[tuple[Column[Any], Column[Any]]]:
    """The columns by which a table belongs to one of these: (its own, the other's)."""
    return [
        (column, key.column)
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in known and key.column.table is not table
    ]


def of(table: Table, person_id: UUID) -> ColumnElement[bool]:
    """The rows of a table that are of a person."""
    if table.name == "person":
        found: ColumnElement[bool] = table.c.id == person_id
        return found
    ways = []
    if "person_id" in table.columns:
        ways.append(table.c.person_id == person_id)
    if not ways or table.c.person_id.nullable:
        # What hangs on a row of theirs, without saying itself whose it is: a line of a reception, a right of a grant.
        names = {one.name for one in of_people()}
        for column, parent in _parents(table, names - {"person"}):
            if column.name != "person_id":
                ways.append(column.in_(select(parent).where(of(parent.table, person_id))))
    return or_(*ways)


def columns(name: str) -> list[Column[Any]]:
    """What of a table is taken away."""
    taken = TAKEN[name]
    out = _NEVER | taken.without
    return [column for column in Base.metadata.tables[name].columns if column.name not in out]


def rooms() -> dict[str, list[str]]:
    """The folders of the archive, and the tables in each, in order."""
    found: dict[str, list[str]] = {}
    for name, taken in TAKEN.items():
        found.setdefault(taken.room, []).append(name)
    return found
