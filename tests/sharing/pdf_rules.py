"""Rules of PDF/UA-1 (ISO 14289-1:2014) that can be asked of a file by a program, each named by its clause.

What only a person can say (whether a text says what a picture shows, whether an order makes sense) is not here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pikepdf

from tests.sharing.pdf_reader import Pdf

# The structure types of ISO 32000-1, 14.8.4, that may stand in a tree without a role map.
STANDARD = frozenset(
    {"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct", "Private",
     "H", "H1", "H2", "H3", "H4", "H5", "H6", "P", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "THead",
     "TBody", "TFoot", "Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Figure", "Formula",
     "Form"}
)  # fmt: skip
INSIDE = {
    "L": {"LI", "L", "Caption"}, "LI": {"Lbl", "LBody"}, "TR": {"TH", "TD"},
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "THead": {"TR"}, "TBody": {"TR"}, "TFoot": {"TR"},
}  # fmt: skip
# What puts something on the paper.
PAINTS = frozenset("Tj TJ ' \" S s f F f* B B* b b* sh Do INLINE IMAGE EI".split())  # noqa: SIM905


def faults(found: Pdf) -> list[str]:
    """The rules that a file breaks."""
    root, nodes = found.root, list(nodes_of(found.root.StructTreeRoot.K))
    steps = [(page.obj.objgen, list(_steps(page))) for page in found.file.pages]
    kinds = [_kind(node) for node, _ in nodes]
    mapped = {str(of)[1:]: str(to)[1:] for of, to in root.StructTreeRoot.get("/RoleMap", {}).items()}
    levels = [int(kind[1]) for kind in kinds if kind in {"H1", "H2", "H3", "H4", "H5", "H6"}]
    cells = [node for node, _ in nodes if _kind(node) == "TH"]
    tables = [node for node, _ in nodes if _kind(node) == "Table"]
    figures = [node for node, _ in nodes if _kind(node) == "Figure"]
    fonts = found.fonts()
    facts = found.file.open_metadata()
    rules = {
        "5: the file says that it is PDF/UA-1": facts.get("pdfuaid:part") == "1",
        "7.1: Marked, and not Suspects": root.MarkInfo.Marked is True
        and not root.MarkInfo.get("/Suspects", False),
        "7.1: all that is drawn is tagged, or set aside": not list(_untagged(steps)),
        "7.1: nothing that is tagged stands inside of what is set aside": not list(
            _tagged_in_artifact(steps)
        ),
        "7.1: standard types, or mapped to such": {mapped.get(kind, kind) for kind in kinds} <= STANDARD
        and not STANDARD & mapped.keys(),
        "7.1: a title, which the window shows": bool(facts.get("dc:title"))
        and root.ViewerPreferences.DisplayDocTitle is True,
        "7.1: every mark in the pages is in the tree": _marks_in_pages(steps) == _marks_in_tree(nodes),
        "7.2: the language of all of it": bool(str(root.get("/Lang", ""))),
        "7.3: every figure has words in its place, and a frame": all(
            str(one.get("/Alt", one.get("/ActualText", ""))).strip() and _attribute(one, "/BBox")
            for one in figures
        ),
        "7.4: headings begin with the first level and leave none out": levels[:1] == [1]
        and all(after - before <= 1 for before, after in pairwise(levels)),
        "7.5: every table has heads, and each says of what": bool(tables)
        and all(any(_kind(cell) == "TH" for cell, _ in nodes_of(one)) for one in tables)
        and all(str(_attribute(one, "/Scope")) in {"/Row", "/Column", "/Both"} for one in cells),
        "7.2, 7.5, 7.6: lists and tables hold what they may": all(
            kind in INSIDE[over] for kind, (_, over) in zip(kinds, nodes, strict=True) if over in INSIDE
        ),
        "7.9: notes have a name each": all("/ID" in node for node, _ in nodes if _kind(node) == "Note"),
        "7.16: software for blind people may read it": not found.file.is_encrypted
        or found.file.allow.accessibility,
        "7.18: links are tagged, say where they lead, and are reached in the order of the tree": all(
            page.get("/Tabs") == "/S"
            and all("/StructParent" in one and "/Contents" in one for one in page.Annots)
            for page in found.file.pages
            if "/Annots" in page
        ),
        "7.20: no forms of other files": all("/Ref" not in one for one in _forms(found)),
        "7.21.4: every font is in the file": all(_embedded(one) for one in fonts),
        "7.21.7: every font says which letters its signs are": bool(fonts)
        and all("/ToUnicode" in one for one in fonts),
        "7.21.7: no sign is said to be none": not any(
            {"\0", "\ufeff", "\ufffe"} & set(found.drawn(page)) for page in range(found.pages)
        ),
        "7.21.8: no sign that the font does not have": not any(
            sign == b"\0\0" for _, page in steps for one in page for sign in one.signs
        ),
    }
    return [rule for rule, holds in rules.items() if not holds]


def nodes_of(node: Any, over: str = "") -> Iterator[tuple[Any, str]]:
    """The elements of a tree, each with the kind of the one that it stands in."""
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from nodes_of(one, over)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node, over
        yield from nodes_of(node.get("/K", []), _kind(node))


def _kind(node: Any) -> str:
    return str(node.S)[1:]


def _attribute(node: Any, name: str) -> Any:
    owned = node.get("/A", [])
    for one in owned if isinstance(owned, pikepdf.Array) else [owned]:
        if isinstance(one, pikepdf.Dictionary) and name in one:
            return one[name]
    return None


@dataclass(frozen=True)
class Step:
    """A step of a page: the signs that it draws, and the marks that it stands in: set aside or not, and its number in
    the tree.
    """

    name: str
    signs: Sequence[bytes]
    marks: Sequence[tuple[bool, int | None]]


Steps = Sequence[tuple[Any, Sequence[Step]]]


def _steps(page: Any) -> Iterator[Step]:
    stack: list[tuple[bool, int | None]] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            facts = operands[1] if name == "BDC" else {}
            facts = page.resources.Properties[facts] if isinstance(facts, pikepdf.Name) else facts
            number = int(facts["/MCID"]) if "/MCID" in facts else None
            stack.append((str(operands[0]) == "/Artifact", number))
        elif name == "EMC":
            stack.pop()
        signs: list[bytes] = []
        if name in ("Tj", "TJ"):
            for run in operands[0] if name == "TJ" else operands:
                data = bytes(run) if isinstance(run, pikepdf.String) else b""
                signs += [data[at : at + 2] for at in range(0, len(data), 2)]
        yield Step(name, signs, tuple(stack))


def _untagged(steps: Steps) -> Iterator[str]:
    for _, page in steps:
        for one in page:
            if one.name in PAINTS and not any(aside or number is not None for aside, number in one.marks):
                yield one.name


def _tagged_in_artifact(steps: Steps) -> Iterator[int]:
    for _, page in steps:
        for one in page:
            if any(aside for aside, _ in one.marks):
                yield from (number for _, number in one.marks if number is not None)


def _marks_in_pages(steps: Steps) -> set[tuple[Any, int]]:
    return {
        (objgen, number)
        for objgen, page in steps
        for one in page
        for _, number in one.marks
        if number is not None
    }


def _marks_in_tree(nodes: list[tuple[Any, str]]) -> set[tuple[Any, int]]:
    seen = set()
    pages: dict[Any, Any] = {}
    for node, _ in nodes:
        page = node.get("/Pg", pages.get(node.objgen))
        inside = node.get("/K", [])
        for one in inside if isinstance(inside, pikepdf.Array) else [inside]:
            if not isinstance(one, pikepdf.Dictionary):
                seen.add((page.objgen, int(one)))
            elif "/MCID" in one:
                seen.add((one.get("/Pg", page).objgen, int(one.MCID)))
            elif "/S" in one:
                pages[one.objgen] = page
    return seen


def _forms(found: Pdf) -> list[Any]:
    return [one for page in found.file.pages for one in page.resources.get("/XObject", {}).values()]


def _embedded(font: Any) -> bool:
    inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    return any(name in inner.FontDescriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))
