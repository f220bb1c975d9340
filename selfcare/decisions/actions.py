"""What is done with decisions: asked, told more of, leaned to, decided or not, opened again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.decisions import queries, states
from selfcare.decisions.models import LEAVE, OPTIONS, OWN, Decision
from selfcare.decisions.numbers import Cell
from selfcare.decisions.states import Move, NotNow, State
from selfcare.notifications import actions as notifications
from selfcare.web import item_reference, versions
from selfcare.web.access import Area, Level, Permit, Role, visible
from selfcare.web.versions import Stale

item_reference.hides("decision", Decision)
MOST = 20  # rows of what was told: more, and nobody holds them against each other


@dataclass(frozen=True)
class Told:
    """A row of what was told, as it is now: what `Stale` tells of."""

    version: int
    decision: Decision
    fact: dict[str, Any]


class TooMany(ValueError):
    """There are as many rows as a decision holds."""


class Unsaid(ValueError):
    """What was told of these options, or a lean to them, may be of the new words or not: nobody said which."""

    def __init__(self, item: Decision, codes: list[str]) -> None:
        super().__init__(codes)
        self.item, self.codes = item, codes


class TheirRows(ValueError):
    """Others wrote what would go with an option."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def add(permit: Permit, *, question: str, options: dict[str, str], only_me: bool = False) -> Decision:
    """Write a decision down. *Only me* counts only when the person enters it.

    :param options: by code of OWN; *leave it as it is* is always one more.
    """
    permit.require(Area.DECISIONS, Level.ADD)
    row = Decision(
        **permit.stamp(),
        question=question,
        **{f"option_{code}": options.get(code, "") for code in OWN},
        facts=[],
        matters="",
        matters_by=None,
        lean="",
        lean_by=None,
        state=State.OPEN.value,
        chosen="",
        words="",
        with_whom="",
        decided_on=None,
        look_on=None,
        only_me=bool(only_me) and permit.is_self,
    )
    session().add(row)
    session().flush()
    trail.record(permit, "added", "decision", row.id)
    return row


def change(
    permit: Permit,
    decision_id: UUID,
    version: int,
    *,
    question: str,
    options: dict[str, str],
    same: Mapping[str, bool] | None = None,
    only_me: bool | None = None,
) -> Decision:
    """Change the question, the options, *only me* (None leaves it). What was told of an option that is gone goes too.
    An option that changes places takes along what was told of it.

    :param same: by option, whether its new words are of the same thing, so that what was told of it stays.
    :raises NotFound: not theirs to see or change. :raises NotNow: it is decided.
    :raises Stale: changed since `version`. :raises Unsaid: `same` does not say. :raises TheirRows: not theirs to lose.
    """
    row = _locked(permit, decision_id, Move.CHANGE)
    was_hidden = row.only_me
    values: dict[str, Any] = {"question": question} | {
        f"option_{code}": options.get(code, "") for code in OWN
    }
    if only_me is not None and may_hide(permit, row):
        values["only_me"] = only_me
    keep = versions.change
    if any(getattr(row, name) != values[name] for name in OPTIONS):
        versions.part_unchanged(row, "words_version", version)
        came, gone = _came(row, options, same or {})
        told = [one for one in row.facts if gone & set(one["cells"])]
        for one in told:
            if not queries.may_turn(permit, row, one):
                raise TheirRows(min(gone & set(one["cells"])))
        values["facts"] = [_moved(permit, one, came) for one in row.facts]
        if row.lean in OWN:
            lean = next((code for code, old in came.items() if old == row.lean), "")
            values |= {"lean": lean} if lean else {"lean": "", "lean_by": None, "state": State.OPEN.value}
        # What goes is kept as it stood, however short a time it stood there.
        keep = versions.turn if told else versions.change
    elif row.question != question or (row.only_me and not values.get("only_me", True)):
        versions.part_unchanged(row, "words_version", version)
    worded = any(getattr(row, name) != values[name] for name in ("question", *OPTIONS))
    if keep(permit, row, None, **values):
        if worded:
            row.words_version = row.version
        trail.record(permit, "changed", "decision", row.id)
        if row.only_me:
            item_reference.forget(permit.person_id, [row.id])
            if not was_hidden:
                notifications.take_back(permit.person_id, row.id)
        session().flush()
    return row


def tell(
    permit: Permit, decision_id: UUID, version: int | None = None, fact_id: UUID | None = None, **said: Any
) -> Decision:
    """Write down one row of what was told: `kind`, `what`, `of`, `people`, `cells`, `told_by`, `told_on`.

    :param fact_id: of what its form makes. A row of that id that is as its writer left it is said anew.
    :raises NotFound, NotNow: as `change`. :raises TooMany: as many as there can be.
    :raises Stale: what could be done has other words since `version`.
    """
    row = _locked(permit, decision_id, Move.TELL)
    versions.part_unchanged(row, "words_version", version)
    known = next((one for one in row.facts if one["id"] == str(fact_id)), None)
    if known is not None and queries.is_theirs(permit, known):
        return tell_again(permit, decision_id, UUID(known["id"]), known["v"], **said)
    if len(row.facts) >= MOST:
        raise TooMany
    made = {
        "id": str(fact_id or uuid4()),
        "v": 1,
        **_author(permit),
        **_told(said),
    }
    versions.change(permit, row, None, facts=[*row.facts, made])
    trail.record(permit, "told", "decision", row.id)
    return row


def tell_again(permit: Permit, decision_id: UUID, fact_id: UUID, v: int, **said: Any) -> Decision:
    """Change a row of what was told. Parameters as `tell`; `v`: how often it had been changed.

    :raises NotFound, NotNow: as `change`. :raises Stale: somebody has changed this row since.
    """
    row, found = _turned(permit, decision_id, fact_id)
    new = found | _told(said)
    if new != found:
        _unchanged(row, found, v)
        new |= {"v": found["v"] + 1, "worded_by": None, **_author(permit)}
        versions.turn(permit, row, None, facts=[new if one is found else one for one in row.facts])
        trail.record(permit, "changed", "decision", row.id)
    return row


def take_out(permit: Permit, decision_id: UUID, fact_id: UUID, v: int | None = None) -> None:
    """Take a row of what was told out. :raises NotFound, NotNow, Stale: as `tell_again`."""
    row, found = _turned(permit, decision_id, fact_id)
    if v is not None:
        _unchanged(row, found, v)
    versions.turn(permit, row, None, facts=[one for one in row.facts if one is not found])
    trail.record(permit, "changed", "decision", row.id)


def say(permit: Permit, decision_id: UUID, version: int | None, *, matters: str, lean: str) -> Decision:
    """What matters to the person here, and where they lean: an option, `not_yet`, or nothing said.

    :raises NotFound, NotNow, Stale: as `change`.
    """
    known = queries.decision(permit, decision_id)
    how = Move.LEAN if lean in known.options() else Move.NOT_YET
    row = _locked(permit, decision_id, how)
    if lean and lean not in row.options() and lean != "not_yet":
        raise NotFound
    if lean in OWN and lean != row.lean:  # it was chosen by its words
        versions.part_unchanged(row, "words_version", version)
    values: dict[str, Any] = {"matters": matters, "lean": lean, "state": states.TO[how].value}
    by = None if permit.is_self else permit.account_name
    for name, text in (("matters", matters), ("lean", lean)):
        if text != getattr(row, name):
            values[f"{name}_by"] = by if text else None
    if versions.change_part(permit, row, "mine_version", version, **values):
        trail.record(permit, "leaned", "decision", row.id)
    return row


def decide(
    permit: Permit,
    decision_id: UUID,
    version: int | None,
    *,
    chosen: str,
    words: str = "",
    with_whom: str = "",
    decided_on: date | None = None,
    look_on: date | None = None,
) -> Decision:
    """What was decided, or that it is not now (`chosen` is `not_now`), with whom and when; when to look again.

    :raises NotFound, Stale: as `change`.
    """
    how = Move.NOT_NOW if chosen == "not_now" else Move.DECIDE
    row = _locked(permit, decision_id, how)
    if how is Move.DECIDE and chosen not in (*row.options(), "other"):
        raise NotFound
    values = {
        "state": states.TO[how].value,
        "chosen": "" if how is Move.NOT_NOW else chosen,
        "words": words,
        "with_whom": with_whom,
        "decided_on": decided_on,
        "look_on": look_on,
    }
    if any(getattr(row, name) != value for name, value in values.items()):
        versions.part_unchanged(row, "mine_version", version)
        if chosen in OWN and chosen != row.chosen:
            versions.part_unchanged(row, "words_version", version)
    if versions.turn(permit, row, None, **values):
        row.mine_version = row.version
        trail.record(permit, "put off" if how is Move.NOT_NOW else "decided", "decision", row.id)
        session().flush()
    return row


def reopen(permit: Permit, decision_id: UUID) -> Decision:
    """Open it again; what had been decided stays among its earlier versions. Where it is open, nothing happens.

    :raises NotFound: as `change`.
    """
    row = _locked(permit, decision_id, Move.REOPEN, *queries.OPEN)
    if row.state in queries.OPEN:
        return row
    ended: dict[str, Any] = {"chosen": "", "words": "", "with_whom": "", "decided_on": None, "look_on": None}
    versions.turn(permit, row, None, state=states.again(row.leans()).value, **ended)
    row.mine_version = row.version
    trail.record(permit, "reopened", "decision", row.id)
    session().flush()
    return row


def remove(permit: Permit, decision_id: UUID, version: int | None = None) -> None:
    """Take a decision out. :raises NotFound, Stale: as `change`."""
    row = _locked(permit, decision_id, Move.REMOVE)
    versions.unchanged(row, version)
    row.removed_at = now()
    notifications.take_back(permit.person_id, row.id)
    item_reference.forget(permit.person_id, [row.id])
    trail.record(permit, "removed", "decision", row.id)
    session().flush()


def may_hide(permit: Permit, row: Decision) -> bool:
    """*Only me* is for what people entered themselves."""
    return permit.is_self and row.entered_as == Role.SELF


def _locked(permit: Permit, decision_id: UUID, how: Move, *there: State) -> Decision:
    """The locked row, where `how` is theirs to do and possible, or it stands at one of `there` already."""
    row = session().scalar(
        select(Decision)
        .where(visible(permit, Decision), Decision.id == decision_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    if not queries.may(permit, row, how):
        versions.refuse(permit, row)
    if row.state not in there and not states.possible(State(row.state), how):
        raise NotNow(row, how)
    return row


def _turned(permit: Permit, decision_id: UUID, fact_id: UUID) -> tuple[Decision, dict[str, Any]]:
    row = _locked(permit, decision_id, Move.TELL)
    found = queries.fact(row, fact_id)
    if not queries.may_turn(permit, row, found):
        raise NotFound
    return row, found


def _unchanged(row: Decision, found: dict[str, Any], v: int) -> None:
    if found["v"] != v:
        raise Stale(Told(found["v"], row, found), found.get("worded_by") or found["by"])


def _author(permit: Permit) -> dict[str, Any]:
    account = str(permit.account_id) if permit.account_id else None
    return {"account": account, "by": permit.account_name, "as": permit.role.value}


def _told(said: dict[str, Any]) -> dict[str, Any]:
    on: date | None = said["told_on"]
    return said | {"told_on": on.isoformat() if on else None, "people": said.get("people")}


def _came(
    row: Decision, options: Mapping[str, str], same: Mapping[str, bool]
) -> tuple[dict[str, str], set[str]]:
    """By each option there will be, as which it was known until now; and those of which nothing stays.

    :raises Unsaid: where it may be either.
    """
    old = {code: text.casefold() for code, text in row.options().items() if code in OWN}
    new = {code: options[code].casefold() for code in OWN if options.get(code)}
    came = {code: each for code, text in new.items() for each in old if old[each] == text}
    held = {code for one in row.facts for code in one["cells"]} | {row.lean}
    other = [code for code in new if code not in came and code in old and code not in came.values()]
    asked = [code for code in other if code in held]
    if any(code not in same for code in asked):
        raise Unsaid(row, asked)  # all of them: what was said of one stands on the page, and comes along
    came |= {code: code for code in other if same.get(code, True)}
    return came | {LEAVE: LEAVE}, set(old) - set(came.values())


def _moved(permit: Permit, fact: dict[str, Any], came: Mapping[str, str]) -> dict[str, Any]:
    """A row with what was told of each option where that stands by now, for whoever changes it to read anew."""
    cells: dict[str, Cell] = {code: fact["cells"][old] for code, old in came.items() if old in fact["cells"]}
    of = fact["of"] if any("n" in one for one in cells.values()) else None
    known = {"v": fact["v"] + 1, "worded_by": permit.account_name}
    return fact | known | {"cells": cells, "of": of, "people": fact.get("people") if of else None}
