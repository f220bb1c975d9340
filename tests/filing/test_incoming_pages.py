"""The list of what waits: why, beside what we have, and what a professional can do with it, once."""

from collections.abc import Callable
from dataclasses import replace
from threading import Barrier, Thread
from uuid import UUID

import pytest

from selfcare.audit.models import Trail
from selfcare.filing import incoming_actions
from selfcare.filing.decision import FILED, REFUSED, REPEATED, SENT_BACK, WAITS
from selfcare.filing.incoming_actions import DecidedAlready
from selfcare.filing.models import Incoming
from selfcare.filing.received_report import ReceivedFile, Whose
from selfcare.people import actions as people
from selfcare.people.models import Person
from tests.filing.clinic import BEN, ELSEWHERE, ROSA, Clinic, blood
from tests.harness.client import Client
from tests.harness.pages import Answer

NO_DATE = replace(ROSA, born="")
OTHER_DAY = replace(ROSA, born="1962-03-28")


@pytest.fixture
def desk(clinic: Clinic, new_client: Callable[..., Client]) -> Callable[[str], Client]:
    def signed_in(who: str) -> Client:
        client = new_client()
        client.sign_in(getattr(clinic, who))
        return client

    return signed_in


def waits(clinic: Clinic, whose: Whose = OTHER_DAY, name: str = "REP-1", **changes: object) -> str:
    done = clinic.one(blood(whose, name, **changes))
    assert done.outcome == WAITS
    return f"/results/incoming/{done.incoming_id}/"


def test_the_list_says_why_each_waits_and_counts_on_the_caseload(
    clinic: Clinic, desk: Callable[[str], Client]
) -> None:
    waits(clinic)
    waits(clinic, NO_DATE, "REP-2", title="Lipids")
    amina = desk("amina")
    page = amina.get("/results/incoming/")
    assert "Rosa MOXEY" in page
    assert "Another birth date" in page
    assert "No birth date" in page
    assert "Riverside Pathology" in page
    for path in ("/caseload/waits/", "/caseload/results/"):
        page = amina.get(path)
        assert "2 reports are waiting" in page, path
        assert page.html.select('main a[href="/results/incoming/"]'), path


def test_only_the_team_it_came_for_sees_and_decides_it(clinic: Clinic, desk: Callable[[str], Client]) -> None:
    there = waits(clinic)
    assert desk("priya").get(there).status == 200
    owen = desk("owen")
    assert "MOXEY" not in owen.get("/results/incoming/")
    for path in ("", "reject", "return", f"to/{clinic.elsewhere}/", f"to/{clinic.rosa}/"):
        assert owen.get(there + path).status == 404, path


def test_the_message_stands_beside_what_we_have(clinic: Clinic, desk: Callable[[str], Client]) -> None:
    page = desk("amina").get(waits(clinic, conclusion="Mild anaemia."))
    for words in (
        "Why it waits",
        "28 March 1962",
        "27 March 1962",
        "943 476 5919",
        "Mild anaemia.",
        "118 g/L",
    ):
        assert words in page, words
    assert [row.person_id for row in clinic.all(Trail, verb="listed", kind="person")] == [clinic.rosa]


def test_nobody_of_another_team_is_named(clinic: Clinic, desk: Callable[[str], Client]) -> None:
    """The number is that of somebody another team looks after: this team learns nothing of that."""
    page = desk("amina").get(waits(clinic, replace(ELSEWHERE, families=("Sender’s words",))))
    assert "Your team looks after nobody with this NHS number." in page
    assert "Karlsen" not in page
    assert "Who may be meant" not in page


def test_the_same_person_on_another_teams_list_is_no_twin_and_twice_on_ours_waits(
    clinic: Clinic, desk: Callable[[str], Client]
) -> None:
    """A number is one person's within a team: another team's record of them neither delays nor takes a report."""
    own = clinic.all(Person, id=clinic.rosa)[0]

    def again(team: UUID, lead: UUID) -> None:
        people.add_person(
            given_name="Rosa",
            family_name="Moxey",
            born=own.born,
            nhs_number=own.nhs_number,
            team_id=team,
            lead=lead,
        )

    clinic.do(again, clinic.other_team, clinic.owen)
    assert clinic.one(blood(ROSA)).outcome == FILED
    clinic.do(again, clinic.team, clinic.amina)
    page = desk("amina").get(waits(clinic, ROSA, "REP-2"))
    assert "Your team has two records with this NHS number." in page


def test_filing_asks_twice_where_something_differs(clinic: Clinic, desk: Callable[[str], Client]) -> None:
    there = waits(clinic)
    amina = desk("amina")
    page = amina.get(there + f"to/{clinic.rosa}/")
    assert "Look once more" in page
    assert "Rosa will see this now." in page
    page = page.form("to").submit()
    assert page.status == 422
    assert "Say how you know that it is theirs." in page
    assert "Check what differs, then tick this." in page
    page = page.form("to").submit(why="The laboratory said so by phone.", sure=True)
    assert page.status == 200
    (report,) = clinic.reports()
    assert (report.entered_by, report.source) == (clinic.amina, "received")
    assert clinic.told() == [("result", report.id)]
    (row,) = clinic.waiting()
    assert (row.state, row.person_id, row.report_id, row.body) == ("filed", clinic.rosa, report.id, {})
    assert (row.decided_name, row.why) == ("Amina", "The laboratory said so by phone.")
    (receipt,) = clinic.receipts()
    assert (receipt.person_id, receipt.report_id) == (clinic.rosa, report.id)
    assert clinic.all(Trail, verb="filed", kind="incoming")
    assert clinic.one(blood(OTHER_DAY)).outcome == REPEATED  # the same message again
    page = amina.get(there)
    assert "Amina has filed this report." in page
    assert "118" not in page


def test_what_agrees_with_who_is_chosen_needs_no_reason(
    clinic: Clinic, desk: Callable[[str], Client]
) -> None:
    """An earlier version went to somebody else: only that speaks against it."""
    clinic.one(blood(BEN))
    there = waits(clinic, ROSA)
    page = desk("amina").get(there + f"to/{clinic.rosa}/").form("to").submit()
    assert page.status == 200
    assert len(clinic.reports()) == 1


def test_somebody_else_can_be_chosen_from_the_list(clinic: Clinic, desk: Callable[[str], Client]) -> None:
    there = waits(clinic, NO_DATE)
    amina = desk("amina")
    page = amina.get(there).form("choose").submit(who=str(clinic.ben))
    assert page.url.endswith(f"/to/{clinic.ben}/")
    assert "Ben has not come in yet, and is not told. This can be seen at once." in page
    assert amina.get(f"{there}?who={clinic.elsewhere}").url.endswith(f"who={clinic.elsewhere}")  # not hers
    assert amina.get(there + f"to/{clinic.elsewhere}/").status == 404


def test_rejecting_keeps_the_receipt_and_not_the_words(clinic: Clinic, desk: Callable[[str], Client]) -> None:
    there = waits(clinic, files=(ReceivedFile("x", "application/pdf", b"%PDF"),))
    amina = desk("amina")
    assert amina.get(there + "reject").form("decide").submit().status == 422
    page = amina.get(there + "reject").form("decide").submit(why="Nobody of ours.")
    assert "Nothing waits" in page
    (row,) = clinic.waiting()
    assert (row.state, row.body, row.why) == ("rejected", {}, "Nobody of ours.")
    assert (
        clinic.one(blood(OTHER_DAY, files=(ReceivedFile("x", "application/pdf", b"%PDF"),))).outcome
        == REPEATED
    )
    assert clinic.reports() == []


def test_what_is_sent_back_answers_the_sender_with_the_reason(
    clinic: Clinic, desk: Callable[[str], Client]
) -> None:
    there = waits(clinic)
    desk("amina").get(there + "return").form("decide").submit(why="The birth date is wrong.")
    again = clinic.one(blood(OTHER_DAY))
    assert (again.outcome, again.why, again.words) == (REFUSED, SENT_BACK, "The birth date is wrong.")
    assert clinic.one(blood(ROSA)).outcome == FILED  # put right, it is another message
    assert clinic.waiting()[0].body == {}


@pytest.mark.parametrize("way", ["reject", "return"])
def test_the_second_of_two_is_told(clinic: Clinic, desk: Callable[[str], Client], way: str) -> None:
    there = waits(clinic)
    first = desk("amina").get(there + way).form("decide")
    second = desk("priya").get(there + f"to/{clinic.rosa}/").form("to")
    first.submit(why="Mine.")
    answer: Answer = second.submit(why="No, mine.", sure=True)
    assert answer.status == 409
    assert "Amina has" in answer
    assert clinic.reports() == []


def test_two_at_the_same_moment_decide_once(clinic: Clinic) -> None:
    for turn in range(5):
        there = waits(clinic, OTHER_DAY, f"AT-ONCE-{turn}")
        (row,) = [row for row in clinic.waiting() if str(row.id) in there]
        done: list[str] = []
        together = Barrier(2)

        def decide(
            who: str, row: Incoming = row, done: list[str] = done, together: Barrier = together
        ) -> None:
            account = clinic.as_(getattr(clinic, who))
            together.wait(timeout=30)
            try:
                if who == "amina":
                    clinic.do(incoming_actions.file_to, account, row.id, clinic.rosa, "Asked.")
                else:
                    clinic.do(incoming_actions.reject, account, row.id, "Nobody’s.")
                done.append(who)
            except DecidedAlready:
                pass

        threads = [Thread(target=decide, args=(who,)) for who in ("amina", "priya")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(done) == 1
        filed = [report for report in clinic.reports() if report.identifiers[0]["value"] == f"AT-ONCE-{turn}"]
        assert len(filed) == (done == ["amina"])


def test_the_list_is_paged_by_key(clinic: Clinic, desk: Callable[[str], Client]) -> None:
    for n in range(33):
        waits(clinic, name=f"REP-{n}", title=f"Test {n}")
    amina = desk("amina")
    page = amina.get("/results/incoming/")
    assert ("Test 29" in page, "Test 30" in page) == (True, False)
    page = page.click("Show later reports")
    assert ("Test 29" in page, "Test 32" in page) == (False, True)
