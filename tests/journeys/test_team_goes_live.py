"""A team goes live, in browsers: a colleague from the invitation to the last day, forty people from a file to letters,
a record that is erased.
"""

import re
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from selfcare.accounts.models import Account, SignIn
from selfcare.database import command, now, session
from selfcare.diary import actions as diary
from selfcare.leaving import erasing
from selfcare.outbox import deliver
from selfcare.people import teams
from selfcare.people.models import Member, Person, Relationship, Team
from tests import factories
from tests.conftest import Browse
from tests.factories.record import ago
from tests.harness import browser as browsers
from tests.harness.client import session_cookie
from tests.harness.server import serve
from tests.people.scenes import acting, home_with_way
from tests.team.scenes import desk
from tests.team.test_many import forty

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
PASSWORD = "winter ladder teapot"


def presses(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_forty_people_from_a_file_to_letters(app: Flask, browse: Browse, tmp_path: Path) -> None:
    """Alone catches: a file that a browser does not send as the tests do, a page with forty lines whose button is not
    reached, letters that a browser does not draw with their codes, a code from one that a phone cannot come in with.
    """
    here = desk(app)
    file = tmp_path / "list.csv"
    file.write_bytes(forty())
    page = browse("desk", account=here.ola)
    page.goto("/team/import/")
    page.locator("[type=file]").set_input_files(file)
    presses(page, "Look it through")
    expect(page.get_by_role("heading", name="38 lines are fine")).to_be_visible()
    page.locator("#nhs-39").fill("9990000018")
    page.locator("#born-40").fill("28.2.1970")
    page.locator("[name=do][value=out-41]").click()
    expect(page.get_by_role("heading", name="40 lines are fine")).to_be_visible()
    page.get_by_label("Key contact for all").select_option("Amina")
    page.get_by_label("Where the list is from").fill("Riverside practice, 6 March")
    presses(page, "Add 40 people")
    presses(page, "Make 40 letters")
    expect(page.locator(".qr__code")).to_have_count(40)
    code = page.locator(".qr__code").first.inner_text()
    with app.app_context():
        born = session().scalars(select(Person.born).order_by(Person.made_at)).first()
    assert born is not None
    phone = browse("phone")
    phone.goto("/invitation")
    phone.locator("[name=code]").fill(code)
    for part in ("day", "month", "year"):
        phone.locator(f"[name=born-{part}]").fill(str(getattr(born, part)))
    phone.locator("form#invitation button[type=submit]").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Next time, come in quickly")
    phone.goto("/")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Hello, Rosa0")


@pytest.mark.proof
def test_a_colleague_from_the_invitation_to_the_last_day(app: Flask, browse: Browse) -> None:
    """Alone catches: a link, a second step or a recovery code that works for a test and not in a browser; a page that
    stays open to who left.
    """
    here = desk(app)
    ola, jo = browse("desk", account=here.ola), browse("desk")
    ola.goto("/team/people/")
    for name, words in (("name", "Jo"), ("title", "link worker"), ("email", "jo@example.net")):
        ola.locator(f"#invite [name={name}]").fill(words)
    presses(ola, "Make the invitation")
    found = re.search(r"/enrol#[A-Z0-9]+", ola.content())
    assert found
    jo.goto(found[0])
    jo.locator("[name=password]").fill(PASSWORD)
    presses(jo, "Go on")
    secret = "".join(jo.locator("p.code").first.inner_text().split())
    jo.locator("#code-form [name=code]").fill(pyotp.TOTP(secret).at(int(now().timestamp())))
    jo.locator("#code-form button[type=submit]").click()
    expect(jo.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    presses(jo, "Make ten new ones")
    spare = jo.locator("p.code").first.inner_text().strip()
    with app.app_context(), command() as work:
        who = work.scalars(select(Account).where(Account.email == "jo@example.net")).one()
        rosa = factories.person(who, work.get_one(Team, here.team)).id
        jo_id = who.id
    again = browse("desk")
    again.goto("/sign-in")
    again.locator("[name=email]").first.fill("jo@example.net")
    again.locator("[name=password]").first.fill(PASSWORD)
    again.locator("[name=password]").first.press("Enter")
    again.get_by_text("Your phone is not there?").click()
    again.locator("[name=recovery]").fill(spare)
    again.locator("[name=recovery]").press("Enter")
    again.wait_for_load_state()
    again.goto("/caseload/")
    expect(again.get_by_role("heading", level=1)).to_have_text("My people")
    ola.goto("/team/people/")
    ola.get_by_role("link", name="Open Jo").click()
    ola.get_by_role("link", name="Jo leaves").click()
    with app.app_context():
        day = teams.today() + timedelta(days=1)
    ola.locator("[name=day]").fill(day.isoformat())
    presses(ola, "See it before it happens")
    expect(ola.get_by_role("alert")).to_contain_text("Choose who they go to.")
    ola.locator("[name=to]").select_option("Amina")
    presses(ola, "See it before it happens")
    expect(ola.get_by_role("heading", level=1)).to_have_text("Before it happens")
    ola.locator("form#do-leave button, button[form=do-leave]").click()
    expect(ola.get_by_text("Last day:")).to_be_visible()
    again.goto(f"/people/{rosa}/")
    expect(again.get_by_role("heading", level=1)).to_contain_text("Rosa")
    with app.app_context(), command() as work:
        assert work.scalars(select(Relationship.account_id).where(Relationship.lead)).all() == [here.amina]
        assert work.get_one(Member, (here.team, jo_id)).ended_at == teams.end_of(day)
        work.get_one(Member, (here.team, jo_id)).ended_at = now() - timedelta(seconds=1)  # the day has come
    for path in (f"/people/{rosa}/", "/team/people/"):
        again.goto(path)
        expect(again.get_by_role("heading", level=1)).to_have_text("We cannot find this page")


@pytest.mark.proof
def test_a_copy_is_fetched_and_then_the_record_is_erased(
    app: Flask, database_url: str, windowless: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a file that a browser is not given, or is given without saying again who it is; an erasing that
    cannot be asked for or stopped with a thumb, or that leaves a browser in.
    """
    here = home_with_way(app)
    with acting(app, here.rosa, here.person) as own:
        diary.log(own, None, ago(own), note="The canary slept badly.", only_me=True)
    base, cookies = f"/people/{here.person}/", dict([session_cookie(app, here.rosa)])
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], data=tmp_path))
    with (
        serve(database_url, tmp_path) as server,
        browsers.opened(windowless, server.url, cookies=cookies) as (page, _),
    ):

        def again() -> None:
            expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
            page.locator("#again [name=password]").fill("three words together")
            presses(page, "Go on")

        page.goto(base + "export/")
        long_ago(app)
        presses(page, "Make a copy")
        again()
        page.locator("#kept button[type=submit]").click()
        expect(page.get_by_role("heading", name="Your copy is being made")).to_be_visible()
        deliver.run(app, threading.Event(), once=True)
        page.get_by_role("link", name="Look again").click()
        long_ago(app)
        page.get_by_role("link", name="Fetch the file").click()
        again()
        with page.expect_download() as fetched:
            page.get_by_role("link", name="Fetch the file").click()
        with ZipFile(fetched.value.path()) as copy:
            assert copy.testzip() is None
            assert "The canary slept badly." in copy.read("record.json").decode()
        page.goto(base + "erasure/")
        for _ in range(2):
            page.locator("label[for=sure]").click()
            presses(page, "Erase my record")
            expect(page.get_by_role("heading", level=1)).to_have_text("Your record will be erased")
            if _ == 0:
                presses(page, "Keep my record")
                expect(page.locator("[name=sure]")).to_have_count(1)
        with app.app_context():
            assert erasing.due(now() + timedelta(days=16)) == 1
        page.goto(base)
        expect(page).to_have_url(re.compile("/sign-in"))
        assert not list((tmp_path / "exports").iterdir())


def long_ago(app: Flask) -> None:
    """When they said who they are, is too long ago."""
    with app.app_context(), command() as work:
        work.execute(update(SignIn).values(proved_at=now() - timedelta(minutes=11)))
