"""Kinds of result that were once drawn wrong, held on the pages that people read: rows as in `test_found_kinds`."""

from collections.abc import Callable

import pytest

from tests.fhir.kinds import message, report, result
from tests.fhir.messages import Node
from tests.fhir.sending import Laboratory
from tests.fhir.test_found_kinds import BOTH, FOUND, NURSE, PATIENT, Kind, Shown, rosa_hill
from tests.filing.clinic import Clinic
from tests.harness.client import Client
from tests.harness.pages import Answer, words


def blocks(page: Answer) -> list[str]:
    """What the lab's box has, block by block: headings and results, in order."""
    return [words(tag) for tag in page.html.select("main .lab :is(h2, h3, h4), main .lab li.row")]


def of(page: Answer, name: str) -> str:
    """What stands with a result; the only one of that name."""
    found = [
        row for row in page.html.select("main .lab li.row") if words(row.select_one(".row__title")) == name
    ]
    assert len(found) == 1, blocks(page)
    return words(found[0])


def says(title: str, **results: tuple[str, ...]) -> Callable[[Shown], None]:
    """For both readers, each result says all of this. A `_` in a name is a space."""

    def right(shown: Shown) -> None:
        for who in BOTH:
            page = shown.report(title, who)
            for name, parts in results.items():
                said = of(page, name.replace("_", " "))
                assert all(part in said for part in parts), (who, said)

    return right


def right_02(shown: Shown) -> None:
    says(
        "Potassium, repeated",
        Potassium=("6.9 mmol/L", "3.5–5.3 mmol/L", "Critically high", "5 October", "11:20"),
        Haemolysis_index=("0",),
    )(shown)
    page = shown.report("Potassium, repeated").click("Potassium")
    for part in ("3.5–5.3 mmol/L", "Critically high", "11:20", "Ask about this", "There is no earlier value"):
        assert part in page, part
    summary = words(shown.summary().html.select_one(".table--lab"))
    for part in ("6.9", "3.5–5.3 mmol/L", "Critically high", "11:20", "Haemolysis index"):
        assert part in summary, part


def right_03(shown: Shown) -> None:
    person, nurse = shown.report("Troponin"), shown.report("Troponin", NURSE)
    for name, value in (("Troponin T", "412 ng/L"), ("Hours after pain", "3 h")):
        assert "Entered in error" in of(person, name)
        assert value.split()[0] not in of(person, name).removeprefix(name)
        assert "Entered in error" in of(nurse, name)
        assert value in of(nurse, name)
    summary = words(shown.summary().html.select_one(".table--lab"))
    assert "412" not in summary
    assert "139" in summary


def right_04(shown: Shown) -> None:
    says("Clotting screen", INR=("Telephoned to the ward", "Critically high", "0.9–1.2"))(shown)
    page = shown.report("Clotting screen").click("INR")
    assert all(part in page for part in ("Telephoned to the ward", "Critically high", "0.9–1.2"))
    summary = words(shown.summary().html.select_one(".table--lab"))
    assert all(part in summary for part in ("Telephoned to the ward", "Critically high", "0.9–1.2"))


def right_05(shown: Shown) -> None:
    for who in BOTH:
        # Histology waits for a talk: the person sees that it is there, the nurse has the document.
        page = shown.report("Histology of skin", who)
        assert len(page.html.select('main a[href*="/files/"]')) == (1 if who == NURSE else 0)
    assert not any("address" in issue["text"] for issue in shown.answers[0].issues)


def right_06(shown: Shown) -> None:
    for who in BOTH:
        page = shown.report("Glucose", who)
        assert "Fasting" in page
        assert "Fasting" in page.click("Glucose")
    assert "Fasting" in shown.summary()


def right_07(shown: Shown) -> None:
    for who in BOTH:
        page = shown.report("Blood culture", who)
        assert "Not final" in of(page, "Blood culture, aerobic")
        assert "Not final" not in of(page, "Gram stain")
        alone = page.click("Blood culture, aerobic")
        assert "Not final" in alone
        assert "Final" in page.click("Gram stain")
    assert "Not final" in words(shown.summary().html.select_one(".table--lab"))


def right_17(shown: Shown) -> None:
    for who in BOTH:
        page = shown.results(who)
        link = next(
            a for a in page.html.select("main .row a[href]") if "1,201" in words(a) or "Many" in words(a)
        )
        first = shown.clients[who].get(str(link["href"]))
        assert "Results 1 to 1000 of 1201." in first
        rest = first.click("Show further results")
        found = [words(row.select_one(".row__title")) for row in rest.html.select("main .lab li.row")]
        assert len(found) == 201
        assert "Results 1001 to 1201 of 1201." in rest


def right_19(shown: Shown) -> None:
    page = shown.report("Cervical cytology", NURSE)
    said = page.html.select_one(".lab__wide dd").get_text()  # type: ignore[union-attr]
    assert said.split("\n") == ["Sample not inadequate. See codes.", "inadequate"]


def right_20(shown: Shown) -> None:
    for who in BOTH:
        names = " ".join(blocks(shown.report("Panel in order", who)))
        places = [
            names.index(name) for name in ("First test", "Second: a small panel", "Second test", "Third test")
        ]
        assert places == sorted(places), names
        assert "Panel, continued" in names
    rows = [
        words(tag) for tag in shown.summary().html.select(".table--lab th[scope=rowgroup] span:first-child")
    ]
    assert rows == ["First test", "Second test", "Third test"]


def right_22(shown: Shown) -> None:
    for who in BOTH:
        page = shown.report("Raw values", who)
        for name, parts in (
            ("Pregnancy test", ("yes",)),
            ("Last dose", ("4 October, 22:00",)),
            ("Collection", ("4 October, 07:00", "to", "5 October, 07:00")),
            ("Time of dose", ("22:00",)),
        ):
            assert all(part in of(page, name) for part in parts), of(page, name)
            assert all(part in page.click(name) for part in parts)
        assert "true" not in page.html.select_one("main .lab").get_text()  # type: ignore[union-attr]
        assert "2026-10-04T" not in page.text
    assert "4 October, 22:00" in shown.summary()


def right_32(shown: Shown) -> None:
    for who in BOTH:
        page = shown.report("24-hour urine", who)
        for each in (page, page.click("Urine protein, 24 hours")):
            assert "Taken Sunday 4 October, 07:00 to Monday 5 October, 07:00" in each
    assert "4 October, 07:00 to Monday 5 October, 07:00" in shown.summary()


def right_74(shown: Shown) -> None:
    for who in BOTH:
        page = shown.report("Breaks (74)", who)
        said = page.html.select_one("main .lab .lab-words").get_text()  # type: ignore[union-attr]
        assert said == "Line one\nLine two\nK<5"
        alone = page.click("Narrative").html.select_one(".lab__text").get_text()  # type: ignore[union-attr]
        assert alone == said
    assert "<br>" not in shown.summary().html.get_text()


A_PDF = "JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PD4+CmVuZG9iagolJUVPRgo="
BINARY = "urn:uuid:00000000-0000-4000-8000-00000000000b"


def binary() -> Node:
    made = message(
        report(
            "a", "Histology of skin", number="N-05", result=None, conclusion="See the document.",
            presentedForm=[{"contentType": "application/pdf", "url": BINARY, "title": "Report"}],
        )
    )  # fmt: skip
    resource = {"resourceType": "Binary", "contentType": "application/pdf", "data": A_PDF}
    made["entry"].append({"fullUrl": BINARY, "resource": resource})
    return made


def many() -> Node:
    names = [f"m{number}" for number in range(1201)]
    return message(
        *(result(name, f"Allergen {place}", place, "kU/L") for place, name in enumerate(names)),
        report("a", "Many allergens", *names, number="N-17"),
    )


def day(*names: str, title: str, number: str, **more: object) -> Node:
    return report("a", title, *names, number=number, **more)


KINDS = [
    Kind("02", (message(
        result("k", "Potassium", 6.9, effectiveDateTime="2026-10-05T11:20:00+01:00",
               referenceRange=[{"low": {"value": 3.5, "unit": "mmol/L"}, "high": {"value": 5.3, "unit": "mmol/L"}}],
               interpretation=[{"text": "Critically high"}],
               component=[{"code": {"text": "Haemolysis index"}, "valueQuantity": {"value": 0}}]),
        day("k", title="Potassium, repeated", number="N-02")),),
        ("02-value-with-component.json",), right_02),
    Kind("03", (message(
        result("k", "Troponin T", 412, "ng/L", status="entered-in-error",
               component=[{"code": {"text": "Hours after pain"}, "valueQuantity": {"value": 3, "unit": "h"}}]),
        result("n", "Sodium", 139), day("k", "n", title="Troponin", number="N-03")),),
        ("03-taken-back-with-component.json",), right_03),
    Kind("04", (message(
        result("k", "INR", dataAbsentReason={"text": "Telephoned to the ward"},
               interpretation=[{"text": "Critically high"}], referenceRange=[{"text": "0.9–1.2"}]),
        day("k", title="Clotting screen", number="N-04")),),
        ("04-flag-without-value.json",), right_04),
    Kind("05", (binary(),), ("05-pdf-as-binary-entry.json",), right_05),
    Kind("06", (message(
        result("g", "Glucose", 6.4),
        {"resourceType": "Specimen", "id": "s", "type": {"text": "Venous blood"},
         "collection": {"fastingStatusCodeableConcept": {"text": "Fasting"}}},
        day("g", title="Glucose", number="N-06", specimen=[{"reference": "Specimen/s"}])),),
        ("06-fasting.json",), right_06),
    Kind("07", (message(
        result("a1", "Blood culture, aerobic", "No growth after 2 days", status="preliminary"),
        result("a2", "Gram stain", "No organisms seen"),
        day("a1", "a2", title="Blood culture", number="N-07")),),
        ("07-one-result-preliminary.json",), right_07),
    Kind("08", (message(
        result("k", "Ferritin", 12, "µg/L", referenceRange=[
            {"low": {"value": 5, "unit": "µg/L"}, "text": "Adults over 50"}]),
        result("k2", "Glucose", 5.5, referenceRange=[
            {"low": {"value": 70, "unit": "mg/dL"}, "high": {"value": 99, "unit": "mg/dL"}, "text": "70-99"}]),
        day("k", "k2", title="Ferritin and glucose", number="N-08")),),
        ("08-range-text-holds-digits.json",),
        says("Ferritin and glucose", Ferritin=("≥5 µg/L; Adults over 50",), Glucose=("70–99 mg/dL",))),
    Kind("17", (many(),), ("17-1201-results.json",), right_17),
    Kind("19", (message(
        day(title="Cervical cytology", number="N-19", result=None, conclusion="Sample not inadequate. See codes.",
            conclusionCode=[{"text": "inadequate"}])),),
        ("19-conclusion-code.json",), right_19),
    Kind("20", (message(
        result("m1", "First test", 1), result("m2", "Second test", 2), result("m3", "Third test", 3),
        result("sub", "Second: a small panel", hasMember=[{"reference": "Observation/m2"}]),
        result("top", "Panel", hasMember=[{"reference": f"Observation/{one}"} for one in ("m1", "sub", "m3")]),
        day("top", title="Panel in order", number="N-20")),),
        ("20-order.json",), right_20),
    Kind("22", (message(
        result("v1", "Pregnancy test", valueBoolean=True),
        result("v2", "Last dose", valueDateTime="2026-10-04T22:00:00+01:00"),
        result("v3", "Collection", valuePeriod={
            "start": "2026-10-04T07:00:00+01:00", "end": "2026-10-05T07:00:00+01:00"}),
        result("v4", "Time of dose", valueTime="22:00:00"),
        day("v1", "v2", "v3", "v4", title="Raw values", number="N-22")),),
        ("22-raw-values.json",), right_22),
    Kind("32", (message(
        result("k", "Urine protein, 24 hours", 0.31, "g/24 h"),
        day("k", title="24-hour urine", number="N-32", effectiveDateTime=None, effectivePeriod={
            "start": "2026-10-04T07:00:00+01:00", "end": "2026-10-05T07:00:00+01:00"})),),
        ("32-period.json",), right_32),
    Kind("74", (message(
        result("k", "Narrative", valueString="Line one<br>Line two<br/>K&lt;5"),
        day("k", title="Breaks (74)", number="N-74")),),
        ("74-html-breaks-in-text.json",), right_74),
    Kind("74b", (message(
        result("k", "Narrative", valueString="Line one\\.br\\Line two\\X0D0A\\K\\T\\lt;5"),
        day("k", title="Breaks (74)", number="N-74b")),),
        (), right_74),
]  # fmt: skip


def cases() -> list[object]:
    return [
        pytest.param(kind, where, id=f"{kind.number}-{where}")
        for kind in KINDS
        for where in (("own", "found") if FOUND.is_dir() and kind.files else ("own",))
    ]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("kind", "where"), cases())
def test_what_is_sent_is_drawn_whole(
    clinic: Clinic, lab: Laboratory, new_client: Callable[..., Client], kind: Kind, where: str
) -> None:
    person, account = clinic.do(rosa_hill, clinic)
    # A thousand rows are not judged again by the validator: the other rows have shown that they are well made.
    clients = {who: new_client(strict=kind.number != "17") for who in BOTH}
    clients[PATIENT].sign_in(account)
    clients[NURSE].sign_in(clinic.amina)
    if where == "found":
        sent: list[bytes | Node] = [(FOUND / name).read_bytes() for name in kind.files]
    else:
        sent = list(kind.messages)
    kind.right(Shown([lab.post(one) for one in sent], person, clients))


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_waits_for_a_human_is_drawn_the_same(
    clinic: Clinic, lab: Laboratory, new_client: Callable[..., Client]
) -> None:
    """Who decides whose a report is reads its values in words, and what the laboratory took back with its mark."""
    kind = {one.number: one for one in KINDS}
    for number in ("22", "03"):
        lab.post(kind[number].messages[0])
    nurse = new_client()
    nurse.sign_in(clinic.amina)
    rows = [
        words(row)
        for link in nurse.get("/results/incoming/").html.select("main .row a[href]")
        for row in nurse.get(str(link["href"])).html.select("main tbody tr")
    ]
    for said in (
        "Pregnancy test yes",
        "Troponin T · Entered in error 412 ng/L",
        "Time of dose 22:00",
        "Sodium 139 mmol/L",
    ):
        assert any(row.startswith(said) for row in rows), (said, rows)
    assert not any("2026-10-04T" in row for row in rows)
