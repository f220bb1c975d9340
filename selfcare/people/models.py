"""Tables of people."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ColumnElement, Date, ForeignKey, Index, Text, UniqueConstraint, false, or_
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, now


class Person(Base):
    """Somebody with a record."""

    __tablename__ = "person"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    given_name: Mapped[str]
    family_name: Mapped[str]  # empty where somebody has one name only
    known_as: Mapped[str]  # what they like to be called
    born: Mapped[date] = mapped_column(Date, index=True)  # twins are looked for before a report is filed
    # Ten digits, the check digit valid; one person's within a team.
    nhs_number: Mapped[str | None] = mapped_column(index=True)
    zone: Mapped[str]
    died_on: Mapped[date | None] = mapped_column(Date)
    phone: Mapped[str] = mapped_column(Text, default="", server_default="")
    # To write to, not to sign in with.
    email: Mapped[str] = mapped_column(Text, default="", server_default="")
    address: Mapped[str] = mapped_column(Text, default="", server_default="")
    # Of i18n.LANGUAGES; letters follow it.
    language: Mapped[str] = mapped_column(Text, default="", server_default="")
    # For which language; empty: none.
    interpreter: Mapped[str] = mapped_column(Text, default="", server_default="")
    best_time: Mapped[str] = mapped_column(Text, default="", server_default="")
    # Codes of `needs`, or own words.
    needs: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    needs_asked_on: Mapped[date | None] = mapped_column(Date)
    needs_review_on: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    mistaken_at: Mapped[datetime | None]  # added by mistake: on no list, and not matched
    # They asked that everything is erased, and from when on it is (`leaving`). None: they did not, or took it back.
    erase_asked_at: Mapped[datetime | None]
    erase_at: Mapped[datetime | None]
    # Why, where it is not that they asked: "ended" or "died", so long ago that nobody keeps it (`leaving.keeping`).
    erase_why: Mapped[str] = mapped_column(default="", server_default="")
    made_at: Mapped[datetime]

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.given_name, self.family_name)))


class PersonChange(Base):
    """What stood in a person's details before, who changed it, and why."""

    __tablename__ = "person_change"
    __table_args__ = (Index("ix_person_change_person_id_at", "person_id", "at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    by_name: Mapped[str] = mapped_column(Text)
    by_role: Mapped[str]
    field: Mapped[str]
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)


class Team(Base):
    """Professionals who cover for each other; or a voluntary body, whose right is what was asked of it alone."""

    __tablename__ = "team"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    phone: Mapped[str]
    hours: Mapped[str]
    reply_days: Mapped[int]  # working days within which they reply
    holidays: Mapped[list[str]] = mapped_column(JSON)  # ISO dates nobody works
    made_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(default="care", server_default="care")  # care, body


class Member(Base):
    """A professional's place in a team."""

    __tablename__ = "member"
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]
    safeguards: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # may put a carer's access on hold
    # What people ask for near by comes to them first.
    link_worker: Mapped[bool] = mapped_column(default=False, server_default=false())
    ended_at: Mapped[
        datetime | None
    ]  # one that is still to come: they leave then, and get nobody new until then
    invited_at: Mapped[datetime | None]  # on a page: until they have come in, nobody is handed over to them

    @classmethod
    def stands(cls, moment: Any = None) -> ColumnElement[bool]:
        """Whether the place in the team has not ended yet: now, or at `moment`, which may be a parameter."""
        return or_(cls.ended_at.is_(None), cls.ended_at > (now() if moment is None else moment))

    @property
    def has_ended(self) -> bool:
        return self.ended_at is not None and self.ended_at <= now()


class Administrator(Base):
    """Somebody who runs a team's pages: its colleagues, its settings. Of itself it opens nobody's record."""

    __tablename__ = "administrator"
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime]


class TeamOffer(Base):
    """Something of a team's own that its people meet: things to keep an eye on, questions to ask, links, words.

    `part` says which of these, and with it what `body` holds (`people.offers`); `key` by what two are the same.
    """

    __tablename__ = "team_offer"
    __table_args__ = (UniqueConstraint("team_id", "part", "key", name="uq_team_offer_team_id_part_key"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    part: Mapped[str]
    key: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    by_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Relationship(Base):
    """Ties an account or a team to a person, with rights.

    A professional relationship is through a team, and `account_id` is then the person's lead key contact in it.
    """

    __tablename__ = "relationship"
    __table_args__ = (
        Index("ix_relationship_person_id_state", "person_id", "state"),
        Index("ix_relationship_account_id_state", "account_id", "state"),
        Index("ix_relationship_team_id_state", "team_id", "state"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    kind: Mapped[str]  # self, carer, professional
    basis: Mapped[str]  # of `bases`: consent, parent, attorney, deputy
    basis_seen: Mapped[str] = mapped_column(
        Text, default="", server_default=""
    )  # what says so, as it was seen
    basis_on: Mapped[date | None] = mapped_column(Date)  # the day of it
    state: Mapped[str]  # proposed, active, suspended, ended, declined
    lead: Mapped[bool] = mapped_column(default=False)
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    review_on: Mapped[date | None] = mapped_column(
        Date
    )  # not asked about before, however long it was not used
    # Of one that is suspended, who lets it go on: "person", "team". A team's stands when it ends: no code lets them in.
    held_by: Mapped[str] = mapped_column(default="", server_default="")


class Right(Base):
    """What a relationship allows in one area. No row: nothing."""

    __tablename__ = "right"
    relationship_id: Mapped[UUID] = mapped_column(
        ForeignKey("relationship.id", ondelete="CASCADE"), primary_key=True
    )
    area: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[int]


class Change(Base):
    """A change of a relationship's state: dated, by whom, why."""

    __tablename__ = "change"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    relationship_id: Mapped[UUID] = mapped_column(
        ForeignKey("relationship.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    reason: Mapped[str]


class Handover(Base):
    """The lead of a person passed on within a team, with words for the person."""

    __tablename__ = "handover"
    __table_args__ = (Index("ix_handover_person_id_at", "person_id", "at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    from_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    from_name: Mapped[str] = mapped_column(Text)
    to_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    to_name: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    earlier: Mapped[list[str]] = mapped_column(
        JSON, default=list, server_default="[]"
    )  # words before, oldest first
    changed_at: Mapped[datetime | None]
    lines: Mapped[int]  # promises that went along
    by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    by_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Invitation(Base):
    """A code, used with the birth date of the person it is about.

    The person's own letter opens their account as long as that never had a way to sign in. A carer's and a team's code
    grant one relationship, once.
    """

    __tablename__ = "invitation"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]  # self, carer, team, or acting: a carer whom the law lets act
    name: Mapped[str]  # what the invited one is called
    basis: Mapped[str] = mapped_column(default="consent", server_default="consent")
    basis_seen: Mapped[str] = mapped_column(Text, default="", server_default="")
    basis_on: Mapped[date | None] = mapped_column(Date)
    code_hash: Mapped[str] = mapped_column(unique=True)
    rights: Mapped[dict[str, Any]] = mapped_column(JSON)
    until: Mapped[datetime | None]  # when the help ends; None: a year after it began
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    # On whose right it rests, where that is not who made it: a letter that a colleague printed.
    vouched_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    used_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)  # with a wrong birth date, in all its life
    withdrawn_at: Mapped[datetime | None]

    @property
    def rests_on(self) -> UUID | None:
        """Whose right it rests on."""
        return self.vouched_by or self.made_by

    def is_of(self, account_id: UUID) -> bool:
        """Whether an account had a hand in it."""
        return account_id in (self.made_by, self.vouched_by)


class Recovery(Base):
    """A new way in for a person who lost every one they had: asked for, confirmed, waited for, stopped or used."""

    __tablename__ = "recovery"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"))
    how: Mapped[str]  # face or called
    seen: Mapped[str] = mapped_column(Text)  # what was seen, or where the number was kept
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    asked_name: Mapped[str]
    asked_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    confirmed_name: Mapped[str]
    confirmed_at: Mapped[datetime | None]
    opens_at: Mapped[datetime | None]
    code_hash: Mapped[str | None] = mapped_column(unique=True)
    tries: Mapped[int] = mapped_column(default=0)
    stopped_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
