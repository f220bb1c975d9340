"""The table of decisions."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Hides
from selfcare.web.versions import Versioned, version_table

# The options that have words of the person's own; LEAVE is always one more, and nobody can take it out.
OWN = ("a", "b", "c")
OPTIONS = tuple(f"option_{code}" for code in OWN)
LEAVE = "leave"


class Decision(Versioned, Hides, Base):
    """A question that a person decides, what they could do, and what they were told of each.

    `facts` is a list of rows: id, v (counts its changes, and those of the options' words), worded_by (whoever changed
    those last), account, by, as, kind, what, of, people (`of`, where it was said for the whole row), cells, told_by,
    told_on.
    """

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_person_id_state_entered_at", "person_id", "state", "entered_at", "id"),
    )
    versions = version_table("decision")
    kept = (
        "question",
        "option_a",
        "option_b",
        "option_c",
        "facts",
        "matters",
        "lean",
        "state",
        "chosen",
        "words",
        "with_whom",
        "decided_on",
        "look_on",
        "only_me",
    )

    question: Mapped[str] = mapped_column(Text)
    option_a: Mapped[str] = mapped_column(Text)
    option_b: Mapped[str] = mapped_column(Text)
    option_c: Mapped[str] = mapped_column(Text)
    words_version: Mapped[int] = mapped_column(default=1)  # when the question or the options last changed
    facts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    matters: Mapped[str] = mapped_column(Text)
    matters_by: Mapped[str | None]  # who wrote it, where it was not the person
    lean: Mapped[str]  # an option, not_yet, or empty
    lean_by: Mapped[str | None]
    state: Mapped[str]
    chosen: Mapped[str]  # an option, other, or empty
    words: Mapped[str] = mapped_column(Text)  # what was decided, or not, in their words
    with_whom: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date | None] = mapped_column(Date)
    look_on: Mapped[date | None] = mapped_column(Date)
    mine_version: Mapped[int] = mapped_column(default=1)  # when anything from `matters` on last changed

    def options(self) -> dict[str, str]:
        """What could be done, by code, with the words for it; LEAVE, which comes last, has none of its own."""
        own = {code: str(getattr(self, f"option_{code}")) for code in OWN}
        return {code: words for code, words in own.items() if words} | {LEAVE: ""}

    def leans(self) -> bool:
        return self.lean in self.options()
