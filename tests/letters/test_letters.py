"""Letters as the person, somebody who helps and a nurse meet them."""

import threading
from datetime import timedelta
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from PIL import Image
from sqlalchemy import func, select

from selfcare.database import command, now, session
from selfcare.leaving import archive, reading
from selfcare.letters import actions
from selfcare.letters.forms import OTHER
from selfcare.letters.models import Letter, LetterPart, LetterSheet, LetterUpload, LetterUploadPart
from selfcare.people import actions as people
from selfcare.people import queries as people_queries
from selfcare.upkeep import tidying
from selfcare.web import photo_file as looking
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories.letters import A_PDF, a_photo
from tests.letters.world import SAID, World, kept, parts, sent


def test_a_letter_is_kept_read_worded_anew_removed_and_put_back(world: World) -> None:
    """A letter that is lost on the way round: no page of it, not said to be unchecked, gone for good once removed."""
    page = world.rosa.get(world.base).click("Add a photo or a PDF")
    answer = kept(world.rosa, world.base, a_photo(), A_PDF)
    assert answer.status == 303, answer.errors
    url = answer.location.split("?")[0]
    page = world.rosa.get(url)
    assert "New day for my eyes" in page
    assert "Nobody has checked this." in page
    assert "Get the PDF" in page
    form = page.click("Change what you wrote").form("letter")
    page = form.submit(sender=OTHER, other="other").click("Change what you wrote")
    form = page.form("letter")
    assert form.value("sender") == "other", "whoever is called so stays who it is from"
    page = form.submit(line="New day: 14 April", sender=OTHER, other="Eye clinic")
    assert "New day: 14 April" in page
    listed = world.rosa.get(world.base)
    for words in ("Nobody has checked these.", "New day: 14 April", "Eye clinic", "Photo, 1 page", "1 PDF"):
        assert words in listed
    assert "Eye clinic" in world.rosa.get(world.base + "add"), "whom letters were from comes first"
    listed = world.rosa.get(url).click("Remove").form("remove").submit()
    assert "New day: 14 April" not in listed.text.replace("Removed.", "")
    assert world.rosa.get(url).status == 404
    assert "New day: 14 April" in listed.form(f"{url}put-back").submit()


def test_what_was_told_stands_here_and_not_among_results(world: World) -> None:
    """A value that somebody heard, shown as if a laboratory had sent it."""
    form = world.rosa.get(world.base).click("Write down a result you were told").form("letter")
    said = {
        "line": "Potassium",
        "told": "7.1, canary",
        "sender": OTHER,
        "other": "Chemist",
        "day": "yesterday",
    }
    page = form.submit(**said)
    assert "As I was told" in page
    assert "Nobody has checked this." in page
    assert "As I was told: <bdi>7.1, canary</bdi>" in world.rosa.get(world.base).text
    assert "canary" not in world.rosa.get(f"/people/{world.home.person.id}/results/")


def test_a_photo_is_drawn_anew_upright_and_without_where_it_was_taken(world: World) -> None:
    """The place where somebody lives, or a name, left in what others are shown; a page that lies on its side."""
    photo = Image.open(BytesIO(a_photo(600, 400)))
    exif = photo.getexif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "canary-in-exif"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 12.0)
    made = BytesIO()
    photo.save(made, "JPEG", exif=exif, comment=b"canary-in-comment")
    url = kept(world.rosa, world.base, made.getvalue() + b"<script>canary-behind</script>").location
    page = world.rosa.get(url)
    file = world.rosa.get(page.html.select_one("img.sheet__photo")["src"])
    found = Image.open(BytesIO(file.response.data))
    assert found.size == (400, 600)
    assert b"canary" not in file.response.data
    assert not found.getexif()
    assert file.headers["Content-Type"] == "image/jpeg"
    assert file.headers["Content-Security-Policy"].endswith("sandbox")
    assert file.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF"])
def test_what_phones_make_is_kept_as_a_jpeg(world: World, kind: str) -> None:
    """A phone whose photos nobody can keep."""
    answer = kept(world.rosa, world.base, a_photo(800, 600, kind))
    assert answer.status == 303, answer.errors
    with world.app.app_context():
        assert session().execute(select(LetterSheet.content_type, LetterSheet.wide)).all() == [
            ("image/jpeg", 800)
        ]


def test_who_may_open_a_page_of_a_letter(world: World) -> None:
    """A page that somebody gets by its address who may not see the letter; a look that the person is not told of."""
    open_, hidden = (
        kept(world.rosa, world.base, a_photo(), **more).location.split("?")[0]
        for more in ({}, {"only_me": "y", "line": "Canary"})
    )
    files = [world.rosa.get(url).html.select_one("img.sheet__photo")["src"] for url in (open_, hidden)]
    with world.app.app_context(), command():
        rosa = factories.permit(world.home.rosa, world.home.person)
        grant = next(one for one in people_queries.grants(rosa) if one.account_id == world.home.leon.id)
        people.set_rights(rosa, grant.id, {Area.HEALTH: Level.SEE})
    assert [world.leon.get(url).status for url in (*files, open_, hidden)] == [200, 404, 200, 404]
    assert [world.amina.get(url).status for url in (*files, world.base)] == [404, 404, 404]
    assert "Canary" not in world.leon.get(world.base)
    with world.app.app_context(), command():
        people.set_rights(rosa, grant.id, {Area.HEALTH: Level.MANAGE})
    more = world.leon.get(open_).click("Add a page").form("pages")
    assert sent(world.leon, f"{open_}pages/add", more.sent(), file=[A_PDF]).status == 303
    assert "Entered by Leon" in world.rosa.get(open_), "whose page it is, in a letter of somebody else's"
    looked = world.rosa.get(f"/people/{world.home.person.id}/who-looked/")
    assert "Leon" in looked
    assert "A page of a letter" in looked


def test_a_file_in_parts_goes_on_where_the_line_was_cut(world: World) -> None:
    """Bytes kept twice or out of order; a part of another's file; a form that is kept before its file is there."""
    data, upload = a_photo(1200, 900), uuid4()
    half = len(data) // 2
    assert parts(world.rosa, world.base, upload, data, 0, 0).json == {"had": 0}
    assert parts(world.rosa, world.base, upload, data, 0, half).json == {"had": half}
    assert parts(world.rosa, world.base, upload, data, 0, half).json == {"had": half}, "sent twice"
    assert parts(world.rosa, world.base, upload, data, half + 9, len(data)).json == {"had": half}, "a gap"
    form = world.rosa.get(world.base + "add").form("letter").fill(line="Eyes", sender="Hospital", day="today")
    early = sent(world.rosa, world.base + "add", [*form.sent(), ("upload", str(upload))])
    assert early.status == 422
    assert "This file has not arrived." in early
    assert parts(world.rosa, world.base, upload, data, half, len(data)).json == {"had": len(data)}
    done = sent(world.rosa, world.base + "add", [*form.sent(), ("upload", str(upload))])
    assert done.status == 303, done.errors
    again = sent(world.rosa, world.base + "add", [*form.sent(), ("upload", str(upload))])
    assert again.location == done.location, "an answer was lost, and nothing is kept twice"
    with world.app.app_context():
        counts = [
            session().scalar(select(func.count()).select_from(table)) for table in (Letter, LetterSheet)
        ]
        left = [
            session().scalar(select(func.count()).select_from(table))
            for table in (LetterUpload, LetterUploadPart)
        ]
    assert (counts, left) == ([1, 1], [0, 0])


def test_the_same_part_twice_at_once_is_kept_once(world: World) -> None:
    """On a database that lets two write at once: a fault for the second, or bytes that are there twice."""
    ids, start, had = [uuid4() for _ in range(10)], threading.Barrier(2), []

    def send() -> None:
        for upload in ids:
            start.wait()
            with world.app.test_request_context(), command():
                rosa = factories.permit(world.home.rosa, world.home.person)
                had.append(actions.take(rosa, upload, 6, 0, b"abc"))

    twins = [threading.Thread(target=send) for _ in range(2)]
    for one in twins:
        one.start()
    for one in twins:
        one.join()
    assert had == [3] * 20


def test_what_is_too_large_says_how_large_and_how_much_can_be(world: World) -> None:
    """A refusal that does not say what to do, or comes after all of it was sent."""
    large = parts(world.rosa, world.base, uuid4(), b"", 0, 0, size=40_000_000)
    assert large.status == 422
    assert "This is 40 MB. Up to 20 MB can be sent at once." in large.json["messages"][0]
    page = kept(world.rosa, world.base, b"\xff\xd8\xff" + b"\0" * 40_000_000)
    assert page.status == 422
    assert "This is 40 MB. Up to 20 MB can be sent at once." in page
    assert page.form("letter").value("line") == "New day for my eyes", "what was typed stays"


def test_a_file_stays_here_while_the_words_are_put_right(world: World) -> None:
    """Without JavaScript a browser forgets the file that was chosen: it would have to be sent again."""
    page = kept(world.rosa, world.base, a_photo(), line="")
    assert page.status == 422
    assert "Your file is here." in page
    form = page.form("letter").fill(line="Eyes")
    done = sent(world.rosa, world.base + "add", form.sent())
    assert done.status == 303, done.errors
    assert world.rosa.get(done.location).html.select_one("img.sheet__photo") is not None


def test_nothing_is_drawn_for_a_form_that_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One person who holds a worker with photos of forms that are refused, or were kept before; one who waits for the
    turn of others and holds a thread meanwhile, or whose words are gone when there is none."""
    drawn, draw = [], looking._drawn
    monkeypatch.setattr(looking, "_drawn", lambda *given: drawn.append(1) or draw(*given))
    assert "Your file is here." in kept(world.rosa, world.base, a_photo(), line="")
    assert drawn == []
    form = world.rosa.get(world.base + "add").form("letter").fill(**SAID)
    first, again, other = (
        sent(world.rosa, world.base + "add", form.sent(), file=[photo])
        for photo in (a_photo(), a_photo(), a_photo(200, 100))
    )
    assert (first.status, again.location) == (303, first.location)
    assert other.status == 422, "the same id with another photo is another form"
    assert drawn == [1]
    with looking.turn(), looking.turn():
        page = kept(world.rosa, world.base, a_photo())
    assert (page.status, page.headers["Retry-After"]) == (503, "10")
    assert page.html.select_one("[name=line]")["value"] == SAID["line"]
    monkeypatch.setattr(looking, "DRAWINGS", 2)
    statuses = [kept(world.rosa, world.base, a_photo(), line=line).status for line in ("One", "Two")]
    assert statuses == [303, 503]


def test_what_can_be_sent_again_is_named_and_nothing_else(world: World) -> None:
    """Seven files that come back as seven for ever; a file that is said to be here and is not."""
    ids = [uuid4() for _ in range(7)]
    for upload in ids:
        parts(world.rosa, world.base, upload, A_PDF, 0, len(A_PDF))
    pairs = world.rosa.get(world.base + "add").form("letter").fill(**SAID).sent()
    page = sent(world.rosa, world.base + "add", [*pairs, *(("upload", str(one)) for one in ids)])
    assert "These are 7 files." in page
    done = sent(world.rosa, world.base + "add", page.form("letter").sent())
    assert done.status == 303, done.errors
    with world.app.app_context():
        assert session().scalar(select(func.count()).select_from(LetterSheet)) == 6
    twin = kept(world.rosa, world.base, A_PDF, form_id=page.form("letter").value("form_id"), line="Another")
    assert twin.status == 422
    assert "Your file is here." not in twin, "it is not: the form's id was used before"


def test_what_was_removed_makes_room_and_its_bytes_go(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that is full for good, since what was removed counts; a letter that is still there and loses a page."""
    monkeypatch.setattr(actions, "ROOM", len(A_PDF) + 10)
    url = kept(world.rosa, world.base, A_PDF).location.split("?")[0]
    assert "There is no more room for letters" in kept(world.rosa, world.base, A_PDF, line="Two")
    world.rosa.get(url).click("Remove").form("remove").submit()
    assert kept(world.rosa, world.base, A_PDF, line="Two").status == 303
    with world.app.app_context():
        assert tidying.tidy(now() + timedelta(hours=20), lambda: False)["removed pages"] == 0
        assert tidying.tidy(now() + timedelta(hours=30), lambda: False)["removed pages"] == 1
        assert session().scalar(select(func.count()).select_from(LetterPart)) == 1
    with world.app.test_request_context(), command():
        rosa = factories.permit(world.home.rosa, world.home.person)
        made = BytesIO()
        archive.write(made, reading.Whose(rosa, now()), "en", lambda: None, lambda: None)  # type: ignore[arg-type]
        with ZipFile(made) as copy:
            sizes = [one.file_size for one in copy.infolist() if one.filename.startswith("files/")]
    assert sizes == [len(A_PDF)]


def test_a_letter_is_in_the_copy_and_what_was_not_kept_goes(world: World) -> None:
    """A copy without somebody's letters; half a file that stays for ever."""
    kept(world.rosa, world.base, a_photo(), A_PDF)
    parts(world.rosa, world.base, uuid4(), b"%PDF-1.4 canary", 0, 9)
    with world.app.test_request_context(), command():
        rosa = factories.permit(world.home.rosa, world.home.person)
        made = BytesIO()
        archive.write(made, reading.Whose(rosa, now()), "en", lambda: None, lambda: None)  # type: ignore[arg-type]
        with ZipFile(made) as copy:
            bodies = [copy.read(name) for name in copy.namelist() if name.startswith("files/")]
        stored = b"".join(session().scalars(select(LetterPart.body)))
        assert sorted(map(len, bodies)) == sorted((len(stored) - len(A_PDF), len(A_PDF)))
    with world.app.app_context():
        assert tidying.tidy(now() + timedelta(days=8), lambda: False)["files on their way"] == 1
        assert session().scalar(select(func.count()).select_from(LetterUploadPart)) == 0
