"""The table of health as the person keeps it."""

from datetime import date

from sqlalchemy import Date, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Hides
from selfcare.web.versions import Versioned, version_table

CONDITION, MEDICINE, ALLERGY = KINDS = ("condition", "medicine", "allergy")


class HealthItem(Versioned, Hides, Base):
    """A condition, a medicine or an allergy, in the words of whoever keeps it. Nothing in it is looked up or compared.

    `code` and its system came with imported data, and belong to the name as it came: another name has none.
    """

    __tablename__ = "health_item"
    __table_args__ = (
        Index("ix_health_item_person_id_kind_entered_at", "person_id", "kind", "entered_at", "id"),
    )
    versions = version_table("health_item")
    kept = (
        "name",
        "about",
        "how",
        "since",
        "since_on",
        "stopped",
        "stopped_on",
        "code_system",
        "code",
        "only_me",
    )

    kind: Mapped[str]  # one of KINDS
    name: Mapped[str] = mapped_column(Text)  # of a medicine as on the box
    about: Mapped[str] = mapped_column(Text)  # what a medicine is for; what happens
    how: Mapped[str] = mapped_column(Text)  # how a medicine is taken
    since: Mapped[str]  # day, unknown, or empty where nothing was said
    since_on: Mapped[date | None] = mapped_column(Date)
    stopped: Mapped[str]  # the same of its end; empty while it goes on
    stopped_on: Mapped[date | None] = mapped_column(Date)
    code_system: Mapped[str] = mapped_column(Text)  # SNOMED CT, or dm+d
    code: Mapped[str] = mapped_column(Text)
