"""What is wrong with a message: the problem, in whole sentences, and where it stands."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

FATAL, ERROR, WARNING, INFORMATION = "fatal", "error", "warning", "information"


class Path:
    """Where an element stands. Made for every element that is read, so it is light: text only when it is asked for."""

    __slots__ = ("index", "name", "parent", "resource")

    def __init__(
        self, parent: "Path | None", name: str, index: int | None = None, resource: str = ""
    ) -> None:
        """:param resource: the type of the resource that begins here."""
        self.parent, self.name, self.index, self.resource = parent, name, index, resource

    def to(self, name: str, index: int | None = None) -> "Path":
        """A child of this element."""
        return Path(self, name, index)

    @property
    def place(self) -> str:
        """As FHIRPath: `Bundle.entry[3].resource.code.coding[0].display`."""
        steps = [step.name if step.index is None else f"{step.name}[{step.index}]" for step in self._steps()]
        return ".".join(reversed(steps))

    @property
    def element(self) -> str:
        """From the resource on, without numbers: `Observation.code.coding.display`."""
        names = []
        for step in self._steps():
            names.append(step.resource or step.name)
            if step.resource:
                break
        return ".".join(reversed(names))

    def _steps(self) -> Iterable["Path"]:
        step: Path | None = self
        while step is not None:
            yield step
            step = step.parent


@dataclass(frozen=True)
class Problem:
    """One problem. `code` is of the value set issue-type (FHIR R4), `place` FHIRPath or empty.

    report: the place of the report that the problem belongs to; empty where it is about the whole message.
    receipt: by which a sender can ask later what became of the report.
    """

    severity: str
    code: str
    words: LazyString
    place: str = ""
    report: str = ""
    receipt: str = ""

    @property
    def text(self) -> str:
        """The sentence, in the reader's language."""
        return str(self.words)

    @property
    def refuses(self) -> bool:
        return self.severity in (FATAL, ERROR)


class Unreadable(Exception):
    """The message as a whole cannot be read."""

    def __init__(self, code: str, words: LazyString, path: Path | None = None) -> None:
        super().__init__(code)
        self.problem = Problem(FATAL, code, words, path.place if path else "")


class Problems:
    """Collects problems; the same one counts once. Of very many, the first are kept and the rest counted: of those that
    refuse and of those that do not apart, so that nothing is refused without a word.
    """

    MOST = 200

    @property
    def full(self) -> bool:
        """Whether so much refuses that nobody needs to look for more."""
        return self._kept[True] == self.MOST

    def __init__(self) -> None:
        self.found: dict[tuple[str, str, str], Problem] = {}
        self.more = 0
        self._kept = {True: 0, False: 0}

    def add(self, severity: str, code: str, words: LazyString, path: Path) -> None:
        self._take(Problem(severity, code, words, path.place))

    def error(self, code: str, words: LazyString, path: Path) -> None:
        self.add(ERROR, code, words, path)

    def warn(self, code: str, words: LazyString, path: Path) -> None:
        self.add(WARNING, code, words, path)

    def take(self, others: "Problems") -> None:
        """All that others have found."""
        for problem in others.found.values():
            self._take(problem)
        self.more += others.more

    def _take(self, problem: Problem) -> None:
        name = (problem.severity, problem.code, problem.place)
        if name in self.found:
            return
        if self._kept[problem.refuses] == self.MOST:
            self.more += 1
            return
        self._kept[problem.refuses] += 1
        self.found[name] = problem

    @property
    def refuses(self) -> bool:
        return self._kept[True] > 0

    def of(self, report: str = "") -> tuple[Problem, ...]:
        """Those that are kept, as problems of the report at this place."""
        return tuple(replace(problem, report=report) for problem in self.found.values())


def shown(text: object) -> str:
    """A piece of the message for use in a sentence: short, on one line, no character that could do harm."""
    start = str(text)[:61]
    plain = re.sub(r"[^\x20-\x7e\xa1-\u02af\u0370-\u1fff]", "?", start)
    return plain if len(plain) <= 60 else plain[:59] + "…"


def within_bounds(problems: Iterable[Problem], most: int, more: int = 0) -> tuple[Problem, ...]:
    """The first `most` problems, those that refuse something before the others, then how many there were besides.

    :param more: how many were counted and not kept.
    """
    ordered = sorted(problems, key=lambda problem: not problem.refuses)
    left_out = max(0, len(ordered) - most) + more
    if not left_out:
        return tuple(ordered)
    words = lazy_gettext("There are more problems like these. Not shown: %(count)s.", count=left_out)
    return (*ordered[:most], Problem(INFORMATION, "informational", words))
