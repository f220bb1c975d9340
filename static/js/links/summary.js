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

const codeOf = (concept) => text(list(concept?.coding)[0]?.code);
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
    other: isOther(text(version), resources),
    sections: composition ? sections(composition.section, 0) : [{ code: "", title: "", div: "", lines: resources.filter((one) => one !== patient).slice(0, 500).map(line), empty: false }],
  };
}

const whole = (value) => (typeof value === "string" ? value : "");
