"""A team's starter set as one JSON file: read and checked to the last field, or refused in words. Pure.

The shape is `starter-set.schema.json` beside this; what it cannot say (two that are the same, an address that is none)
is checked here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from selfcare.fhir.json_body import Number, read_json
from selfcare.fhir.problems import Unreadable
from selfcare.i18n import LANGUAGES
from selfcare.information import address, reading_age
from selfcare.people.offers import LINK, MOST, NAME, NAMED, PROMPT, TRACKER, WORDS
from selfcare.results import release as rules
from selfcare.web.folding import fold
from selfcare.web.text_fields import can_be_kept, is_blank

SCHEMA = Path(__file__).with_name("starter-set.schema.json")
FORMAT, VERSION = "selfcare-starter-set", 1
LIMIT = 300_000  # bytes
DEPTH = 6
PHRASE, RELEASE, REPLY = "phrase", "release", "reply"
ORDER = (TRACKER, PROMPT, PHRASE, LINK, NAME, RELEASE, WORDS, REPLY)
MOST_PHRASES = 200
KINDS = ("symptom", "measure", "done")
_TAG = re.compile(r"<\s*[a-zA-Z/!?]|&#|javascript:", re.IGNORECASE)
_LISTS = {"trackers": TRACKER, "prompts": PROMPT, "phrases": PHRASE, "links": LINK, "names": NAME}
_NAMES = {
    "format", "version", "languages", "made_by", "made_on", *_LISTS, "release", "get_in_touch", "reply_days",
}  # fmt: skip
_SIGNS = (
    b"PK\x03\x04",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\xd0\xcf\x11\xe0",
    b"GIF8",
    b"\x1f\x8b",
    b"{\\rtf",
)


class NotASet(ValueError):
    """The file cannot be taken. `why`: none, large, empty, kind, json, format, version, language, shape, long, code,
    link, twice, many; `where`: the place in the file, or what of it; `said`: what the reader of JSON said.
    """

    def __init__(self, why: str, where: str = "", said: object = "") -> None:
        super().__init__(why, where)
        # It is shown, and a file may name half of a character, which no page can hold.
        self.why, self.said = why, said
        self.where = where.encode("utf-8", "replace").decode()


@dataclass(frozen=True)
class Item:
    """One thing of a set. `key`: by what two of one part are the same; `body`: as it is kept."""

    part: str
    key: str
    body: Mapping[str, Any]

    @property
    def id(self) -> str:
        return f"{self.part}:{self.key}"

    @property
    def sign(self) -> str:
        """Its id on a page: as short for a sentence of 2,000 letters as for a word."""
        return sha256(self.id.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class StarterSet:
    """A file that was read."""

    languages: tuple[str, ...]
    made_by: str
    made_on: date
    items: tuple[Item, ...]


def read(data: bytes, presets: Sequence[str]) -> StarterSet:
    """:param presets: codes of ready-made things to keep an eye on. :raises NotASet: with why."""
    if not data.strip():
        raise NotASet("empty")
    if len(data) > LIMIT:
        raise NotASet("large")
    if data.startswith(_SIGNS):
        raise NotASet("kind")
    try:
        said = read_json(data.decode("utf-8-sig"), DEPTH)
    except UnicodeDecodeError:
        raise NotASet("kind") from None
    except Unreadable as fault:
        raise NotASet("json", said=fault.problem.words) from None
    except ValueError:  # a number of thousands of digits
        raise NotASet("json") from None
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise NotASet("format")
    if said.get("version") != "1":
        raise NotASet("version", str(said.get("version"))[:20])
    return _read(said, presets)


def _read(said: dict[str, Any], presets: Sequence[str]) -> StarterSet:
    if set(said) - _NAMES:
        raise NotASet("shape", sorted(set(said) - _NAMES)[0][:40])
    languages = said.get("languages")
    if not isinstance(languages, list) or not languages or len(languages) > len(LANGUAGES):
        raise NotASet("shape", "languages")
    unknown = [str(one)[:20] for one in languages if not isinstance(one, str) or one not in LANGUAGES]
    if unknown:
        raise NotASet("language", unknown[0])
    if len(set(languages)) != len(languages):
        raise NotASet("twice", languages[0])
    reader = _Reader(tuple(languages), presets)
    made_by = reader.text(said, "made_by", 200, "made_by")
    made_on = reader.day(said, "made_on", "made_on")
    items: list[Item] = []
    for name, part in _LISTS.items():
        lines = said.get(name, [])
        if not isinstance(lines, list):
            raise NotASet("shape", name)
        if len(lines) > MOST.get(part, MOST_PHRASES):
            raise NotASet("many", name)
        one = reader.parts()[part]
        items += [one(line, f"{name} {number}") for number, line in enumerate(lines, 1)]
    items += reader.rest(said)
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise NotASet("twice", label(item))
        seen.add(item.id)
    return StarterSet(tuple(languages), made_by, made_on, tuple(items))


def read_one(part: str, said: Any) -> Item:
    """One thing that somebody typed, judged as a file's. :raises NotASet:"""
    reader = _Reader(tuple(LANGUAGES), ())
    if part == WORDS:
        return Item(WORDS, "words", {"text": reader.texts(said, 500, part)})
    return reader.parts()[part](said, part)


class _Reader:
    def __init__(self, languages: tuple[str, ...], presets: Sequence[str]) -> None:
        self.languages, self.presets = languages, presets

    def parts(self) -> dict[str, Callable[[Any, str], Item]]:
        return {
            TRACKER: self.tracker,
            PROMPT: self.prompt,
            PHRASE: self.phrase,
            LINK: self.link,
            NAME: self.name,
        }

    def only(self, value: Any, names: set[str], where: str) -> dict[str, Any]:
        if not isinstance(value, dict) or set(value) - names:
            raise NotASet("shape", where)
        return value

    def text(
        self, value: Mapping[str, Any], name: str, longest: int, where: str, *, empty: bool = False
    ) -> str:
        text = value.get(name, "" if empty else None)
        if not isinstance(text, str) or isinstance(text, Number):
            raise NotASet("shape", where)
        if not empty and is_blank(text):
            raise NotASet("shape", where)
        if len(text) > longest:
            raise NotASet("long", where)
        if _TAG.search(text) or not can_be_kept(text):
            raise NotASet("code", where)
        return text.strip()

    def texts(self, value: Any, longest: int, where: str, *, empty: bool = False) -> dict[str, str]:
        found = self.only(value, set(self.languages), where)
        texts = {code: self.text(found, code, longest, where) for code in LANGUAGES if code in found}
        if not texts and not empty:
            raise NotASet("shape", where)
        return texts

    def day(self, value: Mapping[str, Any], name: str, where: str) -> date:
        try:
            text = self.text(value, name, 10, where)
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
                raise ValueError
            return date.fromisoformat(text)
        except NotASet:
            raise
        except ValueError:
            raise NotASet("shape", where) from None

    def tracker(self, value: Any, where: str) -> Item:
        if isinstance(value, dict) and "preset" in value:
            code = self.only(value, {"preset"}, where)["preset"]
            if code not in self.presets or isinstance(code, Number):
                raise NotASet("shape", where)
            return Item(TRACKER, f"preset {code}", {"preset": code})
        found = self.only(value, {"kind", "name", "unit", "low", "high"}, where)
        kind = found.get("kind")
        if kind not in KINDS:
            raise NotASet("shape", where)
        name = self.texts(found.get("name"), 80, where)
        body: dict[str, Any] = {"kind": kind, "name": name}
        unit = self.text(found, "unit", 30, where, empty=True)
        low, high = (self.texts(found.get(end, {}), 40, where, empty=True) for end in ("low", "high"))
        if (unit and kind != "measure") or (low and kind != "symptom") or set(low) != set(high):
            raise NotASet("shape", where)
        body |= ({"unit": unit} if unit else {}) | ({"low": low, "high": high} if low else {})
        return Item(TRACKER, f"{kind} {_first(name)}", body)

    def prompt(self, value: Any, where: str) -> Item:
        texts = self.texts(value, 200, where)
        return Item(PROMPT, _first(texts), {"text": texts})

    def phrase(self, value: Any, where: str) -> Item:
        found = self.only(value, {"test", "code", "texts"}, where)
        test = self.text(found, "test", 200, where)
        code = self.text(found, "code", 200, where, empty=True)
        texts = self.texts(found.get("texts"), 2000, where)
        return phrase_item(test, texts, code)

    def link(self, value: Any, where: str) -> Item:
        names = {"url", "name", "publisher", "checked_on", "language", "about", "test", "reading"}
        found = self.only(value, names, where)
        try:
            url = address.checked(str(found.get("url", "")))
        except address.BadAddress:
            raise NotASet("link", where) from None
        body: dict[str, Any] = {
            "url": self.text({"url": url}, "url", address.LONGEST, where),
            "name": self.text(found, "name", 200, where),
            "publisher": self.text(found, "publisher", 200, where),
            "checked_on": self.day(found, "checked_on", where).isoformat(),
        }
        language = found.get("language")
        if language not in self.languages:
            raise NotASet("shape", where)
        body["language"] = language
        for name, longest in (("about", 300), ("test", 200)):
            text = self.text(found, name, longest, where, empty=True)
            body |= {name: text} if text else {}
        if "reading" in found:
            body["reading"] = self.reading(found["reading"], language, where)
        return Item(LINK, url, body)

    def reading(self, value: Any, language: str, where: str) -> dict[str, int]:
        """How old a reader is, and of how many words that was counted."""
        found = self.only(value, {"age", "words"}, where)
        least = {"age": reading_age.YOUNGEST, "words": reading_age.FEWEST}
        most = {"age": reading_age.OLDEST, "words": reading_age.MOST}
        for name in least:
            number = found.get(name)
            if not isinstance(number, Number) or not re.fullmatch(r"[1-9]\d{0,4}", number, re.ASCII):
                raise NotASet("shape", where)
            if not least[name] <= int(number) <= most[name] or language != reading_age.LANGUAGE:
                raise NotASet("shape", where)
        return {name: int(found[name]) for name in least}

    def name(self, value: Any, where: str) -> Item:
        """Of a condition, a medicine or an allergy, as people may type it."""
        found = self.only(value, {"of", "name"}, where)
        if found.get("of") not in NAMED:
            raise NotASet("shape", where)
        name = self.texts(found.get("name"), 80, where)
        return Item(NAME, f"{found['of']} {_first(name)}", {"of": found["of"], "name": name})

    def rest(self, said: dict[str, Any]) -> list[Item]:
        """Release defaults, the words for *please get in touch*, the reply days."""
        release = self.only(said.get("release", {}), set(rules.KINDS), "release")
        ways = (rules.AT_ONCE, rules.WITH_NOTE, rules.TOGETHER)
        if any(how not in ways for how in release.values()):
            raise NotASet("shape", "release")
        items = [Item(RELEASE, kind, {"how": release[kind]}) for kind in rules.KINDS if kind in release]
        if "get_in_touch" in said:
            items.append(
                Item(WORDS, "words", {"text": self.texts(said["get_in_touch"], 500, "get_in_touch")})
            )
        if "reply_days" in said:
            days = said["reply_days"]
            if (
                not isinstance(days, Number)
                or not re.fullmatch(r"[1-9]\d?", days, re.ASCII)
                or int(days) > 20
            ):
                raise NotASet("shape", "reply_days")
            items.append(Item(REPLY, "days", {"days": int(days)}))
        return items


def document(found: StarterSet) -> dict[str, Any]:
    """The set as its file says it."""
    by_part: dict[str, list[Item]] = {part: [] for part in ORDER}
    for item in found.items:
        by_part[item.part].append(item)
    said: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "languages": list(found.languages),
        "made_by": found.made_by,
        "made_on": found.made_on.isoformat(),
    }
    for name, part in _LISTS.items():
        lines = [dict(item.body["text"] if part == PROMPT else item.body) for item in by_part[part]]
        said |= {name: lines} if lines else {}
    if by_part[RELEASE]:
        said["release"] = {item.key: item.body["how"] for item in by_part[RELEASE]}
    for item in by_part[WORDS]:
        said["get_in_touch"] = item.body["text"]
    for item in by_part[REPLY]:
        said["reply_days"] = item.body["days"]
    return said


def label(item: Item) -> str:
    """What an item is, as its file has it: for a sentence that names it."""
    body = item.body
    texts = body.get("text") or body.get("name")
    if isinstance(texts, Mapping):
        return str(next(iter(texts.values())))[:80]
    return str(body.get("preset") or body.get("test") or body.get("name") or item.key)[:80]


def phrase_item(test: str, texts: Mapping[str, str], code: str) -> Item:
    """A team's sentence for a test."""
    body = {"test": test, "texts": dict(texts)} | ({"code": code} if code else {})
    return Item(PHRASE, f"{' '.join(fold(test).split())} {_first(texts)}", body)


def _first(texts: Mapping[str, str]) -> str:
    return " ".join(fold(texts[next(code for code in LANGUAGES if code in texts)]).split())
