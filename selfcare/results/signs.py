"""What a laboratory's system wrote as signs, as the words and lines that were meant. What is kept stays as sent."""

import re
from html import unescape

# HL7 version 2 escapes: \.br\, \F\, \X0A\; a line feed written as \n, as some systems do.
_ESCAPE = re.compile(
    r"\\(?:\.([a-z]{2})[+-]?(\d*)|([FSTREHN])|X((?:[0-9A-Fa-f]{2})+)|[CM][0-9A-F]{4,6}|Z\w*)\\"
)
_LETTERS = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\", "H": "", "N": ""}
_BREAKS = frozenset({"br", "sp", "ce", "fi", "nf"})
_LINE_ENDS = re.compile(r"\\r\\n|\\n|\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
# Marks of HTML that laboratories' systems leave in a text. Nothing else between < and > is one: "K <5 and >3".
_MARKS = (
    "p div br hr b i u s em strong small big font span sup sub pre code tt ul ol li dl dt dd table thead tbody tr td th"
    " h1 h2 h3 h4 h5 h6 center blockquote"
)
_MARK = re.compile(
    rf"<(/?)({'|'.join(_MARKS.split())})(?:\s+[a-z-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[\w#%.-]+))*\s*/?>",
    re.IGNORECASE,
)
_ENDS_A_LINE = frozenset(
    re.findall(r"\S+", "p div br hr li dt dd tr h1 h2 h3 h4 h5 h6 pre blockquote table ul ol")
)


def readable(text: str) -> str:
    """A laboratory's text as it is drawn: escapes of HL7 version 2 and of HTML are what they stand for."""
    if "\\" in text:
        text = _ESCAPE.sub(_escaped, text)
    text = _LINE_ENDS.sub("\n", text)
    for _ in range(2):  # what went through two systems was written twice
        if "&" in text:
            text = _ENTITY.sub(_entity, text)
    if "<" in text and ">" in text:
        marked = _MARK.sub(_marked, text)
        text = re.sub(r"\n{3,}", "\n\n", marked).strip("\n") if marked != text else text
    return text


def in_line(text: str) -> str:
    """The same in one line, for a name."""
    return " ".join(readable(text).split())


def _escaped(match: re.Match[str]) -> str:
    command, times, letter, codes = match.groups()
    if command:
        if command in _BREAKS:
            return "\n" * (int(times or 1) if command == "sp" and int(times or 1) < 10 else 1)
        return " " * min(int(times or 1), 40) if command == "sk" else ""
    if letter:
        return _LETTERS[letter]
    if codes:
        written = bytes.fromhex(codes).decode("utf-8", "replace")
        return "".join(one if one in "\t\n\r" or one.isprintable() else " " for one in written)
    return match[0]


def _entity(match: re.Match[str]) -> str:
    made = unescape(match[0])
    return "".join(
        " " if one == "\xa0" else one for one in made if one in "\t\n" or one == "\xa0" or one.isprintable()
    )


def _marked(match: re.Match[str]) -> str:
    closing, name = match[1], match[2].lower()
    if name == "sup":
        return "" if closing else "^"
    if name in ("td", "th"):
        return "\t" if closing else ""
    opens = name in ("br", "hr") or (
        name in ("p", "div", "li", "tr", "table", "ul", "ol", "pre") and not closing
    )
    return "\n" if name in _ENDS_A_LINE and (closing or opens) else ""
