"""What a message in XML says, found a second time, with other means than the reader's: to hold the reader against.

It knows only what valid messages hold, and nothing of what is wrong with others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from selfcare.filing.received_report import ReceivedReport

F = "{http://hl7.org/fhir}"
Element = Any


@dataclass
class Row:
    """A result: the element it is in, and the row of the group it stands in."""

    element: Element
    within: int | None


class Walker:
    def __init__(self, source: bytes) -> None:
        self.root = etree.fromstring(source, etree.XMLParser(remove_comments=True, remove_pis=True))
        self.by_name: dict[str, Element] = {}
        for one in self.root.findall(f"{F}entry"):
            resource = one.find(f"{F}resource")
            inner = resource[0] if resource is not None and len(resource) else None
            if inner is None:
                continue
            if (url := one.find(f"{F}fullUrl")) is not None:
                self.by_name.setdefault(url.get("value"), inner)
            if (own := inner.find(f"{F}id")) is not None:
                kind = etree.QName(inner).localname
                self.by_name.setdefault(f"{kind}/{own.get('value')}", inner)
                self.by_name.setdefault(f"urn:uuid:{own.get('value')}", inner)

    def reports(self) -> list[Element]:
        """Every report; one that is there twice, word for word, once."""
        if self.root.tag == f"{F}DiagnosticReport":
            return [self.root]
        seen = {}
        for one in self.root.findall(f"{F}entry"):
            for report in one.findall(f"{F}resource/{F}DiagnosticReport"):
                url = one.find(f"{F}fullUrl")
                seen.setdefault(url.get("value") if url is not None else id(report), report)
        return list(seen.values())

    def rows(self, report: Element) -> list[Row]:
        """Its results in order, groups before their members, each once: in the group, where it is in one."""
        roots = self.targets(report, "result")
        members: set[Element] = set()
        waiting = list(roots)
        met = set(roots)
        while waiting:
            for member in self.targets(waiting.pop(), "hasMember"):
                members.add(member)
                if member not in met:
                    met.add(member)
                    waiting.append(member)
        rows: list[Row] = []
        placed: set[Element] = set()
        for root in roots:
            if root not in members:
                self._place(root, None, rows, placed)
        return rows

    def _place(self, element: Element, within: int | None, rows: list[Row], placed: set[Element]) -> None:
        if element in placed:
            return
        placed.add(element)
        here = len(rows)
        rows.append(Row(element, within))
        for member in self.targets(element, "hasMember"):
            self._place(member, here, rows, placed)
        rows.extend(Row(component, here) for component in element.findall(f"{F}component"))

    def targets(self, element: Element, name: str) -> list[Element]:
        found = []
        for reference in element.xpath(f"f:{name}/f:reference/@value", namespaces={"f": F[1:-1]}):
            target = self.target(element, reference)
            if target is not None and target not in found:
                found.append(target)
        return found

    def target(self, element: Element, reference: str) -> Element | None:
        if reference.startswith("#"):
            holder = element
            while holder.getparent() is not None and holder.getparent().tag not in (f"{F}resource",):
                holder = holder.getparent()
            inside = holder.xpath("f:contained/*[f:id/@value=$i]", namespaces={"f": F[1:-1]}, i=reference[1:])
            return inside[0] if inside else None
        return self.by_name.get(reference)


def text_of(concept: Element | None) -> str:
    """A CodeableConcept: text, else the first display, else the first code."""
    if concept is None:
        return ""
    for path in (f"{F}text", f"{F}coding/{F}display", f"{F}coding/{F}code"):
        if (found := concept.find(path)) is not None and found.get("value"):
            return str(found.get("value"))
    return ""


def value_at(element: Element | None, *steps: str) -> str:
    found = element.find("/".join(f"{F}{step}" for step in steps)) if element is not None else None
    return str(found.get("value") or "") if found is not None else ""


def joined(texts: Iterator[str], between: str) -> str:
    return between.join(dict.fromkeys(text for text in texts if text))


def _amount(element: Element | None) -> tuple[str, str]:
    """The number with its comparator, and the unit."""
    number = value_at(element, "comparator") + value_at(element, "value")
    return number, value_at(element, "unit") or value_at(element, "code")


def _value(element: Element) -> tuple[str, str]:
    """Value and unit of an Observation or component."""
    for child in element:
        name = etree.QName(child).localname
        if name == "valueQuantity" or name == "valueInteger":
            return _amount(child) if name == "valueQuantity" else (child.get("value"), "")
        if name == "valueCodeableConcept":
            return text_of(child), ""
        if name in ("valueString", "valueBoolean", "valueTime", "valueDateTime"):
            return child.get("value"), ""
        if name == "valueRatio":
            above, below = (
                " ".join(part for part in _amount(child.find(f"{F}{end}")) if part)
                for end in ("numerator", "denominator")
            )
            return f"{above}:{below}", ""
        if name == "valueRange":
            low, high = _amount(child.find(f"{F}low")), _amount(child.find(f"{F}high"))
            if low[0] and high[0]:
                return (f"{low[0]}–{high[0]}", low[1]) if low[1] == high[1] else (
                    f"{' '.join(low).strip()}–{' '.join(high).strip()}", ""
                )  # fmt: skip
            return (f"≥{low[0]}", low[1]) if low[0] else (f"≤{high[0]}", high[1])
        if name == "valuePeriod":
            return f"{value_at(child, 'start')}/{value_at(child, 'end')}", ""
    return "", ""


def _note(source: Element) -> str:
    by = value_at(source, "authorString") or value_at(source, "authorReference", "display")
    return value_at(source, "text") + (f" ({by})" if by else "")


def assert_says(walker: Walker, element: Element, report: ReceivedReport) -> None:
    """Each value, unit, range, flag, note and reason of the report is what the source says, in the source's order."""
    rows = walker.rows(element)
    assert [row.within for row in rows] == [result.within for result in report.results]
    for row, result in zip(rows, report.results, strict=True):
        source = row.element
        assert result.name == text_of(source.find(f"{F}code"))
        assert (result.value, result.unit) == _value(source), result.name
        assert result.flag == joined((text_of(one) for one in source.findall(f"{F}interpretation")), ", ")
        assert result.note == "\n".join(map(_note, source.findall(f"{F}note")))
        _assert_ranges(source, result.range_text)
        sent = source.findall(f"{F}code/{F}coding")
        assert [(one.system, one.code, one.display) for one in result.codes if one.code or one.display] == [
            (value_at(one, "system"), value_at(one, "code"), value_at(one, "display")) for one in sent
        ]
        reason = source.find(f"{F}dataAbsentReason")
        if reason is not None and value_at(reason, "text"):
            assert result.absent_reason == value_at(reason, "text")
        if etree.QName(source).localname == "Observation":
            assert result.status == value_at(source, "status")
            assert result.method == text_of(source.find(f"{F}method"))
    assert report.status == value_at(element, "status")
    assert value_at(element, "conclusion") in report.conclusion
    assert [(one.system, one.value) for one in report.identifiers] == [
        (value_at(one, "system"), value_at(one, "value"))
        for one in element.findall(f"{F}identifier")
        if value_at(one, "value")
    ]


def _assert_ranges(source: Element, shown: str) -> None:
    """Every number, unit and text of the ranges is there; a range of two numbers as one."""
    ranges = source.findall(f"{F}referenceRange")
    assert bool(ranges) or shown == ""
    for sent in ranges:
        text, ends = value_at(sent, "text"), [sent.find(f"{F}{end}") for end in ("low", "high")]
        numbers = [_amount(end) for end in ends if end is not None and value_at(end, "value")]
        assert text in shown
        for number, unit in numbers:
            assert number in shown
            assert text or unit in shown
        if not text and len(numbers) == 2 and numbers[0][1] == numbers[1][1]:
            assert f"{numbers[0][0]}–{numbers[1][0]} {numbers[0][1]}".strip() in shown
