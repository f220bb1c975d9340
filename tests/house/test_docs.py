"""What the documents for whoever builds on this send them to is there."""

import re

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
