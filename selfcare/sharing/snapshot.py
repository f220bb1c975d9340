"""Puts a summary together: plain values only, so that what was previewed and what is kept are the same thing.

What is marked *only me* is never in it, not even when the person looks: each room's `for_summary` leaves it out. Every
item keeps its id, so that what is marked later leaves it too (`showing`).
"""

import hmac
import json
from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import current_app
from werkzeug.exceptions import NotFound

from selfcare.agreed import queries as agreed
from selfcare.appointments import queries as appointments
from selfcare.appointments import tellings
from selfcare.appointments.for_summary import for_summary
from selfcare.appointments.models import Telling
from selfcare.database import now
from selfcare.diary import queries as diary
from selfcare.diary import to_share
from selfcare.goals import queries as goals
from selfcare.people import queries as people
from selfcare.results import queries as results
from selfcare.sharing import read_beside, written
from selfcare.web.access import Area, Permit

# What can go in, in the order it is read, and the areas whoever composes it must be able to see.
AREAS = {
    "matters": (Area.APPOINTMENTS,),
    "life": (Area.APPOINTMENTS,),
    "questions": (Area.QUESTIONS,),
    "been": (Area.DIARY,),
    "results": (Area.RESULTS,),
    "views": (Area.CONTACTS, Area.RESULTS),
    "stays": (Area.CONTACTS,),
    "agreed": (Area.APPOINTMENTS,),
    "goals": (Area.GOALS,),
    **{name: (part.area,) for name, part in written.PARTS.items()},
}
SECTIONS = tuple(AREAS)
# What is the person's alone until they tick it, each time anew.
TICKED = frozenset({"life"})
# No choice while there is nothing of them.
ABSENT = TICKED | {"views", "stays"} | set(written.PARTS)
# The format of a body; from WITH_AGREED on it could have what was agreed in it.
FORMAT = WITH_AGREED = 3

Body = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """What somebody chose to share: the sections, which trackers not, whether the diary's notes, and which days.

    Trackers are chosen by leaving out: what is new on the list goes in, what was left out once stays out.
    """

    sections: tuple[str, ...]
    first: date
    last: date
    left: frozenset[str] = frozenset()
    notes: bool = False


@dataclass(frozen=True)
class Material:
    """All that could go in, read once. `take` makes a body of what was chosen."""

    head: Body
    parts: Body
    matters_by: str | None  # who wrote what matters, where it was not the person
    told: list[Body]  # what matters as the person told it
    agenda: Body | None  # what the key contact would like to talk about

    def take(self, choice: Choice) -> Body:
        """The body with the chosen sections, in the order of SECTIONS."""
        chosen = [name for name in SECTIONS if name in choice.sections and name in self.parts]
        body = {**self.head, "sections": chosen, **{name: self.parts[name] for name in chosen}}
        body["unchosen"] = [name for name in self.parts if name not in chosen and name not in TICKED]
        if "matters" in chosen:
            body |= {"matters_by": self.matters_by, "matters_told": self.told, "agenda": self.agenda}
        if "been" in chosen:
            body["been"] = _been(self.parts["been"], choice)
        return body


def _been(all_of_it: Body, choice: Choice) -> Body:
    said = {
        **all_of_it,
        "trackers": [one for one in all_of_it["trackers"] if one["id"] not in choice.left],
        "left": sorted(choice.left),
        "notes": None,
    }
    if choice.notes:
        kept = [one for one in all_of_it["notes"]["notes"] if one["tracker"] not in choice.left]
        left_out = len(all_of_it["notes"]["notes"]) - len(kept)
        said["notes"] = {"total": all_of_it["notes"]["total"] - left_out, "notes": kept}
    return said


def offered(permit: Permit) -> tuple[str, ...]:
    """The sections this permit may put in: a carer cannot share, or preview, what they may not see."""
    return tuple(
        name
        for name, areas in AREAS.items()
        if all(permit.may(area) for area in areas) and (name not in TICKED or permit.sees_only_me)
    )


def gather(
    permit: Permit,
    first: date,
    last: date,
    appointment_id: UUID | None,
    moment: datetime | None = None,
    visit: appointments.Visit | None = None,
    beside: read_beside.Beside | None = None,
) -> Material:
    """Read all that may go in, from `first` to `last` (both included), for one visit or for none.

    :param moment: the instant it is as of; now, when left out.
    :param visit: the visit, where it was read already; `beside`: likewise.
    :raises NotFound: when the visit is not theirs to share.
    """
    may = offered(permit)
    asked = for_summary(permit, appointment_id, visit)
    if appointment_id is not None and asked["visit"] is None:
        raise NotFound  # unknown, not theirs to see, or *only me*
    parts: Body = {}
    if "matters" in may:
        parts["matters"] = asked["matters"]
    if "life" in may and asked["life"]:
        parts["life"] = asked["life"]
    if "questions" in may:
        parts["questions"] = asked["questions"]
    if "been" in may:
        parts["been"] = {
            "words": asked["words"],
            "words_by": asked["words_by"],
            "words_told": asked["words_told"],
            "trackers": to_share.for_summary(permit, first, last),
            "notes": to_share.notes_for_summary(permit, first, last),
        }
    if "results" in may:
        parts["results"] = results.for_summary(permit, first)
    if "stays" in may or not written.PARTS.keys().isdisjoint(may):
        _beside(may, parts, beside or read_beside.by_itself(permit), first.isoformat())
    if "agreed" in may:
        parts["agreed"] = agreed.for_summary(permit, diary.start_of(permit, first))
    if "goals" in may:
        parts["goals"] = goals.for_summary(permit)
    head = _head(permit, moment or now(), first, last, asked["visit"])
    return Material(head, parts, asked["matters_by"], asked["matters_told"], asked["agenda"])


def _beside(may: Collection[str], parts: Body, known: read_beside.Beside, first: str) -> None:
    """Put in what was read in one statement with others. The views need the right of the stays, and one more."""
    if "stays" in may:
        lately = [one for one in known.views if one["day"] >= first]
        if lately and "views" in may:
            parts["views"] = lately
        if told := [one for one in known.stays if (one["left_on"] or "9999") >= first]:
            parts["stays"] = told
    parts |= {name: known.written[name] for name in written.PARTS if name in may and name in known.written}


def as_told(permit: Permit, row: Telling, before: Body, moment: datetime) -> Body:
    """A body of what was written down for a person, on top of what stood shared for the same visit before.

    Whoever wrote it down may see little else of the record, and asked about nothing else.
    """
    mark = tellings.mark_of(permit, row)
    visit, last = appointments.with_last(permit, row.appointment_id)
    first = (
        date.fromisoformat(before["first"])
        if before
        else (last.wall.date() if last else three_months_before(permit.today()))
    )
    asked = for_summary(permit, row.appointment_id, visit)
    head = _head(permit, moment, first, permit.today(), asked["visit"])
    body = {"matters": "", "matters_by": None, "unchosen": [], **before, **head}
    been = {
        "words": "",
        "words_by": None,
        "trackers": [],
        "left": [],
        "notes": None,
        **before.get("been", {}),
    }
    life = {"picks": [], "words": "", **(before.get("life") or {})}
    body["as_told"] = mark
    body["agenda"] = asked["agenda"]
    body["matters_told"] = [*before.get("matters_told", ()), *_said(mark, row.matters)]
    been["words_told"] = [*been.get("words_told", ()), *_said(mark, row.words)]
    if row.life or row.life_words:
        also = mark | {"picks": list(row.life), "words": row.life_words}
        life["told"] = [*life.get("told", ()), also]
    parts: Body = {"matters": body["matters"]}
    if permit.may(Area.QUESTIONS):
        parts["questions"] = asked["questions"]
    if been["words_told"] or "been" in before:
        parts["been"] = been
    if life.get("told") or "life" in before:
        parts["life"] = life
    body |= parts
    body["sections"] = [name for name in SECTIONS if name in parts or name in before.get("sections", ())]
    return body


def _said(mark: Body, text: str) -> list[Body]:
    return [mark | {"text": text}] if text else []


def fingerprint(body: Body) -> str:
    """A keyed digest of all that a reader would see but the minute it was looked at."""
    plain = json.dumps({**body, "as_of": None, "unchosen": None}, sort_keys=True, ensure_ascii=True)
    return hmac.new(current_app.config["SECRET_KEY"].encode(), plain.encode(), sha256).hexdigest()


def three_months_before(day: date) -> date:
    """The same day three months earlier, or the last one that month has."""
    year, month = (day.year, day.month - 3) if day.month > 3 else (day.year - 1, day.month + 9)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _head(permit: Permit, instant: datetime, first: date, last: date, visit: Body | None) -> Body:
    moment = permit.local(instant).replace(second=0, microsecond=0)
    lead = people.lead(permit)
    return {
        "format": FORMAT,
        "person": {
            "name": permit.subject.name,
            "full_name": permit.subject.full_name,
            "born": permit.subject.born.isoformat(),
            "age": people.age(permit.subject.born, moment.date()),
        },
        "as_of": moment.isoformat(),
        "zone": permit.subject.zone,
        "first": first.isoformat(),
        "last": last.isoformat(),
        "visit": visit,
        "lead": {"name": lead.name, "title": lead.title, "team": lead.team} if lead else None,
        # Somebody who helps may share it too; the page says so.
        "shared_by": None if permit.is_self else permit.account_name,
    }
