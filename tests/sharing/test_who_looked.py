"""Who looked: whoever opens anything of somebody's record stands on that person's own page, and nobody else's."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from selfcare.accounts.models import Account, SignIn
from selfcare.audit.models import Trail
from selfcare.database import command, now, session
from selfcare.people import actions as people
from selfcare.people.models import Person, Relationship
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories.lived import lived_in
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@dataclass
class Place:
    """A full record, with a browser for each of those who look after it."""

    app: Flask
    ids: dict[str, Any]
    team: str
    people: dict[str, Client]

    @property
    def base(self) -> str:
        return f"/people/{self.ids['person_id']}"

    def looks(self, **args: str) -> list[tuple[str, str]]:
        """Who and what, as the page says it, the newest first."""
        query = "&".join(f"{name}={value}" for name, value in args.items())
        page = self.people["rosa"].get(f"{self.base}/who-looked/?{query}")
        assert page.status == 200
        rows = page.html.select(".row:not(.row--link)")
        return [
            (_text(row.select_one(".row__title")), " ".join(_text(each) for each in row.select(".row__note, .tag")))
            for row in rows
        ]  # fmt: skip


def _text(part: Any) -> str:
    return " ".join(part.get_text(" ").split())


@pytest.fixture
def place(app: Flask, new_client: Callable[..., Client]) -> Place:
    house, ids = lived_in(app, dict.fromkeys(Area, Level.SEE))
    with app.test_request_context(), command():
        priya, _ = factories.nurse(name="Priya", team=house.team)
        accounts = {"rosa": house.rosa.id, "leon": house.leon.id, "amina": house.amina.id, "priya": priya.id}
        team = house.team.name
    people = {}
    for who, account in accounts.items():
        people[who] = new_client()
        people[who].sign_in(account)
    return Place(app, ids, team, people)


OPENED = [
    ("amina", "{base}/", "Your page"),
    ("amina", "{base}/summary/", "Your summaries"),
    ("amina", "{base}/summary/{summary_id}/", "The summary you shared on"),
    ("leon", "{base}/summary/{summary_id}/text", "The summary you shared on"),
    ("priya", "{base}/summary/{summary_id}/text", "The summary you shared on"),
    ("amina", "{base}/results/{report_id}/", "Result: Blood tests"),
    ("leon", "{base}/results/{report_id}/files/{file_id}", "A file of the result: Blood tests"),
    ("leon", "{base}/diary/", "Your diary"),
    ("leon", "{base}/appointments/{appointment_id}/prepare/paper", "Your visits"),
    ("leon", "{base}/goals/", "Your goals"),
    ("leon", "{base}/appointments/{appointment_id}/prepare/keep", "Your visits"),
    ("priya", "{base}/questions/{question_id}/", "Your questions"),
    ("priya", "{base}/contacts/", "Your contacts with the team, or hospital stays"),
    ("priya", "/caseload/?view=team", "Your name in the team’s list"),
    ("priya", "/caseload/questions/", "A question of yours, in a list"),
    ("leon", "/phone/pages", "What their phone keeps, to log for you"),
]
NAMES = {"amina": "Amina", "priya": "Priya", "leon": "Leon, helps you"}


def test_whatever_is_opened_is_told(place: Place) -> None:
    """Alone catches: a page, a text, a file or a list that shows somebody's record and leaves no trace of it."""
    for who, address, what in OPENED:
        place.people[who].strict = False
        assert place.people[who].get(address.format(base=place.base, **place.ids)).status == 200, address
        name, words = next(
            (name, words) for name, words in place.looks() if name.startswith(NAMES[who]) and what in words
        )
        if who == "priya":
            assert "for Amina" in words
            assert place.team in name


def test_finding_somebody_is_told(place: Place) -> None:
    """Alone catches: a name found by searching that nobody is told of."""
    form = place.people["priya"].get("/caseload/find/").form("find")
    assert "Rosa" in form.submit(who="Rosa")
    assert [what for who, what in place.looks(who="team") if who.startswith("Priya")] == [
        "Your name in the team’s list for Amina"
    ]


def test_it_is_the_persons_alone(place: Place) -> None:
    """Alone catches: anybody else reading who looked, or being led there."""
    for who in ("leon", "amina", "priya"):
        client = place.people[who]
        assert client.get(f"{place.base}/who-looked/").status == 404
        for page in ("sharing/", "more/"):
            assert "Who looked" not in client.get(f"{place.base}/{page}")
    for page in ("sharing/", "more/"):
        assert place.people["rosa"].get(f"{place.base}/{page}").click("Who looked").h1 == "Who looked"


def test_has_not_looked_is_said_of_nobody_who_has(place: Place) -> None:
    """Alone catches: "Has not looked yet." beside a team of which somebody else than the key contact has looked."""
    rosa = place.people["rosa"]
    assert str(rosa.get(f"{place.base}/sharing/").text).count("Has not looked yet.") == 3
    place.people["priya"].get(f"{place.base}/summary/")
    page = rosa.get(f"{place.base}/sharing/")
    assert page.text.count("Has not looked yet.") == 2
    assert "Last looked today," in page
    assert "It was Priya" in page
    place.people["amina"].get(f"{place.base}/summary/")
    assert "It was Priya" not in rosa.get(f"{place.base}/sharing/")


def test_who_may_come_in_is_told_whoever_changed_it(place: Place) -> None:
    """Alone catches: a letter, a code or a change of rights that the person is never shown."""
    place.people["priya"].get(f"{place.base}/letter").form("Make the letter").submit(follow=False)
    with place.app.test_request_context(), command() as work:
        person = work.get_one(Person, place.ids["person_id"])
        own = work.query(Account).filter(Account.name == "Rosa").one()
        grant = work.query(Relationship).filter(Relationship.kind == "carer").first()
        permit = factories.permit(own, person)
        grant.until = now() + timedelta(days=10)  # without an end there is nothing to let go on
        people.set_rights(permit, grant.id, {Area.DIARY: Level.ADD})
        people.renew(permit, grant.id)
        people.end(permit, grant.id)
    said = place.looks()
    assert ("You", "Ended somebody’s access") in said
    assert ("You", "Let somebody’s access go on") in said
    assert ("You", "Changed what somebody may see or do") in said
    assert any(
        who.startswith("Priya") and what.startswith("Made a letter or a code to come in with")
        for who, what in said
    )


def test_days_and_pages_lose_no_look_and_repeat_none(place: Place) -> None:
    """Alone catches: looks lost or shown twice between two pages, and two days under one heading."""
    amina, rosa = place.people["amina"], place.people["rosa"]
    amina.strict = False
    for days in range(3, 0, -1):
        with time_machine.travel(now() - timedelta(days=days), tick=True):
            amina.sign_in(_account(place, "Amina"))
            for _ in range(15):
                for part in ("summary/", "contacts/"):
                    assert amina.get(f"{place.base}/{part}").status == 200
    page = rosa.get(f"{place.base}/who-looked/")
    shown = len(page.html.select(".row:not(.row--link)"))
    while "Show earlier looks" in page:
        page = page.click("Show earlier looks")
        shown += len(page.html.select(".row:not(.row--link)"))
    # All that others did while the record was made, and ninety looks on three days.
    with place.app.app_context():
        others = (Trail.person_id == place.ids["person_id"], Trail.by_role != "self")
        rows = session().query(Trail).filter(*others).count()
    assert 90 <= shown <= rows
    assert len(rosa.get(f"{place.base}/who-looked/").html.select(".day-heading")) >= 1


def _account(place: Place, name: str) -> Any:
    with place.app.app_context():
        return session().query(Account.id).filter(Account.name == name).scalar()


def test_whom_somebody_stood_in_for_is_who_it_was_then(place: Place) -> None:
    """Alone catches: “for Amina” beside what Priya looked at while she was the key contact herself."""

    def hand_over(who: str) -> None:
        with place.app.test_request_context(), command() as work:
            account = work.query(Account).filter_by(name=who).one()
            work.query(Relationship).filter_by(
                kind="professional", person_id=place.ids["person_id"]
            ).one().account_id = account.id

    def looked() -> list[str]:
        return [what for who, what in place.looks(who="team") if who.startswith("Priya")]

    hand_over("Priya")
    place.people["priya"].get(f"{place.base}/results/")
    hand_over("Amina")
    assert looked() == ["Your results"]
    place.people["priya"].get(f"{place.base}/contacts/")
    hand_over("Priya")
    assert looked() == ["Your contacts with the team, or hospital stays for Amina", "Your results"]


def test_the_list_is_kept_as_a_file(place: Place) -> None:
    """A file that leaves lines out, that a spreadsheet runs, or that anybody but the person gets."""
    with place.app.test_request_context(), command() as work:
        work.execute(update(Account).where(Account.name == "Leon").values(name="\u00a0＝HYPERLINK(1)"))
    for _ in range(3):
        place.people["leon"].get(f"{place.base}/goals/")
    rosa = place.people["rosa"]
    kept = rosa.get(f"{place.base}/who-looked/").click("Keep this list")
    lines = list(csv.reader(StringIO(kept.text.removeprefix("\ufeff"))))
    assert lines[0] == ["Day", "Time", "Who", "What", "Stood in for"]
    assert [line[2:4] for line in lines].count(["'\u00a0＝HYPERLINK(1), helps you", "Your goals"]) == 3
    for who in ("leon", "amina"):
        assert place.people[who].get(f"{place.base}/who-looked/list.csv").status == 404
    with place.app.test_request_context(), command() as work:
        work.execute(update(SignIn).values(proved_at=now() - timedelta(minutes=11)))
    assert rosa.get(f"{place.base}/who-looked/list.csv", follow=False).status == 303
