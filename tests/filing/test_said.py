"""What filing says of who sees, reads or is told of a report: in the state that makes it so, and in the opposite."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from selfcare.accounts.models import Account
from selfcare.database import now, session
from selfcare.filing import actions as filing
from selfcare.filing.decision import REFUSED, REPEATED, WAITS
from selfcare.notifications.models import Notice
from selfcare.people.models import Person
from tests.fhir import messages
from tests.fhir.test_endpoint import for_rosa
from tests.fhir.test_upload import Desk
from tests.filing.clinic import ROSA, Clinic, blood, later
from tests.filing.test_views import FULL
from tests.harness.client import Client
from tests.results.world import World

As = Callable[..., Client]
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
OTHER_DAY = replace(ROSA, born="1962-03-28")
DIED = "Rosa has died. Nobody is told."


@pytest.fixture
def desk(clinic: Clinic, new_client: Callable[..., Client]) -> As:
    def signed_in(who: str) -> Client:
        client = new_client()
        client.sign_in(getattr(clinic, who))
        return client

    return signed_in


def wait(clinic: Clinic, name: str = "REP-1", **changes: object) -> str:
    done = clinic.one(blood(OTHER_DAY, name, **changes))
    assert done.outcome == WAITS
    return f"/results/incoming/{done.incoming_id}/"


def die(world: World) -> None:
    died = update(Person).where(Person.id == world.home.person.id).values(died_on=world.today())
    world.do("amina", lambda _: session().execute(died))


def told(world: World, about: UUID) -> list[str]:
    def kinds(_: object) -> list[str]:
        rows = session().query(Notice).filter_by(account_id=world.home.rosa.id, about_id=about)
        return [row.kind for row in rows]

    return list(world.do("rosa", kinds))


def test_of_somebody_who_has_died_nobody_is_told(world: World, as_: As) -> None:
    """It said "Rosa will see this now" of somebody who had died, on the page where a report is typed."""
    nurse = as_("amina")
    alive = nurse.get(f"{world.base}type")
    assert "Rosa will see this now." in alive
    assert DIED not in alive
    first = world.file()
    held = world.file(hold=timedelta(days=2))
    assert "and is told." in nurse.get(f"{world.base}{first}/in-error")
    assert "Rosa is told at once, and this cannot be undone." in nurse.get(f"{world.base}{held}/release")
    die(world)
    page = nurse.get(f"{world.base}type")
    assert DIED in page
    assert "Rosa will see this" not in page.text
    filed = page.form("report").fill(**FULL).submit("File this report")
    assert "Saved." in filed
    assert told(world, UUID(filed.url.split("/")[-2])) == []
    for path, said in (
        (f"{held}/release", DIED),
        (f"{held}/release", "This cannot be undone."),
        (f"{first}/in-error", "From then on only professionals see its content."),
        (f"{first}/correct", "The report before is kept."),
    ):
        page = nurse.get(world.base + path)
        assert said in page, path
        assert "is told" not in page.html.main.get_text().replace(DIED, ""), path
    world.do("amina", filing.mark_in_error, first, "Another person’s.")
    assert told(world, first) == []


def test_a_correction_says_whether_the_one_before_could_be_seen(world: World, as_: As) -> None:
    """It promised that somebody is told of a correction who was never shown what is corrected."""
    nurse = as_("amina")
    for hold, said, kind in (
        (None, "Rosa is told that it was corrected.", "corrected"),
        (timedelta(days=2), "Rosa could not see it yet, and is told of this one as of a new one.", "result"),
    ):
        report = world.file(hold=hold)
        page = nurse.get(f"{world.base}{report}/correct")
        assert f"The report before is kept. {said}" in page
        other = {"corrected": "is told of this one", "result": "told that it was corrected"}[kind]
        assert other not in page.text
        asked = page.form("report").submit("File the correction", value_0="117")
        filed = asked.form("report").submit("File the correction") if asked.status == 422 else asked
        assert told(world, UUID(filed.url.split("/")[-2])) == [kind]
        assert nurse.get(f"{world.base}{report}/").status == 200, "the one before is kept"


def test_taken_back_its_content_is_gone_and_they_are_told_if_they_could_see_it(world: World, as_: As) -> None:
    seen, held = world.file(), world.file(asked_for="Liver tests", hold=timedelta(days=2))
    nurse, rosa = as_("amina"), as_("rosa")
    assert "Ferritin" in rosa.get(f"{world.base}{seen}/")
    sentences = {
        seen: "Rosa no longer sees its content, and is told.",
        held: "Rosa could not see this yet. It will never have been there, and Rosa is not told.",
    }
    for report, sentence in sentences.items():
        page = nurse.get(f"{world.base}{report}/in-error")
        assert sentence in page
        assert "Whoever could see the report reads this, with your name." in page
        page.form("in-error").submit(reason="Another person’s.")
    page = rosa.get(f"{world.base}{seen}/")
    assert "Ferritin" not in page
    assert "Another person’s." in page
    assert "Amina" in page
    assert told(world, seen) == ["corrected"]
    assert rosa.get(f"{world.base}{held}/").status == 404
    assert told(world, held) == []


def test_the_reason_of_a_hold_is_read_with_the_name(world: World, as_: As) -> None:
    nurse, rosa = as_("amina"), as_("rosa")
    said = "Rosa reads this, with your name."
    report = world.file(kind="tissue")
    assert said in nurse.get(f"{world.base}type")
    page = nurse.get(f"{world.base}{report}/hold")
    assert said in page
    assert "I would like to be there." not in rosa.get(f"{world.base}{report}/")
    until = world.today() + timedelta(days=2)
    page.form("hold").submit(
        reason="I would like to be there.", until_date=until.isoformat(), until_time="10:30"
    )
    [box] = rosa.get(f"{world.base}{report}/").all(".note-box")
    assert "I would like to be there." in box
    assert "Amina" in box


def test_who_sees_what_waits_and_what_was_decided(clinic: Clinic, desk: As) -> None:
    """It said that nobody had seen them, to a team whose professionals had."""
    there = wait(clinic)
    amina, priya, owen = desk("amina"), desk("priya"), desk("owen")
    rosa = desk("rosas_account")
    said = "Until that is decided, only your team can see them."
    assert said in amina.get("/results/incoming/")
    assert priya.get(there).status == 200
    assert owen.get(there).status == 404
    results = f"/people/{clinic.rosa}/results/"
    assert "Full blood count" not in rosa.get(results)
    page = amina.get(there + f"to/{clinic.rosa}/").form("to").submit(why="By phone.", sure=True)
    assert page.status == 200
    assert "Full blood count" in rosa.get(results)


@pytest.mark.parametrize("way", ["reject", "return"])
def test_what_is_rejected_or_sent_back(clinic: Clinic, desk: As, way: str) -> None:
    there = wait(clinic)
    amina, priya = desk("amina"), desk("priya")
    page = amina.get(there + way)
    if way == "reject":
        assert "Nobody sees it. What it said is no longer kept." in page
        assert "Your team can read this. The sender is not told." in page
    else:
        assert "Whoever sends the same report again is told why. What it said is no longer kept here." in page
        assert "The sender reads this, if it sends the same report again." in page
    assert "118" in priya.get(there)
    page.form("decide").submit(why="Nobody of ours.")
    read = priya.get(there)
    assert "118" not in read
    assert "Nobody of ours." in read
    again = clinic.one(blood(OTHER_DAY))
    assert again.words == ("" if way == "reject" else "Nobody of ours.")
    assert again.outcome == (REPEATED if way == "reject" else REFUSED)
    assert clinic.waiting()[0].body == {}
    assert "Full blood count" not in desk("rosas_account").get(f"/people/{clinic.rosa}/results/")


@pytest.mark.parametrize(
    ("status", "hour", "said", "tells"),
    [
        ("corrected", 10, "Rosa is not told of this one: it is kept with the other versions", False),
        ("corrected", 14, "Rosa will see this now.", True),
        ("entered-in-error", 14, "It takes back what was sent before: Rosa no longer sees that", True),
        ("entered-in-error", 10, "Rosa is not told of this one: it is kept with the other versions", False),
    ],
)
def test_what_a_version_does_is_said_before_it_is_filed(
    clinic: Clinic, desk: As, status: str, hour: int, said: str, tells: bool
) -> None:
    """It said of a withdrawal that the person is not told: she was, and saw the report no more."""

    def message(status: str, hour: int) -> bytes:
        return messages.as_json(
            for_rosa(report=messages.report(status=status, issued=f"2026-03-08T{hour}:00:00+00:00"))
        )

    amina = Desk(desk("amina"))
    amina.press(amina.choose(message("final", 12)))
    before = clinic.told()
    page = amina.choose(message(status, hour))
    assert said in page
    amina.press(page)
    assert (clinic.told() != before) == tells


def test_what_a_withdrawal_says_where_nobody_is_told(clinic: Clinic, desk: As) -> None:
    """Alone catches: “and is told” of somebody whose account is suspended."""
    message = messages.as_json(for_rosa(report=messages.report(status="final")))
    amina = Desk(desk("amina"))
    amina.press(amina.choose(message))
    clinic.do(lambda: setattr(session().get_one(Account, clinic.rosas_account), "suspended_at", now()))
    withdrawn = messages.report(status="entered-in-error", issued="2026-03-08T14:00:00+00:00")
    page = amina.choose(messages.as_json(for_rosa(report=withdrawn)))
    assert "It takes back what was sent before. Rosa cannot be told at the moment." in page
    amina.press(page)
    assert clinic.told() == []


def test_what_a_laboratory_took_back_stands_again_as_before(clinic: Clinic, desk: As) -> None:
    first = clinic.one(blood()).report_id
    there = f"/people/{clinic.rosa}/results/{first}/"
    amina, rosa = desk("amina"), desk("rosas_account")
    assert "118 g/L" in rosa.get(there)
    clinic.one(blood(status="entered-in-error", results=(), issued=later(2)))
    assert "118 g/L" not in rosa.get(there)
    page = amina.get(there).click("Undo that")
    assert "It then stands again, and Rosa sees it as before." in page
    page.form("apart").submit()
    assert "118 g/L" in rosa.get(there)
