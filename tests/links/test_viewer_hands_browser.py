"""What readers do with the page that opens links, and what strangers put in its way."""

import json

import pytest
from playwright.sync_api import Route, expect

from tests.factories.links import seal, shlink
from tests.links.reader import CORS, HOST, KEY, Reader, document, section

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_pressed_twice_it_is_asked_once(reader: Reader) -> None:
    """Alone catches: a link for once that is opened by the first press, and said to have ended by the second."""
    held: list[Route] = []
    reader.answers(held.append)
    reader.open(shlink(HOST + "/x", KEY, flag="U"))
    expect(reader.page.locator("#busy")).to_be_visible()
    reader.page.locator("#go").dispatch_event("click")
    reader.page.get_by_label("Who is looking?").press("Enter")
    body = seal(json.dumps(document(section("<p>All is well.</p>"))).encode(), KEY)
    held[0].fulfill(body=body, headers=CORS)
    expect(reader.page.locator("#shown")).to_contain_text("All is well.")
    assert len(reader.asked) == 1


def test_an_answer_is_not_shown_as_that_of_another_link(reader: Reader) -> None:
    """Alone catches: one person's summary under the link of another, opened while the first was on its way."""
    held: list[Route] = []
    reader.answers(held.append)
    page = reader.page
    reader.open(shlink(HOST + "/x", KEY, flag="U"))
    expect(page.locator("#busy")).to_be_visible()
    page.goto("/view#" + shlink(HOST + "/y", KEY, flag="U", label="Another"))
    expect(page.locator("#about-label")).to_have_text("Another")
    expect(page.locator("#busy")).to_be_hidden()
    with page.expect_event("requestfinished", lambda one: one.url.startswith(HOST + "/x")):
        held[0].fulfill(body=seal(json.dumps(document()).encode(), KEY), headers=CORS)
    page.locator("#go").click()
    page.wait_for_function("document.getElementById('busy').hidden === false")
    held[1].fulfill(body=seal(json.dumps(document(section("<p>Second</p>"))).encode(), KEY), headers=CORS)
    expect(page.locator("#shown")).to_contain_text("Second")


@pytest.mark.parametrize(
    ("typed", "sent"), [("۴۸۲ ۱۰۷", "482107"), ("٤٨٢١٠٧", "482107"), (" my own words ", "my own words")]
)
def test_a_passcode_arrives_as_it_is_meant(reader: Reader, typed: str, sent: str) -> None:
    """Alone catches: a try lost by digits of an Urdu keyboard, or by spaces that belong to a stranger's passcode."""
    reader.answers(lambda route: route.fulfill(status=404, headers=CORS))
    reader.open(shlink(HOST + "/m", KEY, flag="P"), passcode=typed)
    reader.says("has ended")
    posts = [body for method, _, body in reader.asked if method == "POST"]
    assert [json.loads(body)["passcode"] for body in posts] == [sent]


def test_what_others_wrote_finds_no_words_of_ours_and_stops_nothing(reader: Reader) -> None:
    """Alone catches: a code that is read as a selector, a day beyond all calendars, a type with its version behind it,
    a page of a stranger that is saved as a page of this address.
    """
    odd = document(section("<p>All is well.</p>", title="", code='x"],[data-said="access'), {"title": '"'})
    file = {
        "contentType": "application/fhir+json;fhirVersion=5.0.0",
        "embedded": seal(json.dumps(odd).encode(), KEY, cty="text/html"),
    }
    reader.answers(lambda route: route.fulfill(body=json.dumps({"files": [file]}), headers=CORS))
    page = reader.page
    page.add_init_script(
        "const make = URL.createObjectURL; URL.createObjectURL = (blob) => (document.title = blob.type, make(blob))"
    )
    reader.open(shlink(HOST + "/m", KEY, exp=1e300))
    shown = page.locator("#shown")
    expect(shown).to_contain_text("All is well.")
    expect(shown).to_contain_text("a version of FHIR that is not read here")
    expect(shown).not_to_contain_text("a key to another system")
    with page.expect_download():
        page.get_by_role("button", name="Save data").click()
    assert page.title() == "application/json"


def test_one_thing_named_very_often_does_not_fill_the_phone(reader: Reader) -> None:
    """Alone catches: a small document whose many references to one long resource spread to hundreds of megabytes."""
    named = [{"reference": "Observation/a"}] * 500
    found = document(*({"title": "Again", "entry": named} for _ in range(11)))
    long = {
        "resourceType": "Observation",
        "id": "a",
        "code": {"text": "x" * 5_000},
        "valueString": "y" * 5_000,
    }
    found["entry"].append({"resource": long})
    reader.serves(seal(json.dumps(found).encode(), KEY))
    reader.open(shlink(HOST + "/x", KEY, flag="U"))
    lines = reader.page.locator("#shown li")
    expect(lines).to_have_count(5_000)
    assert len(lines.first.text_content() or "") == 2_000


def test_of_a_long_plan_the_first_stands_on_top_and_no_table_is_parted(reader: Reader) -> None:
    """Alone catches: a plan that pushes all else off the phone; words out of reach, or not on paper; half a table."""
    lines = "".join(f"<p>Step {n}</p>" for n in range(9))
    table = f"<p>Before</p>{lines}<table><tr><td>One</td></tr></table>"
    found = document(section(lines, code="18776-5"), section(table, title="Mine", code="81338-6"))
    reader.serves(seal(json.dumps(found).encode(), KEY))
    reader.open(shlink(HOST + "/x", KEY, flag="U"))
    page = reader.page
    expect(page.get_by_text("Step 2", exact=True).last).to_be_visible()
    expect(page.get_by_text("Step 3", exact=True).last).to_be_hidden()
    expect(page.locator("td")).to_be_visible()
    page.get_by_text("Show the rest of it").click()
    expect(page.get_by_text("Step 8", exact=True).last).to_be_visible()
    page.get_by_text("Show the rest of it").click()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.get_by_text("Step 8", exact=True).last).to_be_visible()
