"""Text as it comes in a list, made plain: marks of HTML become lines, and signs no page or database takes go. Pure."""

import re
import unicodedata
from html.parser import HTMLParser

LONGEST = 10_000  # characters of one text; the rest is left out
LONGEST_LINE = 500

# What says that a text was written as HTML; a "<5 years" is none.
_TAGS = (
    "a abbr article b blockquote body br caption center code dd div dl dt em embed figure font footer form h1 h2 h3 h4"
    " h5 h6 head header hr html i iframe img input ins label li link main meta nav object ol option p pre q s script"
    " section select small span strong style sub sup svg table tbody td textarea tfoot th thead title tr u ul video"
)
_NAMES = frozenset(_TAGS.split())
_IS_HTML = re.compile(
    rf"</?(?:{'|'.join(sorted(_NAMES, key=len, reverse=True))})\b[^<>]*>|<!--|&#?\w{{2,31}};", re.I
)
_BLOCKS = (
    "article blockquote body caption center dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol"
    " p pre section table tr ul"
)
_LINES = frozenset(_BLOCKS.split())
_SILENT = frozenset({"script", "style", "head", "title", "svg", "object", "select", "textarea"})
_TWICE = 2  # what was made HTML of HTML is read once more


def line(text: str) -> str:
    """One line of plain text."""
    return " ".join(plain(text).split())[:LONGEST_LINE].rstrip()


def plain(text: str) -> str:
    """Plain text; paragraphs are lines apart."""
    text = without_marks(text[: 4 * LONGEST])
    for _ in range(_TWICE):
        if not _IS_HTML.search(text):
            break
        reader = _Reader()
        reader.feed(text)
        reader.close()
        text = without_marks("".join(reader.said))
    lines = [" ".join(each.split()) for each in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST].rstrip()


def without_marks(text: str) -> str:
    """Without signs that are not seen: controls, halves of signs, and what turns the order of the words around it."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or not _is_mark(c))


def _is_mark(c: str) -> bool:
    return unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") or c in "\u202a\u202b\u202c\u202d\u202e\ufeff"


class _Reader(HTMLParser):
    """Collects the words. What only looks like a mark stays as it was written."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent: list[str] = []
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _NAMES:
            self.handle_data(self.get_starttag_text() or "")
        elif tag in _SILENT:
            self._silent.append(tag)
        elif tag == "br":
            self._say("\n")
        elif tag in _LINES:
            self._say("\n– " if tag == "li" else "\n\n")
        elif tag == "td":
            self._say(" ")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.said)))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag in _LINES and tag != "li":
            self._say("\n\n")
        elif tag == "a" and self._links:
            href, since = self._links.pop()
            # Where it leads is said as well, where the words do not.
            if href.lower().startswith(("https://", "http://")) and href not in "".join(self.said[since:]):
                self._say(f" ({href})")

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _say(self, words: str) -> None:
        if not self._silent:
            self.said.append(words)
