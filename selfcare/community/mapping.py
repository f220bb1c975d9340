"""What a checked service tells, as the table keeps it: its columns, its tags, its words. Pure.

Nothing is guessed: what is not told is empty. HSDS-UK-3.0 and HSDS 3.0, whose profile it is, are read alike.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from selfcare.community import mapping_rows as rows
from selfcare.community import needs
from selfcare.community.checking import Checked
from selfcare.community.full_text import searched
from selfcare.community.models import (
    COST,
    DAY,
    ENDED,
    FREE,
    GETTING_IN,
    LANGUAGE,
    NEED,
    OPEN,
    OVER,
    PAID,
    PAUSED,
    SOME,
    WAY,
)  # fmt: skip
from selfcare.community.plain import LONGEST, LONGEST_LINE, line, plain

_STATES = {"active": OPEN, "temporarily closed": PAUSED, "inactive": ENDED, "defunct": ENDED}
# What an attribute says people must be or have, by the word for it in its taxonomy or link.
_FOR_WHOM = ("eligib", "audience", "circumstance", "client", "target")
MOST = 50  # rows of one kind
_LATER = timedelta(days=1)  # a clock somewhere else may be ahead


@dataclass(frozen=True)
class Kept:
    """A service ready to be kept. `values` are the columns of `Service` that come from the list."""

    key: str
    values: dict[str, Any]
    tags: frozenset[tuple[str, str]]
    words: str
    digest: str


def kept(checked: Checked, today: date) -> Kept:
    """:param today: to leave out what is over. What is found wrong only here is added to `checked.gaps`."""
    told, gaps = checked.told, checked.gaps
    body, terms = told.get("organization") or {}, _terms(told)
    youngest, oldest = _ages(told, gaps)
    fees = plain(told.get("fees") or told.get("fees_description") or "")
    costs = rows.costs(told)
    values: dict[str, Any] = {
        "name": checked.name,
        "organisation": line(body.get("name") or ""),
        "organisation_kind": _kind(body),
        "description": plain(told.get("description") or ""),
        "url": told.get("url") or body.get("website") or body.get("url") or "",
        "email": _email(told, body),
        "phones": rows.phones(told),
        "cost": _cost(fees, costs, today),
        "fees": fees,
        "costs": costs,
        "youngest": youngest,
        "oldest": oldest,
        "for_whom": _for_whom(told),
        "how_to_join": plain(told.get("application_process") or ""),
        "sessions": rows.sessions(told, gaps),
        "places": rows.places(told, gaps),
        "languages": rows.languages(told),
        "getting_in": rows.getting_in(told),
        "alert": plain(told.get("alert") or ""),
        "assured_on": _assured(told, gaps, today),
        "state": _STATES.get(told.get("status") or "active", OPEN),
    }
    _cut(values, told, gaps)
    tags = frozenset(_tags(values, told, terms, today))
    words = _words(values, terms)
    return Kept(checked.key, values, tags, words, _digest(values, tags, words))


def _cut(values: dict[str, Any], told: dict[str, Any], gaps: list[str]) -> None:
    """No more of anything than is read, and it is said where something is more."""
    for name, value in values.items():
        if isinstance(value, list) and len(value) > MOST:
            gaps.append(f"{name}: only the first {MOST} are kept")
            values[name] = value[:MOST]
    for name, text in told.items():
        longest = LONGEST_LINE if name == "name" else LONGEST
        if isinstance(text, str) and len(text) > longest:
            gaps.append(f"{name}: only the first {longest} letters are kept")


def _digest(values: dict[str, Any], tags: frozenset[tuple[str, str]], words: str) -> str:
    """By which it is known whether anything changed since the last reading."""
    text = json.dumps([values, sorted(tags), words], sort_keys=True, default=str, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _terms(told: dict[str, Any]) -> list[str]:
    """The terms its list puts on a service itself."""
    return [name for attribute in told.get("attributes") or () for name in rows.names(attribute)]


def _kind(body: dict[str, Any]) -> str:
    said = [str(body.get("legal_status") or "")]
    for row in body.get("organization_identifiers") or ():
        said += [str(row.get("identifier_scheme") or ""), str(row.get("identifier_type") or "")]
    return next(iter(needs.meant(needs.KINDS, said)), "")


def _email(told: dict[str, Any], body: dict[str, Any]) -> str:
    contacts = [row.get("email") for row in told.get("contacts") or ()]
    return str(next((one for one in (told.get("email"), *contacts, body.get("email")) if one), ""))


def _ages(told: dict[str, Any], gaps: list[str]) -> tuple[int | None, int | None]:
    low, high = told.get("minimum_age"), told.get("maximum_age")
    if low is not None and high is not None and low > high:
        gaps.append("minimum_age is above maximum_age")
        return None, None
    # Nought is from birth on, and 99 and more is no end: neither keeps anybody out.
    youngest = int(low) if low is not None and int(low) > 0 else None
    return youngest, int(high) if high is not None and high < 99 else None


def _cost(fees: str, costs: list[dict[str, Any]], today: date) -> str:
    amounts = {float(row["amount"]) > 0 for row in costs if row["amount"] and _counts(row["until"], today)}
    if amounts:
        return SOME if len(amounts) > 1 else PAID if True in amounts else FREE
    return FREE if needs.is_free(fees) else ""


def _counts(until: str, today: date) -> bool:
    return not until or until >= today.isoformat()


def _for_whom(told: dict[str, Any]) -> str:
    said = [plain(told.get("eligibility_description") or "")]
    for attribute in told.get("attributes") or ():
        term = attribute.get("taxonomy_term") or {}
        about = f"{attribute.get('link_type') or ''} {term.get('taxonomy') or ''}".casefold()
        if any(word in about for word in _FOR_WHOM):
            said.append(next(iter(rows.names(attribute)), ""))
    return "\n".join(dict.fromkeys(each for each in said if each))


def _assured(told: dict[str, Any], gaps: list[str], today: date) -> date | None:
    found = rows.day(told.get("assured_date"))
    if told.get("assured_date") and (found is None or found > today + _LATER):
        gaps.append("assured_date is not a day that has been")
        return None
    return found


def _tags(
    values: dict[str, Any], told: dict[str, Any], terms: list[str], today: date
) -> list[tuple[str, str]]:
    attending = [str(row.get("attending_type") or "") for row in rows.schedules(told)]
    kinds = [str(row.get("location_type") or "") for row in rows.locations(told)]
    sessions = [row for row in values["sessions"] if _counts(row["ends"], today)]
    return [
        *((NEED, code) for code in needs.meant(needs.NEEDS, terms)),
        *(
            (WAY, code)
            for code in needs.meant(needs.WAYS, [*terms, *attending, *kinds, *rows.for_whom(told)])
        ),
        *((GETTING_IN, row["code"]) for row in values["getting_in"] if row["code"]),
        *((LANGUAGE, row["code"]) for row in values["languages"] if row["code"]),
        *((DAY, day) for row in sessions for day in row["days"]),
        *((OVER, each) for each in over(sessions)),
        *([(COST, FREE)] if values["cost"] == FREE else ()),
    ]


def over(sessions: list[dict[str, Any]]) -> list[str]:
    """By when all of a day is over, of each day of which that is told: "tu 11:30"."""
    ends: dict[str, list[str]] = {}
    for row in sessions:
        for day in row["days"]:
            ends.setdefault(day, []).append(row["closes"] if row["closes"] > row["opens"] else "")
    return [f"{day} {max(each)}" for day, each in ends.items() if all(each)]


def _words(values: dict[str, Any], terms: list[str]) -> str:
    """What it is found by. Where it is stands in it too: people look for a street as they do for a walk."""
    texts = [
        str(values[name])
        for name in ("name", "organisation", "description", "for_whom", "fees", "how_to_join")
    ]
    texts += [row["words"] for name in ("sessions", "getting_in") for row in values[name]]
    texts += [f"{row['name']} {row['address']} {row['postcode']}" for row in values["places"]]
    texts += [row["name"] for row in values["languages"]]
    return searched(*texts, *terms)
