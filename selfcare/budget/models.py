"""Tables of a budget. Money is whole pence everywhere: nothing is ever rounded."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Date, ForeignKeyConstraint, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.budget import states
from selfcare.budget.states import State
from selfcare.database import Base, Record
from selfcare.web.versions import Versioned, version_table


class Budget(Versioned, Base):
    """Money that a person has for their care, from a day until a day. Never *only me*: it is money of others, too.

    It is agreed by both once the person and somebody of the team have said yes to it as it stands.
    """

    __tablename__ = "budget"
    __table_args__ = (Index("ix_budget_person_id_from_on", "person_id", "from_on", "id"),)
    versions = version_table("budget")
    kept = ("kind", "pence", "from_on", "until_on", "purpose", "agreed_with", "agreed_on", "look_on")

    kind: Mapped[str]  # a code of words.KINDS
    pence: Mapped[int] = mapped_column(BigInteger)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    purpose: Mapped[str] = mapped_column(Text)
    agreed_with: Mapped[str] = mapped_column(
        Text
    )  # as whoever wrote it down says, where it was outside this app
    agreed_on: Mapped[date | None] = mapped_column(Date)
    look_on: Mapped[date | None] = mapped_column(Date)
    own_at: Mapped[datetime | None]  # the person's yes, or of who acts for them by law
    own_name: Mapped[str] = mapped_column(Text, default="")  # empty: the person
    team_at: Mapped[datetime | None]
    team_name: Mapped[str] = mapped_column(Text, default="")


class SpendAsk(Versioned, Base):
    """*May I spend on this?* It is asked of the team, and has one answer: yes or no, in their words."""

    __tablename__ = "spend_ask"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "budget_id"], ["budget.person_id", "budget.id"], ondelete="CASCADE"
        ),
        Index("ix_spend_ask_person_id_budget_id_entered_at", "person_id", "budget_id", "entered_at", "id"),
    )
    versions = version_table("spend_ask")
    kept = ("what", "pence", "answer", "words", "answered_name")

    budget_id: Mapped[UUID]
    what: Mapped[str] = mapped_column(Text)
    pence: Mapped[int] = mapped_column(BigInteger)
    follows_id: Mapped[UUID | None]  # what was asked before, and is asked again
    answer_by: Mapped[date] = mapped_column(Date)  # the promise, as it was given
    answer: Mapped[str] = mapped_column(default="")  # yes, no; empty while nobody has answered
    words: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_name: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_name: Mapped[str] = mapped_column(Text, default="")

    @property
    def state(self) -> State:
        return states.state(answer=self.answer, withdrawn=self.withdrawn_at is not None)

    def is_missed(self, today: date) -> bool:
        """Whether the day that was promised has gone, and nobody answered."""
        return states.missed(self.state, self.answer_by, today)


class Spend(Versioned, Base):
    """Something that was bought: one line."""

    __tablename__ = "spend"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "budget_id"], ["budget.person_id", "budget.id"], ondelete="CASCADE"
        ),
        Index("ix_spend_person_id_budget_id_day", "person_id", "budget_id", "day", "id"),
    )
    versions = version_table("spend")
    kept = ("budget_id", "what", "pence", "day")

    budget_id: Mapped[UUID]
    what: Mapped[str] = mapped_column(Text)
    pence: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column(Date)
    ask_id: Mapped[UUID | None]  # the yes that it goes with
    removed_by: Mapped[UUID | None]


class SpendReceipt(Record, Base):
    """A receipt: a photo as it was drawn anew, or a PDF byte for byte. One a spend; taken out, it is gone."""

    __tablename__ = "spend_receipt"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "spend_id"], ["spend.person_id", "spend.id"], ondelete="CASCADE"),
        Index("uq_spend_receipt_person_id_spend_id", "person_id", "spend_id", unique=True),
    )

    spend_id: Mapped[UUID]
    content_type: Mapped[str]
    size: Mapped[int]
    wide: Mapped[int]  # dots of a photo; 0 for a PDF
    high: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
