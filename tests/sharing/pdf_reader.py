"""A PDF as a screen reader has it: its tags in their order, each with its words. Read from the file alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_UNSEEN = str.maketrans("", "", "\u200b\u2066\u2067\u2068\u2069\u00ad")


@dataclass
class Tagged:
    """An element of the structure: its tag, what is said for it or in its place, its own words and what is in it."""

    tag: str
    alt: str | None
    instead: str | None
    inside: list["Tagged | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Tagged"]:
        yield self
        for one in self.inside:
            if isinstance(one, Tagged):
                yield from one.walk()

    @property
    def text(self) -> str:
        if self.instead is not None:
            return self.instead
        if self.alt is not None:
            return self.alt
        parts = (one if isinstance(one, str) else f" {one.text} " for one in self.inside)
        return "".join(parts)


class Pdf:
    """One file."""

    def __init__(self, body: bytes) -> None:
        self.file = pikepdf.open(BytesIO(body))
        self.root = self.file.Root
        self._words = [_marked(page) for page in self.file.pages]
        self._place = {page.obj.objgen: number for number, page in enumerate(self.file.pages)}
        self.tree = self._element(self.root.StructTreeRoot.K, None)

    @property
    def pages(self) -> int:
        return len(self.file.pages)

    @property
    def text(self) -> str:
        """All that is read out, in its order, white space made one."""
        return " ".join(self.tree.text.split())

    def tags(self, *names: str) -> list[Tagged]:
        return [one for one in self.tree.walk() if one.tag in names]

    def drawn(self, page: int) -> str:
        """All that stands on a page, also what is not read out again."""
        return " ".join(" ".join(self._words[page].values()).split())

    def fonts(self) -> list[Any]:
        return [one for page in self.file.pages for one in page.resources.get("/Font", {}).values()]

    def _element(self, node: Any, page: Any) -> Tagged:
        if isinstance(node, pikepdf.Array):
            node, *more = list(node)
            assert not more, "a document has one top element"
        page = node.get("/Pg", page)
        made = Tagged(
            str(node.S)[1:], *(str(node[name]) if name in node else None for name in ("/Alt", "/ActualText"))
        )
        inside = node.get("/K", [])
        for one in inside if isinstance(inside, pikepdf.Array) else [inside]:
            if isinstance(one, pikepdf.Dictionary) and "/MCID" in one:
                made.inside.append(self._of(one.get("/Pg", page), int(one.MCID)))
            elif isinstance(one, pikepdf.Dictionary) and "/S" in one:
                made.inside.append(self._element(one, page))
            elif not isinstance(one, pikepdf.Dictionary):
                made.inside.append(self._of(page, int(one)))
        return made

    def _of(self, page: Any, number: int) -> str:
        return self._words[self._place[page.objgen]].get(number, "").translate(_UNSEEN)


def _marked(page: Any) -> dict[int, str]:
    """The words of a page by their mark; below zero: those that are drawn and not read out."""
    fonts = {str(name): _letters(font) for name, font in page.resources.get("/Font", {}).items()}
    found: dict[int, list[str]] = {}
    stack: list[tuple[int, str | None]] = []
    letters: dict[int, str] = {}
    aside = 0
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            facts = operands[1] if name == "BDC" else {}
            facts = page.resources.Properties[facts] if isinstance(facts, pikepdf.Name) else facts
            mark, instead = stack[-1] if stack else (-1, None)
            if "/MCID" in facts:
                mark = int(facts["/MCID"])
            elif str(operands[0]) == "/Artifact":
                aside -= 1
                mark = aside - 1
            if "/ActualText" in facts and instead is None:
                instead = str(facts["/ActualText"])
                found.setdefault(mark, []).append(instead)
            stack.append((mark, instead))
        elif name == "EMC":
            stack.pop()
        elif name == "Tf":
            letters = fonts[str(operands[0])]
        elif name in ("Tj", "TJ"):
            mark, instead = stack[-1] if stack else (-1, None)
            if instead is None:
                runs = operands[0] if name == "TJ" else operands
                found.setdefault(mark, []).append(_read(runs, letters))
    return {mark: "".join(words) for mark, words in found.items()}


def _read(runs: Any, letters: dict[int, str]) -> str:
    codes = [
        int.from_bytes(bytes(run)[at : at + 2], "big")
        for run in runs
        if isinstance(run, pikepdf.String)
        for at in range(0, len(bytes(run)), 2)
    ]
    return "".join(letters[code] for code in codes)


def _letters(font: Any) -> dict[int, str]:
    """What each glyph of a font means: its ToUnicode, ISO 32000-1, 9.10.3."""
    found: dict[int, str] = {}
    for kind, body in _BLOCK.findall(font.ToUnicode.read_bytes()):
        if kind == b"bfchar":
            found |= {int(code, 16): _said(to) for code, to in _PAIR.findall(body)}
        else:
            for first, last, to in _RANGE.findall(body):
                start = int(to, 16)
                found |= {
                    int(first, 16) + n: chr(start + n) for n in range(int(last, 16) - int(first, 16) + 1)
                }
    return found


def _said(to: bytes) -> str:
    return bytes.fromhex(to.decode()).decode("utf-16-be")
