"""Pages of results, as each of them sees them."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from selfcare.database import now
from selfcare.filing import actions as filing
from selfcare.filing.actions import TypedResult
from selfcare.notifications import queries as notices
from selfcare.results import actions, queries
from selfcare.results import release as rules
from selfcare.web import item_reference
from tests.harness.client import Client
from tests.harness.statements import Statements
from tests.results.world import REASON, World, ago, wall

As = Callable[..., Client]
CANARY = "Zwetschgenkanarie"


def result_page(world: World, report: object) -> str:
    line = world.do("amina", queries.sheet, report).results[0].id
    return f"{world.base}{report}/{line}/"


def test_an_empty_page_says_what_will_come(world: World, as_: As) -> None:
    assert "Results come here when they are back" in as_("rosa").get(world.base)
    assert "Type a report" in as_("amina").get(world.base)


def test_the_list_says_how_each_report_stands(world: World, as_: As) -> None:
    world.file()
    world.file(asked_for="Liver tests", hold=timedelta(days=2))
    world.file(asked_for="Skin sample", kind="tissue")
    wrong = world.file(asked_for="Kidney tests")
    right = world.file(asked_for="Kidney tests", status="corrected", replaces_id=wrong)
    culture = world.file(asked_for="Urine culture", status="preliminary")
    mistake = world.file(asked_for="Thyroid tests")
    for report in (right, culture):
        world.do("rosa", actions.see, report)
    world.do("amina", filing.mark_in_error, mistake, "Another person’s.")
    page = as_("rosa").get(world.base)
    rows = {row.split()[0]: row for row in page.all(".rows .row")}
    assert rows["Full"].endswith("New")
    assert "You will see it by" in rows["Liver"]
    assert rows["Liver"].endswith("On hold")
    assert "It has come back. You will see it by" in rows["Skin"]
    assert rows["Skin"].endswith("Not yet")
    assert "The old one is kept below it." in rows["Kidney"]
    assert rows["Kidney"].endswith("Corrected")
    assert rows["Urine"].endswith("Not final")
    assert rows["Thyroid"].endswith("Entered in error")
    assert len(rows) == 7  # the six, once each, and how I hear about results
    staff = as_("amina").get(world.base)
    assert "On hold. Rosa will see this on" in staff
    assert "Not opened" in staff


def test_a_result_is_shown_word_for_word_with_the_two_before(world: World, as_: As) -> None:
    for day, value in ((1, "119"), (2, "121")):
        world.file(
            taken=wall(2026, 2, day, 8, 40),
            results=[TypedResult("haemoglobin", value, "g/L", "120 - 150 g/L")],
        )
    report = world.file(
        taken=wall(2026, 2, 9, 8, 40), note="Much like last time.", results=[
            TypedResult("Haemoglobin", "< 118", "g/L", "120 - 150 g/L", "Low"),
            TypedResult("Ferritin", "22", "ug/L"),
        ],
    )  # fmt: skip
    page = as_("rosa").get(result_page(world, report))
    assert page.h1 == "Haemoglobin"
    assert "Part of: Full blood count" in page
    [lab] = page.all(".lab")
    assert "Typed by Amina, from a report of Riverside Pathology" in lab
    assert "Word for word" not in page
    assert "< 118 g/L" in lab
    assert "Lab’s range 120 - 150 g/L Lab’s flag Low" in lab
    assert "Taken Monday 9 February" in lab
    assert "08:40. Final." in lab
    assert "Amina , specialist nurse" in page
    assert "Much like last time." in page
    assert page.all("tbody tr") == [
        "9 Feb 2026 < 118 120 - 150 g/L Low",
        "2 Feb 2026 121 120 - 150 g/L No flag",
        "1 Feb 2026 119 120 - 150 g/L No flag",
    ]
    assert page.all("thead th") == ["Taken", "g/L", "Lab’s range", "Flag"]
    assert "2 tests, taken on 9 February" in page
    whole = page.click("The whole report")
    assert whole.h1 == "Full blood count"
    assert "No range" in whole
    assert "No flag" in whole


def test_ask_about_this_carries_a_reference_that_fits_this_record_only(world: World, as_: As) -> None:
    report = world.file()
    page = as_("rosa").get(result_page(world, report))
    token = page.link("Ask about this").split("about=")[1]
    line = world.do("rosa", queries.sheet, report).results[0]
    with world.app.app_context():
        found = item_reference.read(world.home.person.id, token)
        assert item_reference.read(uuid4(), token) is None
    assert found == item_reference.About("result", line.id, "Haemoglobin")
    client = as_("rosa")
    assert client.get(f"{world.base}about/{line.id}").h1 == "Haemoglobin"
    assert client.get(f"{world.base}about/{report}").h1 == "Full blood count"
    assert client.get(f"{world.base}about/{uuid4()}").status == 404
    assert "Ask about this" not in as_("amina").get(result_page(world, report))


def test_what_is_held_shows_why_and_until_when_and_nothing_else(world: World, as_: As) -> None:
    report = world.file(
        conclusion=f"{CANARY} conclusion", laboratory=f"{CANARY} lab", note=f"{CANARY} note",
        results=[TypedResult(f"{CANARY} test", f"{CANARY} 5", "U/L", f"{CANARY} range", f"{CANARY} flag")],
        hold=timedelta(days=2),
    )  # fmt: skip
    address = f"{world.base}{report}/"
    assert CANARY in as_("amina").get(address).text
    inside = result_page(world, report)
    for who in ("rosa", "leon"):
        client = as_(who)
        page = client.get(address)
        assert page.status == 200
        assert "This result is on hold" in page
        assert "It has come back from the lab. Amina would like to go through it with you." in page
        assert f"“{REASON}”" in page
        assert "A hold always has an end." in page
        assert "01632 960118" in page
        for url in (address, world.base, inside, f"{address}seen", f"{address}sooner"):
            assert CANARY not in client.get(url).text
        assert client.get(inside).status == 404
    with time_machine.travel(now() + timedelta(days=2, minutes=1), tick=False):
        assert CANARY in as_("rosa").get(address).text


def test_asking_to_see_it_sooner_reaches_the_nurse(world: World, as_: As) -> None:
    address = f"{world.base}{world.file(hold=timedelta(days=2))}/"
    page = as_("rosa").get(address)
    again = page.form("Ask to see it sooner").submit("Ask to see it sooner")
    assert "You asked to see it sooner" in again
    assert "Amina has been told." in again
    assert "Ask to see it sooner" not in again.html.get_text()
    assert "Rosa asked to see it sooner" in as_("leon").get(address)
    nurse = as_("amina").get(address)
    assert "Rosa asked to see it sooner, on" in nurse
    sure = nurse.click("Let Rosa see this now")
    assert "Rosa Hill" in sure, "whose: the full name"
    assert "Full blood count" in sure
    assert "118" in sure, "what will be seen"
    shown = sure.form("release").submit()
    assert "Saved." in shown
    assert "Rosa can see this since" in shown
    assert "118" in as_("rosa").get(address)


def test_seen_is_a_post_by_the_page_or_a_button(world: World, as_: As) -> None:
    report = world.file()
    address = f"{world.base}{report}/"
    rosa = as_("rosa")
    page = rosa.get(address)
    assert "Rosa has not opened it." in as_("amina").get(address), "reading alone must change nothing"
    form = page.form("seen")
    assert form.tag["data-hx-trigger"] == "load"
    assert form.submit("I have read this", htmx=True).status == 200
    assert "Rosa opened it on" in as_("amina").get(address)
    assert not rosa.get(address).html.select("#seen")
    assert not as_("amina").get(address).html.select("#seen")
    leon = as_("leon").get(address).form("seen").submit("I have read this")
    assert "Saved." in leon


def test_opening_settles_the_notice_about_it(world: World, as_: As) -> None:
    def waiting(who: str) -> int:
        account = getattr(world.home, who).id
        found = world.do(who, lambda permit: notices.unseen(account, [permit.person_id]))
        return sum(found.values())

    rosa, amina = as_("rosa"), as_("amina")
    report, held = world.file(), world.file(asked_for="Liver tests", hold=timedelta(days=1))
    rosa.get(f"{world.base}{report}/").form("seen").submit()
    assert waiting("rosa") == 0
    world.do("amina", filing.mark_in_error, report, "Another person’s.")
    assert waiting("rosa") == 1
    rosa.get(f"{world.base}{report}/").form("seen").submit()
    assert waiting("rosa") == 0
    another = world.file(asked_for="Iron")
    open_before = rosa.get(f"{world.base}{another}/").form("seen")
    world.do("amina", filing.mark_in_error, another, "Another person’s.")
    open_before.submit()
    assert waiting("rosa") == 1, "that it was taken back did not stand on that page"
    world.do("rosa", actions.ask_sooner, held)
    assert waiting("amina") == 1
    amina.get(f"{world.base}{held}/").form("seen").submit()
    assert waiting("amina") == 0
    assert "not opened it" not in amina.get(f"{world.base}{held}/"), "her reading is not the person's"


def test_corrections_are_a_chain_one_can_walk(world: World, as_: As) -> None:
    first = world.file(asked_for="Kidney tests", results=[TypedResult("Creatinine", "98.125", "umol/L")])
    second = world.file(
        asked_for="Kidney tests", replaces_id=first, results=[TypedResult("Creatinine", "89.125", "umol/L")]
    )
    page = as_("rosa").get(f"{world.base}{second}/")
    assert "89.125" in page
    assert "98.125" not in page
    old = page.click("The report before it was corrected")
    assert "98.125" in old
    assert "There is a newer one" in old
    assert old.click("Go to the corrected report").url.endswith(f"/{second}/")


def test_entered_in_error_keeps_its_content_from_all_but_professionals(world: World, as_: As) -> None:
    seen = world.file(results=[TypedResult("ALT", CANARY, "U/L")])
    never = world.file(asked_for="Held and wrong", hold=timedelta(days=1))
    for report in (seen, never):
        world.do("amina", filing.mark_in_error, report, "This was another person’s. I am sorry.")
    rosa = as_("rosa")
    page = rosa.get(f"{world.base}{seen}/")
    assert "This was entered by mistake" in page
    assert "I am sorry." in page
    assert CANARY not in page
    assert rosa.get(f"{world.base}{never}/").status == 404
    assert "Held and wrong" not in rosa.get(world.base)
    assert CANARY in as_("amina").get(f"{world.base}{seen}/")
    with time_machine.travel(now() + timedelta(days=20), tick=False):
        assert as_("rosa").get(f"{world.base}{never}/").status == 404


def test_choosing_how_to_hear(world: World, as_: As) -> None:
    rosa = as_("rosa")
    form = rosa.get(f"{world.base}choice").form("choice")
    assert form.value("how") is None, "nothing is chosen beforehand"
    refused = form.submit(follow=False)
    assert refused.status == 422
    assert "Choose how you would like to hear." in refused
    for days, sentence in (
        ([], "Choose at least one day."),
        ([str(n) for n in range(7)], "Leave at least one day"),
    ):
        refused = refused.form("choice").submit(how=rules.NOT_ON_DAYS, days=days)
        assert refused.status == 422
        assert sentence in refused
    page = refused.form("choice").submit(how=rules.NOT_ON_DAYS, days=["4", "5"])
    assert "Saved." in page
    assert "Now: not on Friday and Saturday" in page
    assert "Now: not on Friday and Saturday" in as_("amina").get(world.base)
    assert "How" not in " ".join(as_("leon").get(world.base).all(".rows"))
    for who in ("leon", "amina", "stranger"):
        assert as_(who).get(f"{world.base}choice").status == 404


def test_two_choices_at_once_ask_which_stays(world: World, as_: As) -> None:
    first, second = (as_("rosa").get(f"{world.base}choice").form("choice") for _ in range(2))
    first.submit(how=rules.AT_ONCE)
    answer = second.submit(how=rules.TOGETHER)
    assert answer.status == 409
    assert "Now: when we talk" in answer
    assert "Now: as soon as they are ready" in answer
    assert "Now: when we talk" in answer.form("Keep what I chose").submit(keep="mine")


def test_a_note_is_written_read_changed_and_asked_about_when_two_write(world: World, as_: As) -> None:
    report = world.file()
    amina = as_("amina")
    inside = amina.get(result_page(world, report))
    page = inside.click("Add a note about this result")
    assert page.h1 == "Note about Haemoglobin"
    other = amina.get(page.url).form("note")
    assert page.form("note").submit(text=" ").status == 422
    assert "Carries oxygen." in page.form("note").submit(text="Carries oxygen.")
    assert "Carries oxygen." in as_("rosa").get(inside.url)
    answer = other.submit(text="Iron comes later.")
    assert answer.status == 409
    assert "Carries oxygen." in answer
    assert "Iron comes later." in answer
    both = answer.form("Keep what I chose").submit(keep="both")
    assert "Carries oxygen." in both
    assert "Iron comes later." in both
    assert as_("rosa").get(f"{world.base}{report}/").all(".note-box") == [], "it is about the one result"


def test_holding_says_what_is_wrong_and_keeps_the_typing(world: World, as_: As) -> None:
    report = world.file(kind="tissue")
    form = as_("amina").get(f"{world.base}{report}/hold").form("hold")
    refused = form.submit(reason="Because.", until_date="2020-01-01", until_time="10:30")
    assert refused.status == 422
    assert "This time has passed." in refused
    assert refused.form("hold").value("reason") == "Because."
    late = (now() + timedelta(days=40)).date().isoformat()
    refused = refused.form("hold").submit(until_date=late)
    assert refused.status == 422
    assert "Nothing is held for ever. The latest is" in refused
    refused = refused.form("hold").submit(until_date="31 February", until_time="10.30", reason="")
    assert refused.status == 422
    good = (now() + timedelta(days=2)).date().isoformat()
    page = refused.form("hold").submit(until_date=good, until_time="١٠:٣٠", reason="Because.")
    assert "Saved." in page
    assert "Because." in page
    assert "On hold." in page


def test_the_same_form_twice_is_one_hold(world: World, as_: As) -> None:
    report = world.file(kind="tissue")
    day = (now() + timedelta(days=2)).date().isoformat()
    form = as_("amina").get(f"{world.base}{report}/hold").form("hold")
    form.fill(reason="Because.", until_date=day, until_time="10:30")
    assert [form.submit(follow=False).status for _ in range(2)] == [303, 303]
    since = world.do("amina", queries.sheet, report).hold.since
    assert form.submit().status == 200
    assert world.do("amina", queries.sheet, report).hold.since == since


@pytest.mark.parametrize("path", ["", "{report}/", "{line}", "{report}/seen", "choice", "about/{report}"])
def test_strangers_find_nothing(world: World, as_: As, path: str) -> None:
    report = world.file()
    url = world.base + path.format(report=report, line=result_page(world, report).removeprefix(world.base))
    assert as_("rosa").get(url).status == 200, "the control"
    assert as_("stranger").get(url).status == 404


@pytest.mark.parametrize("path", ["seen", "sooner", "release", "hold", "note"])
def test_ids_of_another_record_and_unknown_ones_are_the_same_404(world: World, as_: As, path: str) -> None:
    world.file()
    who = "amina" if path in ("release", "hold", "note") else "rosa"
    client = as_(who)
    token = client.get(world.base).html.select_one("[name=csrf_token]")
    for url in (
        f"{world.base}{uuid4()}/",
        f"{world.base}{uuid4()}/{path}",
        f"{world.base}{uuid4()}/{uuid4()}/",
    ):
        assert client.get(url).status == 404
    if token is not None:
        assert client.post(f"{world.base}{uuid4()}/{path}", {"csrf_token": token["value"]}).status in (
            404,
            422,
        )


def test_pages_of_the_list_go_on_by_key(world: World, as_: As) -> None:
    for n in range(33):
        world.file(asked_for=f"Report {n:02}", taken=ago(days=n + 1))
    page = as_("rosa").get(world.base)
    assert len(page.all(".rows .row__title")) == 31  # and how I hear about results
    older = page.click("Show earlier results")
    assert [title[:9] for title in older.all(".rows .row__title")] == ["Report 30", "Report 31", "Report 32"]
    for odd in ("nonsense", "2026-01-01_x", "_", "2026-01-01T00:00:00_" + str(uuid4())):
        assert as_("rosa").get(world.base, data={"before": odd}).status == 200


def test_statements_on_a_page_stay_as_they_are(world: World, as_: As, statements: Statements) -> None:
    def counts(who: str) -> list[int]:
        client = as_(who)
        found = []
        for url in (world.base, f"{world.base}{report}/", result_page(world, report)):
            statements.clear()
            page = client.get(url)
            assert page.all(".rows .row")
            assert page.status == 200
            found.append(len(statements))
        return found

    report = world.file(note="Plain words.")
    few = {who: counts(who) for who in ("rosa", "amina")}
    for n in range(20):
        world.file(
            taken=ago(days=n + 2),
            results=[TypedResult(name, "1", "g/L") for name in ("Haemoglobin", "B", "C", "D")],
            note="Plain words.",
        )
    many = {who: counts(who) for who in ("rosa", "amina")}
    assert many == few
    assert max(max(found) for found in many.values()) <= 12


@pytest.mark.parametrize("locale", ["cy", "ur"])
def test_pages_stand_in_other_languages(world: World, as_: As, locale: str) -> None:
    report = world.file(note="Plain words.")
    held = world.file(hold=timedelta(days=2))
    rosa = as_("rosa", locale=locale)
    for url in (world.base, f"{world.base}{report}/", result_page(world, report), f"{world.base}{held}/"):
        page = rosa.get(url)
        assert page.status == 200
        assert page.html.html["lang"] == locale
    assert "118" in rosa.get(result_page(world, report))
