"""How ready a person is for a visit: five steps, in any order. Pure, and the same for whoever looks.

*Only me* items never count, not even for the person: else the number would tell others that something is there. Those
who call this pass what is shareable:

- `results`: no result that the person may see is still unopened, but for those that somebody has read to them (none at
  all counts as done: nothing is left to do);
- `been`: something was logged since the last visit, or there are words about it;
- `matters`: there is a sentence about what matters most;
- `questions`: at least one open question;
- `shared`: a summary was shared for this visit (the visit's `ready_at`).
"""

from dataclasses import dataclass

from flask_babel import gettext, pgettext

from selfcare import i18n

KEYS = ("results", "been", "matters", "questions", "share")


@dataclass(frozen=True)
class Step:
    """One of the five."""

    key: str
    done: bool


@dataclass(frozen=True)
class Readiness:
    """The five steps in the order they are shown, and how many of them are done."""

    steps: tuple[Step, ...]
    done: int
    total: int = 5

    def has(self, key: str) -> bool:
        """Whether one step is done. :raises KeyError: for a key that is none of the five."""
        return {step.key: step.done for step in self.steps}[key]


def readiness(*, results: bool, been: bool, matters: bool, questions: bool, shared: bool) -> Readiness:
    """The readiness that follows from what is there."""
    steps = tuple(
        Step(key, done) for key, done in zip(KEYS, (results, been, matters, questions, shared), strict=True)
    )
    return Readiness(steps, sum(step.done for step in steps))


def left(found: Readiness, lead_name: str | None) -> str:
    """What is still to do, as a sentence; never a percentage.

    :param lead_name: the key contact, to share with; None when there is none.
    """
    words = {
        "results": pgettext("still to do", "the new results"),
        "been": pgettext("still to do", "how things have been"),
        "matters": pgettext("still to do", "what matters most"),
        "questions": pgettext("still to do", "questions"),
        "share": pgettext("still to do", "share with %(name)s", name=lead_name)
        if lead_name
        else pgettext("still to do", "share it"),
    }
    parts = [words[step.key] for step in found.steps if not step.done]
    if not parts:
        return gettext("Everything is ready.")
    return gettext("Still to do: %(list)s.", list=i18n.listed(parts))
