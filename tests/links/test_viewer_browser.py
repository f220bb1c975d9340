"""The page that opens any link, in a real browser, with strangers' hosts that are played here."""

import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.factories.links import b64, seal, shlink
from tests.fhir.samples import PLACE, needs_samples
from tests.links.reader import HOST, KEY, Reader, document, section

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@needs_samples
def test_the_official_link_opens_and_equals_its_json(reader: Reader) -> None:
    """Alone catches: a viewer that reads only what we seal, and data that is saved otherwise than it was sealed."""
    folder = samples()
    reader.serves((folder / "IPS_IG-bundle-01-enc.txt").read_text())
    reader.open((folder / "IPS_IG-bundle-01-shl.txt").read_text())
    page = reader.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Martha DeLarosa")
    expect(page.locator("#shown")).to_contain_text("We cannot check who wrote this")
    expect(page.locator("#shown")).to_contain_text("Hot flushes")
    # What is coded of its allergies: one that can be dangerous, and that there are none to food.
    expect(page.locator(".view-known")).to_contain_text("can be dangerous")
    expect(page.locator(".view-known")).to_contain_text("None known to food")
    ((method, url, _),) = reader.asked
    assert (method, url.partition("?")[2]) == ("GET", "recipient=Dr+Ada+Obi")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save data").click()
    assert json.loads(Path(saved.value.path()).read_text()) == json.loads(
        (folder / "IPS_IG-bundle-01.json").read_text()
    )


@needs_samples
def test_the_negative_one_is_refused_in_a_sentence(reader: Reader) -> None:
    """Alone catches: a signature (JWS) that is taken for something sealed."""
    reader.serves((samples() / "CARIN_INS_CD-bundle-01-enc.txt").read_text())
    reader.open(shlink(HOST + "/x", KEY, flag="U"))
    reader.says("is signed, but not sealed with its key")


def samples() -> Path:
    return Path(PLACE or "") / "smart-health-links"


def test_no_host_is_asked_before_the_reader_says_yes(reader: Reader) -> None:
    """Alone catches: a host that learns of the reader from opening the page; a cookie or referrer that goes along; a
    second host that the first one names and nobody agreed to.
    """
    file = {"contentType": "application/fhir+json", "location": "https://files.example.net/1"}
    reader.answers(
        lambda route: route.fulfill(
            body=seal(json.dumps(document(section("<p>All is well.</p>"))).encode(), KEY)
            if "files" in route.request.url
            else json.dumps({"files": [file]}),
            headers={"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "content-type"},
        )
    )
    page = reader.page
    page.goto("/view#" + shlink(HOST + "/m", KEY, flag="P", label="From <b>afar</b>"))
    expect(page.locator("#about-label")).to_have_text("From <b>afar</b>")
    expect(page.locator("#host")).to_contain_text("links.example.org")
    page.get_by_label("Who is looking?").fill("Dr Ada Obi")
    page.get_by_label("Passcode").fill("1 2 3 4")
    assert reader.asked == []
    page.get_by_role("button", name="Yes, ask links.example.org").click()
    expect(page.locator("#another")).to_contain_text("files.example.net")
    posts = [one for one in reader.asked if one[0] == "POST"]
    assert [(url, json.loads(body)) for _, url, body in posts] == [
        (HOST + "/m", {"recipient": "Dr Ada Obi", "passcode": "1234", "embeddedLengthMax": 10_000_000})
    ]
    assert not any("files" in url for _, url, _ in reader.asked)
    page.get_by_role("button", name="Yes, ask it").click()
    expect(page.locator("#shown")).to_contain_text("All is well.")
    for headers in reader.headers:
        assert not {"cookie", "referer"} & set(headers)
    reader.asked.clear()
    reader.open(shlink(HOST + "/m", KEY))
    page.get_by_role("button", name="No, stop here").click()
    reader.says("files.example.net was not asked")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://links.example.org/x", "not safe to ask"),
        ("https://127.0.0.1/x", "a network of its own"),
        ("https://0x7f.1/x", "a network of its own"),
        ("https://10.0.0.8/x", "a network of its own"),
        ("https://[::1]/x", "a network of its own"),
        ("https://localhost:8000/x", "a network of its own"),
        ("https://router/x", "a network of its own"),
        ("https://router./x", "a network of its own"),
        ("https://printer.local./x", "a network of its own"),
        ("https://db.internal/x", "a network of its own"),
        ("https://me:secret@links.example.org/x", "not safe to ask"),
        ("javascript:alert(1)", "not safe to ask"),
    ],
)
def test_an_address_that_no_link_may_have_is_not_asked(reader: Reader, url: str, words: str) -> None:
    """Alone catches: a link that makes the reader's browser ask their own network."""
    reader.serves("never")
    reader.open(shlink(url, KEY, flag="U"))
    reader.says(words)
    assert reader.asked == []
    assert not any("links.example" in one for one in reader.went)
    assert reader.alerts == []


def test_a_place_in_a_manifest_is_held_to_the_same(reader: Reader) -> None:
    """Alone catches: a manifest of an honest host that points at loopback."""
    reader.serves(
        json.dumps({"files": [{"contentType": "application/fhir+json", "location": "https://127.0.0.1/x"}]})
    )
    reader.open(shlink(HOST + "/m", KEY))
    reader.says("a network of its own")
    assert not any("127" in url for _, url, _ in reader.asked)


def bomb() -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return seal(packer.compress(b" " * 30_000_000) + packer.flush(), KEY, zip="DEF")


BAD_FILES = {
    "other key": (lambda: seal(b"{}", bytes(32)), "does not fit"),
    "other alg": (lambda: seal(b"{}", KEY, alg="A256KW"), "sealed in a way"),
    "other enc": (lambda: seal(b"{}", KEY, enc="A128GCM"), "sealed in a way"),
    "crit": (lambda: seal(b"{}", KEY, crit=["b64"]), "sealed in a way"),
    "jws": (lambda: "a.b.c", "signed, but not sealed"),
    "cut": (lambda: seal(b"{}", KEY)[:-9], "not sealed in the way"),
    "html": (lambda: "<!doctype html><p>Sign in", "not sealed in the way"),
    "bomb": (bomb, "too large"),
    "broken": (lambda: seal(b"not pressed", KEY, zip="DEF"), "cannot be read"),
    "words": (lambda: seal(b"\xff\xfe", KEY), "cannot be read"),
    "large": (lambda: "x" * 11_000_000, "too large"),
}


@pytest.mark.parametrize("bad", list(BAD_FILES))
def test_a_file_that_is_not_as_it_should_be_is_refused_in_a_sentence(reader: Reader, bad: str) -> None:
    """Alone catches: another seal than the specification's, a wrong key, a zip bomb, a page instead of a file."""
    make, words = BAD_FILES[bad]
    reader.serves(make())
    reader.open(shlink(HOST + "/x", KEY, flag="U"))
    reader.says(words)


def test_a_host_that_does_not_answer_well_is_told_of(reader: Reader) -> None:
    """Alone catches: a redirect that is followed, an end or a wait that is not said, a page read as a manifest."""
    gives: list[dict[str, Any]] = [
        {"status": 302, "headers": {"Location": "https://elsewhere.example/x"}},
        {"status": 404},
        {"status": 429},
        {"status": 500},
        {"status": 401, "body": '{"remainingAttempts": 0}'},
        {"status": 401, "body": "<html>"},
        {"body": "<html>"},
        {"body": '{"files": []}'},
    ]
    words = [
        "sent us somewhere else",
        "has ended",
        "very often",
        "answered 500",
        "no tries left",
        "not right",
        "not part of a link",
        "nothing in this link",
    ]
    cors = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "content-type"}
    now: list[dict[str, Any]] = [{}]
    reader.answers(lambda route: route.fulfill(**{**now[0], "headers": cors | now[0].get("headers", {})}))
    for give, said in zip(gives, words, strict=True):
        now[0] = give
        reader.open(shlink(HOST + "/m", KEY))
        reader.says(said)
    assert not any("elsewhere" in url for url in reader.went)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("hello", "There is no link in this"),
        (shlink(HOST + "/x", KEY)[:-9], "not whole"),
        (shlink(HOST + "/x", KEY[:-1]), "The key in this link is not whole"),
        (shlink(HOST + "/x", KEY, exp=1_600_000_000), "has ended"),
        (shlink(HOST + "/x", KEY, v=2), "newer kind"),
        (shlink(HOST + "/x", KEY, flag="PU"), "does not say clearly"),
        ("shlink:/" + b64(b"[]"), "not whole"),
    ],
)
def test_a_link_that_is_not_whole_is_told_of_before_anybody_is_asked(
    reader: Reader, link: str, words: str
) -> None:
    """Alone catches: half a link that is asked for, and one that is over."""
    reader.serves("never")
    page = reader.page
    page.goto("/view")
    page.get_by_label("The link").fill(f"Here it is:\n https://viewer.example/x#{link}")
    reader.says(words)
    assert reader.asked == []


def test_what_is_in_a_narrative_can_do_nothing(reader: Reader) -> None:
    """Alone catches: script, handlers, pictures, links out of a narrative, a name or a title; words lost."""
    evil = (
        "<script>alert(1)</script><p onclick='alert(2)' style='display:none'>Take <b>care</b></p>"
        "<img src='https://spy.example/x' onerror='alert(3)'><svg><script>alert(4)</script></svg>"
        "<a href='javascript:alert(5)'>More</a><iframe srcdoc='x'></iframe>"
        "<form action='https://spy.example'><input name=x></form><table><tr><td>One</td></tr></table>"
    )
    found = document(section(evil, title="<img src=x onerror=alert(6)>"), title="<b>x</b>")
    found["entry"][1]["resource"]["name"] = [{"text": "<img src=x onerror=alert(7)>"}]
    reader.serves(seal(json.dumps(found).encode(), KEY))
    reader.open(shlink(HOST + "/x", KEY, flag="U"))
    shown = reader.page.locator("#shown")
    expect(shown).to_contain_text("Take care")
    expect(shown.locator("td")).to_have_text("One")
    assert shown.locator("script, img, iframe, form, input, a, [onclick], [style], [onerror]").count() == 0
    assert reader.alerts == []
    assert len(reader.asked) == 1


def test_needs_and_allergies_stand_in_a_box_on_top(reader: Reader) -> None:
    """Alone catches: an allergy that was taken back, or one of another document, shown as one that stands; one that is
    over, as if it were not; whose word it is, guessed; words of the section that the box has not, left out; script.
    """
    coded = [
        {"code": {"text": "Penicillin <img src=x>"}, "criticality": "high",
         "reaction": [{"manifestation": [{"text": "a rash"}]}]},
        {"code": {"text": "Latex"}, "clinicalStatus": {"coding": [{"code": "resolved", "display": "Resolved"}]}},
        {"code": {"text": "Peanuts"}, "verificationStatus": {"coding": [{"code": "entered-in-error"}]}},
        {"code": {"text": "Eggs"}, "verificationStatus": {"coding": [{"code": "refuted"}]}},
    ]  # fmt: skip
    flags = [
        {"status": "active", "code": {"text": "Large print"}},
        {"status": "inactive", "code": {"text": "Braille"}},
    ]
    entry = [{"reference": f"AllergyIntolerance/{n}"} for n in range(4)]
    flagged = [{"reference": f"Flag/{n}"} for n in range(2)]
    found = document(
        section("<p>Large print</p>", title="Needs", code="104605-1") | {"entry": flagged},
        section("<p>She says: all <b>nuts</b> too</p>", title="Allergies", code="48765-2") | {"entry": entry},
        section("<p>My sister</p>", title="What matters", code="81338-6"),
        language="en",
    )
    for kind, items in (("AllergyIntolerance", coded), ("Flag", flags)):
        for n, one in enumerate(items):
            found["entry"].append({"resource": {"resourceType": kind, "id": str(n), **one}})
    found["entry"].append(
        {"resource": {"resourceType": "AllergyIntolerance", "id": "9", "code": {"text": "Soya"}}}
    )
    files = [json.loads(json.dumps(found)) for _ in range(3)]
    for file, by in zip(files, (None, "Patient/p", "Practitioner/x"), strict=True):
        for one in file["entry"]:
            if by and one["resource"]["resourceType"] == "AllergyIntolerance":
                unconfirmed = {"coding": [{"code": "unconfirmed"}]}
                one["resource"] |= {"verificationStatus": unconfirmed, "asserter": {"reference": by}}
    page = reader.page
    reader.serves(seal(json.dumps(files[0]).encode(), KEY))
    reader.open(shlink(HOST + "/x", KEY, flag="U"))
    box = page.locator(".view-known")
    penicillin = "\u2068Penicillin <img src=x>\u2069 (\u2068a rash\u2069, \u2068can be dangerous\u2069)"
    told = f"Allergies: {penicillin}, \u2068Latex\u2069 (\u2068Resolved\u2069)"
    expect(box.locator("p")).to_have_text(["Needs: Large print", told])
    # Its words stay to be read; those of the needs are said already.
    expect(page.locator("#shown .view-part h2")).to_have_text(["Allergies"])
    expect(page.locator("#shown h2")).to_have_text(["What matters", "Allergies"])
    page.locator(".view-part summary").click()
    expect(page.locator(".view-part")).to_contain_text("all nuts too")
    for file, whose in (
        (files[1], "Allergies, as \u2068Ali Stone\u2069 keeps them:"),
        (files[2], "Allergies, not confirmed:"),
    ):
        page.context.unroute(re.compile("^https://"))
        reader.serves(seal(json.dumps(file).encode(), KEY))
        reader.open(shlink(HOST + "/x", KEY, flag="U"))
        expect(box.locator("p").last).to_contain_text(whose)
    expect(box.locator("p").last).to_contain_text("Eggs")
    assert reader.alerts == []


def test_shapes_that_fhir_does_not_have_break_nothing(reader: Reader) -> None:
    """Alone catches: cycles that are followed for ever, other versions shown as if they were read, nulls."""
    loop = {"title": "Round", "entry": [{"reference": "Observation/a"}]}
    round_ = document(loop, {"section": [{"section": [{"section": [{"section": [{"section": []}]}]}]}]}, None)  # type: ignore[arg-type]
    round_["entry"] += [
        {
            "resource": {
                "resourceType": "Observation",
                "id": "a",
                "code": {"text": "Weight"},
                "valueQuantity": {"value": 71.4, "unit": "kg"},
                "hasMember": [{"reference": "Observation/a"}],
            }
        },
        None,
        {"resource": []},
    ]
    reader.serves("")
    page, files = (
        reader.page,
        [
            ({**round_}, "Weight: 71.4 kg"),
            (
                document(section("<p>New</p>"), subject=[{"reference": "Patient/p"}]),
                "a version of FHIR that is not read here",
            ),
            ({"resourceType": "Patient", "name": [{"family": "Stone"}]}, "Stone"),
            ({"resourceType": "Bundle", "entry": None}, "No name"),
        ],
    )
    for data, words in files:
        page.context.unroute(re.compile("^https://"))
        reader.serves(seal(json.dumps(data).encode(), KEY))
        reader.open(shlink(HOST + "/x", KEY, flag="U"))
        expect(page.locator("#shown")).to_contain_text(words)


def test_a_health_card_is_shown_as_signed_and_not_checked(reader: Reader) -> None:
    """Alone catches: a signature that is said to be good, though nobody looked; a card that is not shown."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    inner = {
        "iss": "https://issuer.example",
        "vc": {"credentialSubject": {"fhirBundle": document(section("<p>Vaccinated.</p>"))}},
    }
    body = packer.compress(json.dumps(inner).encode()) + packer.flush()
    card = ".".join((b64(b'{"alg":"ES256","zip":"DEF"}'), b64(body), b64(bytes(64))))
    made = seal(
        json.dumps({"verifiableCredential": [card]}).encode(), KEY, cty="application/smart-health-card"
    )
    reader.serves(made)
    reader.open(shlink(HOST + "/x", KEY, flag="U"))
    shown = reader.page.locator("#shown")
    expect(shown).to_contain_text("This is signed. We did not check the signature")
    expect(shown).to_contain_text("https://issuer.example")
    expect(shown).to_contain_text("Vaccinated.")


def test_the_page_has_a_policy_of_its_own_and_no_other_page_has(reader: Reader) -> None:
    """Alone catches: pages of the record that may ask other hosts, and a viewer that tells where it came from."""
    page = reader.page
    view = page.goto("/view")
    assert view is not None
    policy = view.headers["content-security-policy"]
    assert "connect-src 'self' https:" in policy
    assert "script-src 'self';" in policy
    assert view.headers["referrer-policy"] == "no-referrer"
    other = page.goto("/sign-in")
    assert other is not None
    assert "https:" not in other.headers["content-security-policy"]


def test_another_language_keeps_the_link(reader: Reader) -> None:
    """Alone catches: a reader of Urdu who loses the link when they choose their language."""
    reader.page.goto("/view#" + shlink(HOST + "/x", KEY, label="For the eye clinic"))
    reader.page.get_by_role("button", name="اردو").first.click()
    expect(reader.page.locator("html")).to_have_attribute("dir", "rtl")
    expect(reader.page.locator("#about-label")).to_have_text("For the eye clinic")


def test_a_number_is_read_from_left_to_right_in_urdu(reader: Reader) -> None:
    """Alone catches: an NHS number whose groups stand in the other order beside Urdu: the number of somebody else."""
    found = document(section("<p>All is well.</p>"))
    patient = next(one["resource"] for one in found["entry"] if one["resource"]["resourceType"] == "Patient")
    patient["identifier"] = [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990001006"}]
    reader.page.goto("/view")
    reader.page.get_by_role("button", name="اردو").first.click()
    expect(reader.page.locator("html")).to_have_attribute("lang", "ur")
    reader.page.goto("about:blank")  # a link opens a page of its own
    reader.serves(seal(json.dumps(found).encode(), KEY))
    reader.page.goto("/view#" + shlink(HOST + "/x", KEY, flag="U"))
    reader.page.locator("input[name=who]").fill("Dr Ada Obi")
    reader.page.locator("main form button").last.click()
    expect(reader.page.locator("#shown h1")).to_have_text("Ali Stone")
    places = reader.page.evaluate(
        """() => {
          const walk = document.createTreeWalker(document.getElementById("shown"), NodeFilter.SHOW_TEXT);
          while (walk.nextNode() && !walk.currentNode.data.includes("1006"));
          return ["999", "000", "1006"].map((group) => {
            const range = document.createRange(), at = walk.currentNode.data.indexOf(group);
            range.setStart(walk.currentNode, at);
            range.setEnd(walk.currentNode, at + group.length);
            const { left, top } = range.getBoundingClientRect();
            return [Math.round(top), left];
          });
        }"""
    )
    assert places == sorted(places)
    assert len({top for top, _ in places}) == 1
