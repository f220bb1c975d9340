"""What a page must say of a report: found by walking the source in XML, and held against the page's own order.

Nothing here comes from the reader or the drawing: a block is what a page has for one result, whatever it is made of.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from tests.fhir.walker import F, Row, Walker, text_of, value_at

Element = Any
HOME = ZoneInfo("Europe/London")
MONTHS = [datetime(2026, month, 1).strftime("%B") for month in range(1, 13)]  # noqa: DTZ001
MARKS = {
    "preliminary": "Not final", "registered": "Not final", "entered-in-error": "Entered in error",
    "cancelled": "Cancelled", "amended": "Amended", "corrected": "Corrected", "unknown": "Status not known",
}  # fmt: skip
SIGNS = str.maketrans({"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "\u2212": "-"})


@dataclass
class Expected:
    """What must stand with one result. `bare`: only its name is known, it holds others."""

    name: str
    bare: bool
    taken_back: bool
    says: list[str] = field(default_factory=list)
    value: str = ""


def tidy(text: str) -> str:
    """Without the accidents of white space, signs and line ends."""
    lines = text.replace("\\n", "\n").replace("\\.br\\", "\n")
    return re.sub(r"\s+([,.:;)])", r"\1", " ".join(lines.translate(SIGNS).split()))


def expected(walker: Walker, report: Element) -> list[Expected]:
    """Every result of the report, in the source's order."""
    rows = walker.rows(report)
    heads = {row.within for row in rows if row.within is not None}
    return [_expected(walker, report, row, rows, holds=place in heads) for place, row in enumerate(rows)]


def _expected(walker: Walker, report: Element, row: Row, rows: Sequence[Row], *, holds: bool) -> Expected:
    source = row.element
    is_part = etree.QName(source).localname == "component"
    status = value_at(source.getparent() if is_part else source, "status")
    value = _value(source)
    says = [value] if value else []
    for sent in source.findall(f"{F}referenceRange"):
        says += _range(sent)
    says += [text_of(one) for one in source.findall(f"{F}interpretation")]
    if (reason := source.find(f"{F}dataAbsentReason")) is not None and value_at(reason, "text"):
        says.append(value_at(reason, "text"))
    bare = holds and not any(says)
    says += [value_at(one, "text") for one in source.findall(f"{F}note")]
    if not is_part:
        says.append(text_of(source.find(f"{F}method")))
        says += _times(source, report)
        says += _samples(walker, source, report)
    if status in MARKS:
        says.append(MARKS[status])
    elif status == "final" and value_at(report, "status") in ("preliminary", "registered", "partial"):
        says.append("Final")
    told = [tidy(one) for one in says if one]
    return Expected(
        tidy(text_of(source.find(f"{F}code"))),
        bare and not told,
        status == "entered-in-error",
        told,
        tidy(value),
    )


def _value(source: Element) -> str:
    for child in source:
        name = etree.QName(child).localname
        if not name.startswith("value"):
            continue
        sent = child.get("value", "")
        match name:
            case "valueQuantity":
                return _amount(child)
            case "valueCodeableConcept":
                return text_of(child)
            case "valueRange":
                low, high = child.find(f"{F}low"), child.find(f"{F}high")
                return "–".join(value_at(one, "value") for one in (low, high) if one is not None)
            case "valueRatio":
                return f"{_amount(child.find(f'{F}numerator'))}:{_amount(child.find(f'{F}denominator'))}"
            case "valueBoolean":
                return {"true": "yes", "false": "no"}[sent]
            case "valueTime":
                return sent[:5]
            case "valueDateTime":
                return _clock(sent)
            case "valuePeriod":
                return _clock(value_at(child, "end"))
            case _:
                return str(sent)
    return ""


def _amount(quantity: Element) -> str:
    unit = value_at(quantity, "unit") or value_at(quantity, "code")
    return f"{value_at(quantity, 'comparator')}{value_at(quantity, 'value')} {unit}".strip()


def _range(sent: Element) -> Iterator[str]:
    """Its text, each of its numbers, and its own unit."""
    ends = [end for name in ("low", "high") if (end := sent.find(f"{F}{name}")) is not None]
    for end in ends:
        yield value_at(end, "value")
        yield value_at(end, "unit") or value_at(end, "code")
    text = value_at(sent, "text")
    if not ends or re.search("[A-Za-z<>≤≥]", text):
        yield text
    for one in sent.findall(f"{F}appliesTo"):
        yield text_of(one)


def _times(source: Element, report: Element) -> Iterator[str]:
    """The days and clock times of its own, where they are not the report's: both ends of a period."""
    whole = {_clock(one) for one in _instants(report)}
    for sent in _instants(source):
        if (said := _clock(sent)) not in whole:
            yield said


def _instants(element: Element) -> list[str]:
    found = [value_at(element, "effectiveDateTime"), value_at(element, "effectiveInstant")]
    found += [value_at(element, "effectivePeriod", end) for end in ("start", "end")]
    return [one for one in found if len(one) >= 10]


def _clock(sent: str) -> str:
    """5 October, 11:20; where the person lives."""
    if "T" not in sent:
        year, month, day = sent.split("-")
        return f"{int(day)} {MONTHS[int(month) - 1]}"
    wall = datetime.fromisoformat(sent).astimezone(HOME)
    year = "" if wall.year == datetime.now(HOME).year else f" {wall.year}"
    return f"{wall.day} {MONTHS[wall.month - 1]}{year}, {wall:%H:%M}"


def _samples(walker: Walker, source: Element, report: Element) -> Iterator[str]:
    """What its own specimen is, where the report has another."""
    whole = walker.targets(report, "specimen")
    for sample in walker.targets(source, "specimen"):
        if sample not in whole:
            yield text_of(sample.find(f"{F}type"))
            yield text_of(sample.find(f"{F}collection/{F}fastingStatusCodeableConcept"))


@dataclass
class Block:
    """What a page has for one result: what it is called there, and all of its words. `heading`: only that."""

    title: str
    words: str
    heading: bool = False
    begins: bool = False  # the title is the beginning of a line that has more

    def is_of(self, one: Expected) -> bool:
        named = self.title.startswith(one.name) if self.begins else self.title == one.name
        return named and (one.bare or not self.heading)


def assert_stands(
    blocks: Sequence[Block], results: Sequence[Expected], *, staff: bool, bare: bool = True
) -> None:
    """Every result has its block, in order, and in it everything that was sent of it.

    :param staff: reads also what the laboratory took back.
    :param bare: whether the page names what only holds others.
    """
    here = 0
    for one in results:
        if one.bare and not bare:
            continue
        while here < len(blocks) and not blocks[here].is_of(one):
            here += 1
        assert here < len(blocks), f"{one.name} is not there, or not in its place"
        said = blocks[here].words
        here += 1
        if one.taken_back and not staff:
            assert MARKS["entered-in-error"] in said
            assert not one.value or one.value not in said.removeprefix(one.name), said
            continue
        for text in one.says:
            assert text in said, f"{text!r} is not with {one.name}: {said!r}"


def report_blocks(page: Any) -> list[Block]:
    """A report's page, as patient or professional."""
    found = []
    for tag in page.select("main .lab :is(h2, h3, h4, h5, h6), main .lab li.row"):
        title = tag.select_one(".row__title") or tag
        found.append(Block(tidy(title.get_text()), tidy(tag.get_text(" ")), tag.name != "li"))
    return found


def summary_blocks(page: Any, title: str) -> list[Block]:
    """A summary's page: what it says of one report."""
    table = next(
        table
        for table in page.select(".table--lab")
        if tidy(table.caption.get_text(" ")).startswith(tidy(title))
    )
    found = []
    for body in table.select("tbody"):
        name = body.select_one("th span")
        cells = body.select("td")
        value = tidy(cells[0].get_text(" ")) if len(cells) > 1 else ""
        words = tidy(body.get_text(" "))
        found.append(Block(tidy(name.get_text()), _with_unit(words, value, body)))
    return found


def _with_unit(words: str, value: str, body: Any) -> str:
    """The unit stands in the row's heading there: put it behind the value, as people read it."""
    units = [tidy(one.get_text()) for one in body.select("th > bdi")]
    return " ".join([words, *(f"{value} {unit}" for unit in units)])


def text_blocks(text: str, title: str) -> list[Block]:
    """The plain text: what it says of one report."""
    found: list[Block] = []
    inside = False
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        if depth == 2:
            inside = tidy(line).startswith(tidy(title))
        elif inside and depth == 4:
            found.append(Block(tidy(line), tidy(line), begins=True))
        elif inside and depth > 4 and found:
            found[-1].words += " " + tidy(line)
    return found
