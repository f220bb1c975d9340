"""DiagnosticReport: one report, with everything it leads to."""

import re
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir.attachment import read_files
from selfcare.fhir.check import checked
from selfcare.fhir.datatypes import codings, happened, identifiers, listed, moment, notes, words
from selfcare.fhir.observation import Results
from selfcare.fhir.organization import Party, parties
from selfcare.fhir.patient import read_subject
from selfcare.fhir.problems import Path
from selfcare.fhir.reading import Desk
from selfcare.fhir.references import Item, plain, several
from selfcare.fhir.service_request import Asked, known_name, read_requests
from selfcare.fhir.specimen import Sample, read_specimen
from selfcare.filing.received_report import Coding, ReceivedReport, ReceivedResult, ReceivedTime

# UK Core carries a note on the report in the extension that brings R5's element to R4.
NOTE = "http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.note"
# Addresses that are nobody else's.
_UNIQUE = re.compile(r"https?://|urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$|urn:oid:")
# Reports that say they are whole, and so must say something.
_WHOLE = frozenset({"final", "amended", "corrected", "appended"})
# A title names so many results, where nothing better is known.
_NAMED = 5


def read_report(desk: Desk, item: Item, sender: list[Party]) -> ReceivedReport:
    """The report, as sent. It can be filed only where `desk.problems` refuses nothing.

    :param sender: who sent the message: the laboratory, where nobody else is named.
    """
    clean, path = desk.clean(item), item.path
    subject, whose = read_subject(desk, item, clean)
    asked = read_requests(desk, clean.get("basedOn", []), item, path.to("basedOn"), subject)
    samples = [
        sample
        for index, reference in enumerate(clean.get("specimen", []))
        if (sample := read_specimen(desk, reference, item, Path(path, "specimen", index), subject))
    ]
    specimen = listed((sample.text for sample in samples), "; ")
    what = listed((sample.what for sample in samples), "; ")
    sampled = next((sample.taken for sample in samples if sample.taken), None)
    taken = happened(desk, clean.get("effective"), path, "effective") or sampled
    reader = Results(desk, subject, Sample(specimen, what=what) if specimen else None, taken)
    results = reader.read(clean.get("result", []), item)
    around = reader.around
    asked = asked or around.asked
    performers = parties(desk, clean.get("performer", []), item, path.to("performer"))
    interpreters = parties(desk, clean.get("resultsInterpreter", []), item, path.to("resultsInterpreter"))
    laboratory, issuer = _laboratory(performers, around.parties, interpreters, sender)
    files = read_files(desk, clean.get("presentedForm", []), item, path.to("presentedForm"))
    conclusion = _conclusion(clean)
    note = _notes(desk, item)
    issued = moment(desk, clean["issued"], path.to("issued")) if "issued" in clean else None
    _tell_of_the_rest(desk, item)
    shown = results or files or conclusion or note
    if clean.get("status") in _WHOLE and not shown and not desk.problems.refuses:
        told = lazy_gettext("The report says it is whole, and there is nothing in it that can be shown.")
        desk.problems.error("incomplete", told, path)
    return ReceivedReport(
        whose=replace(
            whose,
            mixed=whose.mixed
            or around.mixed
            or any([one.is_other for one in samples] + [one.is_other for one in asked]),
        ),
        title=_title(asked, clean.get("code"), results),
        laboratory=laboratory,
        status=clean.get("status", ""),
        issuer=issuer or _assigner(clean),
        identifiers=identifiers(clean.get("identifier", [])),
        categories=_codes(clean.get("category", [])),
        codes=tuple(
            dict.fromkeys((*codings(clean.get("code")), *(code for one in asked for code in one.codes)))
        ),
        specimen=specimen,
        conclusion=conclusion,
        note=note,
        taken=taken or _same(around.times),
        issued=issued,
        results=results,
        files=files,
        place=path.place,
        addresses=_addresses(item),
        local_id=f"{item.kind}/{item.id}" if item.id and item.holder is None else "",
        sample=what,
        restricted=desk.restricted,
    )


def _addresses(item: Item) -> tuple[str, ...]:
    """Where the report stands for its sender and nothing else ever will: its full address, and where it is put to."""
    full = item.full_url if _UNIQUE.match(item.full_url) else ""
    return tuple(dict.fromkeys(one for one in (full, item.put_to) if one))


def _title(asked: list[Asked], code: dict[str, Any] | None, results: tuple[ReceivedResult, ...]) -> str:
    """What was asked for; else what the report's code says, unless only that it is a report; else its results."""
    if title := listed(one.name for one in asked if one.name):
        return title
    if title := known_name(code):
        return title
    names = list(dict.fromkeys(result.name for result in results if result.within is None and result.name))
    more = "…" if len(names) > _NAMED else ""
    return listed(names[:_NAMED]) + more or words(code)


def _laboratory(*groups: list[Party]) -> tuple[str, str]:
    """The laboratory's name, and who names reports there: an organisation before a person, the nearest first."""
    for organisations in (True, False):
        for group in groups:
            chosen = [party for party in group if party.is_organisation or not organisations]
            named = listed(party.name for party in chosen)
            known = next((party.identifier for party in chosen if party.identifier), "")
            if named or known:
                return named or known.rpartition("|")[2], known or named
    return "", ""


def _assigner(clean: dict[str, Any]) -> str:
    for identifier in clean.get("identifier", []):
        assigner = identifier.get("assigner", {})
        if name := assigner.get("display") or assigner.get("identifier", {}).get("value"):
            return str(name)
    return ""


def _conclusion(clean: dict[str, Any]) -> str:
    return listed(
        (clean.get("conclusion", ""), *(words(one) for one in clean.get("conclusionCode", []))), "\n"
    )


def _codes(concepts: list[dict[str, Any]]) -> tuple[Coding, ...]:
    return tuple(dict.fromkeys(code for concept in concepts for code in codings(concept)))


def _same(times: list[ReceivedTime]) -> ReceivedTime | None:
    """The time that all results agree on."""
    return times[0] if times and all(one == times[0] for one in times) else None


def _notes(desk: Desk, item: Item) -> str:
    texts = []
    for index, extension in enumerate(several(item.raw, "extension")):
        if plain(extension, "url") == NOTE:
            path = Path(item.path, "extension", index)
            clean = checked(extension, "NoteExtension", path, desk.problems, xml=desk.shelf.xml)
            texts.append(notes([clean.get("valueAnnotation", {})]))
    return listed(texts, "\n")


def _tell_of_the_rest(desk: Desk, item: Item) -> None:
    for name in ("media", "imagingStudy"):
        if item.raw.get(name):
            told = lazy_gettext("%(element)s is not read here.", element=item.path.to(name).element)
            desk.problems.warn("not-supported", told, item.path.to(name))
