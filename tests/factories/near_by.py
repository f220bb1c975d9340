"""Lists of help near by and services on them, as an import leaves them; few with all that can be told, or very many."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select

from selfcare.community import actions
from selfcare.community.full_text import searched
from selfcare.community.mapping import over
from selfcare.community.models import (
    COST,
    DAY,
    DAYS,
    FREE,
    GETTING_IN,
    LANGUAGE,
    NEED,
    OPEN,
    OVER,
    WAY,
    Service,
    ServiceList,
    ServiceProblem,
    ServiceTag,
    ServiceWords,
)
from selfcare.database import now, session
from selfcare.web.access import Permit

NEEDS = ("company", "move", "money", "break")


def a_list(name: str = "", **values: Any) -> ServiceList:
    """A list that was read, of a name that no other has."""
    made = ServiceList(
        name=name or f"List {uuid4().hex[:8]}",
        **{"licence": "OGL 3.0", "added_at": now(), "checked_at": now(), **values},
    )
    session().add(made)
    session().flush()
    return made


def a_service(
    on: ServiceList, name: str, *, tags: dict[str, Sequence[str]] | None = None, **values: Any
) -> Service:
    """A service. `tags`: by kind, besides those that follow from `days`, `languages` and what it costs."""
    session_ = values.pop("sessions", [])
    row = _columns(on, name) | {"sessions": session_} | values
    made = Service(**row)
    session().add(made)
    session().flush()
    session().add(
        ServiceWords(service_id=made.id, words=searched(made.name, made.organisation, made.description))
    )
    found = {
        DAY: [day for one in made.sessions for day in one.get("days", ())],
        OVER: over([one for one in made.sessions if "closes" in one]),
        LANGUAGE: [one["code"] for one in made.languages if one.get("code")],
        COST: [FREE] if made.cost == FREE else [],
        **(tags or {}),
    }
    for kind, each in found.items():
        for value in dict.fromkeys(each):
            session().add(ServiceTag(service_id=made.id, kind=kind, value=value))
    session().flush()
    return made


def on(days: str, opens: str = "", closes: str = "", **more: Any) -> dict[str, Any]:
    """A session, as services keep them: on("tu", "10:00")."""
    return {
        "days": days.split(), "opens": opens, "closes": closes, "starts": "", "ends": "", "freq": "weekly", "every": 1,
        "words": "", "link": "",
    } | more  # fmt: skip


def movement_class(on_list: ServiceList, **values: Any) -> Service:
    """One of which everything is told (picture 28b)."""
    whole: dict[str, Any] = {
        "organisation": "Riverside Leisure",
        "organisation_kind": "charity",
        "description": "Move to music, sitting or standing. You can stop when you like. Tea after.",
        "url": "https://class.example.org/",
        "email": "class@example.org",
        "phones": [{"number": "01632 960204", "extension": "12", "words": ""}],
        "cost": FREE,
        "youngest": 18,
        "for_whom": "Bring someone if you like.",
        "sessions": [on("tu", "10:00", "11:00", words="Not on bank holidays.")],
        "places": [
            {"name": "Hill Street Hall", "address": "2 Hill Street", "postcode": "RV1 2AB", "lat": None, "long": None,
             "getting_there": ""}
        ],
        "languages": [{"code": "en", "name": "English"}, {"code": "ur", "name": "Urdu"}],
        "getting_in": [{"code": "", "words": "Hearing loop"}],
        "assured_on": date(2026, 3, 2),
        "tags": {NEED: ["move"], WAY: ["peer"], GETTING_IN: ["no_steps"]},
    }  # fmt: skip
    return a_service(on_list, "Hill Street movement class", **whole | values)


def _council() -> list[Service]:
    """The services of one list, by name; made where it is not there yet."""
    query = (
        select(Service)
        .join(ServiceList)
        .where(ServiceList.name == "Riverside council")
        .order_by(Service.name)
    )
    found = session().scalars(query).all()
    if not found:
        listed = a_list("Riverside council", owner_email="lists@example.org")
        movement_class(listed)
        a_service(listed, "Slow walkers", description="A short walk, then tea.", sessions=[on("fr", "14:00")])
        a_service(listed, "Chair class", description="On a screen, from home.")
        session().add(
            ServiceProblem(
                label="Slow walkers",
                list_name=listed.name,
                kind="when",
                words="It begins at 2",
                at=now(),
            )
        )
        found = session().scalars(query).all()
    return list(found)


def fill(rosa: Permit) -> dict[str, Any]:
    """A list: the person goes to one of its services, and has tried another. :returns: their ids in addresses."""
    _, first, second = _council()
    row = actions.save(rosa, first.id)
    actions.change(rosa, row.id, row.version, state="going", words="Good company", only_me=None)
    tried = actions.save(rosa, second.id)
    actions.change(rosa, tried.id, tried.version, state="tried", words="Too fast for me", only_me=None)
    return {"service_id": first.id, "saved_id": row.id}


def hide(rosa: Permit, canary: str) -> dict[str, Any]:
    """One that is saved, and *only me*."""
    made, *_ = _council()
    row = actions.save(rosa, made.id)
    actions.change(rosa, row.id, row.version, state="tried", words=f"{canary} class", only_me=True)
    return {"service_id": made.id, "saved_id": row.id}


def many(on_list: ServiceList, number: int) -> None:
    """So many services, each with words, a day or two, and some of everything else."""
    services, words, tags = [], [], []
    for n in range(number):
        row = _columns(on_list, f"Walking group {n:05}" if n % 3 else f"Lunch club {n:05}") | {"id": uuid4()}
        row |= {"description": "Tea and company. " * 20, "sessions": [on(DAYS[n % 7], "10:00")], "cost": FREE}
        services.append(row)
        words.append({"service_id": row["id"], "words": searched(row["name"], row["description"])})
        each = [(DAY, DAYS[n % 7]), (NEED, NEEDS[n % 4]), (LANGUAGE, ("en", "ur", "cy")[n % 3]), (COST, FREE)]
        each += [(WAY, "peer"), (DAY, DAYS[(n + 3) % 7])] if n % 2 else [(GETTING_IN, "no_steps")]
        tags += [{"service_id": row["id"], "kind": kind, "value": value} for kind, value in each]
    for start in range(0, number, 500):
        session().execute(insert(Service), services[start : start + 500])
        session().execute(insert(ServiceWords), words[start : start + 500])
    for start in range(0, len(tags), 2000):
        session().execute(insert(ServiceTag), tags[start : start + 2000])


def _columns(on_list: ServiceList, name: str) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("organisation", "organisation_kind", "description", "url", "email", "cost", "fees", "for_whom", "how_to_join",
         "alert"), "",
    )  # fmt: skip
    lists: dict[str, Any] = {
        each: [] for each in ("phones", "costs", "sessions", "places", "languages", "getting_in")
    }
    return {
        **empty, **lists, "list_id": on_list.id, "key": str(uuid4()), "digest": "", "name": name, "youngest": None,
        "oldest": None, "assured_on": None, "state": OPEN, "added_at": now(), "changed_at": now(), "ended_at": None,
    }  # fmt: skip
