"""The person's own view beside a note and a contact: an equal of what a professional wrote, for every reader of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, url_for

from selfcare.audit.models import Trail
from selfcare.contacts import actions as contacts
from selfcare.database import command, session
from selfcare.filing import actions as filing
from selfcare.own_view.models import OwnView
from selfcare.results.models import ReportNote
from selfcare.sharing import actions as share
from selfcare.sharing import queries as sharing
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories.lived import lived_in
from tests.harness.client import Client

one_engine = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
RIGHTS = dict.fromkeys(Area, Level.MANAGE)
MINE = "I was not settling in: I lay awake."
ABOUT_NOTE = "I would rather hear it by phone."


@dataclass
class Scene:
    app: Flask
    home: factories.Household
    ids: dict[str, Any]
    rosa: Client
    leon: Client
    amina: Client

    @property
    def base(self) -> str:
        return f"/people/{self.home.person.id}/"

    @property
    def contacts(self) -> str:
        return f"{self.base}contacts/"

    @property
    def note(self) -> str:
        """Where the note stands."""
        with self.app.test_request_context():
            return url_for(
                "results.result", **{name: self.ids[name] for name in ("person_id", "report_id", "result_id")}
            )


@pytest.fixture
def scene(app: Flask, new_client: Callable[..., Client]) -> Scene:
    home, ids = lived_in(app, RIGHTS)
    clients = []
    for account in (home.rosa, home.leon, home.amina):
        clients.append(new_client())
        clients[-1].sign_in(account.id)
    return Scene(app, home, ids, *clients)


@one_engine
def test_it_stands_beside_the_record_for_everybody_who_sees_that_and_is_said_to_be_read(scene: Scene) -> None:
    """Alone catches: words that only one side sees, a read that is said of words nobody read, and words that seem to be
    said of what was written later."""
    note = scene.note
    for client in (scene.rosa, scene.leon, scene.amina):
        assert MINE in client.get(scene.contacts)
        assert ABOUT_NOTE in client.get(note)
    assert MINE in scene.amina.get(scene.base)
    assert "Not read yet." in scene.rosa.get(scene.contacts)
    scene.amina.get(scene.contacts).form("/my-view/read").submit()
    scene.amina.get(note).form("/my-view/read").submit()
    for path in (scene.contacts, note):
        assert "Read by Amina," in scene.rosa.get(path)
    page = scene.amina.get(f"{scene.contacts}{scene.ids['contact_id']}/change")
    page.form("contact").submit(said="Could not sleep, settles in slowly.")
    for client in (scene.rosa, scene.amina):
        page = client.get(scene.contacts)
        assert "Written beside earlier words:" in page
        assert "Settling in." in page
    page = scene.rosa.get(scene.contacts).click("Change my view")
    assert "Could not sleep, settles in slowly." in page
    page = page.form("own-view").submit(text="Yes, that is so.")
    assert "Written beside earlier words:" not in page
    assert "Not read yet." in page
    assert "I have read it" in scene.amina.get(scene.contacts)
    with scene.app.app_context():
        row = session().query(OwnView).filter_by(about_kind="contact").one()
        kept = [found.body["text"] for found in session().query(OwnView.versions).filter_by(item_id=row.id)]
    assert MINE in kept  # what was read is kept as it stood
    scene.rosa.get(scene.contacts).click("Change my view").form("own-view").submit(text="")
    assert "Yes, that is so." not in scene.amina.get(scene.contacts)
    assert "Add my view" in scene.rosa.get(scene.contacts)
    for client in (scene.leon, scene.amina):
        assert client.get(f"{scene.contacts}{scene.ids['contact_id']}/my-view").status == 404


def test_two_devices_and_a_form_sent_twice(scene: Scene) -> None:
    address = f"{scene.contacts}{scene.ids['contact_id']}/my-view"
    first, second = (scene.rosa.get(address).form("own-view") for _ in range(2))
    first.submit(text="From the phone")
    first.submit(text="From the phone")
    answer = second.submit(text="From the tablet")
    assert answer.status == 409
    assert "From the phone" in answer
    assert "From the tablet" in answer
    with scene.app.app_context():
        row = session().query(OwnView).filter_by(about_kind="contact").one()
        assert (row.text, row.version) == ("From the phone", 3)


def test_left_out_once_it_stays_out_whatever_comes_between(scene: Scene) -> None:
    """Alone catches: a choice forgotten with the first summary of days without any."""

    def usual() -> tuple[str, ...]:
        with scene.app.test_request_context():
            rosa = factories.permit(scene.home.rosa, scene.home.person)
            return sharing.usual(rosa, sharing.before_choosing(rosa)[2], rosa.today(), rosa.today()).sections

    assert "views" in usual()
    for days in (0, 1, 2):  # from tomorrow on there are none
        with scene.app.test_request_context(), command():
            rosa = factories.permit(scene.home.rosa, scene.home.person)
            day = rosa.today() + timedelta(days=days)
            sections = ("matters",) if days == 0 else tuple(usual())
            share.share(rosa, sections=sections, first=day, last=day, appointment_id=None)
        assert "views" not in usual(), days


def test_taken_out_and_written_again_is_no_quarrel_with_oneself(scene: Scene) -> None:
    address = f"{scene.contacts}{scene.ids['contact_id']}/my-view"
    scene.rosa.get(address).form("own-view").submit(text="")
    assert scene.rosa.get(address).form("own-view").submit(text="Again.").status == 200
    assert "Again." in scene.amina.get(scene.contacts)
    with scene.app.app_context():
        noted = session().query(Trail).filter_by(kind="own_view").order_by(Trail.seq)
        assert [row.verb for row in noted][-2:] == ["removed", "added"]


def test_it_is_said_of_the_words_that_stood_on_the_page(scene: Scene) -> None:
    """Alone catches: a yes to words that were others when it was written, while it waited on a phone."""
    form = scene.rosa.get(f"{scene.contacts}{scene.ids['contact_id']}/my-view").form("own-view")
    page = scene.amina.get(f"{scene.contacts}{scene.ids['contact_id']}/change")
    assert page.form("contact").submit(said="You sleep badly and drink too much.").status == 200
    assert form.submit(text="Yes, that is right.").status == 200
    for client in (scene.rosa, scene.amina):
        page = client.get(scene.contacts)
        assert "Written beside earlier words:" in page
        assert "Settling in." in page
    with scene.app.test_request_context():
        rosa = factories.permit(scene.home.rosa, scene.home.person)
        one = next(
            each for each in sharing.before_choosing(rosa)[3].views if each["mine"] == "Yes, that is right."
        )
        assert one["theirs"].startswith("Settling in.")


@pytest.mark.parametrize("kind", ["contact", "note"])
def test_what_was_typed_beside_something_that_is_gone_is_not_lost(scene: Scene, kind: str) -> None:
    """Alone catches: a page not found, in place of the words. Somebody who was never shown it learns nothing."""
    contact = f"{scene.contacts}{scene.ids['contact_id']}/my-view"
    page = scene.rosa.get(scene.note)
    address = page.html.select_one("a[href$='/my-view']")["href"] if kind == "note" else contact
    form = scene.rosa.get(address).form("own-view")
    with scene.app.test_request_context(), command():
        amina = factories.permit(scene.home.amina, scene.home.person)
        contacts.remove(amina, scene.ids["contact_id"])
        note = session().get_one(ReportNote, (scene.home.person.id, scene.ids["note_id"]))
        filing.mark_in_error(amina, note.report_id, "It is somebody else’s.")
    answer = form.submit(text="My long words")
    assert answer.status == 409
    assert "What you wrote this beside is not there any more." in answer
    assert "My long words" in answer
    form.values = [pair for pair in form.values if pair[0] not in ("beside", "form_id")]
    assert form.submit(text="My long words").status == 404


def test_their_words_stay_theirs_to_read_when_what_they_stood_beside_is_taken_out(scene: Scene) -> None:
    with scene.app.test_request_context(), command():
        amina = factories.permit(scene.home.amina, scene.home.person)
        contacts.remove(amina, scene.ids["contact_id"])
        filing.mark_in_error(amina, scene.ids["report_id"], "It is somebody else’s.")
    for address, mine in (
        (scene.contacts, MINE),
        (f"{scene.base}results/{scene.ids['report_id']}/", ABOUT_NOTE),
    ):
        page = scene.rosa.get(address)
        assert mine in page
        assert "What Amina wrote, and this stood beside, was taken out." in page
        assert "Haemoglobin carries oxygen" not in page.text
        for client in (scene.leon, scene.amina):
            assert mine not in client.get(address).text


def test_a_list_says_of_what_comes_into_view_that_it_was_read(scene: Scene) -> None:
    """Alone catches: twenty views read by a page that was only opened."""
    page = scene.amina.get(scene.contacts)
    assert [tag["data-hx-trigger"] for tag in page.html.select("form[action$='my-view/read']")] == [
        "intersect once"
    ]
    # Taken out meanwhile: nothing to read, and no page of an error in the row.
    scene.rosa.get(f"{scene.contacts}{scene.ids['contact_id']}/my-view").form("own-view").submit(text="")
    assert page.form("my-view/read").submit().status == 200


def test_in_a_summary_both_stand_side_by_side_and_leave_with_what_they_are_about(scene: Scene) -> None:
    """Alone catches: one side left out, words about a report that was somebody else's, and about a contact that is not
    there any more."""
    shared = f"{scene.base}summary/{scene.ids['summary_id']}/"
    for client in (scene.rosa, scene.leon, scene.amina):
        for path in (shared, f"{shared}text"):
            text = client.get(path).html.main.text
            for words in ("Settling in.", MINE, "Haemoglobin carries oxygen", ABOUT_NOTE):
                assert words in text, path
    ready = scene.rosa.get(f"{scene.base}appointments/{scene.ids['appointment_id']}/prepare/ready")
    assert MINE in ready
    choose = ready.click("Choose what to share").form("share")
    choose.values = [pair for pair in choose.values if pair != ("sections", "views")]
    choose.submit("Show it with these choices").form("share").submit("Share with Amina")
    again = scene.rosa.get(f"{scene.base}appointments/{scene.ids['appointment_id']}/prepare/ready")
    assert MINE not in again.text  # left out once, it stays out
    with scene.app.test_request_context(), command():
        amina = factories.permit(scene.home.amina, scene.home.person)
        contacts.remove(amina, scene.ids["contact_id"])
        note = session().get_one(ReportNote, (scene.home.person.id, scene.ids["note_id"]))
        filing.mark_in_error(amina, note.report_id, "It is somebody else’s.")
    for client in (scene.rosa, scene.amina):
        for path in (shared, f"{shared}text"):
            text = client.get(path).text
            assert MINE in text  # as it was shared
            assert "Settling in." not in text  # it may have been about somebody else
            assert "wrote, and this stood beside, was taken out." in text
            assert ABOUT_NOTE not in text
            assert "Haemoglobin carries oxygen" not in text
    with scene.app.test_request_context():
        rosa = factories.permit(scene.home.rosa, scene.home.person)
        assert sharing.before_choosing(rosa)[3].views == []


def test_either_engine_writes_them_alike(app: Flask) -> None:
    """Alone catches: ids and days that one engine spells otherwise, which a page with them cannot read."""
    home, ids = lived_in(app, RIGHTS)
    with app.test_request_context(), command():
        rosa = factories.permit(home.rosa, home.person)
        found = sharing.before_choosing(rosa)[3]
        assert sharing.before_visit(rosa, ids["appointment_id"])[3] == found
        assert [(one["mine"], one["theirs"], one["who"], one["day"]) for one in found.views] == [
            (ABOUT_NOTE, "Haemoglobin carries oxygen round your body.", "Amina", rosa.today().isoformat()),
            (MINE, "Settling in.\nCall again.", "Amina", rosa.today().isoformat()),
        ]
        assert {UUID(one["id"]) for one in found.views} == {row.id for row in session().query(OwnView)}
