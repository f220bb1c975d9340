// Reads a FHIR R4 document for people: whose it is, as of when, by whom, and its sections. Plain values out; whatever shape comes in,
// nothing throws, and no reference is followed further than to the resource it names.
const list = (value) => (Array.isArray(value) ? value : []);
const text = (value) => (typeof value === "string" ? value.slice(0, 5000) : "");
const NHS = "https://fhir.nhs.uk/Id/nhs-number";
const deepest = 4;
const longestLine = 2000;
const mostLines = 5000; // of one document: many references may name one resource

const coded = (concept) => text(concept?.text) || list(concept?.coding).map((one) => text(one?.display) || text(one?.code)).find(Boolean) || "";
const quantity = (value) => (value ? [text(value.comparator), Number.isFinite(value.value) ? String(value.value) : "", text(value.unit) || text(value.code)].filter(Boolean).join(" ") : "");

function nameOf(patient) {
  const names = list(patient?.name);
  const name = names.find((one) => one?.use === "official") || names[0];
  return text(name?.text) || [...list(name?.given), name?.family].map(text).filter(Boolean).join(" ");
}

function numbersOf(patient) {
  return list(patient?.identifier)
    .slice(0, 3)
    .map((one) => ({ nhs: one?.system === NHS, value: text(one?.value), kind: coded(one?.type) }))
    .filter((one) => one.value);
}

// One resource in a line: what it is of, and what it says.
function line(resource) {
  const of = coded(resource.code) || coded(resource.medicationCodeableConcept) || coded(resource.vaccineCode) || coded(resource.type) || text(resource.resourceType);
  const value = quantity(resource.valueQuantity) || coded(resource.valueCodeableConcept) || text(resource.valueString);
  const reactions = list(resource.reaction).slice(0, 20).flatMap((one) => list(one?.manifestation).slice(0, 20).map(coded));
  const doses = list(resource.dosage).slice(0, 20).map((one) => text(one?.text));
  const when = [resource.effectiveDateTime, resource.onsetDateTime, resource.occurrenceDateTime, resource.performedDateTime, resource.effectivePeriod?.start].map(text).find(Boolean);
  const state = coded(resource.clinicalStatus) || text(resource.status);
  return [[of, value].filter(Boolean).join(": "), ...reactions, ...doses, when, state].filter(Boolean).join(", ").slice(0, longestLine);
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
    known.set(text(fullUrl), resource);
    known.set(`${resource.resourceType}/${resource.id}`, resource);
  }
  const find = (reference) => known.get(text(reference?.reference));
  const of = (kind) => resources.find((one) => one.resourceType === kind);
  const composition = of("Composition");
  const patient = find(composition?.subject) || of("Patient");
  let left = mostLines;
  const lines = (references) => {
    const some = list(references).slice(0, Math.min(500, left));
    left -= some.length;
    return some.map((one) => (find(one) ? line(find(one)) : text(one?.display))).filter(Boolean);
  };
  const sections = (from, depth) =>
    list(from).slice(0, 100).flatMap((one) => {
      if (!one || typeof one !== "object") return [];
      const made = { code: text(list(one.code?.coding)[0]?.code), title: text(one.title) || coded(one.code), div: whole(one.text?.div), lines: lines(one.entry), empty: !!one.emptyReason };
      return [made, ...(depth < deepest ? sections(one.section, depth + 1) : [])];
    });
  return {
    name: nameOf(patient),
    born: text(patient?.birthDate),
    numbers: numbersOf(patient),
    date: text(composition?.date) || text(bundle?.timestamp),
    title: text(composition?.title),
    language: text(composition?.language) || text(bundle?.language),
    authors: list(composition?.author).map((one) => text(one?.display) || nameOf(find(one)) || text(find(one)?.name)).filter(Boolean),
    other: isOther(text(version), resources),
    sections: composition ? sections(composition.section, 0) : [{ code: "", title: "", div: "", lines: resources.filter((one) => one !== patient).slice(0, 500).map(line), empty: false }],
  };
}

const whole = (value) => (typeof value === "string" ? value : "");
