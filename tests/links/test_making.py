"""Making a link, as the page sends it: what is in it, what is refused, and what is said of it."""

from typing import Any

import pytest
import time_machine
from fhir.resources.R4B.bundle import Bundle
from flask import Flask

from selfcare.accounts.models import Account
from selfcare.database import command, now, session
from selfcare.goals import actions as goals
from selfcare.links.models import SharedLink
from selfcare.people.models import Person
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories.links import seal
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.sharing.scenes import CANARY, Scene, scene

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
FILE = seal(b"{}", bytes(32))


@pytest.fixture
def rosa(app: Flask) -> Scene:
    return scene(app, {**factories.CARER_RIGHTS, Area.SHARING: Level.ADD})


@pytest.fixture
def page(client: Client, rosa: Scene) -> Answer:
    """The page that makes a link, reached without JavaScript."""
    client.sign_in(rosa.rosa)
    return client.get(f"{rosa.base}/summary/").form("share").submit("A link with a QR code")


def sent(page: Answer, **values: Any) -> Answer:
    """What the script of the page sends."""
    form = page.form("link")
    said = dict(form.sent()) | {"flag": "P", "passcode": "482107", "file": FILE} | values
    return page.send("POST", form.action, data=list(said.items()), referrer=page.url, follow=False)


def kept() -> list[SharedLink]:
    return list(session().query(SharedLink))


def test_without_javascript_the_page_says_so_and_leads_to_what_works(page: Answer) -> None:
    """Alone catches: a form that cannot be sent, without a word."""
    assert "A link needs JavaScript" in page.html.noscript.text
    assert page.html.find("a", string="Print it, or save it as a PDF")
    answer = page.form("link").submit()
    assert answer.status == 422
    assert "Your browser has to make the link, and it did not." in answer.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"label": "x" * 81}, "It can have 80 characters; it has 81."),
        ({"day": "2031-01-01"}, "Choose one."),
        ({"flag": "U"}, "The passcode did not arrive."),
        ({"flag": "P", "passcode": ""}, "The passcode did not arrive."),
        ({"flag": "LP"}, "The passcode did not arrive."),
        ({"passcode": "1234"}, "The passcode did not arrive."),
        ({"file": "a.b.c"}, "Your browser could not seal it."),
        ({"file": FILE + "A" * 600_000}, "Your browser could not seal it."),
    ],
)
def test_what_cannot_be_a_link_is_refused_and_nothing_is_kept(
    app: Flask, page: Answer, values: dict[str, str], words: str
) -> None:
    """Alone catches: flag U with a passcode, a label or an end that may not be, a file of no kind."""
    answer = sent(page, **values)
    assert answer.status == 422
    assert words in answer.text
    with app.app_context():
        assert kept() == []


def test_sent_twice_is_one_link(app: Flask, page: Answer) -> None:
    """Alone catches: a second link of a form that arrived, and whose answer did not."""
    for _ in range(2):
        assert sent(page).status == 303
    with app.app_context():
        (row,) = kept()
        assert (row.flag, row.once, row.passcode_hash is not None) == ("P", False, True)


def test_what_changed_since_it_was_looked_at_is_not_shared(app: Flask, page: Answer, rosa: Scene) -> None:
    """Alone catches: a link to something that the person did not see."""
    with app.test_request_context(), command():
        person = session().get_one(Person, rosa.person)
        account = session().get_one(Account, rosa.rosa)
        goals.add(factories.permit(account, person), text="Something new")
    answer = sent(page)
    assert answer.status == 409
    assert "Something changed since you looked. Go back and look at it again." in answer.text
    with app.app_context():
        assert kept() == []


def test_the_document_is_fhir_and_holds_what_was_ticked_alone(
    app: Flask, page: Answer, client: Client, rosa: Scene
) -> None:
    """Alone catches: a Bundle that is no FHIR R4, what is *only me* in it, what was not ticked, sections that an
    International Patient Summary must have and does not.
    """
    assert "On top stand your name and birth date, and your NHS number and your needs" in page.text
    with app.test_request_context(), command():
        person = session().get_one(Person, rosa.person)
        person.needs, person.nhs_number = ["large-print"], "9990001006"
    found = client.get(str(page.html.find(id="link")["data-plain"])).json
    about = [one["resource"] for one in found["document"]["entry"]]
    kinds = {one["resourceType"]: one for one in about}
    assert kinds["Patient"]["identifier"][0]["value"] == "9990001006"
    assert kinds["Patient"]["birthDate"]
    assert kinds["Flag"]["code"] == {"text": "Large print"}
    bundle = Bundle.model_validate(found["document"])
    composition = bundle.entry[0].resource
    codes = {one.code.coding[0].code for one in composition.section if one.code.coding}
    assert {"48765-2", "10160-0", "11450-4", "81338-6"} <= codes
    text = str(found["document"])
    assert CANARY not in text
    assert "sister’s visit" in text
    less = client.get(f"{rosa.base}/links/document?sections=goals&far=months").json["document"]
    assert "sister’s visit" not in str(less)


def test_who_helps_puts_in_only_what_they_may_see(client: Client, rosa: Scene) -> None:
    """Alone catches: results or summaries of the person that a helper gets out by a link."""
    client.sign_in(rosa.leon)
    found = client.get(
        f"{rosa.base}/links/document?sections=matters&sections=results&sections=been&far=months"
    ).json
    titles = [one["title"] for one in found["document"]["entry"][0]["resource"]["section"]]
    assert not any("results" in title.lower() for title in titles)
    assert found["document"]["entry"][0]["resource"]["author"][0]["display"] == "Leon"


def test_it_is_asked_again_who_this_is(app: Flask, client: Client, rosa: Scene) -> None:
    """Alone catches: a link made on a phone that was left open: what it opens leaves the app."""
    client.sign_in(rosa.rosa)
    with time_machine.travel(now().timestamp() + 660, tick=False):
        for path in ("make?far=months&sections=goals", "document?far=months&sections=goals"):
            assert client.get(f"{rosa.base}/links/{path}", follow=False).location.startswith("/sign-in/again")
