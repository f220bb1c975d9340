"""Catalogues: keeps the texts of the sources and their translations together.

    python -m tools.catalogues update   writes messages.pot and every messages.po anew from the sources
    python -m tools.catalogues check    fails when one is stale, incomplete or does not fit its English

A text is stale when it stands in a catalogue but not in the sources, or the other way round. A translation fits when
all its plural forms are filled, each has the placeholders of its English, and it is not simply the English, unless
`same_as_english.txt` beside the catalogues says that it may be (a line each: the locale, a space, the text).
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = (
    "lazy_gettext",
    "lazy_ngettext:1,2",
    "lazy_pgettext:1c,2",
    "lazy_npgettext:1c,2,3",
    "N_",
)
COMMENTS = "Translators:"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")
TAGS = re.compile(r"</?[a-z][^>]*>")
# Babel's own rules merge forms in Welsh. These are the rules each catalogue must carry.
PLURALS = {
    "en": (2, "(n != 1)"),
    "cy": (6, "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 5)"),
    "ur": (2, "(n != 1)"),
}
Key = tuple[str | None, str]


@dataclass(frozen=True)
class Place:
    """Where the sources, and where the catalogues, are."""

    sources: Path = ROOT
    folder: Path = ROOT / "translations"

    @property
    def template(self) -> Path:
        return self.folder / "messages.pot"

    def catalogues(self) -> dict[str, Path]:
        found = sorted(self.folder.glob("*/LC_MESSAGES/messages.po"))
        return {path.parent.parent.name: path for path in found}

    def allowed(self) -> set[tuple[str, str]]:
        path = self.folder / "same_as_english.txt"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        kept = [line for line in lines if line.strip() and not line.startswith("#")]
        return {(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in kept if " " in line}


def key(message: Message) -> Key:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, text


def english(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translated(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def messages(catalog: Iterable[Message]) -> dict[Key, Message]:
    return {key(message): message for message in catalog if message.id}


def extract(place: Place, target: Path) -> None:
    """Writes all texts of the sources to `target`, in the order of the sources' names."""
    options = [option for keyword in KEYWORDS for option in ("-k", keyword)]
    folders = [name for name in ("selfcare", "templates") if (place.sources / name).is_dir()]
    command = [
        sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "-F", str(ROOT / "pyproject.toml"),
        *options, "-c", COMMENTS, "--sort-by-file", "--no-wrap", "--add-location=file", "--omit-header",
        "-o", str(target), *folders,
    ]  # fmt: skip
    # From the folder itself, so that places are noted as the project names them.
    subprocess.run(command, cwd=place.sources, check=True)


def read(path: Path, locale: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def _fresh(place: Place) -> Catalog:
    target = place.folder / ".fresh.pot"
    place.folder.mkdir(parents=True, exist_ok=True)
    try:
        extract(place, target)
        return read(target)
    finally:
        target.unlink(missing_ok=True)


def write(path: Path, catalog: Catalog) -> None:
    """Writes a catalogue without dates and line numbers, which would differ without anything having changed."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=0, sort_by_file=True, omit_header=True, include_lineno=False)
    head = ["msgid ''", "msgstr ''", "'Content-Type: text/plain; charset=utf-8\\n'"]
    locale = str(catalog.locale) if catalog.locale else None
    if locale:
        number, rule = PLURALS[locale]
        head += [f"'Language: {locale}\\n'", f"'Plural-Forms: nplurals={number}; plural={rule};\\n'"]
    text = "\n".join(head).replace("'", '"') + "\n\n" + buffer.getvalue().decode().lstrip("\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def update(place: Place) -> None:
    """Brings template and catalogues up to the sources. Old texts go; new ones are empty, never guessed."""
    fresh = _fresh(place)
    write(place.template, fresh)
    for locale, path in place.catalogues().items():
        old = messages(read(path, locale))
        new = Catalog(locale=locale, charset="utf-8")
        forms, rule = PLURALS[locale]
        new.mime_headers = [("Plural-Forms", f"nplurals={forms}; plural={rule};")]
        for one in messages(fresh).values():
            plural = not isinstance(one.id, str)
            before = old.get(key(one))
            string = before.string if before is not None else ""
            if plural and (isinstance(string, str) or len(string) != forms):
                string = ("",) * forms
            if not plural and not isinstance(string, str):
                string = ""
            flags = set(one.flags) | (before.flags & {"fuzzy"} if before else set())
            new.add(
                one.id, string, locations=one.locations, flags=flags, context=one.context,
                auto_comments=one.auto_comments, user_comments=before.user_comments if before else (),
            )  # fmt: skip
        write(path, new)
        missing = sum(1 for one in new if one.id and not all(translated(one)))
        print(f"{locale}: {len(new)} texts, {missing} to translate")


def _marks(text: str) -> list[str]:
    return sorted(found for found in PLACEHOLDER.findall(text) if found)


def _fits(message: Message, locale: str, allowed: set[tuple[str, str]]) -> Iterator[str]:
    """What is wrong with one translation."""
    forms, source = translated(message), english(message)
    wanted = PLURALS[locale][0] if len(source) > 1 else 1
    if message.fuzzy:
        yield "is marked fuzzy"
    if len(forms) != wanted or not all(form.strip() for form in forms):
        yield f"fills {sum(1 for form in forms if form.strip())} of {wanted} forms"
        return
    most = max((_marks(text) for text in source), key=len)
    least = min((_marks(text) for text in source), key=len)
    for form in forms:
        marks = _marks(form)
        # A form for a single number may name it in words; nothing may be added, and names are never left out.
        spare = {"num", "count", "number"} if len(source) > 1 else set()
        if not set(marks) <= set(most) or not set(least) - spare <= set(marks):
            yield f"has the placeholders {marks}, the English {most}: {form!r}"
        if sorted(TAGS.findall(form)) != sorted(TAGS.findall(source[-1])):
            yield f"has other tags than the English: {form!r}"
        same = form.strip() in {text.strip() for text in source} and re.search(
            r"[^\W\d_]", PLACEHOLDER.sub("", form)
        )
        if same and (locale, source[0]) not in allowed:
            yield "is the English itself (if it must be, say so in same_as_english.txt)"


def faults(place: Place, locales: Iterable[str]) -> list[str]:
    """All that is wrong with the catalogues of `locales`, one line each."""
    wrong: list[str] = []
    fresh = messages(_fresh(place))
    catalogues = place.catalogues()
    sets = {"messages.pot": place.template} | {
        f"{locale}/messages.po": catalogues[locale] for locale in catalogues
    }
    for name, path in sets.items():
        held = messages(read(path)) if path.exists() else {}
        wrong += [
            f"{name}: new in the sources, not here: {text!r}" for _, text in sorted_keys(fresh.keys() - held)
        ]
        wrong += [
            f"{name}: no longer in the sources: {text!r}" for _, text in sorted_keys(held.keys() - fresh)
        ]
        for both in sorted_keys(held.keys() & fresh.keys()):
            if english(held[both]) != english(fresh[both]):
                wrong.append(f"{name}: has another plural than the sources: {both[1]!r}")
    allowed = place.allowed()
    for locale in locales:
        if locale == "en":
            continue
        if locale not in catalogues:
            wrong.append(f"{locale}: is offered, and has no catalogue")
            continue
        try:
            catalog = read(catalogues[locale], locale)
        except PoFileError as fault:
            wrong.append(f"{locale}: cannot be read: {fault}")
            continue
        if (catalog.num_plurals, catalog.plural_expr) != PLURALS[locale]:
            wrong.append(f"{locale}: Plural-Forms is {catalog.plural_forms}")
        for message in messages(catalog).values():
            wrong += [f"{locale}: {message.id!r} {what}" for what in _fits(message, locale, allowed)]
    unused = {(where, text) for where, text in allowed if text not in {text for _, text in fresh}}
    wrong += [
        f"same_as_english.txt: no longer in the sources: {where} {text}" for where, text in sorted(unused)
    ]
    return wrong


def sorted_keys(keys: Iterable[Key]) -> list[Key]:
    return sorted(keys, key=lambda one: (one[1], one[0] or ""))


def main() -> None:
    place = Place()
    if sys.argv[1:] == ["update"]:
        update(place)
    elif sys.argv[1:] == ["check"]:
        from selfcare.i18n import LANGUAGES

        wrong = faults(place, LANGUAGES)
        if wrong:
            sys.exit("Catalogues:\n  " + "\n  ".join(wrong) + f"\n{len(wrong)} faults")
        print(f"Catalogues: {len(messages(read(place.template)))} texts, complete in {', '.join(LANGUAGES)}")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
