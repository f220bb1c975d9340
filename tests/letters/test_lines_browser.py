"""In a real Chromium, 390 px wide: a photo on a bad line, and without any."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from selfcare.database import session
from selfcare.letters.models import Letter, LetterSheet, LetterUpload
from tests.factories.letters import a_photo
from tests.harness import browser as browsers
from tests.phone.scene import Scene
from tests.proof_offline import wire as bad
from tests.proof_offline.device import ASK

# What waits on a phone does not hang on the database behind it.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

PART = 262_144
# Whether any byte of a photo lies open on the phone: in what is kept, or in a cache.
OPEN = """
async (sign) => {
  const all = await new Promise((done) => {
    indexedDB.open("selfcare").onsuccess = ({ target: { result } }) => {
      const asked = result.transaction("kept").objectStore("kept").getAll();
      asked.onsuccess = () => (result.close(), done(asked.result));
    };
  });
  const said = all.map(({ data }) => new TextDecoder("latin1").decode(data)).join("");
  const cached = [];
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) cached.push(url);
  return { open: said.includes(sign), files: all.length, cached: cached.filter((url) => url.includes("/letters/")) };
}
"""


KEPT = """
() => new Promise((done) => {
  indexedDB.open("selfcare").onsuccess = ({ target: { result } }) => {
    const asked = result.transaction("kept").objectStore("kept").getAllKeys();
    asked.onsuccess = () => (result.close(), done(asked.result.filter(([, name]) => name.startsWith("file "))));
  };
})
"""


def a_large_photo() -> bytes:
    """Of more than four parts, with a sign in it that can be looked for."""
    made = BytesIO()
    noise = Image.effect_noise((1_500, 1_100), 90).convert("RGB")
    noise.save(made, "JPEG", quality=92, comment=b"canary-of-a-photo")
    assert made.tell() > 4 * PART
    return made.getvalue()


def write(page: Page, photo: bytes, line: str) -> None:
    file = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo}
    page.set_input_files("[name=file]", file)  # type: ignore[arg-type]
    page.fill("[name=line]", line)
    page.check("[name=sender][value='Eye clinic']", force=True)
    page.check("[name=day][value=today]", force=True)
    page.get_by_role("button", name="Keep it").click()


def letters(scene: Scene, line: str) -> list[tuple[str, int]]:
    with scene.app.app_context():
        query = select(LetterSheet.content_type, LetterSheet.wide).join(
            Letter, Letter.id == LetterSheet.letter_id
        )
        return [(kind, wide) for kind, wide in session().execute(query.where(Letter.line == line))]


def test_a_photo_goes_on_where_the_line_was_cut(scene: Scene) -> None:
    """A photo that is sent from its beginning each time, or kept twice; one that is lost while it waits, or lies open
    on the phone; a wait that does not say how much there is to send."""
    page, asked = scene.phone.page, []
    scene.phone.visit(f"{scene.base}/letters/add")

    def cut(method: str, path: str) -> str:
        if "/letters/uploads/" in path:
            asked.append(path)
        # The fourth arrives, and its answer does not; nothing comes through after that.
        return bad.PASS if len(asked) < 4 else bad.CUT_AFTER if asked[3:] == [path] else bad.CUT_BEFORE

    photo = a_large_photo()
    scene.line.fate = cut
    write(page, photo, "canary letter")
    expect(page.get_by_role("heading", name="Saved on this phone")).to_be_visible(timeout=browsers.PATIENCE)
    expect(page.get_by_text(" MB is sent.")).to_be_visible(timeout=browsers.PATIENCE)
    lies = page.evaluate(OPEN, "canary-of-a-photo")
    assert (lies["open"], lies["cached"]) == (False, [])
    with scene.app.app_context():
        had = session().scalars(select(LetterUpload.had).where(LetterUpload.size == len(photo))).one()
    assert had == 3 * PART
    assert letters(scene, "canary letter") == []
    scene.line.fate, before = (lambda _method, path: asked.append(path) or bad.PASS), len(asked)
    page.evaluate(ASK, ["send", {}])
    expect(page.get_by_role("heading", name="Sent")).to_be_visible(timeout=browsers.PATIENCE)
    uploads = [path for path in asked[before:] if "/uploads/" in path]
    assert len(uploads) == 1 + -(-len(photo) // PART) - 3, "asked once, and then only what was missing"
    assert letters(scene, "canary letter") == [("image/jpeg", 1_500)]
    assert page.evaluate(OPEN, "canary-of-a-photo")["files"] == lies["files"] - -(-len(photo) // PART)


def test_a_photo_that_cannot_be_kept_says_so_and_stays(scene: Scene) -> None:
    """A refusal that takes the words with it, or a reason that nobody reads."""
    page = scene.phone.page
    scene.phone.visit(f"{scene.base}/letters/add")
    write(page, b"<svg xmlns='http://www.w3.org/2000/svg'/>", "canary drawing")
    expect(page.get_by_text("This is no photo and no PDF").first).to_be_visible(timeout=browsers.PATIENCE)
    assert letters(scene, "canary drawing") == []
    if page.locator("[name=line]").count():
        expect(page.locator("[name=line]")).to_have_value("canary drawing")


def test_another_photo_for_one_that_is_on_its_way_takes_its_place(scene: Scene) -> None:
    """A photo that somebody chose instead and that is lost, while the wrong one is kept; one for a form that may have
    arrived, that goes nowhere and says nothing."""
    page, line = scene.phone.page, scene.line
    before = len(page.evaluate(KEPT))

    def instead(photo: bytes) -> None:
        id_ = page.url.rpartition("/")[2]
        scene.phone.visit(f"{scene.base}/letters/add?waiting={id_}")
        expect(page.locator("[name=outbox-of]")).to_have_count(1)
        write(page, photo, "canary letter")

    line.fate = lambda _method, path: bad.CUT_BEFORE if "/letters/uploads/" in path else bad.PASS
    scene.phone.visit(f"{scene.base}/letters/add")
    write(page, a_photo(300, 200), "canary letter")
    expect(page.get_by_role("heading", name="Saved on this phone")).to_be_visible(timeout=browsers.PATIENCE)
    instead(a_photo(500, 400))
    expect(page.get_by_role("heading", name="Saved on this phone")).to_be_visible(timeout=browsers.PATIENCE)
    # Its file arrives now, and the form itself does not.
    line.fate = lambda method, path: (
        bad.CUT_BEFORE if method == "POST" and path.endswith("/letters/add") else bad.PASS
    )
    page.evaluate(ASK, ["send", {}])
    instead(a_photo(700, 600))
    expect(page.get_by_text("The first photo is on its way already.")).to_be_visible(
        timeout=browsers.PATIENCE
    )
    line.fate = lambda *_: bad.PASS
    page.evaluate(ASK, ["send", {}])
    assert letters(scene, "canary letter") == [("image/jpeg", 500)]
    assert len(page.evaluate(KEPT)) == before, "no part of a photo is left that nothing names"


def test_a_photo_that_is_too_large_says_how_large(scene: Scene) -> None:
    """One that is told as if it had been lost on the way: it is chosen again, and again."""
    page = scene.phone.page
    scene.phone.visit(f"{scene.base}/letters/add")
    write(page, b"\xff\xd8\xff" + bytes(21_000_000), "canary large")
    expect(page.get_by_text("This is 21 MB. Up to 20 MB can be sent at once.").first).to_be_visible(
        timeout=browsers.PATIENCE
    )
    expect(page.locator("[name=line]")).to_have_value("canary large")
