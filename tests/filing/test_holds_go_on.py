"""A hold stays in force over a next version of the report, sent or typed, until it ends or somebody lets the person see
it; and the pages say so. Whatever takes the report's place is held, and whatever is left when it goes.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from selfcare.accounts.models import Account
from selfcare.database import now, session
from selfcare.filing import actions as filing
from selfcare.filing import apart
from selfcare.notifications.models import Notice
from selfcare.people.models import Person
from selfcare.results import actions as results
from selfcare.results.models import ReportHold
from tests import factories
from tests.filing.clinic import ROSA, Clinic, blood, later, make
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

WHY = "I want to tell you myself."


class Held:
    """A report that Amina holds for three days; Rosa hears of all else at once."""

    def __init__(self, app: Flask, new_client: Callable[..., Client]) -> None:
        self.clinic: Clinic = make(app)
        self.base = f"/people/{self.clinic.rosa}/results/"
        self.rosa, self.amina = new_client(strict=False), new_client(strict=False)
        self.rosa.sign_in(self.clinic.rosas_account)
        self.amina.sign_in(self.clinic.amina)
        self.act(self.clinic.rosas_account, results.choose, "with_note", [])
        self.first = self.file(status="preliminary")
        self.act(self.clinic.rosas_account, results.choose, "at_once", [])
        self.until = now() + timedelta(days=3)
        self.act(self.clinic.amina, results.hold, self.first, WHY, self.until)

    def act(self, account: UUID, action: Callable[..., Any], *args: Any, **values: Any) -> Any:
        def run() -> Any:
            signed_in, rosa = session().get_one(Account, account), session().get_one(Person, self.clinic.rosa)
            return action(factories.permit(signed_in, rosa), *args, **values)

        return self.clinic.do(run)

    def file(self, **changes: Any) -> UUID:
        report_id = self.clinic.one(blood(**changes)).report_id
        assert report_id
        return report_id

    def is_held(self, report_id: UUID) -> None:
        """Nothing of it is Rosa's yet; hers and Amina's page say that it is on hold, why, and until when."""
        for one in (report_id, self.first):
            page = self.rosa.get(f"{self.base}{one}/")
            assert page.status != 200 or "Platelets" not in page
        page = self.rosa.get(f"{self.base}{report_id}/")
        assert "This result is on hold" in page
        assert WHY in page
        assert "On hold. Rosa will see this on" in self.amina.get(f"{self.base}{report_id}/")
        seen = self.clinic.report(report_id).visible_from
        assert seen >= self.until if report_id == self.first else seen == self.until


@pytest.fixture
def held(app: Flask, new_client: Callable[..., Client]) -> Held:
    return Held(app, new_client)


@pytest.mark.parametrize("status", ["preliminary", "final", "corrected", "appended"])
def test_the_laboratorys_next_versions_are_held(held: Held, status: str) -> None:
    """Alone catches: a second and a third version that the person reads while the page said *on hold*."""
    assert "It goes on until it ends" not in held.amina.get(f"{held.base}{held.first}/").text
    second = held.file(status=status, issued=later(2))
    held.is_held(second)
    third = held.file(status="corrected", issued=later(3), conclusion="Once more.")
    held.is_held(third)
    assert "It is on hold too." in held.rosa.get(f"{held.base}{third}/")
    assert "It goes on until it ends" in held.amina.get(f"{held.base}{third}/")
    late = held.file(status="final", issued=later(2.5), conclusion="Came late.")
    assert "Came late." not in held.rosa.get(f"{held.base}{late}/")
    held.act(held.clinic.amina, results.release, third)
    assert "Platelets" in held.rosa.get(f"{held.base}{third}/")


def test_who_asked_to_see_it_sooner_asked_for_the_next_version_too(held: Held) -> None:
    held.act(held.clinic.rosas_account, results.ask_sooner, held.first)
    second = held.file(status="final", issued=later(2))
    assert "You asked to see it sooner" in held.rosa.get(f"{held.base}{second}/")
    told = held.clinic.all(Notice, account_id=held.clinic.amina, about_id=second)
    assert [row.kind for row in told] == ["sooner"]


def test_a_hold_that_is_made_longer_holds_what_is_beneath(held: Held) -> None:
    """Alone catches: the version before, by its address, on the day the first hold would have ended."""
    second = held.file(status="final", issued=later(2))
    held.until = now() + timedelta(days=9)
    held.act(held.clinic.amina, results.hold, second, WHY, held.until)
    held.is_held(second)
    assert held.clinic.report(held.first).visible_from >= held.until


def correct(held: Held, **typed: str) -> UUID:
    form = held.amina.get(f"{held.base}{held.first}/correct").form("report")
    answer = form.fill(conclusion="A word.", **typed).submit("File the correction")
    if answer.status == 422:
        answer = answer.form("report").submit("File the correction")
    found = re.search(r"/results/([0-9a-f-]{36})/", answer.url)
    assert found, answer.errors
    return UUID(found[1])


def test_a_correction_that_is_typed_is_held_and_says_so_before(held: Held) -> None:
    page = held.amina.get(f"{held.base}{held.first}/correct")
    assert "Rosa will see that it is on hold" in page
    assert page.form("report").value("reason") == WHY
    second = correct(held)
    held.is_held(second)
    taken_off = held.act(held.clinic.amina, filing.mark_in_error, second, "Typed wrong.")
    assert taken_off is None
    held.is_held(held.first)


def test_whoever_unticks_the_hold_lets_it_go(held: Held) -> None:
    form = held.amina.get(f"{held.base}{held.first}/correct").form("report").fill(conclusion="A word.")
    form.values = [(name, value) for name, value in form.values if name != "hold"]
    answer = form.submit("File the correction")
    assert "Rosa will see this now." in answer
    answer = answer.form("report").submit("File the correction")
    assert "Platelets" in held.rosa.get(answer.url.split("?")[0])


def test_a_hold_made_longer_while_the_form_was_open_is_kept(held: Held) -> None:
    form = held.amina.get(f"{held.base}{held.first}/correct").form("report").fill(conclusion="A word.")
    held.until = now() + timedelta(days=9)
    held.act(held.clinic.priya, results.hold, held.first, WHY, held.until)
    answer = form.submit("File the correction")
    answer = answer.form("report").submit("File the correction") if answer.status == 422 else answer
    (new,) = [row.id for row in held.clinic.reports() if row.id != held.first]
    assert answer.status == 200
    held.is_held(new)


def test_a_hold_let_go_while_the_form_was_open_is_not_put_back(held: Held) -> None:
    """Alone catches: a report that a colleague opened, shut again by a form that was filled before."""
    form = held.amina.get(f"{held.base}{held.first}/correct").form("report").fill(conclusion="A word.")
    held.act(held.clinic.priya, results.release, held.first)
    answer = form.submit("File the correction")
    assert (answer.status, "Rosa will see this now." in answer) == (422, True)
    form = answer.form("report")
    assert (form.value("held"), form.value("reason"), form.value("conclusion")) == ("", "", "A word.")
    answer = form.submit("File the correction")
    assert "Platelets" in held.rosa.get(answer.url.split("?")[0])


def test_a_hold_put_while_the_form_was_open_is_said_before_it_is_filed(held: Held) -> None:
    """Alone catches: *Rosa will see this now*, pressed on, of what a colleague holds by then; and a form without a hold
    that opens the report.
    """
    held.act(held.clinic.rosas_account, results.choose, "with_note", [])
    other = held.file(name="REP-2")
    held.act(held.clinic.rosas_account, results.choose, "at_once", [])
    form = held.amina.get(f"{held.base}{other}/correct").form("report").fill(conclusion="A word.")
    held.act(held.clinic.priya, results.hold, other, "Wait.", held.until)
    answer = form.submit("File the correction")
    assert (answer.status, "Rosa will see that it is on hold" in answer) == (422, True)
    form = answer.form("report")
    assert form.value("reason") == "Wait."
    answer = form.submit("File the correction")
    found = re.search(r"/results/([0-9a-f-]{36})/", answer.url)
    assert found, answer.errors
    [hold] = held.clinic.all(ReportHold, report_id=UUID(found[1]))
    assert (hold.entered_name, hold.reason) == ("Priya", "Wait.")
    assert "Platelets" not in held.rosa.get(answer.url.split("?")[0])


def test_a_hold_that_was_typed_stays_typed_where_a_colleague_let_another_go(held: Held) -> None:
    """Alone catches: words that are gone because somebody else did something meanwhile."""
    form = held.amina.get(f"{held.base}{held.first}/correct").form("report").fill(reason="Other words.")
    held.act(held.clinic.priya, results.release, held.first)
    answer = form.submit("File the correction")
    assert "Rosa will see that it is on hold" in answer
    assert answer.form("report").value("reason") == "Other words."


def test_two_reports_that_are_set_apart_are_both_held(held: Held) -> None:
    second = held.file(status="final", issued=later(2))
    held.act(held.clinic.amina, apart.set_apart, second)
    for one in (held.first, second):
        held.is_held(one)


def test_what_waited_is_held_when_it_is_filed(held: Held) -> None:
    done = held.clinic.one(blood(replace(ROSA, born="1962-03-28"), status="final", issued=later(2)))
    page = held.amina.get(f"/results/incoming/{done.incoming_id}/to/{held.clinic.rosa}/")
    (series,) = [one["value"] for one in page.html.select("input[name=which]") if one["value"] != "own"]
    form = page.form("to").fill(why="Asked the laboratory.", sure="y", which=series)
    form.submit("File to Rosa")
    (filed,) = [row.id for row in held.clinic.reports() if row.id != held.first]
    held.is_held(filed)
