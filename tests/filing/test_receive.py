"""Reports that come in: once each, to the right person or to the list, all or nothing."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from selfcare.audit.models import Trail
from selfcare.database import now, session
from selfcare.filing import match, receive
from selfcare.filing.decision import FILED, NOT_KEPT, REFUSED, REPEATED, WAITS
from selfcare.filing.identity import facts
from selfcare.filing.received_report import (
    CODED,
    NUMBER,
    TEXT,
    Coding,
    ReceivedFile,
    ReceivedResult,
    ReceivedTime,
    Whose,
    from_json,
    to_json,
)
from selfcare.filing.source import Source
from selfcare.notifications import actions as notifications
from selfcare.outbox.models import Outbox
from selfcare.people.models import Person, Relationship, Right
from selfcare.results import actions as results
from selfcare.results import release as rules
from selfcare.results.models import Report, ReportFile
from selfcare.web.access import Area
from tests import factories
from tests.filing.clinic import BEN, ELSEWHERE, ROSA, ROSA_NUMBER, Clinic, blood, later


def wall(*parts: int) -> datetime:
    return datetime(*parts)  # noqa: DTZ001 - a time on the clock where the person lives


def test_a_report_is_filed_word_for_word(clinic: Clinic) -> None:
    sent = blood(
        note="Taken at home.",
        conclusion="Mild anaemia.",
        specimen="Venous blood",
        codes=(Coding("http://snomed.info/sct", "26604007", "Complete blood count", ""),),
        results=(
            ReceivedResult("Full blood count"),
            ReceivedResult(
                "Haemoglobin",
                NUMBER,
                "<118.50",
                "g/L",
                "120 - 150",
                "Low",
                "Repeat in a month.",
                codes=(Coding("http://snomed.info/sct", "1022431000000105", "Haemoglobin", ""),),
                method="Photometry",
                specimen="Capillary blood",
                status="final",
                taken=ReceivedTime(day=date(2026, 3, 1)),
                within=0,
            ),
            ReceivedResult("Film", TEXT, "Normal film"),
            ReceivedResult("Sickle screen", absent_reason="Not done"),
        ),
        files=(ReceivedFile("Letter", "application/pdf", b"%PDF-1.7 \0\xff"),),
    )
    done = clinic.one(sent)
    assert (done.outcome, done.person_id) == (FILED, clinic.rosa)
    report = clinic.report(done.report_id)
    assert (report.asked_for, report.laboratory, report.status) == (
        "Full blood count",
        "Riverside Pathology",
        "final",
    )
    assert (report.conclusion, report.note, report.specimen) == (
        "Mild anaemia.",
        "Taken at home.",
        "Venous blood",
    )
    assert (report.source, report.kind) == ("received", "blood")
    assert (report.entered_as, report.entered_name, report.entered_by) == (
        "system",
        "Riverside Pathology",
        None,
    )
    assert report.issued_wall == wall(2026, 3, 2, 9)
    assert report.content_hash == sent.content_hash
    group, haemoglobin, film, sickle = clinic.results(report.id)
    assert (haemoglobin.value, haemoglobin.comparator, haemoglobin.number) == (
        "<118.50",
        "<",
        Decimal("118.50"),
    )
    assert (haemoglobin.within_id, film.within_id) == (group.id, None)
    assert (haemoglobin.code_key, haemoglobin.method) == (
        "http://snomed.info/sct|1022431000000105",
        "Photometry",
    )
    assert (haemoglobin.specimen, haemoglobin.status, haemoglobin.note) == (
        "Capillary blood",
        "final",
        "Repeat in a month.",
    )
    assert (haemoglobin.taken_wall, haemoglobin.taken_to_the_day) == (wall(2026, 3, 1), True)
    assert (film.value_kind, film.value, film.number) == ("text", "Normal film", None)
    assert (sickle.value, sickle.absent_reason) == ("", "Not done")
    (file,) = clinic.all(ReportFile)
    assert (file.title, file.content_type, file.size, file.body) == (
        "Letter",
        "application/pdf",
        11,
        b"%PDF-1.7 \0\xff",
    )
    assert clinic.told() == [("result", report.id)]
    assert [(row.verb, row.kind, row.by) for row in clinic.all(Trail, item_id=report.id)] == [
        ("added", "report", None)
    ]


def test_a_time_is_shown_where_the_person_lives(clinic: Clinic) -> None:
    """Sent as UTC on a summer's day: an hour later on the clock here. A day alone has no time."""
    summer = datetime.fromisoformat("2026-07-05T08:52:00+00:00")
    report = clinic.report(clinic.one(blood(taken=ReceivedTime(summer))).report_id)
    assert (report.taken_wall, report.taken_to_the_day) == (wall(2026, 7, 5, 9, 52), False)
    report = clinic.report(clinic.one(blood(name="2", taken=ReceivedTime(day=date(2026, 7, 5)))).report_id)
    assert (report.taken_wall, report.taken_to_the_day) == (wall(2026, 7, 5), True)


def test_whatever_waits_can_be_made_again() -> None:
    sent = blood(
        files=(ReceivedFile("x", "image/png", bytes(range(256))),),
        taken=ReceivedTime(day=date(2026, 3, 1)),
        results=(ReceivedResult("A"), ReceivedResult("B", CODED, "Positive", within=0, taken=later(1))),
    )
    assert from_json(to_json(sent)) == sent
    assert from_json(to_json(sent)).content_hash == sent.content_hash


# ---------------------------------------------------------------------------------------------------------- once


def test_the_same_report_again_is_no_second_one(clinic: Clinic) -> None:
    first, again = clinic.one(blood()), clinic.one(blood())
    assert (again.outcome, again.report_id) == (REPEATED, first.report_id)
    assert len(clinic.reports()) == 1
    assert len(clinic.told()) == 1


def test_a_report_without_a_name_is_known_by_its_content(clinic: Clinic) -> None:
    first, again = clinic.one(blood(name=None)), clinic.one(blood(name=None))
    assert (again.outcome, again.report_id) == (REPEATED, first.report_id)
    other = clinic.one(blood(name=None, conclusion="More"))
    assert other.outcome == FILED
    assert clinic.report(other.report_id).replaces_id is None  # without a name, it is a report of its own


def test_where_it_stood_in_the_message_does_not_matter(clinic: Clinic) -> None:
    clinic.one(blood(place="Bundle.entry[3].resource"))
    assert clinic.one(blood(place="DiagnosticReport")).outcome == REPEATED


def test_two_teams_that_both_look_after_somebody_file_it_once(clinic: Clinic) -> None:
    def share() -> None:
        factories.people.relate(
            clinic.rosa,
            kind=factories.Role.PROFESSIONAL,
            team_id=clinic.other_team,
            rights=factories.access.PROFESSIONAL,
        )

    clinic.do(share)
    first, second = clinic.one(blood()), clinic.one(blood(), clinic.other_lab)
    assert (second.outcome, second.report_id) == (REPEATED, first.report_id)
    assert len(clinic.reports()) == 1


def test_what_waits_with_the_wrong_team_does_not_keep_it_from_the_right_one(clinic: Clinic) -> None:
    sent = blood(ELSEWHERE)
    assert clinic.one(sent).outcome == WAITS
    assert clinic.one(sent, clinic.other_lab).outcome == FILED


# ------------------------------------------------------------------------------------------------------ all or nothing


def test_of_three_reports_one_that_cannot_be_kept_leaves_nothing(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second fails after its report, results and notice were written: nothing of it may stay."""
    tell = notifications.tell

    def fail(permit: object, accounts: object, kind: str, about: object, *rest: object) -> None:
        tell(permit, accounts, kind, about, *rest)  # type: ignore[arg-type]
        row = session().scalars(select(Report).where(Report.id == about)).one()
        if row.conclusion == "Breaks":
            session().execute(text("insert into result (name) values (null)"))

    monkeypatch.setattr(notifications, "tell", fail)
    done = clinic.receive(
        blood(name="1"), blood(name="2", conclusion="Breaks"), blood(BEN, "3", conclusion="Fine")
    )
    assert [one.outcome for one in done] == [FILED, REFUSED, FILED]
    assert done[1].why == NOT_KEPT
    assert len(clinic.reports()) == 1
    assert len(clinic.reports(clinic.ben)) == 1
    assert len(clinic.receipts()) == 2
    assert len(clinic.told()) == 1
    monkeypatch.undo()
    assert clinic.one(blood(name="2", conclusion="Breaks")).outcome == FILED  # nothing stands in its way


def test_a_transaction_that_fails_leaves_nothing(clinic: Clinic) -> None:
    def receive_and_fail() -> None:
        receive.receive_all([blood(), blood(Whose(), "2")], clinic.lab, whole=True)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        clinic.do(receive_and_fail)
    assert clinic.reports() == []
    assert clinic.receipts() == []
    assert clinic.waiting() == []


# ---------------------------------------------------------------------------------------------------------- whose


@pytest.mark.parametrize(
    ("whose", "reasons"),
    [
        (Whose(), ["no-number", "no-birth-date", "no-name"]),
        (replace(ROSA, born="1962-03-28"), ["other-birth-date"]),
        (replace(ROSA, families=("Welsh",)), ["other-name"]),
        (replace(ROSA, nhs_numbers=("9434765918",)), ["number-not-valid"]),
        (ELSEWHERE, ["number-unknown"]),
        (replace(ROSA, nhs_numbers=BEN.nhs_numbers), ["other-birth-date", "other-name"]),
        (replace(ROSA, mixed=True), ["mixed"]),
    ],
)
def test_what_is_not_certain_waits_for_the_senders_team(
    clinic: Clinic, whose: Whose, reasons: list[str]
) -> None:
    sent = blood(whose, conclusion="Kept until it is decided")
    done = clinic.one(sent)
    assert (done.outcome, list(done.reasons)) == (WAITS, reasons)
    (row,) = clinic.waiting()
    assert (row.team_id, row.reasons, row.state) == (clinic.team, reasons, "waiting")
    assert from_json(row.body) == sent
    assert clinic.all(Report) == []
    assert clinic.told() == []


def test_it_waits_when_the_team_may_not_file_for_the_person(clinic: Clinic) -> None:
    def end(**values: object) -> None:
        row = session().query(Relationship).filter_by(person_id=clinic.rosa, kind="professional").one()
        for name, value in values.items():
            setattr(row, name, value)

    def fewer() -> None:
        row = session().query(Relationship).filter_by(person_id=clinic.rosa, kind="professional").one()
        session().get_one(Right, (row.id, Area.RESULTS.value)).level = 1

    clinic.do(end, state="suspended")
    assert clinic.one(blood(name="1")).reasons == (match.UNKNOWN,)
    clinic.do(end, state="active", until=now() - timedelta(seconds=1))
    assert clinic.one(blood(name="2")).reasons == (match.UNKNOWN,)
    clinic.do(end, until=None)
    clinic.do(fewer)
    assert clinic.one(blood(name="3")).reasons == (match.UNKNOWN,)
    assert clinic.reports() == []


def test_a_report_of_somebody_who_has_died_is_filed_and_nobody_is_told(clinic: Clinic) -> None:
    def die() -> None:
        session().get_one(Person, clinic.rosa).died_on = date(2026, 3, 1)

    clinic.do(die)
    assert clinic.one(blood()).outcome == FILED
    assert len(clinic.reports()) == 1
    assert clinic.told() == []
    assert clinic.all(Outbox) == []


def test_two_reports_with_each_others_numbers_both_wait(clinic: Clinic) -> None:
    done = clinic.receive(
        blood(replace(ROSA, nhs_numbers=BEN.nhs_numbers), "1"),
        blood(replace(BEN, nhs_numbers=(ROSA_NUMBER,)), "2"),
    )
    assert [one.outcome for one in done] == [WAITS, WAITS]
    assert clinic.all(Report) == []


# ---------------------------------------------------------------------------------------------------------- release


@pytest.mark.parametrize(
    ("section", "title", "kind", "waits_for"),
    [
        ("HM", "Full blood count", "blood", "nothing"),
        ("SP", "Histology", "tissue", "talk"),
        ("LAB", "Colon biopsy", "tissue", "talk"),
        ("GE", "BRCA1", "genetics", "talk"),
        ("HM", "Bone marrow trephine", "tissue", "talk"),  # its words make it more careful than its section
        ("MB", "Urine microscopy", "culture", "nothing"),
        ("CH", "Urine albumin", "urine", "nothing"),
        ("LAB", "Something new", "other", "nothing"),
    ],
)
def test_the_release_is_that_of_its_kind(
    clinic: Clinic, section: str, title: str, kind: str, waits_for: str
) -> None:
    sent = blood(title=title, categories=(Coding("", section, "", ""),))
    report = clinic.report(clinic.one(sent).report_id)
    assert (report.kind, report.waits_for) == (kind, waits_for)
    at_once = waits_for == "nothing"
    assert (report.release_at == report.filed_at) == at_once
    assert (report.visible_from == report.filed_at) == at_once
    assert report.latest_at == report.filed_at + timedelta(days=rules.HARD_DAYS)


def test_a_next_version_that_names_no_section_is_talked_over_as_the_one_before(clinic: Clinic) -> None:
    """Alone catches: a biopsy that waits for a talk, opened by a final version that says no kind."""
    section = (Coding("", "SP", "", ""),)
    first = clinic.one(blood(title="Right breast", status="preliminary", categories=section)).report_id
    second = clinic.one(blood(title="Right breast", categories=(), issued=later(2))).report_id
    report = clinic.report(second)
    assert (report.replaces_id, report.kind, report.waits_for) == (first, "other", "talk")
    assert report.visible_from == clinic.report(first).latest_at


def test_the_persons_own_choice_counts_for_what_is_received(clinic: Clinic) -> None:
    def choose() -> None:
        account = session().get_one(factories.Account, clinic.rosas_account)
        permit = factories.permit(account, session().get_one(Person, clinic.rosa))
        results.choose(permit, rules.WITH_NOTE, [])

    clinic.do(choose)
    report = clinic.report(clinic.one(blood()).report_id)
    assert (report.waits_for, report.visible_from) == ("note", report.latest_at)


def test_a_professional_who_hands_it_in_stands_beside_it(clinic: Clinic) -> None:
    amina = clinic.as_(clinic.amina)
    source = Source(clinic.team, amina.name, account=amina)
    report = clinic.report(clinic.one(blood(), source).report_id)
    assert (report.source, report.entered_as, report.entered_by) == (
        "received",
        "professional",
        clinic.amina,
    )
    (receipt,) = clinic.receipts()
    assert (receipt.by, receipt.sender_id) == (clinic.amina, None)


def test_the_key_of_a_long_name_is_short(clinic: Clinic) -> None:
    long = blood(name="R" * 5_000)
    names = facts(long, clinic.lab.key, uuid4()).names
    assert max(map(len, names)) < 500
    assert clinic.one(long).outcome == FILED
    assert clinic.one(long).outcome == REPEATED
    assert clinic.one(blood(name="R" * 4_999 + "S")).outcome == FILED
