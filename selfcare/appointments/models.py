"""Tables of appointments and questions."""

from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    literal,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, column_property, mapped_column
from sqlalchemy.sql.expression import FunctionElement

from selfcare.database import Base, Happened, Hides, Record
from selfcare.web.versions import Versioned, version_table


class Appointment(Versioned, Hides, Happened, Base):
    """A visit, however it happens. `wall` and `zone` are where the person will be.

    Three forms change one row. Each `*_version` is the row's version when that part last changed, so that saving what
    matters most never quarrels with someone who is moving the time.
    """

    __tablename__ = "appointment"
    __table_args__ = (Index("ix_appointment_person_id_utc", "person_id", "utc", "id"),)
    versions = version_table("appointment")
    kept = (
        "wall",
        "zone",
        "how",
        "with_whom",
        "place",
        "phone",
        "link",
        "purpose",
        "wanted",
        "matters",
        "words",
        "agenda",
        "only_me",
    )

    how: Mapped[str]  # place, phone, video
    with_whom: Mapped[str]
    place: Mapped[str]
    phone: Mapped[str]
    link: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    wanted: Mapped[str] = mapped_column(Text)  # results wanted before it
    # The person's own words, before they are shared: what matters most, and how I have been. Each keeps who wrote it.
    matters: Mapped[str] = mapped_column(Text, default="")
    matters_as: Mapped[str | None]
    matters_name: Mapped[str | None]
    words: Mapped[str] = mapped_column(Text, default="")
    words_as: Mapped[str | None]
    words_name: Mapped[str | None]
    # What else is going on: codes of going_on. The person's alone, until they put it in a summary.
    life: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    life_words: Mapped[str] = mapped_column(Text, default="", server_default="")
    life_version: Mapped[int] = mapped_column(default=1, server_default="1")  # by itself, unseen by others
    life_sitting: Mapped[str | None]
    # What a professional would like to talk about: a line each, and who of the person and their helpers read it first.
    agenda: Mapped[str] = mapped_column(Text, default="", server_default="")
    agenda_at: Mapped[datetime | None]
    agenda_name: Mapped[str | None]  # who wrote it, line by line
    agenda_title: Mapped[str | None]
    agenda_version: Mapped[int] = mapped_column(default=1, server_default="1")
    agenda_read_at: Mapped[datetime | None]
    agenda_read_name: Mapped[str | None]
    ready_at: Mapped[datetime | None]
    details_version: Mapped[int] = mapped_column(default=1)
    details_at: Mapped[datetime | None]  # when, how or with whom was last changed then: reminders go by it
    matters_version: Mapped[int] = mapped_column(default=1)
    matters_sitting: Mapped[str | None]  # the page that saved it last, as it was typed
    words_version: Mapped[int] = mapped_column(default=1)

    if TYPE_CHECKING:
        tellings: list[dict[str, Any]] | None


def agenda_by(row: Appointment) -> dict[str, str]:
    """Line → the name of who wrote it. The last name is that of all lines after it."""
    lines, names = row.agenda.split("\n"), (row.agenda_name or "").split("\n")
    return dict(zip_longest((line.strip() for line in lines), names[: len(lines)], fillvalue=names[-1]))


def agenda_names(row: Appointment) -> list[str]:
    """Whose lines stand, in the order of these."""
    return list(dict.fromkeys(row.agenda_name.split("\n"))) if row.agenda_name else []


class Question(Versioned, Hides, Base):
    """A question for a visit, or for the next one whichever it is. `place` is its order among the person's own.

    Who it is for is one choice of three, and the database knows no other: the person alone (`only_me`, sent to nobody);
    who helps, and the key contact once it is shared for the visit; or the key contact now (`asked_at`).
    """

    __tablename__ = "question"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "appointment_id"], ["appointment.person_id", "appointment.id"], ondelete="CASCADE"
        ),
        CheckConstraint(
            "(NOT only_me OR sent_at IS NULL) AND (asked_at IS NULL OR sent_at IS NOT NULL)",
            name="one_choice",
        ),
        Index("ix_question_person_id_place", "person_id", "place", "id"),
        Index("ix_question_person_id_closed_at", "person_id", "closed_at", "id"),
        Index("ix_question_person_id_appointment_id", "person_id", "appointment_id"),
    )
    versions = version_table("question")
    kept = ("text", "why", "reply", "reply_name", "reply_title", "answer", "only_me", "told_how")

    appointment_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    about_kind: Mapped[str | None]
    about_id: Mapped[UUID | None]
    about_label: Mapped[str | None]
    place: Mapped[int]
    told_id: Mapped[UUID | None]  # of the telling it was written down in
    told_how: Mapped[str | None]  # how they told it; None once the words are the person's own
    sent_at: Mapped[datetime | None]
    sent_to: Mapped[str | None]  # the key contact's name then
    sent_with: Mapped[
        UUID | None
    ]  # the first summary it went along with; None where it was only asked by itself
    asked_at: Mapped[datetime | None]  # with *Ask now*: it waits for a reply
    read_at: Mapped[datetime | None]  # by the first of the team, as it is worded and sent now
    read_name: Mapped[str | None]
    known_at: Mapped[
        datetime | None
    ]  # read last by the team before it was worded anew or taken back: that stays so
    known_name: Mapped[str | None]
    reply: Mapped[str | None] = mapped_column(Text)
    reply_to: Mapped[str | None] = mapped_column(Text)  # the words that were replied to
    reply_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    reply_name: Mapped[str | None]
    reply_title: Mapped[str | None]
    replied_at: Mapped[datetime | None]
    reply_seen_at: Mapped[datetime | None]  # by the person
    discussed_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)
    answer_as: Mapped[str | None]
    answer_name: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    # The row's version when words or answer last changed.
    text_version: Mapped[int] = mapped_column(default=1)
    answer_version: Mapped[int] = mapped_column(default=1)
    closed_at: Mapped[datetime | None]  # discussed or answered, whichever came first; open while None


class AfterVisit(Record, Base):
    """Somebody has been through the page after a visit, and the person may have said how it was. One row an account."""

    __tablename__ = "visit_after"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "appointment_id"], ["appointment.person_id", "appointment.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("person_id", "appointment_id", "entered_by"),
    )

    appointment_id: Mapped[UUID]
    how: Mapped[str | None]  # one of words.HOW_IT_WAS; the person's own, and nobody else's to read


class Telling(Versioned, Base):
    """What a person told somebody else, who wrote it down for them: as they got ready for a visit together.

    It stands beside what the person writes and never in its place. Nothing is written without both facts at its head:
    that they were asked who they are, and that they are happy with it. The database knows no other.
    """

    __tablename__ = "telling"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "appointment_id"], ["appointment.person_id", "appointment.id"], ondelete="CASCADE"
        ),
        CheckConstraint("identity AND consent", name="both_asked"),
        CheckConstraint("only_me = (share = 'only')", name="one_choice"),
        Index("ix_telling_person_id_appointment_id", "person_id", "appointment_id"),
    )
    versions = version_table("telling")
    kept = ("matters", "words", "life", "life_words", "only_me")

    appointment_id: Mapped[UUID]
    how: Mapped[str]  # phone, paper, beside
    identity: Mapped[bool]
    consent: Mapped[bool]
    share: Mapped[str]  # yes, only (the person alone), look (they look at it first)
    matters: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    life: Mapped[list[str]] = mapped_column(JSON)  # codes of going_on: as on the visit, the person's alone
    life_words: Mapped[str] = mapped_column(Text)
    summary_id: Mapped[UUID | None]  # what was shared with it, and the contact that it was
    contact_id: Mapped[UUID | None]
    corrected_at: Mapped[datetime | None]  # since then these are the person's own words


class _Listed(FunctionElement[list[dict[str, Any]]]):
    """Rows as a JSON list of objects, in the words of each engine."""

    inherit_cache = True
    type = JSON()


@compiles(_Listed)
def _by_sqlite(listed: _Listed, compiler: Any, **kwargs: Any) -> str:
    return f"json_group_array(json_object({compiler.process(listed.clauses, **kwargs)}))"


@compiles(_Listed, "postgresql")
def _by_postgresql(listed: _Listed, compiler: Any, **kwargs: Any) -> str:
    return f"json_agg(json_build_object({compiler.process(listed.clauses, **kwargs)}))"


_SAID = (
    *("id", "how", "share", "matters", "words", "life", "life_words", "only_me", "version"),
    *("entered_by", "entered_name", "entered_at", "corrected_at"),
)
# Read with every visit, in the same statement: what was told stands wherever the visit's own words do.
Appointment.tellings = column_property(  # type: ignore[assignment]
    select(_Listed(*(each for name in _SAID for each in (literal(name), getattr(Telling, name)))))
    .where(
        Telling.person_id == Appointment.person_id,
        Telling.appointment_id == Appointment.id,
        Telling.removed_at.is_(None),
    )
    .correlate_except(Telling)
    .scalar_subquery()
)
