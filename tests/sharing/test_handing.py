"""One summary for one more professional: they read that and nothing else, for as long as it stands, and it is seen."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from selfcare import i18n
from selfcare.accounts.models import Account
from selfcare.appointments import actions as appointments
from selfcare.appointments.models import Appointment, Question
from selfcare.database import command, now, session
from selfcare.diary import actions as diary
from selfcare.goals import actions as goals
from selfcare.health import actions as health
from selfcare.leaving import erasing
from selfcare.notifications.models import Notice
from selfcare.people import actions as people
from selfcare.people.models import Person, Relationship, Right
from selfcare.sharing import actions, handing
from selfcare.web import throttle
from selfcare.web.access import Area, Kind, Level
from tests import factories
from tests.harness.client import Client
from tests.sharing.handing import Handed, come_in, hand_over, lets_in, make_reader, plain, row_of, sheet
from tests.sharing.pdf_reader import Pdf
from tests.sharing.scenes import CANARY, Scene, acting, scene, share, when

SINCE = "since-4gQ9"  # in everything that was written after the summary was handed over
NOT_FOUND, THERE = 404, 200
WHAT = ("", "text", "pdf")


@pytest.fixture
def rosas(app: Flask) -> Scene:
    """Rosa's record; Leon helps her with everything."""
    return scene(app, dict.fromkeys(Area, Level.MANAGE))


def signed_in(client: Client, account_id: UUID) -> Client:
    client.sign_in(account_id)
    return client


def goes_on(app: Flask, made: Scene) -> None:
    """Her record after that: words, numbers, how to reach her, all with a word that may reach nobody from outside."""
    with acting(app, made.rosa, made.person) as rosa:
        person = session().get_one(Person, made.person)
        person.phone, person.nhs_number, person.best_time = (
            f"01632 {SINCE}",
            "9990001278",
            f"Evenings {SINCE}",
        )
        person.needs = [f"Own need {SINCE}"]
        appointments.ask(rosa, text=f"Question {SINCE}")
        goals.add(rosa, text=f"Goal {SINCE}")
        diary.log(rosa, made.weight, when(person, -0.01), first="70", note=f"Note {SINCE}")
    with acting(app, made.amina, made.person) as amina:
        session().get_one(Account, amina.account_id).title = f"nurse {SINCE}"


def test_they_read_exactly_what_was_seen_and_nothing_else(
    app: Flask, rosas: Scene, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a page for somebody from outside that shows what the person did not look at first, or that leads
    on, or lets them in, to anything else of the record.
    """
    earlier = share(app, rosas)
    rosa = signed_in(client, rosas.rosa)
    form = rosa.get(f"{rosas.base}/summary/").form("share").submit("Another professional, by name")
    seen = sheet(form)
    code = form.form("hand").submit(name="Sam Lee", works_as="physiotherapist")
    typed = code.html.select_one(".qr__code").get_text(strip=True)  # type: ignore[union-attr]
    goes_on(app, rosas)
    sam = signed_in(new_client(), make_reader(app))
    page = come_in(sam, typed)
    assert page.h1.startswith("Summary of")
    assert "They read this one summary, and nothing else of yours." in form
    assert sheet(page) == seen
    assert "Walk to the shop and back" in seen
    listed = sam.get("/")
    assert listed.h1 == "Shared with me"
    text = sam.get(f"{page.url}text")
    file = sam.get(f"{page.url}pdf")
    assert "Walk to the shop and back" in text
    assert file.headers["Content-Type"] == "application/pdf"
    for answer in (
        page,
        listed,
        text,
        sam.get(f"{page.url}?as=table"),
        sam.get("/account/"),
        sam.get("/inbox/"),
    ):
        for word in (SINCE, CANARY, "9990001278", "999 000 1278", "Riverside community", str(rosas.person)):
            assert word not in answer.text, (word, answer.url)
    for way in (
        "",
        "summary/",
        f"summary/{earlier}/",
        f"sharing/{earlier}/pdf",
        "diary/",
        "results/",
        "sharing/",
    ):
        assert sam.get(f"{rosas.base}/{way}").status == NOT_FOUND, way
    assert [sam.get(way).status for way in ("/caseload/", "/caseload/find/", "/team/people/")] == [
        NOT_FOUND
    ] * 3


# How it stands, what is done to it, and whether who came in may still read it; what the page then says besides.
def _ends(app: Flask, made: Scene, handed: Handed, _: UUID) -> None:
    with acting(app, made.rosa, made.person) as rosa:
        handing.end(rosa, handed.id)


def _withdrawn(app: Flask, made: Scene, handed: Handed, _: UUID) -> None:
    with acting(app, made.rosa, made.person) as rosa:
        actions.withdraw(rosa, row_of(app, handed)["summary_id"])


def _superseded(app: Flask, made: Scene, _handed: Handed, _: UUID) -> None:
    share(app, made)


def _person(app: Flask, made: Scene, **values: Any) -> None:
    with app.test_request_context(), command():
        session().execute(update(Person).where(Person.id == made.person).values(**values))


def _leon(app: Flask, made: Scene, **values: Any) -> None:
    with app.test_request_context(), command():
        of_leon = Relationship.person_id == made.person, Relationship.account_id == made.leon
        session().execute(update(Relationship).where(*of_leon).values(**values))


def _rights(app: Flask, made: Scene, area: Area, level: Level) -> None:
    """Leon may do everything but this."""
    with acting(app, made.rosa, made.person) as rosa:
        grant = select(Relationship.id).where(
            Relationship.person_id == made.person, Relationship.account_id == made.leon
        )
        rights = dict.fromkeys(Area, Level.MANAGE) | {area: level}
        people.set_rights(rosa, session().scalars(grant).one(), rights)


def _erased(app: Flask, made: Scene, _handed: Handed, _: UUID) -> None:
    _person(app, made, erase_at=now() - timedelta(days=1), erase_asked_at=now() - timedelta(days=20))
    with app.app_context():
        assert erasing.one(made.person, now())


def _suspended(app: Flask, _made: Scene, _handed: Handed, reader: UUID) -> None:
    with app.test_request_context(), command():
        session().get_one(Account, reader).suspended_at = now()


STATES: dict[str, tuple[str, Callable[[Flask, Scene, Handed, UUID], None], bool]] = {
    "it stands": ("rosa", lambda *_: None, True),
    "superseded": ("rosa", _superseded, True),
    "ended": ("rosa", _ends, False),
    "withdrawn": ("rosa", _withdrawn, False),
    "died": ("rosa", lambda app, made, *_: _person(app, made, died_on=now().date()), False),
    "added by mistake": ("rosa", lambda app, made, *_: _person(app, made, mistaken_at=now()), False),
    "a helper's, ended": ("leon", lambda app, made, *_: _leon(app, made, state="ended"), False),
    "a helper's, on hold": ("leon", lambda app, made, *_: _leon(app, made, state="suspended", held_by="team"), False),
    "a helper's, run out": ("leon", lambda app, made, *_: _leon(app, made, until=now()), False),
    "a helper's, fewer areas": ("leon", lambda app, made, *_: _rights(app, made, Area.DIARY, Level.NOTHING), False),
    "a helper's, shares no more": ("leon", lambda app, made, *_: _rights(app, made, Area.SHARING, Level.ADD), False),
    "expired": ("rosa", lambda *_: None, False),
    "the reader suspended": ("rosa", _suspended, False),
    "erased": ("rosa", _erased, False),
}  # fmt: skip


def test_allergies_stand_in_the_head_wherever_the_summary_is_read(
    app: Flask, rosas: Scene, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: an allergy that was shared and stands far below, where who reads it has no right to today's; and a
    list of months ago that is said as if it were kept so now.
    """
    with acting(app, rosas.rosa, rosas.person) as permit:
        health.add(permit, kind="allergy", name="Penicillin", about="A rash")
        health.add(permit, kind="medicine", name="Metformin", about="")
    day = (now() - timedelta(days=60)).replace(hour=12)  # of the same date where she lives
    with time_machine.travel(day, tick=True):
        shared = share(app, rosas)
    with app.test_request_context():
        on = i18n.plain_day(day.date())
    said = f"llergies, as Rosa shared them on {on}:"
    rosa = signed_in(client, rosas.rosa)
    text = rosa.get(f"{rosas.base}/summary/{shared}/text").html.select_one("pre").get_text()  # type: ignore[union-attr]
    assert f"a{said} Penicillin" in text.split("What matters")[0]
    paper = rosa.get(f"{rosas.base}/sharing/{shared}/pdf")
    drawn = Pdf(paper.response.data).drawn(0)
    assert drawn.index(f"A{said}") < drawn.index("What matters")
    handed = hand_over(app, rosas, shared)
    reader = make_reader(app)
    lets_in(app, handed, reader)
    sam = signed_in(new_client(), reader)
    (head,) = sam.get(handed.address).all(".banner")
    assert f"A{said} Penicillin" in head
    assert "Metformin" not in head
    amina = signed_in(new_client(), rosas.amina)  # she may see what was shared, and no allergies of today
    assert f"A{said} Penicillin" in amina.get(f"{rosas.base}/summary/{shared}/").all(".banner")[0]
    with app.test_request_context(), command():
        held = select(Relationship.id).where(
            Relationship.person_id == rosas.person, Relationship.kind == "professional"
        )
        session().add(Right(relationship_id=session().scalars(held).one(), area=Area.HEALTH.value, level=1))
    (head,) = amina.get(f"{rosas.base}/summary/{shared}/").all(".banner")
    assert "Allergies, as Rosa keeps them: Penicillin" in head


@pytest.mark.parametrize("state", STATES)
def test_it_is_read_as_long_as_it_stands_and_by_nobody_else(
    app: Flask, rosas: Scene, new_client: Callable[..., Client], tmp_path: Path, state: str
) -> None:
    """Alone catches: a summary that whoever was let in still reads once it ended, in any way there is; and somebody
    else, of whatever kind, who reads it while it stands.
    """
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], data=tmp_path)  # what is erased is noted there
    by, changes, stands = STATES[state]
    handed = hand_over(app, rosas, share(app, rosas), by=getattr(rosas, by))
    reader = make_reader(app)
    lets_in(app, handed, reader)
    sam = new_client(strict=False)
    sam.sign_in(reader)
    assert [sam.get(handed.address + what).status for what in WHAT[:2]] == [THERE] * 2
    changes(app, rosas, handed, reader)
    later = (
        time_machine.travel(now() + timedelta(days=91), tick=True) if state == "expired" else nullcontext()
    )
    with later:
        if state == "expired":
            sam.sign_in(reader)
        found = [sam.get(handed.address + what, follow=False).status for what in WHAT]
        listed = sam.get("/shared-with-me/").text
    ends = [303] * 3 if state == "the reader suspended" else [NOT_FOUND] * 3
    assert found == ([THERE] * 3 if stands else ends)
    assert ("Rosa Hill" in listed) is stands
    if state == "superseded":
        assert "There is a later one. It was not shared with you." in sam.get(handed.address)
        assert "There is a later one." in sam.get(f"{handed.address}text")
    if stands:
        assert "You can read it until" in listed
        assert "You can read it until" in sam.get(handed.address)
        with app.test_request_context(), command():
            others = [factories.nurse("Owen")[0].id, factories.account(Kind.READER, "Ida").id]
        for who in (*others, rosas.amina, rosas.rosa, rosas.leon, rosas.stranger):
            other = new_client(strict=False)
            other.sign_in(who)
            assert [other.get(handed.address + what).status for what in WHAT] == [NOT_FOUND] * 3
        assert new_client().get(handed.address, follow=False).location.startswith("/sign-in")


def test_a_code_opens_once_and_only_with_the_birth_date(
    app: Flask, rosas: Scene, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a code that lets a second one in, or an account that has no second step; one that outlives ten
    wrong birth dates; a new account that reads before its second step is set up.
    """
    handed = hand_over(app, rosas)
    new = new_client()
    half = come_in(new, handed.code, email="sam@clinic.example")
    assert half.h1 == "Set up your account"
    second = half.form("enrol").submit(password="long grey walrus on a sofa")
    assert second.h1 == "Set up your second step"
    assert new.get(handed.address, follow=False).status in (303, 404), "no second step yet"
    # Who broke off begins again, with another address, and it is the same account.
    again = come_in(new_client(), handed.code, email="lee@clinic.example")
    assert again.h1 == "Set up your account"
    with app.app_context():
        (made,) = session().scalars(select(Account).where(Account.kind == Kind.READER.value)).all()
        assert (made.email, made.name, made.title) == ("lee@clinic.example", "Sam Lee", "physiotherapist")
    with app.test_request_context(), command():
        session().get_one(Account, made.id).way_at = now()
    assert "do not fit together" in come_in(new_client(), handed.code, email="third@clinic.example")
    # An account for people with a record opens nothing from outside, and costs no try.
    person = signed_in(new_client(), rosas.stranger)
    assert "account for your work" in plain(person.get("/shared-with-me/code"))
    # The address of somebody else makes no second account.
    other = hand_over(app, rosas)
    with app.test_request_context():
        before = throttle.count("invitation", "127.0.0.1")
    taken = come_in(new_client(), other.code, email="LEE@clinic.example")
    assert "cannot be used for a new account" in taken
    with app.test_request_context():
        assert throttle.count("invitation", "127.0.0.1") == before + 1, (
            "one code asks of every address there is"
        )
    # A professional who is here already types the code, and reads.
    with app.test_request_context(), command():
        owen = factories.nurse("Owen")[0].id
    known = signed_in(new_client(), owen)
    assert come_in(known, other.code).h1.startswith("Summary of")
    assert "Shared with me" in known.get("/caseload/waits/")
    # Ten wrong birth dates, and it is over.
    last, guesser = hand_over(app, rosas), new_client()
    for _ in range(10):
        wrong = come_in(guesser, last.code, ("28", "3", "1962"), email="x@clinic.example")
        assert "do not fit together" in wrong
    assert "do not fit together" in come_in(guesser, last.code, email="x@clinic.example")
    assert row_of(app, last)["ended_why"] == "tries"
    with app.app_context():
        told = select(func.count()).select_from(Notice).where(Notice.kind == "code_spent")
        assert session().scalar(told) == 1


def test_the_person_is_told_once_sees_who_read_and_ends_it(
    app: Flask, rosas: Scene, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a reading that the person is not told of, or told of each time; that stands on no page of theirs;
    an end that one has to look for.
    """
    summary = share(app, rosas)
    handed = hand_over(app, rosas, summary)
    rosa = signed_in(client, rosas.rosa)
    index = rosa.get(f"{rosas.base}/sharing/")
    assert "Has not come in yet. The code works until" in index
    assert "Sam Lee" in rosa.get(f"{rosas.base}/summary/{summary}/")
    reader = make_reader(app, "Samira Lee")
    lets_in(app, handed, reader)
    sam = signed_in(new_client(), reader)
    for what in ("", "text", ""):
        sam.get(handed.address + what)
    with app.app_context():
        rows = session().scalars(select(Notice).where(Notice.kind == "opened")).all()
        assert [(row.account_id, row.about_id) for row in rows] == [(rosas.rosa, handed.id)]
    inbox = rosa.get("/inbox/")
    told = "Somebody read what you shared with them."
    assert told in inbox
    for page in (rosa.get(f"{rosas.base}/sharing/"), rosa.get(f"{rosas.base}/summary/{summary}/")):
        assert "Read first on" in page
        assert "Came in as Samira Lee" in plain(page).replace("<bdi>", "")
    looked = plain(rosa.get(f"{rosas.base}/who-looked/"))
    assert "Samira Lee, physiotherapist, for one summary" in looked
    assert "The summary you shared on" in looked
    assert "Let somebody read one summary" in looked
    ends = rosa.get(f"{rosas.base}/sharing/professional/{handed.id}/end")
    assert "No message is sent to them." in ends
    done = ends.form("end").submit("End it now")
    with app.app_context():
        assert (
            session().scalar(select(func.count()).select_from(Notice).where(Notice.account_id == reader)) == 0
        )
    assert "Sam Lee" not in done.html.select_one("main").get_text()  # type: ignore[union-attr]
    assert sam.get(handed.address).status == NOT_FOUND
    assert "Ended on" in rosa.get(f"{rosas.base}/sharing/professional/{handed.id}/")


def test_what_became_only_me_is_gone_from_it_at_once(
    app: Flask, rosas: Scene, new_client: Callable[..., Client]
) -> None:
    """Alone catches: words that the person marked "only me" since, and somebody from outside goes on reading."""
    handed = hand_over(app, rosas)
    reader = make_reader(app)
    lets_in(app, handed, reader)
    sam = signed_in(new_client(), reader)
    words = ("sister’s visit", "tiredness from the new tablets", "Walk to the shop")
    assert all(word in sam.get(handed.address) for word in words)
    with app.test_request_context(), command() as work:
        for row in (
            work.get_one(Appointment, (rosas.person, rosas.visit)),
            work.get_one(Question, (rosas.person, rosas.question)),
        ):
            row.only_me = True
    for what in ("", "text"):
        page = sam.get(handed.address + what)
        assert page.status == THERE
        assert [word in page for word in words] == [False, False, True]
        assert "only me" not in page.text.lower()
    assert "Rosa Hill" in sam.get("/shared-with-me/")
