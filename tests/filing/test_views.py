"""Typing a report, correcting one, and taking one back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from selfcare.appointments import actions as appointments
from selfcare.database import now
from selfcare.results import actions as results
from selfcare.results import queries
from selfcare.results import release as rules
from selfcare.web.when import at_instant
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.harness.statements import Statements
from tests.results.world import LONDON, World, ago

As = Callable[..., Client]
FILE = "File this report"
FULL = {
    "asked_for": "Full blood count",
    "laboratory": "Riverside Pathology",
    "taken_date": "2026-03-09",
    "taken_time": "08:40",
    "name_0": "Haemoglobin",
    "value_0": "< 118",
    "unit_0": "g/L",
    "range_0": "120 - 150 g/L",
    "flag_0": "Low",
}


@pytest.fixture
def page(world: World, as_: As) -> Answer:
    return as_("amina").get(f"{world.base}type")


def typed(page: Answer, button: str = FILE, **changes: Any) -> Answer:
    return page.form("report").fill(**{**FULL, **changes}).submit(button)


def test_a_report_is_typed_and_read(world: World, as_: As, page: Answer) -> None:
    assert "Rosa will see this now." in page
    filed = typed(page, plain_note="Much like last time.", note_0="Haemolysed.", conclusion="Mild anaemia.")
    assert "Saved." in filed
    assert filed.h1 == "Full blood count"
    read = as_("rosa").get(filed.url)
    for words in ("< 118", "g/L", "120 - 150 g/L", "Low", "Much like last time.", "Mild anaemia."):
        assert words in read
    assert "Typed by Amina, from a report of Riverside Pathology" in read
    assert "Haemolysed." in read.click("Haemoglobin")


def test_every_field_carries_a_label_one_can_fill_in_by(page: Answer) -> None:
    form = page.form("report")
    for label in ("What was asked for", "Kind of test", "Laboratory", "Status on the report", "Conclusion"):
        assert form.labelled(label)


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(page: Answer) -> None:
    refused = typed(page, asked_for="", laboratory=" ", taken_time="", value_0="", name_1="", value_1="5")
    assert refused.status == 422
    form = refused.form("report")
    assert (form.value("name_0"), form.value("value_1"), form.value("taken_date")) == (
        "Haemoglobin",
        "5",
        "2026-03-09",
    )
    for sentence in (
        "Type what was asked for.",
        "Type the laboratory’s name.",
        "Say the time it was taken, for example 08:40.",
        "Result 1: type the value, or say in the lab’s note why there is none.",
        "Result 2: type the name of the test.",
    ):
        assert sentence in refused
    for link in refused.html.select(".error-summary a"):
        assert refused.html.find(id=str(link["href"])[1:]), link
    assert "Saved." in typed(refused, name_1="ALT")


def test_an_empty_report_is_none(page: Answer) -> None:
    empty = dict.fromkeys([name for name in FULL if name.endswith("_0")], "")
    refused = typed(page, **empty)
    assert refused.status == 422
    assert "Type at least one result, or the conclusion." in refused
    assert "Saved." in typed(refused, **empty, conclusion="Normal study.")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"taken_date": "2026-02-31"}, "This is not a date."),
        ({"taken_date": "2026-03-29", "taken_time": "01:30"}, "The clocks went forward that night"),
        ({"taken_time": "25:00"}, "This is not a time."),
        ({"taken_date": "2999-01-01"}, "This is still to come."),
        ({"issued_date": "2999-01-01"}, "This day is still to come."),
        ({"issued_date": "2026-03-08"}, "This is before the sample was taken."),
        ({"asked_for": "x" * 201}, "This is too long."),
        ({"conclusion": "x" * 100_000}, "This is too long."),
        ({"value_0": "nul\0"}, "There is a character in this that cannot be kept."),
        ({"kind": "phrenology"}, "Choose one from the list."),
        ({"status": "entered-in-error"}, "Choose one from the list."),
        ({"form_id": "nonsense"}, "This page was open too long."),
    ],
)
def test_odd_input_is_refused_in_words(page: Answer, changes: dict[str, str], sentence: str) -> None:
    form = page.form("report").fill(**FULL)
    form.values = [(name, value) for name, value in form.values if name not in changes] + list(
        changes.items()
    )
    refused = form.submit(FILE)
    assert refused.status == 422
    assert sentence in refused


@pytest.mark.parametrize(
    "text", ["‮desrever", "💉🧪", "<script>alert(1)</script>", "١٢٫٥", "71,4", "%(name)s {{ 7 }}"]
)
def test_odd_words_are_kept_as_sent(as_: As, page: Answer, text: str) -> None:
    filed = typed(page, asked_for=text, name_0=text, value_0=text, flag_0=text, plain_note=text)
    assert filed.h1 == text
    assert as_("rosa").get(filed.url).text.count("<script>alert") == 0
    assert text in as_("rosa").get(filed.url).click(text)


def test_another_row_keeps_the_typing_without_javascript(page: Answer) -> None:
    rows = len(page.html.select("fieldset[id^=row-]"))
    more = typed(page, "Add another row")
    assert more.status == 200
    assert len(more.html.select("fieldset[id^=row-]")) == rows + 1
    assert more.form("report").value("value_0") == "< 118"
    filed = more.form("report").fill(**{f"name_{rows}": "Last", f"value_{rows}": "1"}).submit(FILE)
    assert filed.all(".rows .row__title")[:2] == ["Haemoglobin", "Last"]


def test_rows_have_a_most(world: World, as_: As) -> None:
    client = as_("amina")
    form = client.get(f"{world.base}type").form("report").fill(**FULL, rows="1000000")
    grown = form.submit("Add another row")
    assert len(grown.html.select("fieldset[id^=row-]")) == 80
    assert "Add another row" not in grown
    assert client.get(f"{world.base}type/again").h1 == "Type a report"


def test_it_says_when_the_person_will_see_it_before_it_is_filed(world: World, page: Answer) -> None:
    visit = ago(days=-3)
    world.do("rosa", appointments.add_visit, when=visit, how="phone", with_whom="Amina", purpose="Review")
    asked = typed(page, kind="tissue")
    assert asked.status == 422, "what stood there when they pressed was something else"
    assert world.do("amina", queries.reports, 5) == []
    day = visit.wall.strftime("%A ") + f"{visit.wall.day} " + visit.wall.strftime("%B, %H:%M")
    assert f"Rosa will see this on {day}, when you talk." in asked
    filed = asked.form("report").submit(FILE)
    assert f"Rosa will see this on {day}." in filed


def test_a_change_of_mind_is_answered_by_the_sentence_alone(page: Answer) -> None:
    form = page.form("report").fill(**FULL, kind="genetics")
    block = page.send("POST", f"{form.action}/again", data=form.values, htmx=True)
    assert block.status == 200
    assert block.html.find("form") is None
    assert "No visit is planned before then." in block
    said = block.html.select_one("input[name=said]")
    assert said is not None
    assert "Saved." in typed(page, kind="genetics", said=str(said["value"]))


def test_with_note_waits_unless_the_note_is_typed_now(world: World, as_: As) -> None:
    world.do("rosa", results.choose, rules.WITH_NOTE, [])
    page = as_("amina").get(f"{world.base}type")
    assert "or when you add a note." in page
    asked = typed(page, plain_note="All is well.")
    assert "Rosa will see this now." in asked
    assert "Rosa can see this since" in typed(asked, plain_note="All is well.")


def test_a_hold_is_typed_with_its_reason_and_end(world: World, as_: As, page: Answer) -> None:
    refused = typed(page, hold=True)
    assert refused.status == 422
    for sentence in ("Say why.", "Choose the day the hold ends.", "Choose the time the hold ends."):
        assert sentence in refused
    hold = {"hold": True, "reason": "I want to explain it.", "until_time": "10:30"}
    late = (now() + timedelta(days=40)).date().isoformat()
    refused = typed(refused, **hold, until_date=late)
    assert "Nothing is held for ever. The latest is" in refused
    day = (now() + timedelta(days=2)).date().isoformat()
    asked = typed(refused, **hold, until_date=day)
    assert "Rosa will see that it is on hold, and will see this on" in asked
    filed = typed(asked, **hold, until_date=day)
    assert "Saved." in filed
    assert "“I want to explain it.”" in as_("rosa").get(filed.url)


def test_words_of_a_hold_that_is_not_wanted_are_no_hindrance(page: Answer) -> None:
    assert "Rosa can see this since" in typed(page, reason="Perhaps.", until_date="soon", until_time="late")


def test_the_same_form_twice_is_one_report(world: World, page: Answer) -> None:
    form = page.form("report").fill(**FULL)
    first, second = form.submit(FILE, follow=False), form.submit(FILE, follow=False)
    assert (first.status, second.status) == (303, 303)
    assert first.location == second.location
    assert len(world.do("amina", queries.reports, 5)) == 1


def test_a_correction_starts_from_what_is_there(world: World, as_: As, page: Answer) -> None:
    filed = typed(page)
    corrected = filed.click("Correct this report")
    assert corrected.h1 == "Correct a report"
    form = corrected.form("report")
    assert {name: form.value(name) for name in FULL} == FULL
    assert form.value("status") == "corrected"
    late = as_("amina").get(corrected.url).form("report")
    new = form.fill(value_0="< 117").submit("File the correction")
    assert "< 117" in new
    assert "Corrected" in new
    read = as_("rosa").get(world.base)
    assert len([row for row in read.all(".rows .row") if row.startswith("Full blood count")]) == 1
    answer = late.fill(value_0="< 116").submit("File the correction")
    assert answer.status == 409
    assert "Amina has corrected this report already" in answer
    assert answer.form("report").value("value_0") == "< 116"
    assert answer.click("Go to the corrected report").url == new.url.split("?")[0]


def test_taking_back_what_was_entered_by_mistake(as_: As, page: Answer) -> None:
    filed = typed(page)
    form = filed.click("Entered by mistake").form("in-error")
    refused = form.submit()
    assert refused.status == 422
    assert "Say what happened." in refused
    taken_back = refused.form("in-error").submit(reason="This was another person’s.")
    assert "This was entered by mistake" in taken_back
    assert "< 118" in taken_back, "professionals still read it"
    read = as_("rosa").get(filed.url.split("?")[0])
    assert "This was another person’s." in read
    assert "< 118" not in read
    assert as_("amina").get(filed.url.split("?")[0] + "correct").status == 404


@pytest.mark.parametrize(
    "path", ["type", "type/again", "{report}/correct", "{report}/correct/again", "{report}/in-error"]
)
def test_only_professionals_of_this_person_come_here(world: World, as_: As, path: str) -> None:
    url = world.base + path.format(report=world.file())
    assert as_("amina").get(url).status == 200, "the control"
    for who in ("rosa", "leon", "stranger"):
        assert as_(who).get(url).status == 404
    assert as_("amina").get(world.base + path.format(report=uuid4())).status == (404 if "{" in path else 200)


def test_statements_stay_as_they_are(world: World, as_: As, statements: Statements) -> None:
    client = as_("amina")

    def counts(report: object) -> list[int]:
        found = []
        for path in ("type", f"{report}/correct"):
            statements.clear()
            assert client.get(world.base + path).form("report")
            found.append(len(statements))
        return found

    report = world.file()
    few = counts(report)
    for n in range(10):
        world.file(taken=ago(days=n + 2))
    assert counts(report) == few
    assert max(few) <= 12


def test_a_hold_offers_the_next_visit_as_its_end(world: World, as_: As) -> None:
    """Nobody starts from an empty date when there is a visit; one past the latest date is not offered."""
    report = world.file(kind="tissue")
    nurse = as_("amina")
    assert nurse.get(f"{world.base}{report}/hold").form("hold").value("until_date") == ""
    for days, offered in ((40, False), (5, True)):
        when = at_instant(now() + timedelta(days=days), LONDON)
        world.do("rosa", appointments.add_visit, when=when, how="phone", with_whom="Amina", purpose="Review")
        page = nurse.get(f"{world.base}{report}/hold")
        assert ("The next visit is on" in page) == offered
        assert (page.form("hold").value("until_date") == when.wall.date().isoformat()) == offered


def test_who_looked_names_no_report_that_was_never_there(world: World, as_: As) -> None:
    """Alone catches: somebody else's report, typed here by mistake and taken off before it could be seen, whose title
    stands in the list of who looked.
    """
    filed = world.file(asked_for="Syphilis serology", hold=timedelta(days=2))
    nurse = as_("amina")
    form = nurse.get(f"{world.base}{filed}/").click("Entered by mistake").form("in-error")
    form.submit(reason="This was another person’s.")
    nurse.get(f"{world.base}{filed}/")
    looked = as_("rosa").get(f"/people/{world.home.person.id}/who-looked/")
    assert "Your results" in looked
    assert "Syphilis" not in looked
