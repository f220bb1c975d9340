"""The form of the page after a visit: each question it was for, some lines of what was agreed, how it was."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext
from wtforms import Field

from selfcare.agreed.forms import LineFields
from selfcare.appointments import words
from selfcare.appointments.plain_values import Question
from selfcare.web.access import Permit
from selfcare.web.forms import Choice, Form, Hidden, LogForm, Long, Tick

MOST_LINES = 3


class QuestionPart(Form):
    """One question: whether it was talked about, and the answer in the person's words. An answer is a tick, too."""

    talked = Tick()
    answer = Long(lazy_gettext("The answer, in my words"), longest=10_000)
    version = Hidden()


class LinePart(LineFields):
    """A line that may be left out whole."""

    @property
    def is_begun(self) -> bool:
        return bool(self.what.text.strip() or self.other.text.strip() or self.who.data)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        return super().validate(*args, **kwargs) if self.is_begun else True


class AfterForm(LogForm):
    """All of it may be left out. `questions` and `lines` are the parts, each with its fields' own names."""

    how = Choice(lazy_gettext("How was it for you?"), kind="chips", optional=True, choices=[])
    more = Long(lazy_gettext("Anything you want to say about it?"), longest=10_000)
    may_read = Tick()
    more_version = Hidden(default="0")  # of what stood there; 0 for nothing

    def __init__(self, permit: Permit, asked: Sequence[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.how.choices = [(code, words.how_it_was(code)) for code in words.HOW_IT_WAS]
        shown = {"formdata": None} if kwargs.get("formdata", True) is None else {}
        self.questions = [(each, _question(each, shown)) for each in asked]
        self.line_parts = [LinePart(prefix=f"line{n}-", **shown) for n in range(1, MOST_LINES + 1)]
        for part in self.line_parts:
            part.offer(permit)

    @property
    def parts(self) -> list[Form]:
        return [*(part for _, part in self.questions), *self.line_parts]

    @property
    def lines(self) -> list[tuple[int, LinePart]]:
        """The lines that were filled in, each with its place on the page."""
        return [(number, part) for number, part in enumerate(self.line_parts, 1) if part.is_begun]

    def __iter__(self) -> Iterator[Field]:
        yield from self._fields.values()
        for part in getattr(self, "line_parts", ()) and self.parts:
            yield from part

    @property
    def errors(self) -> dict[str, Any]:
        found = dict(super().errors)
        for part in getattr(self, "line_parts", ()) and self.parts:
            found |= {part[name].name: said for name, said in part.errors.items()}
        return found

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        told = [super().validate(*args, **kwargs), *(part.validate() for part in self.parts)]
        return all(told)

    def refuse(self, said: str) -> None:
        """Say at the head of the page why it comes back."""
        self.form_errors.append(said)


def _question(asked: Question, shown: dict[str, Any]) -> QuestionPart:
    data = {"answer": asked.answer or "", "version": asked.version}
    return QuestionPart(prefix=f"q-{asked.id}-", data=data, **shown)


def answers(sent: Any) -> dict[UUID, str]:
    """The answers that were typed, by question, also to those that stand on no list any more."""
    found: dict[UUID, str] = {}
    for name, text in sent.items():
        if name.startswith("q-") and name.endswith("-answer") and text.strip():
            try:
                found[UUID(name.removeprefix("q-").removesuffix("-answer"))] = text.strip()
            except ValueError:
                continue
    return found
