"""Tables of the diary."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, Numeric, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Hides, Remembered
from selfcare.web.versions import Versioned, version_table

NUMBER = Numeric(18, 6)
_TRIED = text("tried <> ''")


class Tracker(Versioned, Hides, Base):
    """One thing on the person's own list: a symptom from 0 to 10, a measurement in a unit that never
    changes, or what is done or not."""

    __tablename__ = "tracker"
    __table_args__ = (Index("ix_tracker_person_id_place", "person_id", "place"),)
    versions = version_table("tracker")
    kept = ("name", "only_me", "watch_until", "paused_at", "remind_at")
    kind: Mapped[str]  # symptom, measure, done
    preset: Mapped[str | None]  # code of a ready-made one, so that it can be read in another language
    name: Mapped[str] = mapped_column(Text)  # the person's own words
    unit: Mapped[str] = mapped_column(Text)
    decimals: Mapped[int]  # which keyboard to offer; what was typed is kept as it is
    pair: Mapped[bool]  # two numbers, as in blood pressure
    place: Mapped[int]
    ends: Mapped[str]  # what 0 and 10 mean: a code of `diary.ends`, or own
    low: Mapped[str] = mapped_column(Text)  # the own words for them
    high: Mapped[str] = mapped_column(Text)
    # What `watches` sets: from when on entries count for it, until when it is watched, since when it is paused, when
    # its person is reminded.
    watch_from: Mapped[datetime | None]
    watch_until: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    remind_at: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")  # wall times, 08:00
    remind_from: Mapped[datetime | None]  # since when; None: not at all
    # The version when each part last changed: what it is called and who sees it; until when it is watched; the times.
    name_version: Mapped[int] = mapped_column(default=1, server_default="1")
    watch_version: Mapped[int] = mapped_column(default=1, server_default="1")
    remind_version: Mapped[int] = mapped_column(default=1, server_default="1")


class Entry(Versioned, Hides, Remembered, Base):
    """One entry. Numbers are kept as typed, with the number beside for charts; nothing is converted."""

    __tablename__ = "entry"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "tracker_id"], ["tracker.person_id", "tracker.id"]),
        CheckConstraint("severity between 0 and 10", name="severity"),
        Index("ix_entry_person_id_utc_id", "person_id", "utc", "id"),
        Index("ix_entry_person_id_tracker_id_utc", "person_id", "tracker_id", "utc"),
        Index("ix_entry_person_id_kind_utc_id", "person_id", "kind", "utc", "id"),
        # What was tried is few among many: its page is as cheap whatever was logged.
        Index(
            "ix_entry_person_id_tried", "person_id", "utc", "id", sqlite_where=_TRIED, postgresql_where=_TRIED
        ),
    )
    versions = version_table("entry")
    kept = ("severity", "first", "second", "note", "tried", "lasted", "wall", "zone", "part", "only_me")
    tracker_id: Mapped[UUID | None]  # None: a note
    kind: Mapped[str]  # the tracker's, which never changes, or note: the list can be filtered by index
    severity: Mapped[int | None]  # None where it was skipped; of what is done or not 1 and 0
    first: Mapped[str] = mapped_column(Text)
    first_number: Mapped[Decimal | None] = mapped_column(NUMBER)
    second: Mapped[str] = mapped_column(Text)
    second_number: Mapped[Decimal | None] = mapped_column(NUMBER)
    note: Mapped[str] = mapped_column(Text)
    tried: Mapped[str] = mapped_column(Text)
    lasted: Mapped[str] = mapped_column(Text)
    searched: Mapped[str] = mapped_column(Text)  # its words and numbers, folded (`web.folding`)
