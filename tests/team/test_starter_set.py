"""What a team offers, and its starter set: out as a file, in again on another team's page, looked through first."""

import json
from io import BytesIO
from typing import Any

import jsonschema
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from selfcare.database import command, session
from selfcare.diary.presets import PRESETS
from selfcare.people import staff
from selfcare.people.models import Team, TeamOffer
from selfcare.results.models import Phrase, PhraseVersion, TeamRelease
from selfcare.team import starter_set_file as files
from tests import factories
from tests.harness.client import ORIGIN, Client
from tests.harness.pages import Answer
from tests.team.scenes import Desk
from tests.team.test_many import one_engine

SET: dict[str, Any] = {
    "format": "selfcare-starter-set", "version": 1, "languages": ["en", "ur"], "made_by": "Hillside team",
    "made_on": "2026-03-06",
    "trackers": [
        {"preset": "breathing"},
        {"kind": "symptom", "name": {"en": "Itching", "ur": "خارش"},
         "low": {"en": "none"}, "high": {"en": "all night"}},
        {"kind": "measure", "name": {"en": "Walks"}, "unit": "minutes"},
    ],
    "prompts": [{"en": "Who looks after my pump?", "ur": "میرے پمپ کی دیکھ بھال کون کرتا ہے؟"}],
    "phrases": [{"test": "Creatinine", "code": "", "texts": {"en": "This shows how your kidneys work."}}],
    "links": [{"url": "https://example.org/kidneys", "name": "About kidneys", "publisher": "Kidney charity",
               "checked_on": "2026-02-01", "language": "en"}],
    "names": [{"of": "medicine", "name": {"en": "Folic acid 5 mg"}},
              {"of": "allergy", "name": {"en": "Latex", "ur": "ربڑ"}}],
    "release": {"tissue": "with_note"},
    "get_in_touch": {"en": "On Wednesdays we are at the clinic."},
    "reply_days": 3,
}  # fmt: skip
SCHEMA = json.loads((files.SCHEMA).read_text(encoding="utf-8"))


def upload(client: Client, data: bytes, name: str = "set.json") -> Answer:
    page = client.get("/team/starter-set/")
    file = FileStorage(BytesIO(data), filename=name)
    boundary, body = encode_multipart({**dict(page.form("upload").sent()), "file": file})
    kind = f"multipart/form-data; boundary={boundary}"
    headers = client._headers("POST", False, ORIGIN + "/team/starter-set/")
    sent = client.raw.post(
        "/team/starter-set/", base_url=ORIGIN, data=body, content_type=kind, headers=headers
    )
    answer = Answer(sent, ORIGIN + "/team/starter-set/", client.send)
    client.judge(answer)
    return answer


def as_bytes(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def test_in_and_out_and_in_again(app: Flask, here: Desk, client: Client) -> None:
    """Alone catches: something kept that nobody chose, a sentence lost under another's, a second import that changes
    something, a file of ours that cannot be read again, and a page where people never meet what was taken in.
    """
    with app.test_request_context(), command() as work:
        house = factories.household()
        staff.make_administrator(house.team.id, house.amina.id)
        team_id, amina, rosa, person_id = house.team.id, house.amina.id, house.rosa.id, house.person.id
        work.add(
            Phrase(
                team_id=team_id, test="Creatinine", name_key="creatinine", code_key=None, by=amina,
                texts={"en": "This shows how your kidneys work.", "cy": "Yr arennau."}, by_name="Amina",
                at=house.person.made_at,
            )
        )  # fmt: skip
    client.sign_in(amina)
    looked = upload(client, as_bytes(SET))
    assert looked.h1 == "Look the starter set through"
    assert "Made by Hillside team on" in looked
    assert "Differs. It takes the place of what you have." in looked
    with app.app_context():
        assert not session().scalars(select(TeamOffer)).all(), "nothing before the button"
    for whole in ("Itching", "خارش", "none", "all night", "minutes", "میرے پمپ کی دیکھ بھال کون کرتا ہے؟",
                  "Yr arennau.", "On Wednesdays we are at the clinic."):  # fmt: skip
        assert whole in looked, "all that is kept was looked through"
    assert [one.get_text() for one in looked.html.select("bdi[lang=cy]")] == ["Yr arennau."], (
        "of what stands too"
    )
    form = looked.form("take-in")
    chosen = [
        one["value"] for one in looked.html.select("input[name=take]") if "Walks" not in str(one.parent)
    ]
    assert len(chosen) == 10
    done = form.submit(take=chosen)
    assert done.h1 == "What the team offers"
    with app.app_context():
        rows = {(row.part, row.key): row.body for row in session().scalars(select(TeamOffer))}
        assert ("tracker", "measure walks") not in rows, "what was left unticked"
        assert rows["link", "https://example.org/kidneys"]["publisher"] == "Kidney charity"
        assert session().get_one(Team, team_id).reply_days == 3
        assert session().scalars(select(TeamRelease.how)).all() == ["with_note"]
        (phrase,) = session().scalars(select(Phrase))
        assert phrase.texts == {"en": "This shows how your kidneys work."}
        assert session().scalars(select(PhraseVersion.texts)).one()["cy"] == "Yr arennau.", (
            "what it said is kept"
        )
    again = upload(client, as_bytes(SET | {"trackers": SET["trackers"][:2]}))
    assert "There is nothing new in it." in again
    file = client.get("/team/starter-set/file")
    out = json.loads(file.response.data)
    jsonschema.Draft202012Validator(SCHEMA).validate(out)
    assert out["prompts"] == SET["prompts"]
    assert out["made_by"] == "Riverside team" or out["made_by"]
    assert "There is nothing new in it." in upload(client, file.response.data)
    base = f"/people/{person_id}/"
    person = client
    person.sign_in(rosa)
    assert "Who looks after my pump?" in person.get(base + "questions/prompts")
    assert "On Wednesdays we are at the clinic." in person.get(base + "get-in-touch/")
    helps = {
        kind: [one["value"] for one in person.get(f"{base}health/{kind}/add").html.select("datalist option")]
        for kind in ("medicine", "condition", "allergy")
    }
    assert helps == {"medicine": ["Folic acid 5 mg"], "condition": [], "allergy": ["Latex"]}
    started = person.get(base + "diary/start").form("start")
    offered = [
        one for one in person.get(base + "diary/start").html.select("label") if "Itching" in one.get_text()
    ]
    assert offered
    code = person.get(base + "diary/start").html.find(id=offered[0]["for"])["value"]
    log = started.submit(what=[code])
    assert "Itching" in log.h1
    assert "all night" in log


HOSTILE = [
        (b"", "This file is empty."),
        (b"PK\x03\x04" + b"x" * 50, "This is no starter set."),
        (b'{"format": "selfcare-starter-set", ' + b" " * 300_001, "too large for a starter set"),
        (b"[" * 50_000, "levels deep"),
        (b'{"format": 1', "This is not valid JSON"),
        (b'{"a": 1, "a": 2}', "stands twice in one JSON object"),
        (b'["selfcare-starter-set"]', "no starter set of Selfcare"),
        (b'{"format": "selfcare-starter-set", "version": ' + b"9" * 9000 + b"}", "another version"),
        (as_bytes(SET | {"version": 2}), "another version"),
        (as_bytes(SET | {"languages": ["fr"]}), "This app has no language called “fr”."),
        (as_bytes(SET | {"colour": "red"}), "In “colour” something is missing"),
        (as_bytes(SET | {"reply_days": "3"}), "In “reply_days” something is missing"),
        (as_bytes(SET | {"prompts": {"en": "x"}}), "In “prompts” something is missing"),
        (as_bytes(SET | {"prompts": [{"en": "Is <script>alert(1)</script> safe?"}]}), "program text"),
        (as_bytes(SET | {"prompts": SET["prompts"] * 2}), "stands in it twice"),
        (as_bytes(SET | {"prompts": [{"en": f"Question {n}"} for n in range(21)]}), "too many in “prompts”"),
        (as_bytes(SET | {"links": [SET["links"][0] | {"url": "javascript:alert(1)"}]}), "must start with https://"),
        (as_bytes(SET | {"names": [{"of": "device", "name": {"en": "Pump"}}]}), "In “names 1” something is missing"),
        (as_bytes(SET | {"get_in_touch": {"en": "x" * 501}}), "a text is too long"),
]  # fmt: skip


@one_engine
def test_what_is_none_is_refused_in_words(app: Flask, here: Desk, ola: Client) -> None:
    """Alone catches: a hostile file that is kept, that stops the app, or that is refused without saying why."""
    for data, said in HOSTILE:
        page = upload(ola, data)
        assert page.status == 422, data[:80]
        assert said in page, data[:80]
    with app.app_context():
        assert not session().scalars(select(TeamOffer)).all()


@one_engine
def test_a_set_is_for_who_runs_the_pages_and_room_is_bounded(app: Flask, here: Desk, client: Client) -> None:
    """Alone catches: a member who changes what all are offered; a list without end; what is typed as code."""
    client.sign_in(here.priya)
    assert client.get("/team/starter-set/").status == 404
    assert client.get("/team/starter-set/file").status == 404
    client.sign_in(here.ola)
    page = client.get("/team/starter-set/add?part=prompt")
    assert page.form("offer").submit(text_en=" ").status == 422
    assert "Write words only" in page.form("offer").submit(text_en="<b>bold</b>")
    kept = page.form("offer").submit(text_en="May I travel?")
    assert "May I travel?" in kept
    named = client.get("/team/starter-set/add?part=name").form("offer")
    assert "Write it in at least one language." in named.submit(of="allergy")
    kept = named.submit(of="allergy", text_en="Latex")
    assert "Allergy, English" in kept
    link = client.get("/team/starter-set/add?part=link").form("offer")
    assert (
        link.submit(url="http://example.org", name="x", publisher="y", checked_on="2026-01-01").status == 422
    )
    with app.app_context():
        offer_id = session().scalars(select(TeamOffer.id).where(TeamOffer.part == "prompt")).one()
    asked = client.get(f"/team/starter-set/{offer_id}/remove")
    assert "May I travel?" not in asked.form("Take it off").submit()
    many = [{"en": f"Question {n}"} for n in range(20)]
    looked = upload(client, as_bytes(SET | {"prompts": many, "trackers": [], "phrases": []}))
    every = [one["value"] for one in looked.html.select("input[name=take]")]
    assert looked.form("take-in").submit(take=every).h1 == "What the team offers"
    more = upload(client, as_bytes(SET | {"prompts": [{"en": "One more"}]}))
    full = more.form("take-in").submit(take=[files.Item("prompt", "one more", {}).sign])
    assert full.status == 422
    assert "there is room for 20" in full
    with app.app_context():
        prompts = session().scalars(select(TeamOffer.key).where(TeamOffer.part == "prompt")).all()
        assert len(prompts) == 20


def test_the_schema_and_the_reader_say_the_same() -> None:
    """Alone catches: a shape that the published schema allows and the app refuses, or the other way round."""
    valid = jsonschema.Draft202012Validator(SCHEMA)
    wrong: list[tuple[str, Any]] = [
        ("colour", 1), ("version", 2), ("languages", []), ("languages", ["fr"]), ("made_by", ""), ("made_on", "today"),
        ("trackers", [{"preset": "no such"}]), ("trackers", [{"kind": "symptom"}]),
        ("trackers", [{"kind": "x", "name": {"en": "a"}}]),
        ("prompts", [{}]), ("prompts", [{"en": "x" * 201}]), ("phrases", [{"test": "a"}]),
        ("release", {"blood": "never"}), ("names", [{"of": "device", "name": {"en": "a"}}]),
        ("names", [{"of": "allergy", "name": {"en": "x" * 81}}]), ("names", [{"name": {"en": "a"}}]),
        ("links", [SET["links"][0] | {"url": "http://example.org"}]), ("reply_days", 0), ("reply_days", 21),
        ("get_in_touch", "words"), ("trackers", [{"kind": "symptom", "name": {"en": "a"}, "low": {"en": "b"}}]),
    ]  # fmt: skip
    assert valid.is_valid(SET)
    assert files.document(files.read(as_bytes(SET), list(PRESETS)))["links"] == SET["links"]
    for name, value in wrong:
        said = SET | {name: value}
        assert not valid.is_valid(said), name
        with pytest.raises(files.NotASet):
            files.read(as_bytes(said), list(PRESETS))


@one_engine
def test_half_a_character_and_a_file_as_large_as_may_be(app: Flask, here: Desk, client: Client) -> None:
    """Alone catches: a fault of ours over half of a character, and a file that is shown and cannot be taken in."""
    client.sign_in(here.ola)
    for broken in ({"\ud800": 1}, {"version": "\ud800"}, {"languages": ["\ud800"]}):
        answer = upload(client, json.dumps(SET | broken).encode())
        assert answer.status == 422
    texts = [{"test": f"Test {n}", "texts": {"ur": "ا" * 1990}} for n in range(70)]
    looked = upload(client, as_bytes({**SET, "phrases": texts}))
    form = looked.form("take-in")
    chosen = [one["value"] for one in looked.html.select("input[name=take]")]
    assert len("".join(chosen)) < 2000
    assert looked.html.find(id="take-in")["enctype"] == "multipart/form-data"
    boundary, body = encode_multipart({**dict(form.sent()), "take": chosen})
    assert len(body) > 280_000
    sent = client.raw.post(
        "/team/starter-set/take-in", base_url=ORIGIN, data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers=client._headers("POST", False, ORIGIN + "/team/starter-set/"),
    )  # fmt: skip
    assert sent.status_code == 303
    with app.app_context():
        assert len(session().scalars(select(Phrase)).all()) == 70


def test_two_who_run_the_pages(app: Flask, here: Desk, client: Client) -> None:
    """Alone catches: what one typed taken away unseen by the other, and a second press that finds nothing."""
    client.sign_in(here.ola)
    add = "/team/starter-set/add?part=prompt"
    client.get(add).form("offer").submit(text_en="Who looks after my pump?", text_cy="Pwy?")
    there = client.get(add).form("offer").submit(text_en="who looks after my pump?")
    assert there.status == 422
    assert "This stands there already: Who looks after my pump?" in there
    with app.app_context():
        (row,) = session().scalars(select(TeamOffer))
        assert row.body == {"text": {"en": "Who looks after my pump?", "cy": "Pwy?"}}
        address = f"/team/starter-set/{row.id}/remove"
    page = client.get(address)
    assert page.form("Take it off").submit().h1 == "What the team offers"
    assert page.form("Take it off").submit().h1 == "What the team offers"
    client.sign_in(here.other)
    assert client.get(address).status == 404
    with app.app_context():
        assert not session().scalars(select(TeamOffer)).all()
