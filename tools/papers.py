"""Documents for whoever adopts this: what is drawn from the code is written into them, and blanks are listed.

python -m tools.papers           writes the drawn parts anew, each between its marks
python -m tools.papers check     tells what has drifted, and what is not told: a table, a hazard, a test that is gone
python -m tools.papers blanks    lists what is still to fill in; ends with 1 while there is any
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tools import data_flow, from_code, hazard_log, retention, translation_sheet
from tools.check_tree import ROOT

# Parts by their document and name. A part stands between `<!-- drawn: name -->` and `<!-- /drawn -->`.
PARTS: dict[str, dict[str, Callable[[Path], str]]] = {
    "docs/adopt/dpia.md": {"picture": data_flow.picture, "flows": data_flow.flows},
    "docs/adopt/retention.md": {"schedule": retention.schedule},
    "docs/adopt/hazard-log.md": {"hazards": hazard_log.log},
    "docs/adopt/translation-sign-off.md": {
        "languages": translation_sheet.languages,
        "safety texts": translation_sheet.safety_texts,
    },
    "docs/safety/security.md": {
        "tries": from_code.tries,
        "times": from_code.times,
        "events": from_code.events,
        "logged": from_code.logged,
        "secrets": from_code.secrets,
    },
}
BLANK = re.compile(r"\[____: ([^\]]+)\]")


def drawn(root: Path, document: str) -> str:
    """A document with its parts as the code has them now. :raises ValueError: for a part without its marks."""
    text = (root / document).read_text(encoding="utf-8")
    for name, part in PARTS[document].items():
        marks = re.compile(rf"(<!-- drawn: {name} -->\n)(?:(?!<!-- ).)*(<!-- /drawn -->)", re.DOTALL)
        if not marks.search(text):
            raise ValueError(f"{document} has no place for {name}: <!-- drawn: {name} --> … <!-- /drawn -->")
        text = marks.sub(lambda found, part=part: f"{found[1]}{part(root)}\n{found[2]}", text)
    return text


def faults(root: Path) -> Iterator[str]:
    """What has drifted or is not told, a line each."""
    yield from hazard_log.faults(root)
    wrong = list(retention.faults(retention.lines(root), retention.metadata(), retention.let_go()))
    yield from wrong
    for document in PARTS:
        if wrong and document == "docs/adopt/retention.md":
            continue
        if drawn(root, document) != (root / document).read_text(encoding="utf-8"):
            yield f"{document} is not what the code says: python -m tools.papers"


def blanks(root: Path) -> Iterator[str]:
    """Every blank, and everything in the drawn parts that nobody has explained, a line each with its place."""
    for path in sorted([*(root / "docs/adopt").glob("*.md"), root / "docs/safety/security.md"]):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for what in BLANK.findall(line):
                yield f"{path.relative_to(root)}:{number}: {what}"
            if from_code.UNSAID in line:
                yield f"{path.relative_to(root)}:{number}: not explained in tools/: {line}"


def main(words: list[str]) -> int:
    if words == ["blanks"]:
        left = list(blanks(ROOT))
        print("\n".join([*left, f"{len(left)} blanks"]))
        return bool(left)
    if words == ["check"]:
        wrong = list(faults(ROOT))
        print("\n".join(wrong) or "what the documents say of the code is so")
        return bool(wrong)
    for document in PARTS:
        (ROOT / document).write_text(drawn(ROOT, document), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
