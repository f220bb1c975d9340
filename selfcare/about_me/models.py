"""Tables of About me, and of ways of care."""

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from selfcare.database import Base, Hides
from selfcare.web.versions import Versioned, version_table


class AboutAnswer(Versioned, Hides, Base):
    """What a person says about themself, or how they want care, to one question.

    A question can have more than one: a carer who cannot see what is *only me* writes beside it, and never over it.
    """

    __tablename__ = "about_answer"
    __table_args__ = (Index("ix_about_answer_person_id_question", "person_id", "question"),)
    versions = version_table("about_answer")
    kept = ("text", "choice", "only_me")

    question: Mapped[str]  # of words.QUESTIONS, words.HELPED or words.WAYS
    text: Mapped[str] = mapped_column(Text)
    choice: Mapped[str]  # of words.HOW, to the question how; else empty
