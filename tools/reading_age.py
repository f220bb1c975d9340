"""Reading age: which English texts are hard to read at eleven.

    python -m tools.reading_age check    fails when a text is hard to read and not on the list, or listed without need
    python -m tools.reading_age list     writes the list anew: for who has read each of them

A text is hard when one of its sentences is, for four of the seven formulas of retext-readability (Dale-Chall, ARI,
Coleman-Liau, Flesch, Gunning fog, SMOG, Spache). `translations/hard_to_read.txt` has those that stay as they are.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LISTED = ROOT / "translations" / "hard_to_read.txt"
AGE = 11
HEAD = """\
# Texts with a sentence that is hard to read at eleven, by four of seven formulas, and that stay all the same.
# They are read by professionals, laboratories or who sets this up; or they name something in the only words it
# has (an attorney, a way to complain); or they are short, and a formula made for pages misjudges them.
# What is new is written anew, or stands here.
"""


def texts() -> list[str]:
    """All English texts, as they stand in the catalogue."""
    with (ROOT / "translations" / "messages.pot").open("rb") as file:
        found = [message.id for message in read_po(file) if message.id]
    return sorted({one[0] if isinstance(one, tuple) else one for one in found})


def as_read(text: str) -> str:
    """A text with something in its gaps, and without its marks."""
    filled = re.sub(r"%\(\w*(?:num|number|count|days|size|age)\w*\)s", "3", text)
    filled = re.sub(r"%\(\w+\)s", "Ann", filled).replace("%%", "%")
    return re.sub(r"<[^>]+>", "", filled)


def hard(every: list[str]) -> set[str]:
    """Those that are hard to read."""
    asked = json.dumps({"age": AGE, "texts": [as_read(text) for text in every]})
    done = subprocess.run(
        ["node", "tools/reading_age.mjs"], cwd=ROOT, input=asked, capture_output=True, text=True, check=True
    )
    return {every[place] for place in json.loads(done.stdout)}


def line(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def main(arguments: list[str]) -> int:
    every = texts()
    found = {line(text) for text in hard(every)}
    if arguments == ["list"]:
        LISTED.write_text(HEAD + "".join(f"{text}\n" for text in sorted(found)), encoding="utf-8")
        return 0
    kept = LISTED.read_text(encoding="utf-8").splitlines()
    listed = {text for text in kept if text and not text.startswith("#")}
    for text in sorted(found - listed):
        print(f"  hard to read at {AGE}: {text}")
    for text in sorted(listed - found):
        print(f"  listed, and not hard to read or not there: {text}")
    if found != listed:
        return 1
    print(
        f"Reading age: {len(every)} texts, {len(every) - len(found)} of them easy at {AGE}, the others are listed"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
