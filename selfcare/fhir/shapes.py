"""The elements of FHIR R4 (4.0.1) that are read, and the names of those beside them that are not.

A line is a type: `name:type` is read, `name` alone is known and left. `*` is a list, `!` must be there, `name[a|b]`
is a choice (valueQuantity or valueString …), and `code(X)` must be a code of the value set X. A test holds the lines
against the published definitions.
"""

import re
from dataclasses import dataclass

_STATUS = "registered preliminary final amended corrected cancelled entered-in-error unknown"
VALUE_SETS = {
    name: frozenset(codes.split())
    for name, codes in {
        "ReportStatus": _STATUS + " partial appended",
        "ObservationStatus": _STATUS,
        "Comparator": "< <= >= >",
        "SpecimenStatus": "available unavailable unsatisfactory entered-in-error",
        "IdentifierUse": "usual official temp secondary old",
        "NameUse": "usual official temp nickname anonymous old maiden",
        "LinkType": "replaced-by replaces refer seealso",
        "BundleType": "document message transaction transaction-response batch batch-response history searchset"
        " collection",
        "Verb": "GET HEAD POST PUT DELETE PATCH",
    }.items()
}

_VALUES = (
    "value[Quantity|CodeableConcept|string|boolean|integer|Range|Ratio|SampledData|time|dateTime|Period]"
    " dataAbsentReason:CodeableConcept interpretation*:CodeableConcept referenceRange*:ReferenceRange"
)
_LINES = {
    "Coding": "system:uri version code:code display:string userSelected",
    "CodeableConcept": "coding*:Coding text:string",
    "Identifier": "use:code(IdentifierUse) type system:uri value:string period assigner:Reference",
    "HumanName": "use:code(NameUse) text:string family:string given*:string prefix*:string suffix period",
    "Reference": "reference:string type:uri identifier:Identifier display:string",
    "Quantity": "value:decimal comparator:code(Comparator) unit:string system:uri code:code",
    "Range": "low:Quantity high:Quantity",
    "Ratio": "numerator:Quantity denominator:Quantity",
    "Period": "start:dateTime end:dateTime",
    "SampledData": "origin period factor lowerLimit upperLimit dimensions data",
    "Annotation": "author[Reference|string] time text!:markdown",
    "Attachment": "contentType:code language data:base64Binary url:url size:unsignedInt hash:base64Binary"
    " title:string creation",
    "Timing": "event*:dateTime repeat code",
    "NoteExtension": "url valueAnnotation!:Annotation",
    "Bundle": "identifier type!:code(BundleType) timestamp total link entry*:BundleEntry signature",
    "BundleEntry": "link fullUrl:uri resource:raw search request:BundleRequest response",
    "BundleRequest": "method!:code(Verb) url:uri ifNoneMatch ifModifiedSince ifMatch ifNoneExist",
    "DiagnosticReport": "identifier*:Identifier basedOn*:Reference status!:code(ReportStatus)"
    " category*:CodeableConcept code!:CodeableConcept subject:Reference encounter effective[dateTime|Period]"
    " issued:instant performer*:Reference resultsInterpreter*:Reference specimen*:Reference result*:Reference"
    " imagingStudy media conclusion:string conclusionCode*:CodeableConcept presentedForm*:Attachment",
    "Observation": "identifier basedOn*:Reference partOf status!:code(ObservationStatus) category"
    " code!:CodeableConcept subject:Reference focus*:Reference encounter effective[dateTime|Period|instant|Timing]"
    " issued performer*:Reference note*:Annotation bodySite:CodeableConcept method:CodeableConcept specimen:Reference"
    " device hasMember*:Reference derivedFrom component*:Component " + _VALUES,
    "Component": "code!:CodeableConcept " + _VALUES,
    "ReferenceRange": "low:Quantity high:Quantity type:CodeableConcept appliesTo*:CodeableConcept age:Range"
    " text:string",
    "Specimen": "identifier accessionIdentifier status:code(SpecimenStatus) type:CodeableConcept subject:Reference"
    " receivedTime:dateTime parent request collection:Collection processing container condition*:CodeableConcept"
    " note*:Annotation",
    "Collection": "collector collected[dateTime|Period] duration quantity method bodySite:CodeableConcept"
    " fastingStatus[CodeableConcept|Duration]",
    "Duration": "value:decimal comparator:code(Comparator) unit:string system:uri code:code",
    "Binary": "contentType!:code securityContext data:base64Binary",
    "ServiceRequest": "identifier instantiatesCanonical instantiatesUri basedOn replaces requisition status intent"
    " category*:CodeableConcept priority doNotPerform:boolean code:CodeableConcept orderDetail quantityQuantity"
    " quantityRatio quantityRange subject:Reference encounter occurrenceDateTime occurrencePeriod occurrenceTiming"
    " asNeededBoolean asNeededCodeableConcept authoredOn requester performerType performer locationCode"
    " locationReference reasonCode reasonReference insurance supportingInfo specimen bodySite note"
    " patientInstruction relevantHistory",
    "Patient": "identifier*:Identifier active:boolean name*:HumanName telecom gender:code birthDate:date"
    " deceased[boolean|dateTime] address maritalStatus multipleBirthBoolean multipleBirthInteger photo contact"
    " communication generalPractitioner managingOrganization link*:PatientLink",
    "PatientLink": "other:Reference type!:code(LinkType)",
    "Organization": "identifier*:Identifier active type name:string alias telecom address partOf contact endpoint",
    "Practitioner": "identifier*:Identifier active name*:HumanName telecom address gender birthDate photo"
    " qualification communication",
    "PractitionerRole": "identifier active period practitioner:Reference organization:Reference code specialty"
    " location healthcareService telecom availableTime notAvailable availabilityExceptions endpoint",
    "CareTeam": "identifier status category name:string subject encounter period participant reasonCode"
    " reasonReference managingOrganization telecom note",
    "MessageHeader": "eventCoding eventUri destination sender:Reference enterer author source responsible reason"
    " response focus definition",
}
# Lines of the table that are resources of their own; the rest are parts of them.
RESOURCES = frozenset(
    {
        "Binary", "Bundle", "CareTeam", "DiagnosticReport", "MessageHeader", "Observation", "Organization", "Patient",
        "Practitioner", "PractitionerRole", "ServiceRequest", "Specimen",
    }
)  # fmt: skip
# In any element, and in any resource besides. A modifier and implicit rules change what the rest means.
IN_ELEMENTS = frozenset({"id", "extension", "fhir_comments"})
IN_RESOURCES = IN_ELEMENTS | {"resourceType", "meta", "language", "text", "contained"}
MODIFIERS = frozenset({"modifierExtension", "implicitRules"})

_DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]{1,9})?"
_ZONE = r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_TEXT = r"[\s\S]+"
PATTERNS = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "string": _TEXT,
        "markdown": _TEXT,
        "uri": r"\S+",
        "url": r"\S+",
        "code": r"\S+(\s\S+)*",
        "base64Binary": _TEXT,
        "decimal": r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?",
        "integer": r"-?(0|[1-9][0-9]*)",
        "unsignedInt": r"(0|[1-9][0-9]*)",
        "boolean": "true|false",
        "date": rf"{_DAY}|[0-9]{{4}}(-(0[1-9]|1[0-2]))?",
        "dateTime": rf"{_DAY}(T{_CLOCK}{_ZONE})?|[0-9]{{4}}(-(0[1-9]|1[0-2]))?",
        "instant": rf"{_DAY}T{_CLOCK}{_ZONE}",
        "time": _CLOCK,
    }.items()
}
NUMBERS = frozenset({"decimal", "integer", "unsignedInt"})


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its type ("" where it is not read), whether it is a list, must be there, and its choice's name."""

    kind: str
    many: bool = False
    required: bool = False
    choice: str = ""
    codes: frozenset[str] | None = None


_WORD = re.compile(r"(\w+?)([*!]?)(?::(\w+)(?:\((\w+)\))?|\[([\w|]+)\])?")


def _shape(line: str) -> dict[str, Element]:
    shape = {}
    for word in line.split():
        match = _WORD.fullmatch(word)
        if match is None:
            raise ValueError(word)
        name, mark, kind, codes, choices = match.groups()
        for choice in choices.split("|") if choices else ():
            shape[name + choice[0].upper() + choice[1:]] = Element(choice, choice=name)
        if not choices:
            known = VALUE_SETS[codes] if codes else None
            shape[name] = Element(kind or "", mark == "*", mark == "!", codes=known)
    return shape


SHAPES = {name: _shape(line) for name, line in _LINES.items()}
