"""A sheet for somebody who reads a translation: what to look at first, and each text beside its English.

python -m tools.translation_sheet           how many texts of each language nobody has read yet
python -m tools.translation_sheet cy        the sheet for Welsh, as CSV: safety texts first, then by where they stand
"""

import csv
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO

from babel.messages.catalog import Message

from selfcare.i18n import LANGUAGES
from selfcare.live import SAFETY_TEXTS, UNCHECKED
from tools.catalogues import Place, english, messages, read, translated
from tools.check_tree import ROOT
from tools.from_code import table


@cache
def texts(root: Path, locale: str) -> list[Message]:
    """Every text of a language: safety texts first, then by where they stand."""
    catalogue = messages(read(Place(root, root / "translations").catalogues()[locale], locale)).values()
    return sorted(catalogue, key=lambda one: (not is_safety(one), [where for where, _ in one.locations]))


def is_safety(message: Message) -> bool:
    return any(where in SAFETY_TEXTS for where, _ in message.locations)


def is_checked(message: Message) -> bool:
    return UNCHECKED not in message.user_comments


def rows(root: Path, locale: str) -> Iterator[tuple[str, ...]]:
    """The lines of a sheet: whether it is a safety text, whether a person has read it, both texts, where it stands."""
    for one in texts(root, locale):
        yield (
            "yes" if is_safety(one) else "",
            "yes" if is_checked(one) else "",
            "\n".join(english(one)),
            "\n".join(translated(one)),
            " ".join(where for where, _ in one.locations),
            "",
        )


def write(root: Path, locale: str, to: IO[str]) -> None:
    sheet = csv.writer(to)
    sheet.writerow(
        (
            "safety",
            "read by a person",
            "English",
            LANGUAGES[locale].own_name,
            "where",
            "right? if not: better words",
        )
    )
    sheet.writerows(rows(root, locale))


def languages(root: Path) -> str:
    """Each language, its direction, and how it stands with its safety texts."""
    found = []
    for code, language in LANGUAGES.items():
        if code == "en":
            found.append((code, language.own_name, language.direction, "written in it"))
            continue
        safety = [one for one in texts(root, code) if is_safety(one)]
        unread = sum(not is_checked(one) for one in safety)
        state = (
            "all read by a person"
            if language.checked
            else f"{unread} of {len(safety)} safety texts not read by a person"
        )
        found.append((code, language.own_name, language.direction, state))
    return table(("code", "language", "direction", "safety texts"), found)


def safety_texts(root: Path) -> str:
    """The safety texts in English, to be read first in each language."""
    first = next(code for code in LANGUAGES if code != "en")
    lines = [" / ".join(english(one)) for one in texts(root, first) if is_safety(one)]
    return table(
        ("", "read, and right"), ((" ".join(line.split()).replace("|", "\\|"), "") for line in lines)
    )


def main(words: list[str]) -> int:
    if not words:
        for code in LANGUAGES:
            if code != "en":
                every = texts(ROOT, code)
                print(
                    f"{code}: {sum(not is_checked(one) for one in every)} of {len(every)} texts not read by a person"
                )
    elif words[0] in LANGUAGES and words[0] != "en":
        write(ROOT, words[0], sys.stdout)
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
