"""Whatever is sent: it is kept as what it is, or not at all; and it costs little to find out."""

import resource
import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image

from selfcare.web import photo_drawing as drawing
from selfcare.web.photo_file import JPEG, PDF, Found, NotKept, look
from tests.factories.letters import A_PDF, a_photo
from tests.letters.hostile import GOOD, SCRIPT, SCRIPTED, STRANGE, a_bomb, many, zipped
from tests.letters.world import World, kept, sent

REASONS = {"kind", "broken", "heavy"}
FEW, ALL = 60, 2_000
SECONDS = drawing.SECONDS + 0.5  # of the processor, with its own start

# Draws with no bound but those of memory and time, and says how much memory it took.
UNBOUND = f"""
import runpy, sys
sys.argv = ["drawing", "PNG"]
found = runpy.run_path({drawing.__file__!r})
found["main"].__globals__["MOST"] = dict.fromkeys(found["MOST"], 10**18)
ended = found["main"]("PNG")
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
sys.exit(ended)
"""


def _ask(name: str, data: bytes) -> Found | str:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        found: Found | str = look(data)
    except NotKept as refused:
        found = str(refused)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < SECONDS, f"{name} took {spent:.1f} s"
    return found


def _is_what_it_is(name: str, data: bytes, found: Found | str) -> None:
    if isinstance(found, str):
        assert found in REASONS, name
    elif found.content_type == PDF:
        assert data.startswith(b"%PDF-"), name
        assert found.body == data, name
    else:
        assert found.content_type == JPEG, name
        with Image.open(BytesIO(found.body), formats=["JPEG"]) as picture:
            picture.load()
            assert picture.size == (found.wide, found.high), name
            assert max(picture.size) <= drawing.SIDE, name
        assert found.body.endswith(b"\xff\xd9"), name
        for other in (SCRIPT, b"%PDF-", b"PK\x03\x04", b"<svg"):
            assert other not in found.body, name


@pytest.mark.parametrize("number", [FEW, pytest.param(ALL, marks=pytest.mark.proof)], ids=["few", "all"])
def test_nothing_is_kept_as_something_it_is_not(number: int) -> None:
    """A file kept as a photo that holds something else too, or as a PDF that is none; one that costs much time."""
    reasons = set()
    for name, data in many(number):
        found = _ask(name, data)
        _is_what_it_is(name, data, found)
        reasons.add(found if isinstance(found, str) else found.content_type)
    assert reasons == REASONS | {JPEG, PDF}, "the files reach every end"


def test_what_is_good_is_kept_and_what_is_strange_is_not() -> None:
    """The control of the one before: a look that refuses everything, or takes a page of HTML."""
    kinds = {name: look(data).content_type for name, data in GOOD.items()}
    assert kinds == {name: PDF if name in ("pdf", "scripted") else JPEG for name in GOOD}
    for data in STRANGE.values():
        with pytest.raises(NotKept, match="kind"):
            look(data)


def test_the_bounds_hold_by_themselves() -> None:
    """A picture that gets past the count of its dots, and takes all the memory of the machine."""
    with pytest.raises(NotKept, match="heavy"):
        look(a_bomb())
    done = subprocess.run(
        [sys.executable, "-I", "-c", UNBOUND], input=a_bomb(), capture_output=True, check=False, timeout=60
    )
    assert done.returncode in (drawing.HEAVY, drawing.BROKEN), done.stderr
    assert int(done.stderr.split()[-2]) * 1024 <= drawing.MEMORY


def test_a_pdf_is_handed_out_as_it_came_and_never_opened_here(world: World) -> None:
    """A PDF that runs its scripts in a page of the app, or in a window of the app's own origin."""
    body = SCRIPTED[: -len(b"%%EOF\n")] + zipped() + b"\nstartxref\n9\n%%EOF\n"
    page = world.rosa.get(kept(world.rosa, world.base, body).location)
    file = world.rosa.get(page.html.select_one("a[download]")["href"])
    assert file.response.data == body
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Content-Disposition"].startswith("attachment; filename=letter-")
    assert file.headers["Content-Security-Policy"].endswith("; sandbox")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Cache-Control"] == "no-store"
    for tag in ("embed", "object", "iframe"):
        assert page.html.select_one(tag) is None


def test_one_file_that_is_none_keeps_the_others_back(world: World) -> None:
    """A letter of which a page is missing, though it was said to be kept; nobody says which file it is, and all of
    them must be chosen again."""
    page = kept(world.rosa, world.base, a_photo(), STRANGE["svg"], A_PDF)
    assert page.status == 422
    assert "File 2 of 3: This is no photo and no PDF" in page
    assert "New day for my eyes" not in world.rosa.get(world.base)
    assert "Your files are here." in page
    done = sent(world.rosa, world.base + "add", page.form("letter").sent())
    assert "Photo of page 1" in world.rosa.get(done.location).text
    assert "Get the PDF" in world.rosa.get(done.location)
