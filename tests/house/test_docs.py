"""What the documents for whoever builds on this send them to is there."""

import re
import tomllib

from tests.harness.places import ROOT
from tools.check_tree import tracked

# The room that adding-a-room.md builds as it goes, what stands for a name, and what comes with running.
INVENTED = re.compile(r"equipment|thing|NNNN|^instance/|[*…<>{}]")
A_FILE = re.compile(
    r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|html|mjs|js|toml|txt|md|scss|po|json|png)|(?:[\w.-]+/)+)`"
)


def test_every_file_a_document_names_is_there() -> None:
    """Alone catches: `owning.py`, after it was called something else."""
    names = tracked(ROOT)
    there = set(names) | {name.rpartition("/")[2] for name in names}
    there |= {f"{name.rpartition('/')[0]}/" for name in names} | {"fonts/"}  # which the build makes
    there |= {
        "/".join(name.split("/")[:depth]) + "/" for name in names for depth in range(1, name.count("/") + 1)
    }
    documents = [
        name
        for name in names
        if re.fullmatch(r"README\.md|docs/(?:(?:adopt|safety)/(?:hazards/)?)?[\w-]+\.md", name)
    ]
    assert documents
    gone = [
        (document, found)
        for document in documents
        for found in A_FILE.findall((ROOT / document).read_text(encoding="utf-8"))
        if not INVENTED.search(found)
        and found not in there
        and not any(one.endswith(f"/{found}") for one in there)
    ]
    assert gone == []


def sentences(text: str) -> list[str]:
    """The sentences of a document in Markdown: of its paragraphs, points, and rows of tables; without its headings."""
    found: list[str] = []
    for block in re.split(r"\n(?=\n|- |\|)", re.sub(r"(?m)^#.*$", "", text)):
        whole = " ".join(block.split()).removeprefix("- ").replace("**", "")
        if whole.startswith("|"):
            cells = [cell.strip() for cell in whole.strip("|").split("|")]
            if set("".join(cells)) <= {"-"}:
                found.pop()  # what stands over the columns
            else:
                found.append(": ".join(cells))
        elif whole:
            ends = [one.end() for one in re.finditer(r"\.[\"”)]* (?=[A-Z`(]|[0-9]{3}:)", whole)]
            # Not inside of what is quoted.
            ends = [end for end in ends if whole[:end].count('"') % 2 == 0]
            found += [whole[a:b].strip() for a, b in zip([0, *ends], [*ends, len(whole)], strict=True)]
    return found


def test_every_sentence_for_laboratories_is_held_by_a_test() -> None:
    """Alone catches: a promise to laboratories that nobody has held against the code; a test of one that is gone."""
    lines = tomllib.loads((ROOT / "tests/fhir/laboratories.toml").read_text(encoding="utf-8"))["sentence"]
    document = sentences((ROOT / "docs/laboratories.md").read_text(encoding="utf-8"))
    assert len(document) > 40
    assert [one["says"] for one in lines] == document, (
        "name it in tests/fhir/laboratories.toml, with its tests"
    )
    assert all(one["tests"] for one in lines)
    tests = sorted({test for one in lines for test in one["tests"]})
    files = {path: (ROOT / "tests" / path).read_text() for path in {one.split("::")[0] for one in tests}}
    gone = [one for one in tests if f"def {one.split('::')[1]}(" not in files[one.split("::")[0]]]
    assert gone == []


def test_sentences_are_told_apart() -> None:
    """The control of the test above: points, rows, quotes, and numbers with a point in them."""
    table = "| a | b |\n|---|---|\n| c | d |\n"
    text = '# A\nOne 4.0.1 here. Two ("Taken. It waits").\n- **Three.** Four.\n  Five.\n\n' + table
    assert sentences(text) == [
        "One 4.0.1 here.",
        'Two ("Taken. It waits").',
        "Three.",
        "Four.",
        "Five.",
        "c: d",
    ]
