"""The paper of a summary as nodes: what the print shows, in its order, without a second reading of the summary.

It is read from the HTML that is printed. What stands on a screen only is left out, and so is every element that is not
known here. Nodes are plain values: a template lays them out (`templates/sharing/summary.typ`), and no word in them is
ever anything but a word.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Any

Node = dict[str, Any]
Part = str | Node  # of a line: words, or words that look different

_EMPTY = frozenset({"br", "img", "input", "hr", "use"})
_LINE = frozenset({"a", "b", "strong", "span", "bdi", "small", "br"})
_SKIPPED = ("screen-only", "nhsuk-u-visually-hidden", "icon", "sheet__who", "button", "icon-link")
_DRAWN = frozenset({"circle", "path", "line", "polyline"})
_DRAWS = frozenset({"class", "cx", "cy", "r", "d", "x1", "y1", "x2", "y2", "points"})
_STYLE = (
    ".chart__grid{stroke:#999}.chart__grid--base{stroke:#000}"
    ".chart__line,.chart__bar{fill:none;stroke:#000;stroke-width:2}"
    ".chart__other{fill:#fff;stroke:#000;stroke-width:2}"
)
_HIGH = 9  # of the letters of a picture, above the line that they stand on
_GAPS = re.compile(r"[ \t\r\f\v\n]+")
_SPACES = re.compile(r"[ \t\r\f\v]+")
# What is never seen by itself: of a line of such alone nothing is drawn, and it would be in the file as no line.
_UNSEEN = frozenset({"\u034f", *map(chr, range(0xFE00, 0xFE10))})
# Joiners, and what flags are written with: without them a picture or a word is another.
_JOINS = {"\u200c", "\u200d", *map(chr, range(0xE0020, 0xE0080))}
_ISOLATES = {None: "\u2068", "auto": "\u2068", "ltr": "\u2066", "rtl": "\u2067"}
_END = "\u2069"
_NEVER_ALONE = _UNSEEN | _JOINS | {*_ISOLATES.values(), _END}


@dataclass
class Element:
    """An element of HTML, and what is in it."""

    tag: str
    attributes: dict[str, str]
    inside: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()


def nodes(html: str) -> list[Node]:
    """What of a page is printed."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _blocks(reader.root)


def groups(found: Sequence[Node]) -> list[list[Node]]:
    """The nodes as they follow each other on paper: whose it is, of when, what has become of it, what stands across
    the page, what stands in columns, and the line below.
    """
    parts = [one for one in found if one["kind"] == "part"]
    foot = [one for one in found if one.get("look") == "foot"]
    named = [[one for one in found if one["kind"] == kind] for kind in ("banner", "when")]
    above = [one for one in found if one["kind"] not in ("banner", "when", "part") and one not in foot]
    return [
        *named,
        above,
        [one for one in parts if one["wide"]],
        [one for one in parts if not one["wide"]],
        foot,
    ]


def plain(words: str) -> str:
    """Words as they can be drawn: without signs that are not seen, or that turn the direction of what comes after."""
    return "".join(_drawable(letter) for letter in words)


def _drawable(letter: str) -> str:
    kind = unicodedata.category(letter)
    if letter == "\n" or letter in _JOINS:
        return letter
    if kind in ("Zl", "Zp"):
        return "\n"
    if kind in ("Cc", "Zs"):
        return " "
    return "\ufffd" if kind == "Cs" else "" if kind == "Cf" else letter


class _Reader(HTMLParser):
    """Makes a tree. The pages are ours, and well formed."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(made)
        if tag not in _EMPTY:
            self._open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


def _blocks(element: Element) -> list[Node]:
    """What is in an element, one under the other; loose words among it are a paragraph."""
    found: list[Node] = []
    loose: list[Element | str] = []
    for one in element.inside:
        if isinstance(one, str) or one.tag in _LINE or _is_key(one):
            loose.append(one)
        elif not _is_skipped(one):
            found += _loose(element, loose) + _block(one)
            loose = []
    return found + _loose(element, loose)


def _loose(element: Element, inside: list[Element | str]) -> list[Node]:
    parts = _parts(Element("", {}, inside))
    return [{"kind": "words", "look": "", "way": _way(element), "parts": parts}] if parts else []


def _block(one: Element) -> list[Node]:
    tag, classes = one.tag, one.classes
    if tag in ("h1", "h2", "h3"):
        return [{"kind": "heading", "level": int(tag[1]), "parts": _parts(one), "way": _way(one)}]
    if tag in ("p", "blockquote"):
        parts = _parts(one)
        if "measure__words" in classes:  # what is measured has a line of its own
            parts = [parts[0], {"kind": "break"}, *_stripped(parts[1:])]
        return (
            [{"kind": "words", "look": _look(tag, classes), "way": _way(one), "parts": parts}]
            if parts
            else []
        )
    if tag == "svg":
        return [_picture(one)] if "chart__svg" in classes else []
    if tag == "table":
        return [_table(one)]
    if tag == "dl":
        return [{"kind": "facts", "facts": [_pair(each) for each in _within(one, "div")]}]
    if tag in ("ul", "ol"):
        return [_list(one)]
    inside = _blocks(one)
    if "sheet__part" in classes:
        return [{"kind": "part", "wide": "sheet__part--wide" in classes, "nodes": inside}]
    if "measure" in classes:
        return [{"kind": "measure", "nodes": inside}]
    if "card__head" in classes:  # the heading, and what is said softly beside it
        return [_headed(inside)]
    if "notice" in classes:
        return [{"kind": "notice", "nodes": inside}]
    if "banner" in classes or "sheet__when" in classes:
        return [{"kind": "banner" if "banner" in classes else "when", "nodes": inside}]
    if "banner__needs" in classes:
        return [_needs(one)]
    return [{"kind": "item", "nodes": inside}] if "summary__item" in classes else inside


def _headed(inside: list[Node]) -> Node:
    heading, *beside = inside
    return {**heading, "aside": [part for one in beside for part in one["parts"]]}


def _needs(one: Element) -> Node:
    """What is needed, in one line: what it is, then each."""
    head = [
        part for each in one.inside if isinstance(each, Element) and each.tag == "b" for part in _parts(each)
    ]
    each = [[part for tag in _parts(item) for part in _plainly(tag)] for item in _every(one, "li")]
    after = [_parts(note) for note in _within(one, "span")]
    return {"kind": "needs", "head": head, "each": each, "after": [part for parts in after for part in parts]}


def _plainly(part: Part) -> list[Part]:
    return [part] if isinstance(part, str) else part["parts"]


def _list(one: Element) -> Node:
    classes = one.classes
    items = _within(one, "li")
    if "sheet__lines" in classes:
        return {"kind": "lines", "count": len(items)}
    if "chart__legend" in classes:
        return {"kind": "legend", "items": [_parts(item) for item in items]}
    if "questions" not in classes:
        return {"kind": "list", "items": [_blocks(item) for item in items]}
    found: list[Node] = []
    for item in items:
        number = "".join(_text(each) for each in _within(item, "span") if "number-badge" in each.classes)
        inside = [
            each for each in item.inside if not (isinstance(each, Element) and "number-badge" in each.classes)
        ]
        found.append({"number": number, "nodes": _blocks(Element("li", {}, inside))})
    return {"kind": "questions", "items": found}


def _table(one: Element) -> Node:
    caption = [part for each in _within(one, "caption") for part in _parts(each)]
    head = [
        _cell(cell) for part in _within(one, "thead") for row in _within(part, "tr") for cell in _cells(row)
    ]
    rows = [
        [_cell(cell) for cell in _cells(row)] for part in _within(one, "tbody") for row in _within(part, "tr")
    ]
    return {"kind": "table", "caption": caption, "head": head, "rows": rows}


def _cells(row: Element) -> list[Element]:
    return [one for one in row.inside if isinstance(one, Element) and one.tag in ("th", "td")]


def _cell(one: Element) -> Node:
    nodes = _blocks(one)
    # Lines of one cell are divs, and stand one under the other.
    parts: list[Part] = []
    for node in nodes:
        parts += [*([{"kind": "break"}] if parts else []), *node["parts"]]
    return {
        "parts": parts,
        "span": int(one.attributes.get("colspan", "1")),
        "head": one.tag == "th",
        "way": _way(one),
    }


def _pair(one: Element) -> list[list[Part]]:
    return [_parts(each) for tag in ("dt", "dd") for each in _within(one, tag)]


def _parts(one: Element) -> list[Part]:
    """The words of a line. White space is one space, but for the lines that people made. Empty where none is seen."""
    found = _stripped(_inline(one, "words" in one.classes))
    return found if any(map(_is_seen, found)) else []


def _is_seen(part: Part) -> bool:
    if not isinstance(part, str):
        return "parts" not in part or any(map(_is_seen, part["parts"]))
    return any(not one.isspace() and one not in _NEVER_ALONE for one in part)


def _stripped(found: list[Part]) -> list[Part]:
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip()
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return [part for part in found if part]


def _inline(one: Element, lines: bool) -> list[Part]:
    found: list[Part] = []
    for each in one.inside:
        if isinstance(each, str):
            _add_words(found, plain(each) if lines else _GAPS.sub(" ", plain(each)), lines)
        elif _is_key(each):
            found.append(_picture(each) | {"kind": "key"})
        elif each.tag == "br":
            found.append({"kind": "break"})
        elif not _is_skipped(each):
            found += _looking(each, _inline(each, lines or "words" in each.classes))
    return found


def _add_words(found: list[Part], words: str, lines: bool) -> None:
    if not lines:
        found.append(words)
        return
    for place, line in enumerate(words.strip("\n").split("\n")):
        found += [*([{"kind": "break"}] if place else []), _SPACES.sub(" ", line)]


def _looking(each: Element, parts: list[Part]) -> list[Part]:
    """Words of an element inside a line, as they look and run."""
    if each.tag == "bdi" or "dir" in each.attributes:
        way = each.attributes.get("dir")
        if any(not isinstance(part, str) and part["kind"] == "break" for part in parts):
            way = _way(
                Element("", {"dir": way or "auto"}, each.inside)
            )  # as all of it runs, each of its lines does
        start = _ISOLATES.get(way, "\u2068")
        parts = [start, *(one for part in parts for one in _held(part, start)), _END]
    if each.tag in ("b", "strong"):
        return [{"kind": "strong", "parts": parts}]
    if "tag" in each.classes or "soft" in each.classes or "card__aside" in each.classes:
        return [{"kind": "soft", "parts": parts}]
    return parts


def _held(part: Part, start: str) -> list[Part]:
    """An isolate ends where its line does, and begins anew in the next."""
    is_break = not isinstance(part, str) and part["kind"] == "break"
    return [_END, part, start] if is_break else [part]


def _look(tag: str, classes: list[str]) -> str:
    for name, look in (
        ("summary__lead", "lead"), ("soft", "soft"), ("sheet__foot", "foot"), ("question__text", "question"),
    ):  # fmt: skip
        if name in classes:
            return look
    return "quoted" if tag == "blockquote" else ""


def _way(one: Element) -> str | None:
    """Which way the words of an element run, where it is not the page's: as its first letter does;
    numbers and signs alone run from left to right, as browsers have it."""
    said = one.attributes.get("dir")
    if said != "auto":
        return said
    for letter in _text(one):
        kind = unicodedata.bidirectional(letter)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"


def _picture(one: Element) -> Node:
    """A picture: its shapes, its words with where each begins, and what is said of it."""
    _, _, width, height = (float(number) for number in one.attributes["viewbox"].split())
    drawn = [each for each in one.inside if isinstance(each, Element)]
    texts = [_place(each) for each in drawn if each.tag == "text"]
    said = plain(one.attributes.get("aria-label", ""))
    return {
        "kind": "picture",
        "said": said,
        "width": width,
        "height": height,
        "svg": _svg(one),
        "texts": texts,
    }


def _place(one: Element) -> Node:
    at = one.attributes
    high = float(at["y"]) - (_HIGH / 2 if "dy" in at else _HIGH)
    return {"x": float(at["x"]), "y": high, "anchor": at["text-anchor"], "words": plain(_text(one))}


def _svg(one: Element) -> str:
    """The shapes of a picture of ours by themselves: nothing that leads anywhere, and no words."""
    drawn = "".join(_shape(each) for each in one.inside if isinstance(each, Element) and each.tag in _DRAWN)
    box = escape(one.attributes["viewbox"])
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><style>{_STYLE}</style>{drawn}</svg>'


def _shape(one: Element) -> str:
    facts = "".join(f' {name}="{escape(value)}"' for name, value in one.attributes.items() if name in _DRAWS)
    return f"<{one.tag}{facts}/>"


def _within(one: Element, tag: str) -> list[Element]:
    return [each for each in one.inside if isinstance(each, Element) and each.tag == tag]


def _every(one: Element, tag: str) -> list[Element]:
    inside = [each for each in one.inside if isinstance(each, Element)]
    return [found for each in inside for found in ([each] if each.tag == tag else _every(each, tag))]


def _text(one: Element) -> str:
    return "".join(each if isinstance(each, str) else _text(each) for each in one.inside)


def _is_key(one: Element) -> bool:
    return one.tag == "svg" and "chart__key" in one.classes


def _is_skipped(one: Element) -> bool:
    return any(name in one.classes for name in _SKIPPED)
