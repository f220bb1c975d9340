"""Sentences a team keeps ready: written once in each language, used with one press, kept as they were read."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from werkzeug.exceptions import NotFound

from selfcare.database import now, session
from selfcare.filing.received_report import Coding, ReceivedResult
from selfcare.results import actions, phrases, queries
from selfcare.results import release as rules
from selfcare.results.models import ReportNote
from selfcare.web.versions import Stale, earlier
from tests import factories
from tests.harness.client import Client
from tests.results.received import line_of, receive
from tests.results.world import World

As = Callable[..., Client]
TEXTS = {"en": "It carries oxygen.", "ur": "یہ آکسیجن لے جاتا ہے۔"}
LIST = "/team/phrases/"


def add(
    world: World, test: str = "haemoglobin ", texts: dict[str, str] | None = None, code: str = ""
) -> UUID:
    def keep(_: Any) -> UUID:
        panel = factories.panel(world.home.amina)
        return phrases.add(panel, world.home.team.id, "Amina", test=test, texts=texts or TEXTS, code=code)

    found: UUID = world.do("amina", keep)
    return found


def change(world: World, phrase: UUID, version: int, **texts: str) -> None:
    def keep(_: Any) -> None:
        panel = factories.panel(world.home.amina)
        phrases.change(panel, phrase, "Priya", version, test="Haemoglobin", texts=texts)

    world.do("amina", keep)


def note_page(world: World, report: UUID, name: str = "Haemoglobin") -> str:
    return f"{world.base}{report}/note?result={line_of(world, report, name)}"


def test_one_press_is_the_note_in_every_language(world: World, as_: As) -> None:
    add(world)
    report = world.file()
    page = as_("amina").get(note_page(world, report))
    assert "It carries oxygen." in page
    assert "Not in: Welsh." in page
    saved = page.form("Use this sentence 1").submit()
    assert "Saved." in saved
    inside = saved.url.split("?")[0]
    read = as_("rosa").get(inside)
    assert "It carries oxygen." in read
    assert "Amina" in read.all(".note-box")[0]
    urdu = as_("rosa", locale="ur").get(inside)
    assert TEXTS["ur"] in urdu
    assert TEXTS["en"] not in urdu
    # Welsh was left empty: those readers see it as it was written, said to be English.
    welsh = as_("rosa", locale="cy").get(inside)
    assert welsh.html.select_one(".note-box__text")["lang"] == "en"  # type: ignore[index]
    assert "lang" not in read.html.select_one(".note-box__text").attrs  # type: ignore[union-attr]


def test_the_note_a_report_waits_for_can_be_such_a_sentence(world: World, as_: As) -> None:
    add(world)
    world.do("rosa", actions.choose, rules.WITH_NOTE, [])
    report = world.file()
    address = f"{world.base}{report}/"
    assert "120 - 150 g/L" not in as_("rosa").get(address)
    as_("amina").get(note_page(world, report)).form("Use this sentence 1").submit()
    assert "120 - 150 g/L" in as_("rosa").get(address)


def test_what_was_read_is_kept_when_the_sentence_changes(world: World, as_: As) -> None:
    phrase = add(world)
    report = world.file()
    as_("amina").get(note_page(world, report)).form("Use this sentence 1").submit()
    change(world, phrase, 1, en="Another sentence.")
    world.do("amina", lambda _: phrases.remove(factories.panel(world.home.amina), phrase))
    note = next(iter(world.do("rosa", queries.sheet, report).notes.values()))
    assert note.said("en") == (TEXTS["en"], "en")
    assert note.said("ur") == (TEXTS["ur"], "ur")


def test_changed_by_hand_it_is_words_of_its_own(world: World, as_: As) -> None:
    add(world)
    report = world.file()
    amina = as_("amina")
    amina.get(note_page(world, report)).form("Use this sentence 1").submit()
    form = amina.get(note_page(world, report)).form("note")
    assert form.value("text") == TEXTS["en"]
    form.submit()  # as it stands: nothing was changed, and the languages stay
    [note] = world.do("rosa", queries.sheet, report).notes.values()
    assert note.said("ur") == (TEXTS["ur"], "ur")
    amina.get(note_page(world, report)).form("note").submit(text="It carries oxygen. Yours is fine.")
    [note] = world.do("rosa", queries.sheet, report).notes.values()
    assert note.said("ur") == ("It carries oxygen. Yours is fine.", None)

    def kept(permit: Any) -> list[dict[str, Any]]:
        row = session().get_one(ReportNote, (permit.person_id, note.id))
        assert row.phrase_id is None
        return [version.body for version in earlier(permit, row)]

    assert world.do("amina", kept)[-1]["texts"] == TEXTS, "what the person saw"


def test_offered_for_the_same_name_or_code_and_by_ones_own_team_alone(world: World) -> None:
    add(world)
    coded = add(world, test="Hb", code="http://loinc.org|718-7")
    row = ReceivedResult("Haemoglobin", "number", "118", "g/L", codes=(Coding("http://loinc.org", "718-7"),))
    other = ReceivedResult("Ferritin", "number", "22", "ug/L")
    report = receive(world, status="final", results=(row, other), files=())
    first, second = world.do("amina", queries.sheet, report).results
    assert len(world.do("amina", phrases.offered, first)) == 2
    assert world.do("amina", phrases.offered, second) == []

    def elsewhere(_: Any) -> None:
        nurse, team = factories.nurse("Owen")
        panel = factories.panel(nurse)
        assert phrases.kept(panel) == []
        for call in (
            lambda: phrases.one(panel, coded),
            lambda: phrases.remove(panel, coded),
            lambda: phrases.add(panel, world.home.team.id, "Owen", test="x", texts=TEXTS),
            lambda: phrases.change(panel, coded, "Owen", 1, test="x", texts=TEXTS),
        ):
            with pytest.raises(NotFound):
                call()
        assert team.id != world.home.team.id

    world.do("amina", elsewhere)


def test_a_sentence_changed_meanwhile_is_read_again_first(world: World, as_: As) -> None:
    phrase = add(world)
    report = world.file()
    page = as_("amina").get(note_page(world, report))
    change(world, phrase, 1, en="Another sentence.")
    answer = page.form("Use this sentence 1").submit()
    assert answer.status == 409
    assert "Priya changed this a moment ago." in answer
    assert world.do("rosa", queries.sheet, report).notes == {}
    again = answer.form("Use this sentence 1").submit()
    assert "Another sentence." in again


def test_a_note_written_meanwhile_is_not_overwritten(world: World, as_: As) -> None:
    add(world)
    report = world.file()
    page = as_("amina").get(note_page(world, report))
    line = line_of(world, report, "Haemoglobin")
    world.do("amina", actions.set_note, report, "By hand.", version=0, result_id=line)
    answer = page.form("Use this sentence 1").submit()
    assert answer.status == 409
    assert "By hand." in answer
    assert world.do("rosa", queries.sheet, report).notes[line].text == "By hand."


def test_the_list_is_edited_and_earlier_words_are_kept(world: World, as_: As) -> None:
    amina = as_("amina")
    page = amina.get(LIST).click("Add a sentence")
    refused = page.form("phrase").submit(test="")
    assert "Type the name of the test." in refused
    assert "Write the sentence in at least one language." in refused
    kept = refused.form("phrase").submit(test="Ferritin", text_en="Ferritin stores iron.")
    assert "Ferritin stores iron." in kept
    assert "Not yet in: Welsh and Urdu" in kept
    changing = kept.click("Ferritin")
    other = amina.get(changing.url).form("phrase")
    saved = changing.form("phrase").submit(text_cy="Mae fferitin yn storio haearn.")
    assert "Not yet in: Urdu" in saved
    assert "What it said before" in saved.click("Ferritin")
    answer = other.submit(text_en="Mine.")
    assert answer.status == 409
    both = answer.form("Keep what I chose").submit(keep="both")
    assert "Ferritin stores iron." in both
    assert "Mine." in both
    gone = both.click("Ferritin").click("Take it off the list").form("Take it off the list").submit()
    assert "Ferritin" not in gone.html.main.get_text()  # type: ignore[union-attr]


def test_started_from_a_result_it_carries_its_code(world: World, as_: As) -> None:
    row = ReceivedResult("Hb", "number", "118", "g/L", codes=(Coding("http://loinc.org", "718-7"),))
    report = receive(world, status="final", results=(row,), files=())
    page = as_("amina").get(note_page(world, report, "Hb")).click("Keep a sentence for Hb")
    page.form("phrase").submit(text_en="It carries oxygen.")
    row = ReceivedResult("Haemoglobin", "number", "119", "g/L", codes=(Coding("http://loinc.org", "718-7"),))
    other = receive(world, status="final", results=(row,), files=())
    assert "It carries oxygen." in as_("amina").get(note_page(world, other))


def test_a_note_on_a_day_not_to_hear_on_opens_it_the_next_morning(world: World) -> None:
    from tests.results.test_team import set_ways

    set_ways(world, blood=rules.WITH_NOTE)
    with time_machine.travel(now().replace(hour=15), tick=False):
        world.do("rosa", actions.choose, rules.NOT_ON_DAYS, [now().weekday()])
        report = world.file()
        world.do("amina", actions.set_note, report, "All is well.")
        opens = world.do("amina", queries.sheet, report).brief.visible_from
        local = opens.astimezone(world.do("amina", lambda permit: permit.zone))
        assert (local.date() - now().date()).days == 1
        assert local.hour == 9


@pytest.mark.parametrize("path", ["", "add", "{phrase}/", "{phrase}/remove"])
def test_only_professionals_of_the_team(world: World, as_: As, path: str) -> None:
    url = LIST + path.format(phrase=add(world))
    assert as_("amina").get(url).status == 200, "the control"
    for who in ("rosa", "leon", "stranger"):
        assert as_(who).get(url).status == 404
    assert as_("amina").get(f"{LIST}{uuid4()}/").status == 404


def test_versions_of_two_writers(world: World) -> None:
    phrase = add(world)
    change(world, phrase, 1, en="Second.")
    with pytest.raises(Stale):
        change(world, phrase, 1, en="Third.")
    change(world, phrase, 1, en="Second.")  # the same words: nothing to quarrel about

    def before(_: Any) -> list[tuple[int, Any]]:
        found = phrases.earlier(factories.panel(world.home.amina), phrase)
        return [(one.n, one.texts) for one in found]

    assert world.do("amina", before) == [(1, TEXTS)]
