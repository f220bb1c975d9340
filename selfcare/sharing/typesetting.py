"""A summary, set as a PDF. This file is a program of its own: it runs apart from the app, with little memory and time.

It reads JSON from its standard input and writes the PDF to its standard output. Its arguments are the template and the
folders of the fonts; nothing else is read. A sign that no font has becomes �, and the page says so: an empty box never
stands for a word, for PDF/UA-1 does not allow one.
"""

import json
import re
import resource
import sys
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

MEMORY, SECONDS = 1024 * 1024 * 1024, 10
FAULT, HEAVY, NO_FONT = 3, 4, 5  # how it ends where there is no PDF to give
UNKNOWN = "\ufffd"
TRIES = 5
# What is never seen by itself: joiners, isolates, and what chooses between two looks of a sign.
_UNSEEN = frozenset({0x0A, 0x200B, 0x200C, 0x200D, *range(0x2066, 0x206A), *range(0xFE00, 0xFE10)})
_ISOLATES = frozenset(range(0x2066, 0x206A))
_HOLD = frozenset({"/P", "/H1", "/H2", "/H3", "/TH", "/TD", "/Caption"})
_REFUSED = re.compile(r'the text `"(.+)"` could not be displayed', re.DOTALL)
_BY_NUMBER = re.compile(r"\\u\{([0-9a-f]+)\}")


def main(template: str, folders: list[str]) -> int:
    """Set it. :returns: how it ended."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        made = _made(Path(template), [Path(one) for one in folders], json.load(sys.stdin.buffer))
    except MemoryError:
        return HEAVY
    if isinstance(made, int):
        return made
    sys.stdout.buffer.write(made)
    return 0


def _made(template: Path, folders: list[Path], data: dict[str, Any]) -> bytes | int:
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    if not set(data["fonts"]) <= set(fonts.families()):
        return NO_FONT
    data["fonts"] += [one for one in fonts.families() if one not in (*data["fonts"], *data["unused"])]
    known = _signs(fonts)
    said = data["groups"]
    drawn = _changed(said, lambda words: "".join(one if ord(one) in known else UNKNOWN for one in words))
    for _ in range(TRIES):
        banner, when, above, *more = drawn
        data["groups"] = drawn if drawn == said else [banner, when, [data["undrawn"], *above], *more]
        try:
            made = typst.compile(
                template,
                root=template.parent,
                font_paths=fonts,
                format="pdf",
                pdf_standards=["ua-1"],
                sys_inputs={"data": json.dumps(data)},
                timestamp=data["moment"],
            )
        except typst.TypstError as fault:
            refused = _REFUSED.search(fault.message)
            if refused is None:
                sys.stderr.write(fault.message)
                return FAULT
            # Signs that fonts have, and none has together as they stand here.
            these = _BY_NUMBER.sub(lambda found: chr(int(found[1], 16)), refused[1])
            drawn = _changed(drawn, lambda words, these=these: words.replace(these, UNKNOWN))
        else:
            said = [line for group in data["groups"] for line in lines(group)]
            return _spoken(made, said, everywhere=data["way"] == "rtl")
    return FAULT


def _spoken(made: bytes, said: list[str], *, everywhere: bool) -> bytes:
    """Say beside each line that runs from right to left, or stands on such a page, what it says. In the file its pieces
    stand as they are seen, from the left, and would be read out in that order (ISO 32000-1, 14.9.4).
    """
    if not everywhere and not any(map(_runs_left, said)):
        return made
    from pypdf import PdfWriter
    from pypdf.generic import NameObject, TextStringObject

    file = PdfWriter(clone_from=BytesIO(made))
    root: Any = file.root_object
    found = list(_lines_of(root["/StructTreeRoot"]["/K"]))
    if len(found) != len(said):
        return made
    for one, words in zip(found, said, strict=True):
        if everywhere or _runs_left(words):
            one[NameObject("/ActualText")] = TextStringObject(words)
    out = BytesIO()
    file.write(out)
    return out.getvalue()


def _runs_left(words: str) -> bool:
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in words)


def _lines_of(node: Any) -> Iterator[Any]:
    """The elements that hold a line each, in their order."""
    for one in node if isinstance(node, list) else [node]:
        element = one.get_object()
        if not isinstance(element, dict) or "/S" not in element:
            continue
        if element["/S"] in _HOLD:
            yield element
        elif element["/S"] not in ("/Lbl", "/Figure") and "/K" in element:
            yield from _lines_of(element["/K"])


def lines(nodes: list[dict[str, Any]]) -> Iterator[str]:
    """The same lines as they are said, in the order in which the template has them."""
    for node in nodes:
        if node["kind"] in ("words", "heading"):
            yield _line([*node["parts"], *([" ", *node["aside"]] if node.get("aside") else [])])
        elif node["kind"] == "facts":
            yield "  ".join(f"{_line(name)} {_line(fact)}" for name, fact in node["facts"])
        elif node["kind"] == "needs":
            yield " ".join([_line(node["head"]), ", ".join(map(_line, node["each"])), _line(node["after"])])
        elif node["kind"] == "legend":
            yield "  ".join(map(_line, node["items"]))
        elif node["kind"] == "table":
            yield from [_line(node["caption"])] if node["caption"] else []
            yield from (_line(cell["parts"]) for row in (node["head"], *node["rows"]) for cell in row)
        elif node["kind"] == "list":
            yield from (line for item in node["items"] for line in lines(item))
        elif node["kind"] == "questions":
            yield from (line for item in node["items"] for line in lines(item["nodes"]))
        else:
            yield from lines(node.get("nodes", []))


def _line(parts: list[Any]) -> str:
    words = "".join(
        one if isinstance(one, str) else _line(one["parts"]) if "parts" in one else " " for one in parts
    )
    return "".join(one for one in words if ord(one) not in _ISOLATES)


def _signs(fonts: Any) -> set[int]:
    """What the fonts can draw."""
    from fontTools.ttLib import TTCollection, TTFont

    found = set(_UNSEEN)
    for path in {one.path for one in fonts.fonts()}:
        for font in TTCollection(path).fonts if path.endswith("c") else [TTFont(path, lazy=True)]:
            found |= (font.getBestCmap() or {}).keys()
    return found


def _changed(node: Any, change: Any) -> Any:
    """The same nodes with all words changed. What says what a node is, and pictures of ours, stay."""
    if isinstance(node, str):
        return change(node)
    if isinstance(node, list):
        return [_changed(one, change) for one in node]
    if isinstance(node, dict):
        return {
            name: one if name in ("kind", "look", "way", "svg") else _changed(one, change)
            for name, one in node.items()
        }
    return node


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
