// Reads a FHIR R4 document for people: whose it is, as of when, by whom, and its sections. Plain values out; whatever shape comes in,
// nothing throws, and no reference is followed further than to the resource it names.
const list = (value) => (Array.isArray(value) ? value : []);
const text = (value) => (typeof value === "string" ? value.slice(0, 5000) : "");
const NHS = "https://fhir.nhs.uk/Id/nhs-number";
const ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"; // what IPS has for saying that there are none
const deepest = 4;
const longestLine = 2000;
const mostKnown = 20;
const mostLines = 5000; // of one document: many references may name one resource

const coded = (concept) => text(concept?.text) || list(concept?.coding).map((one) => text(one?.display) || text(one?.code)).find(Boolean) || "";
const quantity = (value) => (value ? [text(value.comparator), Number.isFinite(value.value) ? String(value.value) : "", text(value.unit) || text(value.code)].filter(Boolean).join(" ") : "");

const codeOf = (concept) => text(list(concept?.coding)[0]?.code);

function nameOf(patient) {
  const names = list(patient?.name);
  const name = names.find((one) => one?.use === "official") || names.find((one) => !["old", "maiden"].includes(one?.use)) || names[0];
  return text(name?.text) || [...list(name?.given), name?.family].map(text).filter(Boolean).join(" ");
}

function numbersOf(patient) {
  return list(patient?.identifier)
    .slice(0, 3)
    .map((one) => ({ nhs: one?.system === NHS, value: text(one?.value), kind: coded(one?.type) }))
    .filter((one) => one.value);
}

const plain = (value) => (typeof value === "boolean" || Number.isFinite(value) ? String(value) : text(value));
const over = (value) => [value?.numerator, value?.denominator].map(quantity).filter(Boolean).join(":");
const during = (value) => [value?.start, value?.end].map(text).filter(Boolean).join(" – ");

function between(value) {
  const [low, high] = [value?.low, value?.high].map(quantity);
  if (low && high) return `${low}–${high}`;
  return (low && `≥ ${low}`) || (high && `≤ ${high}`);
}

// The value of a result or of a part of it, of whatever type, with all that the laboratory put around it; or why there is none.
function valueOf(one) {
  const value =
    [quantity(one.valueQuantity), coded(one.valueCodeableConcept), between(one.valueRange), over(one.valueRatio), during(one.valuePeriod)].find(Boolean) ||
    [one.valueString, one.valueInteger, one.valueBoolean, one.valueDateTime, one.valueTime].map(plain).find(Boolean);
  const ranges = list(one.referenceRange).slice(0, 20).map((each) => [between(each), text(each?.text)].filter(Boolean).join("; "));
  const around = [...list(one.interpretation).slice(0, 20).map(coded), ...ranges.filter(Boolean).map((each) => `(${each})`)];
  return [value || coded(one.dataAbsentReason), ...around].filter(Boolean).join(" ");
}

// One resource in a line: what it is of, what it says, and whatever makes that less, or other, than it reads.
function line(resource, find) {
  const drug = resource.medicationReference;
  const medicine = find(drug) ?? list(resource.contained).find((one) => one?.id && `#${one.id}` === drug?.reference);
  const of =
    [resource.code, resource.medicationCodeableConcept, medicine?.code, resource.vaccineCode, resource.relationship].map(coded).find(Boolean) ||
    text(drug?.display) ||
    coded(resource.type) ||
    text(resource.resourceType);
  const parts = list(resource.component).slice(0, 50).map((one) => [coded(one?.code), valueOf(one ?? {})].filter(Boolean).join(": "));
  const reactions = list(resource.reaction).slice(0, 20).flatMap((one) => list(one?.manifestation).slice(0, 20).map(coded));
  const doses = [...list(resource.dosage), ...list(resource.dosageInstruction)].slice(0, 20).map((one) => text(one?.text));
  const when = [resource.effectiveDateTime, resource.onsetDateTime, resource.occurrenceDateTime, resource.performedDateTime, during(resource.effectivePeriod)].map(text).find(Boolean);
  const sure = codeOf(resource.verificationStatus);
  const states = [resource.doNotPerform === true && "do not perform", resource.criticality === "high" && "criticality: high", coded(resource.clinicalStatus) || text(resource.status), sure !== "confirmed" && coded(resource.verificationStatus)];
  const words = [text(resource.conclusion), ...list(resource.note).slice(0, 20).map((one) => text(one?.text))];
  return [[of, valueOf(resource)].filter(Boolean).join(": "), ...parts, ...reactions, ...doses, when, ...states, ...words].filter(Boolean).join(", ").slice(0, longestLine);
}

const said = (...parts) => parts.filter(Boolean).join(", ").slice(0, longestLine);

// An allergy as it must be known at once: what it is to, what happens, and what makes it more or less than a plain one. Not one that
// was taken back, or found to be none: those stand in the words of their section alone.
function allergy(one) {
  const is = codeOf(one.verificationStatus);
  const of = coded(one.code);
  if (!of || is === "entered-in-error" || is === "refuted") return null;
  const reactions = list(one.reaction).slice(0, 20).flatMap((each) => list(each?.manifestation).slice(0, 20).map((what) => coded(what?.concept ?? what)));
  const state = codeOf(one.clinicalStatus) || text(one.clinicalStatus);
  const beside = said(...reactions, ["", "active"].includes(state) ? "" : coded(one.clinicalStatus) || state);
  const absent = list(one.code?.coding).find((each) => each?.system === ABSENT);
  return { absent: text(absent?.code), text: of.slice(0, longestLine), beside, high: one.criticality === "high", unconfirmed: is === "unconfirmed", by: one.asserter };
}

// FHIR of another version than 4, as far as its shape tells.
function isOther(version, resources) {
  if (version) return !version.startsWith("4.");
  return resources.some(({ resourceType: kind, ...one }) => {
    if (kind === "Composition") return Array.isArray(one.subject) || "class" in one;
    if (kind === "Condition" || kind === "AllergyIntolerance") return typeof one.clinicalStatus === "string";
    return kind === "MedicationStatement" && ("taken" in one || "medication" in one);
  });
}

export function summaryOf(bundle, version) {
  const entries = list(bundle?.entry).slice(0, 5000);
  const resources = (bundle?.resourceType === "Bundle" ? entries.map((one) => one?.resource) : [bundle]).filter((one) => one && typeof one === "object");
  const known = new Map();
  for (const { fullUrl, resource } of entries.map((one) => one ?? {})) {
    if (!resource || typeof resource !== "object") continue;
    if (text(fullUrl)) known.set(fullUrl, resource);
    known.set(`${resource.resourceType}/${resource.id}`, resource);
  }
  const find = (reference) => known.get(reference?.reference);
  const of = (kind) => resources.find((one) => one.resourceType === kind);
  const composition = of("Composition");
  const patient = find(composition?.subject) || of("Patient");
  let left = mostLines;
  const lines = (references) => {
    const some = list(references).slice(0, Math.min(500, left));
    left -= some.length;
    return some.map((one) => (find(one) ? line(find(one), find) : text(one?.display))).filter(Boolean);
  };
  const sections = (from, depth) =>
    list(from).slice(0, 100).flatMap((one) => {
      if (!one || typeof one !== "object") return [];
      const made = { code: text(list(one.code?.coding)[0]?.code), title: text(one.title) || coded(one.code), div: whole(one.text?.div), lines: lines(one.entry), empty: !!one.emptyReason };
      return [made, ...(depth < deepest ? sections(one.section, depth + 1) : [])];
    });
  // What must be known before anything else is read, where the document codes it: what is flagged, and allergies.
  const entriesOf = (code, kind) =>
    list(composition?.section)
      .filter((one) => codeOf(one?.code) === code)
      .flatMap((one) => list(one.entry).map(find).filter((each) => each?.resourceType === kind).map((each) => ({ each, title: text(one.title) })));
  const flags = entriesOf("104605-1", "Flag").filter(({ each }) => each.status === "active" && coded(each.code));
  const allergies = entriesOf("48765-2", "AllergyIntolerance").map(({ each }) => allergy(each)).filter(Boolean);
  return {
    name: nameOf(patient),
    known: {
      title: flags[0]?.title ?? "",
      flags: flags.slice(0, mostKnown).map(({ each }) => coded(each.code).slice(0, longestLine)),
      allergies: allergies.slice(0, mostKnown),
      own: allergies.every((one) => one.unconfirmed && one.by && find(one.by) === patient),
      unconfirmed: allergies.every((one) => one.unconfirmed),
      more: Math.max(flags.length, allergies.length) > mostKnown,
    },
    born: text(patient?.birthDate),
    numbers: numbersOf(patient),
    date: text(composition?.date) || text(bundle?.timestamp),
    title: text(composition?.title),
    language: text(composition?.language) || text(bundle?.language),
    authors: list(composition?.author).map((one) => text(one?.display) || nameOf(find(one)) || text(find(one)?.name)).filter(Boolean),
    status: text(composition?.status),
    other: isOther(text(version), resources),
    sections: composition ? sections(composition.section, 0) : [{ code: "", title: "", div: "", lines: resources.filter((one) => one !== patient).slice(0, 500).map((one) => line(one, find)), empty: false }],
  };
}

const whole = (value) => (typeof value === "string" ? value : "");
