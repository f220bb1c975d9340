"""The rows within a service: when, where, what it costs, whom to call, in which languages, how to get in. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from selfcare.community import needs
from selfcare.community.models import DAYS
from selfcare.community.plain import line, plain

_FREQ = {"DAILY": "daily", "WEEKLY": "weekly", "MONTHLY": "monthly", "YEARLY": "yearly"}
_NOWHERE = ("postal", "virtual")  # no place to go to


def day(text: Any) -> date | None:
    """The day that a text begins with (ISO 8601); None where there is none such."""
    try:
        return date.fromisoformat(str(text or "")[:10])
    except ValueError:
        return None


def names(attribute: dict[str, Any]) -> list[str]:
    """What a term is called."""
    term = attribute.get("taxonomy_term") or {}
    said = (term.get("name"), term.get("term"), attribute.get("label"), attribute.get("value"))
    return list(dict.fromkeys(line(str(each)) for each in said if isinstance(each, str)))


def schedules(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Of the service, and of each place where it is."""
    for holder in (told, *(told.get("service_at_locations") or ())):
        yield from holder.get("schedules") or ()


def locations(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The places of a service, as far as its list tells of them."""
    for row in told.get("service_at_locations") or ():
        if row.get("location"):
            yield row["location"]


def for_whom(told: dict[str, Any]) -> Iterator[str]:
    """What the terms of a service's eligibility are called, where its list keeps them apart."""
    for row in told.get("eligibilities") or ():
        if row.get("eligibility"):
            yield row["eligibility"]


def sessions(told: dict[str, Any], gaps: list[str]) -> list[dict[str, Any]]:
    """When it is. A week's rule without days is on the day it starts (RFC 5545)."""
    found = []
    for row in schedules(told):
        starts, freq = row.get("dtstart") or row.get("valid_from"), _FREQ.get(row.get("freq") or "", "")
        rule = needs.days(row.get("byday") or "")
        if row.get("byday") and not rule:
            gaps.append("schedules.byday names no day")
        began = day(row.get("dtstart"))
        if freq == "daily" and not rule:
            rule = [(code, 0) for code in DAYS]
        elif freq == "weekly" and not rule and began:
            rule = [(DAYS[began.weekday()], 0)]
        session = {
            "days": list(dict.fromkeys(code for code, _ in rule)),
            "nth": sorted({nth for _, nth in rule if nth}) if freq == "monthly" else [],
            "dates": _dates(row.get("bymonthday")) if freq == "monthly" else [],
            "freq": freq,
            "every": int(row.get("interval") or 1),
            "opens": _time(row.get("opens_at")),
            "closes": _time(row.get("closes_at")),
            "starts": _iso(starts),
            "ends": _iso(row.get("valid_to") or row.get("until")),
            "words": _joined(row, "description", "attending_type", "notes"),
            "link": row.get("schedule_link") or "",
        }
        # The day it began stands for nothing by itself.
        if any(session[name] for name in ("days", "dates", "opens", "closes", "words", "link")) or (
            began and not freq
        ):
            found.append(session)
    return _unlike(found)


def places(told: dict[str, Any], gaps: list[str]) -> list[dict[str, Any]]:
    """Where it is. Both numbers of a place on the map, or neither."""
    found = []
    for row in locations(told):
        if row.get("location_type") in _NOWHERE:
            continue
        lat, long = row.get("latitude"), row.get("longitude")
        if lat is None or long is None or (lat == 0 and long == 0):
            if (lat, long) == (0, 0):
                gaps.append("latitude and longitude are nought")
            lat = long = None
        for address in _addresses(row) or [{}]:
            lines = [address.get(name) for name in ("attention", "address_1", "address_2", "city", "region")]
            place = {
                "name": line(row.get("name") or ""),
                "address": "\n".join(dict.fromkeys(line(each) for each in lines if each)),
                "postcode": line(address.get("postal_code") or ""),
                "lat": lat,
                "long": long,
                "getting_there": plain(row.get("transportation") or ""),
            }
            if any(place[name] for name in ("name", "address", "postcode")) or lat is not None:
                found.append(place)
    return _unlike(found)


def _addresses(place: dict[str, Any]) -> list[dict[str, Any]]:
    """Where people go; of a place with nothing but an address for letters, that one."""
    there = [one for one in place.get("addresses") or () if one.get("address_type") != "virtual"]
    return [one for one in there if one.get("address_type") != "postal"] or there


def costs(told: dict[str, Any]) -> list[dict[str, Any]]:
    """What it costs, as its list says: the amount as text, without the noughts of a machine."""
    found = []
    for row in told.get("cost_options") or ():
        amount = row.get("amount")
        cost = {
            "amount": "" if amount is None else f"{amount:.2f}".removesuffix(".00"),
            "currency": (row.get("currency") or "").upper(),
            "words": _joined(row, "option", "amount_description"),
            "until": _iso(row.get("valid_to")),
        }
        if cost["amount"] or cost["words"]:
            found.append(cost)
    return _unlike(found)


def phones(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Whom to call: the service's own numbers, else those of its places, else its body's."""
    own = [
        *_phones(told),
        *(each for row in told.get("contacts") or () for each in _phones(row, row.get("name"))),
    ]
    for row in told.get("service_at_locations") or ():
        own += _phones(row)
        own += [
            each for contact in row.get("contacts") or () for each in _phones(contact, contact.get("name"))
        ]
    found = own or [each for row in locations(told) for each in _phones(row)]
    return _unlike(found or list(_phones(told.get("organization") or {})))


def _phones(holder: dict[str, Any], who: str | None = None) -> Iterator[dict[str, Any]]:
    for row in holder.get("phones") or ():
        if row.get("number"):
            said = [plain(row.get("description") or ""), line(who or "")]
            yield {
                "number": line(row["number"]),
                "extension": line(str(row.get("extension") or "")),
                "words": " · ".join(each for each in said if each),
            }


def languages(told: dict[str, Any]) -> list[dict[str, Any]]:
    """In which languages. English is not taken for granted: it is there where it is told."""
    found = []
    holders = [told, *locations(told)]
    for row in (row for holder in holders for row in holder.get("languages") or ()):
        said, name = line(row.get("code") or ""), line(row.get("name") or row.get("language") or "")
        code = needs.language(said, name)
        if code or name:
            found.append({"code": code, "name": needs.language_name(code, name)})
    return _unlike(found)


def getting_in(told: dict[str, Any]) -> list[dict[str, Any]]:
    """How to get in, as it is told: words that speak of one thing stand beside its code, others by themselves."""
    said: list[str] = []
    for place in locations(told):
        for row in place.get("accessibility") or ():
            said.append(_joined(row, "description", "accessibility", "details"))
            said += [name for each in row.get("attributes") or () for name in names(each)]
        said += [
            name for each in place.get("attributes") or () for name in names(each) if needs.ways_in(name)
        ]
    found: list[dict[str, Any]] = []
    for words in dict.fromkeys(each for each in said if each):
        codes = [code for code in needs.ways_in(words) if code not in {row["code"] for row in found}]
        if len(codes) == 1:
            found.append({"code": codes[0], "words": words})
        else:
            found += [{"code": code, "words": ""} for code in codes] + [{"code": "", "words": words}]
    return found


def _joined(row: dict[str, Any], *fields: str) -> str:
    """Their words, each once: lists like to say the same in two fields."""
    said = (plain(str(row.get(name))) for name in fields if isinstance(row.get(name), str))
    return "\n".join(dict.fromkeys(each for each in said if each))


def _dates(text: Any) -> list[int]:
    return sorted({int(each) for each in re.findall(r"\b\d{1,2}\b", str(text or "")) if 1 <= int(each) <= 31})


def _time(text: Any) -> str:
    found = re.match(r"(\d{1,2}):(\d\d)", str(text or ""))
    return f"{int(found[1]):02}:{found[2]}" if found else ""


def _iso(text: Any) -> str:
    found = day(text)
    return found.isoformat() if found else ""


def _unlike(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each row once, in order."""
    unlike: list[dict[str, Any]] = []
    for row in found:
        if row not in unlike:
            unlike.append(row)
    return unlike
