"""The table of watches. What a watch sets about its tracker the diary keeps: until when, paused, when to remind."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, ForeignKeyConstraint, Index, Text, event, inspect, update
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from selfcare.database import Base
from selfcare.diary.models import Tracker
from selfcare.web.versions import Versioned, version_table


class Watch(Versioned, Base):
    """One thing to keep an eye on until an end. A proposal says what in words of its own, and has no tracker yet."""

    __tablename__ = "watch"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "tracker_id"], ["tracker.person_id", "tracker.id"]),
        Index("ix_watch_person_id_entered_at", "person_id", "entered_at", "id"),
    )
    versions = version_table("watch")
    kept = ("state", "until", "for_visit", "only_me")

    tracker_id: Mapped[UUID | None]
    kind: Mapped[str]  # as a tracker's
    preset: Mapped[str | None]
    name: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)  # of who proposed it
    state: Mapped[str]  # `watches.states`
    began_at: Mapped[datetime | None]
    until: Mapped[datetime | None]  # the instant it is over; None: no end
    for_visit: Mapped[bool]  # the day is that of the next visit, as it was when it was chosen
    answered_at: Mapped[datetime | None]
    answered_name: Mapped[str] = mapped_column(Text)


@event.listens_for(Tracker, "after_update")
def _follow(_mapper: Mapper[Tracker], connection: Connection, tracker: Tracker) -> None:
    """What is watched is *only me* with its tracker, whoever reads watches by themselves."""
    if inspect(tracker).attrs.only_me.history.has_changes():
        of_it = (Watch.person_id == tracker.person_id, Watch.tracker_id == tracker.id)
        connection.execute(update(Watch).where(*of_it).values(only_me=tracker.only_me))
