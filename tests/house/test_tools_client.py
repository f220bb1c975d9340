"""The client sends what a browser would, and fails where a person would meet a fault."""

from collections.abc import Callable

import pytest
from flask import Flask, Response, redirect, request

from tests.harness.client import Client
from tests.harness.markup import POLICY, Validator

STRICT = "; ".join(f"{name} {' '.join(sorted(sources))}" for name, sources in POLICY.items())
FORM = """
<form method="post" action="/save" id="first">
<input type="hidden" name="csrf_token" value="t">
<p><label for="note">Note</label> <textarea id="note" name="note" dir="auto">
as it was</textarea></p>
<fieldset><legend>How is it?</legend>
<input type="radio" id="better" name="how" value="better"> <label for="better">Better</label>
<input type="radio" id="worse" name="how" value="worse" checked> <label for="worse">Worse</label></fieldset>
<fieldset><legend>Where?</legend>
<input type="checkbox" id="arm" name="where" value="arm" checked> <label for="arm">Arm</label>
<input type="checkbox" id="leg" name="where" value="leg"> <label for="leg">Leg</label></fieldset>
<p><label for="unit">Unit</label> <select id="unit" name="unit">
<option>kg</option><option value="st" selected>stone</option>
</select></p>
<button type="submit" name="then" value="save">Save</button>
<button type="submit" name="then" value="again" formaction="/save?again=1">Save and add another</button>
</form>
<form method="post" action="/people/1/entries/2/removal"><button type="submit">Remove</button></form>
"""
Site = Callable[..., Client]


@pytest.fixture
def site(validator: Validator) -> Site:
    """A small site of one page, and /save, which answers with what it was sent."""

    def make(body: str, title: str = "Log - Selfcare", policy: str = STRICT) -> Client:
        app = Flask("small")
        html = f'<!DOCTYPE html>\n<html lang="en">\n<head><title>{title}</title></head>\n<body><h1>Log</h1>'
        html += f"{body}</body>\n</html>"

        @app.after_request
        def strict(answer: Response) -> Response:
            answer.headers["Content-Security-Policy"] = policy
            return answer

        app.add_url_rule("/log", "log", lambda: html)
        app.add_url_rule("/away", "away", lambda: redirect("/log", 303), methods=["GET", "POST"])
        app.add_url_rule("/round", "round", lambda: redirect("/round", 303))
        app.add_url_rule("/broken", "broken", lambda: ("", 500))

        @app.post("/save")
        def save() -> dict[str, object]:
            fields = list(request.form.items(multi=True))
            return {
                "fields": fields,
                "headers": dict(request.headers),
                "query": request.query_string.decode(),
            }

        return Client(app, validator)

    return make


@pytest.fixture
def log(site: Site) -> Client:
    client = site(FORM)
    client.strict = False
    return client


def test_a_form_is_sent_as_it_stands(log: Client) -> None:
    sent = log.get("/log").form("first").submit().json
    assert sent["fields"] == [
        ["csrf_token", "t"], ["note", "as it was"], ["how", "worse"], ["where", "arm"], ["unit", "st"],
        ["then", "save"],
    ]  # fmt: skip
    assert sent["headers"]["Origin"] == "http://localhost"
    assert sent["headers"]["Sec-Fetch-Site"] == "same-origin"
    assert sent["headers"]["Referer"] == "http://localhost/log"


def test_fields_are_filled_in_and_another_button_pressed(log: Client) -> None:
    form = log.get("/log").form("/save")
    sent = form.submit(
        "Save and add another", note="two\nlines", how="better", where=["arm", "leg"], unit="kg"
    ).json
    assert dict(sent["fields"])["note"] == "two\r\nlines"
    assert sent["fields"].count(["where", "leg"]) == 1
    assert ["then", "again"] in sent["fields"]
    assert ["then", "save"] not in sent["fields"]
    assert sent["query"] == "again=1"
    assert "where" not in dict(log.get("/log").form("first").submit(where=False).json["fields"])


def test_labels_and_legends_name_their_fields(log: Client) -> None:
    form = log.get("/log").form("Save")
    assert [form.labelled(label) for label in ("Note", "How is it?", "Leg", "Unit")] == [
        "note",
        "how",
        "where",
        "unit",
    ]


def test_what_the_form_does_not_offer_cannot_be_filled_in(log: Client) -> None:
    form = log.get("/log").form("first")
    with pytest.raises(AssertionError, match="no field 'temperature'"):
        form.fill(temperature=37)
    with pytest.raises(AssertionError, match="is not offered"):
        form.fill(how="cured")
    with pytest.raises(AssertionError, match="no button"):
        form.submit("Delete everything")
    with pytest.raises(AssertionError, match="2 forms"):
        log.get("/log").form()


def test_redirects_are_followed_with_get_and_kept_in_the_history(log: Client) -> None:
    page = log.post("/away")
    assert (page.status, page.h1, [step.status for step in page.history]) == (200, "Log", [303])
    assert log.post("/away", follow=False).location == "/log"
    with pytest.raises(AssertionError, match="redirects"):
        log.get("/round")


def test_bytes_are_sent_as_they_are(log: Client) -> None:
    sent = log.post("/save", b"note=%ff", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert sent.json["fields"] == [["note", "%FF"]]


@pytest.mark.parametrize(
    ("body", "title", "policy", "fault"),
    [
        ("", "Another - Selfcare", STRICT, "does not start with the h1"),
        ("<h1>Two</h1>", "Log", STRICT, "2 h1"),
        ("", "Log", STRICT.replace("'none'", "'self'"), "default-src"),
        ('<p id="a"></p><p id="a"></p>', "Log", STRICT, "no-dup-id"),
        ('<p style="margin: 0">x</p>', "Log", STRICT, "style on <p>"),
        ('<img src="https://example.org/a.png" alt="">', "Log", STRICT, "example.org"),
    ],
)
def test_a_page_with_a_fault_fails(site: Site, body: str, title: str, policy: str, fault: str) -> None:
    client = site(body, title, policy)
    with pytest.raises(AssertionError, match=fault):
        client.get("/log")


def test_a_server_fault_fails(site: Site) -> None:
    with pytest.raises(AssertionError, match="500"):
        site("").get("/broken")


def test_an_error_must_lead_to_its_field(site: Site) -> None:
    summary = '<ul class="error-summary"><li><a href="#{}">Type a note</a></li></ul><p id="note">x</p>'
    assert site(summary.format("note")).get("/log").errors == ["Type a note"]
    client = site(summary.format("gone"))
    client.strict = False
    page = client.get("/log")
    with pytest.raises(AssertionError, match="not there"):
        _ = page.errors
