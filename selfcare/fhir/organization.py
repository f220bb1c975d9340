"""Organization, and who else may have performed a test: only their names are read."""

from dataclasses import dataclass
from typing import Any

from selfcare.fhir.problems import Path
from selfcare.fhir.reading import Desk
from selfcare.fhir.references import Item

KINDS = ("Organization", "Practitioner", "PractitionerRole", "CareTeam")


@dataclass(frozen=True)
class Party:
    """An organisation or a person, by name. `identifier`: the first of its own, as "system|value"."""

    name: str
    identifier: str = ""
    is_organisation: bool = False


def parties(desk: Desk, references: list[dict[str, Any]], holder: Item, path: Path) -> list[Party]:
    """Those who are named, in order. One that the message does not have keeps the name the reference gives it."""
    found = []
    for item, reference in desk.follow(references, holder, path, KINDS):
        party = _party(desk, item) if item else None
        if party is None or not party.name:
            logical = reference.get("identifier", {})
            means = reference.get("type", "") or reference.get("reference", "")
            party = Party(
                reference.get("display", ""),
                party.identifier if party else _joined(logical),
                is_organisation="Organization" in means or bool(party and party.is_organisation),
            )
        if party.name or party.identifier:
            found.append(party)
    return found


def _party(desk: Desk, item: Item) -> Party | None:
    clean = desk.clean(item)
    if item.kind == "PractitionerRole":
        # Whom they work for says more about where a result comes from than who they are.
        for name in ("organization", "practitioner"):
            reference = clean.get(name)
            inner = reference and desk.find(
                reference, item, item.path.to(name), ("Organization", "Practitioner")
            )
            if inner:
                return _party(desk, inner)
            if reference and reference.get("display"):
                return Party(reference["display"], "", name == "organization")
        return None
    identifier = next((joined for one in clean.get("identifier", []) if (joined := _joined(one))), "")
    if item.kind == "Practitioner":
        return Party(next((_human(name) for name in clean.get("name", [])), ""), identifier)
    return Party(clean.get("name", ""), identifier, item.kind == "Organization")


def _human(name: dict[str, Any]) -> str:
    parts = [*name.get("prefix", []), *name.get("given", []), name.get("family", "")]
    return name.get("text") or " ".join(part for part in parts if part)


def _joined(identifier: dict[str, Any]) -> str:
    if not identifier.get("value"):
        return ""
    return f"{identifier.get('system', '')}|{identifier['value']}"
