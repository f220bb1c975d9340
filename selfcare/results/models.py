"""Tables of results.

What a laboratory said is kept word for word as text; a number stands beside it only where it can be compared. A report
is never edited: a correction is a report of its own that replaces the one before, and the chain is kept.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Numeric,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Record
from selfcare.information.models import Linked
from selfcare.web.versions import Versioned, version_table


class Report(Record, Base):
    """One report of a laboratory: what was asked for, what came back, and when the person may see it."""

    __tablename__ = "report"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "replaces_id"], ["report.person_id", "report.id"]),
        Index("ix_report_person_id_on_utc", "person_id", "on_utc", "id"),
        Index("ix_report_person_id_visible_from", "person_id", "visible_from"),
        Index("ix_report_person_id_replaces_id", "person_id", "replaces_id"),
    )
    asked_for: Mapped[str] = mapped_column(Text)  # the request's name: the title people know
    kind: Mapped[str]  # kind of test, see release.KINDS
    laboratory: Mapped[str] = mapped_column(Text)
    specimen: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str]  # FHIR R4 diagnostic-report-status, as sent
    conclusion: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str]  # typed or received
    typed_title: Mapped[str] = mapped_column(default="")  # role title of who typed it, as it stood then
    # Of a correction typed over what a laboratory sent: what was changed around its results, and by whom.
    typed_over: Mapped[dict[str, str] | None] = mapped_column(JSON)
    # [{system, code, display, text}] as sent.
    codes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    identifiers: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)  # [{system, value}] as sent
    content_hash: Mapped[str | None]
    note: Mapped[str] = mapped_column(Text, default="")  # the laboratory's own notes about the whole report
    # A laboratory may send a day without a time, or nothing: then the wall time is midnight, or missing.
    taken_wall: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    taken_zone: Mapped[str | None]
    taken_utc: Mapped[datetime | None]
    taken_to_the_day: Mapped[bool] = mapped_column(default=False)
    # Where it took a while, such as a day's urine.
    until_wall: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    until_to_the_day: Mapped[bool] = mapped_column(default=False)
    issued_wall: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    issued_zone: Mapped[str | None]
    issued_utc: Mapped[datetime | None]
    on_utc: Mapped[datetime]  # taken, else issued, else filed: the order of lists
    # Release: fixed when filed.
    filed_at: Mapped[datetime]
    release_at: Mapped[datetime]
    latest_at: Mapped[datetime]
    waits_for: Mapped[str]  # nothing, note, talk, day, hand
    # What happened since, and the moment all of it makes (release.visible_from).
    noted_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    visible_from: Mapped[datetime]
    sooner_at: Mapped[datetime | None]  # somebody asked to see it sooner
    sooner_by: Mapped[UUID | None]  # by account: a name may be another's too
    sooner_name: Mapped[str | None]
    replaces_id: Mapped[UUID | None]
    # Entered in error: the lab's words stay as they were, and are shown to professionals alone.
    void_at: Mapped[datetime | None]
    void_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    void_name: Mapped[str | None]
    void_reason: Mapped[str | None] = mapped_column(Text)


class Result(Record, Base):
    """One test of a report. `value` is as sent, comparator included; `number` stands beside it where it is one."""

    __tablename__ = "result"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "report_id"], ["report.person_id", "report.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["person_id", "within_id"], ["result.person_id", "result.id"]),
        Index("ix_result_person_id_report_id", "person_id", "report_id", "place"),
        Index("ix_result_person_id_within_id", "person_id", "within_id"),  # what stands in one that is erased
        Index("ix_result_person_id_name_key", "person_id", "name_key", "unit_key"),
        Index("ix_result_person_id_code_key", "person_id", "code_key", "unit_key"),
    )
    report_id: Mapped[UUID]
    place: Mapped[int]
    within_id: Mapped[UUID | None]  # the result it stands in: a panel, or one with a value of its own
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)  # case-folded, to find the same test again
    codes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    code_key: Mapped[str | None] = mapped_column(Text)  # "system|code" that means the same whoever sends it
    value_kind: Mapped[str]  # see filing.received_report
    value: Mapped[str] = mapped_column(Text)
    comparator: Mapped[str] = mapped_column(default="")
    number: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    unit: Mapped[str] = mapped_column(Text, default="")
    unit_key: Mapped[str] = mapped_column(Text, default="")
    range_text: Mapped[str] = mapped_column(Text, default="")
    flag: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    absent_reason: Mapped[str] = mapped_column(Text, default="")
    method: Mapped[str] = mapped_column(Text, default="")
    specimen: Mapped[str] = mapped_column(Text, default="")  # where it differs from the report's
    status: Mapped[str | None]
    typed_by: Mapped[str] = mapped_column(Text, default="")  # who typed it over what a laboratory sent
    # Where the laboratory said a time for this test that is not the report's.
    taken_wall: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    taken_to_the_day: Mapped[bool] = mapped_column(default=False)
    until_wall: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    until_to_the_day: Mapped[bool] = mapped_column(default=False)
    on_utc: Mapped[datetime]  # its own time, else its report's: the order of a test over time
    # What it is known by beside its name, see test_identity.identities; None where nothing identifies it.
    same: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class ReportNote(Versioned, Base):
    """A professional's plain words about a report, or about one result of it."""

    __tablename__ = "report_note"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "report_id"], ["report.person_id", "report.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["person_id", "result_id"], ["result.person_id", "result.id"], ondelete="CASCADE"
        ),
        Index("ix_report_note_person_id_report_id", "person_id", "report_id"),
    )
    versions = version_table("report_note")
    kept = ("text", "title", "texts")
    report_id: Mapped[UUID]
    result_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(Text)
    # A sentence the team keeps ready, in every language it had then: what the person saw is kept.
    texts: Mapped[dict[str, str] | None] = mapped_column(JSON)
    phrase_id: Mapped[UUID | None]  # no foreign key: phrases are taken off the list, never deleted
    phrase_n: Mapped[int | None]
    title: Mapped[str]  # role title of who wrote it, as it stood then


class ReportFile(Record, Base):
    """A file that came with a report (FHIR `presentedForm`), byte for byte."""

    __tablename__ = "report_file"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "report_id"], ["report.person_id", "report.id"], ondelete="CASCADE"
        ),
        Index("ix_report_file_person_id_report_id", "person_id", "report_id", "place"),
    )
    report_id: Mapped[UUID]
    place: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]  # SHA-256, hexadecimal
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class ReportLink(Linked, Record, Base):
    """Good information that a professional has checked and attached to a report, or to one result of it."""

    __tablename__ = "report_link"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "report_id"], ["report.person_id", "report.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["person_id", "result_id"], ["result.person_id", "result.id"], ondelete="CASCADE"
        ),
        Index("ix_report_link_person_id_report_id", "person_id", "report_id"),
    )
    report_id: Mapped[UUID]
    result_id: Mapped[UUID | None]


class Phrase(Base):
    """A sentence in plain language that a team keeps ready for a test, in the languages it has."""

    __tablename__ = "phrase"
    __table_args__ = (Index("ix_phrase_team_id", "team_id"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    test: Mapped[str] = mapped_column(Text)  # the test's name as people know it
    name_key: Mapped[str] = mapped_column(Text)  # as in Result
    code_key: Mapped[str | None] = mapped_column(Text)
    texts: Mapped[dict[str, str]] = mapped_column(JSON)  # locale → sentence
    n: Mapped[int] = mapped_column(default=1)  # version
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    by_name: Mapped[str]
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    @property
    def version(self) -> int:
        """What a form is filled from, by the name that items of a record have for it."""
        return self.n


class PhraseVersion(Base):
    """What a phrase said before."""

    __tablename__ = "phrase_version"
    phrase_id: Mapped[UUID] = mapped_column(ForeignKey("phrase.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    test: Mapped[str] = mapped_column(Text)
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    by_name: Mapped[str]
    at: Mapped[datetime]


class TeamRelease(Base):
    """A team's own default for a kind of test, where it differs from the built-in one."""

    __tablename__ = "team_release"
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    how: Mapped[str]


class ReportHold(Record, Base):
    """A professional's hold on one report: a reason, and always an end. The one not ended counts."""

    __tablename__ = "report_hold"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "report_id"], ["report.person_id", "report.id"], ondelete="CASCADE"
        ),
        Index("ix_report_hold_person_id_report_id", "person_id", "report_id"),
    )
    report_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Text)
    title: Mapped[str]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # by a newer hold, by hand, or with the report


class ReportSeen(Base):
    """An account has opened a report. Only the person's own counts as opened for the key contact."""

    __tablename__ = "report_seen"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "report_id"], ["report.person_id", "report.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("person_id", "report_id", "account_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID]
    report_id: Mapped[UUID]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[str]
    at: Mapped[datetime]


class ReadOut(Record, Base):
    """A professional has read a report out to the person, whom they asked who they are."""

    __tablename__ = "report_read_out"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "report_id"], ["report.person_id", "report.id"], ondelete="CASCADE"
        ),
        CheckConstraint("identity", name="asked_who"),
        Index("ix_report_read_out_person_id_report_id", "person_id", "report_id"),
    )
    report_id: Mapped[UUID]
    how: Mapped[str]  # phone, beside
    identity: Mapped[bool]


class ResultChoice(Versioned, Base):
    """How the person wants to hear about results from now on. One row a person."""

    __tablename__ = "result_choice"
    __table_args__ = (UniqueConstraint("person_id"),)
    versions = version_table("result_choice")
    kept = ("how", "days")
    how: Mapped[str]  # at_once, with_note, together, not_on_days, team
    days: Mapped[list[int]] = mapped_column(JSON)  # 0 Monday … 6 Sunday, for `not_on_days`
