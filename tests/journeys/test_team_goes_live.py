"""A team goes live, in browsers: a colleague from the invitation to the last day, forty people from a file to letters,
a record that is erased.
"""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.database import command, now, session
from selfcare.leaving import erasing
from selfcare.people.models import Member, Person
from tests import factories
from tests.conftest import Browse
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
        who = work.scalars(select(Account.id).where(Account.email == "jo@example.net")).one()
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
    with app.app_context(), command() as work:
        work.get_one(Member, (here.team, who)).ended_at = now() - timedelta(seconds=1)
    again.goto("/team/people/")
    expect(again.get_by_role("heading", level=1)).to_have_text("We cannot find this page")


@pytest.mark.proof
def test_a_record_is_erased_and_its_way_in_with_it(app: Flask, browse: Browse, tmp_path: Path) -> None:
    """Alone catches: an erasing that cannot be asked for or stopped with a thumb, or that leaves a browser in."""
    with app.test_request_context(), command():
        house = factories.household()
        rosa, person_id = house.rosa.id, house.person.id
    page = browse("phone", account=rosa)
    base = f"/people/{person_id}/"
    page.goto(base + "erasure/")
    for _ in range(2):
        page.locator("label[for=sure]").click()
        presses(page, "Erase my record")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your record will be erased")
        if _ == 0:
            presses(page, "Keep my record")
            expect(page.locator("[name=sure]")).to_have_count(1)
    known = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(known, data=tmp_path)  # where it is noted whom no backup brings back
    try:
        with app.app_context():
            assert erasing.due(now() + timedelta(days=16)) == 1
    finally:
        app.config["SETTINGS"] = known
    page.goto(base)
    expect(page).to_have_url(re.compile("/sign-in"))
