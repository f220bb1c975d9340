"""What goes into a link: the summary's own words, section by section, as a FHIR document."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext

from selfcare import i18n
from selfcare.fhir.summary_document import REQUIRED, Section, Whose, document
from selfcare.health import words as health_words
from selfcare.health.models import ALLERGY, CONDITION, MEDICINE
from selfcare.sharing import plain_text, summary_page

# The sections that LOINC has a name for.
CODES = {
    "matters": ("81338-6", "Patient Goals, preferences, and priorities for care experience"),
    "results": ("30954-2", "Relevant diagnostic tests/laboratory data note"),
    "plan": ("18776-5", "Plan of care note"),
    "goals": ("61146-7", "Goals Document"),
}
HEALTH = {
    ALLERGY: ("48765-2", REQUIRED["48765-2"]),
    MEDICINE: ("10160-0", REQUIRED["10160-0"]),
    CONDITION: ("11450-4", REQUIRED["11450-4"]),
}
# What is read first: what matters, and what to do where things change.
FIRST = ("matters", "plan")


def of(body: dict[str, Any]) -> dict[str, Any]:
    """The document of a snapshot's body, in the language of this answer."""
    page, person = summary_page.read(body), body["person"]
    found: list[tuple[str, Section]] = []
    for code, title, lines in plain_text.sections(page):
        if code == "health":
            found += [(code, one) for one in _health(body["health"], lines, person["name"])]
        else:
            found.append((code, Section(title, _kept(lines), CODES.get(code))))
    found.sort(key=lambda pair: FIRST.index(pair[0]) if pair[0] in FIRST else len(FIRST))
    return document(
        Whose(person["full_name"], date.fromisoformat(person["born"]), body["shared_by"] or None),
        datetime.fromisoformat(body["as_of"]).replace(tzinfo=ZoneInfo(body["zone"])),
        i18n.code(),
        i18n.direction(),
        gettext("Summary of %(name)s, as kept by them", name=person["full_name"]),
        [section for _, section in found],
    )


def _health(items: list[dict[str, Any]], lines: list[str], name: str) -> list[Section]:
    """Allergies, medicines and conditions each in a section of their own, as other software expects them."""
    found = []
    for kind in (ALLERGY, MEDICINE, CONDITION):
        own = [line for one, line in zip(items, lines, strict=False) if one["facts"]["kind"] == kind]
        if own:
            said = [*own, health_words.as_kept(name)]
            found.append(Section(health_words.heading(kind), _kept(said), HEALTH[kind]))
    if rest := lines[len(items) :]:
        found.append(Section(health_words.summary_name(name), _kept(rest)))
    return found


def _kept(lines: list[str]) -> list[str]:
    return [plain_text.isolated(line) for line in lines if line.strip()]
