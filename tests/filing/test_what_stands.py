"""Random lives of reports, in any order and split over messages by two senders: what stands equals a small model.

The model knows tests, numbers and versions, and nothing of how a report is recognised: it was written apart. It would
alone catch that one of two reports with a number vanishes, that an order of arrival leaves the wrong version standing,
and that one sender's message changes another's report.
"""

from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from selfcare.filing.received_report import Coding, Identifier, ReceivedReport, ReceivedResult
from selfcare.filing.source import Source
from selfcare.results.models import Report
from tests.fhir.sending import new as new_sender
from tests.filing.clinic import Clinic, blood, later

TESTS = ("Kidney tests", "Blood count", "Thyroid tests")
CORRECTING = ("corrected", "cancelled")
ERROR = "entered-in-error"
_examples = count()


@dataclass(frozen=True)
class Event:
    """A version that a sender makes of one test under one number. `at`: which of its versions, by the time of issue."""

    sender: int
    number: int
    test: str
    at: int
    status: str

    @property
    def entity(self) -> tuple[int, int, str]:
        return self.sender, self.number, self.test


@dataclass
class Model:
    """What is on file, by test, number and sender: each version's status, by its place in time."""

    filed: dict[tuple[int, int, str], dict[int, str]] = field(default_factory=dict)
    waiting: int = 0

    def message(self, events: list[Event]) -> None:
        """One message; what takes something back is read first. Reports of one message never touch each other."""
        before = {entity: dict(versions) for entity, versions in self.filed.items()}
        for event in sorted(events, key=lambda one: one.status != ERROR):
            if event.entity in before:
                self.filed[event.entity][event.at] = event.status
                continue
            related = [one for one in before if one[1] == event.number]
            alike = any(one[2] == event.test for one in related)  # another sender's: its own is not there
            beside = any(
                one.number == event.number and one.status != ERROR for one in events if one is not event
            )
            declares = event.status in (*CORRECTING, ERROR)
            if alike or (related and declares) or (event.status == ERROR and beside):
                self.waiting += 1
            else:
                self.filed.setdefault(event.entity, {})[event.at] = event.status

    def standing(self) -> set[tuple[int, int, str, int]]:
        found = set()
        for entity, versions in self.filed.items():
            newest = max(versions)
            if versions[newest] != ERROR:
                found.add((*entity, newest))
        return found


@some.composite
def lives(draw: some.DrawFn) -> list[list[Event]]:
    """Messages, each of one sender and with one version of a report at most."""
    entities = draw(
        some.lists(
            some.tuples(some.integers(0, 1), some.integers(0, 1), some.sampled_from(TESTS)),
            min_size=1, max_size=4, unique=True,
        )
    )  # fmt: skip
    events = []
    for entity in entities:
        statuses = draw(
            some.lists(
                some.sampled_from(("preliminary", "final", *CORRECTING, ERROR)), min_size=1, max_size=3
            )
        )
        events += [Event(*entity, at, status) for at, status in enumerate(statuses)]
    messages: list[list[Event]] = []
    for event in draw(some.permutations(events)):
        joins = draw(some.booleans()) and messages and messages[-1][0].sender == event.sender
        if joins and all(one.entity != event.entity for one in messages[-1]):
            messages[-1].append(event)
        else:
            messages.append([event])
    return messages


def as_sent(event: Event, example: int) -> ReceivedReport:
    return blood(
        name=None,
        title=event.test,
        identifiers=(Identifier("http://lab.example/report", f"{example}-{event.number}"),),
        codes=(Coding("http://lab.example/codes", event.test, event.test, ""),),
        status=event.status,
        issued=later(event.at),
        conclusion=f"{event.sender}/{event.number}/{event.test}/{event.at}",
        results=()
        if event.status == ERROR
        else (ReceivedResult(f"Result of {event.test}", "number", str(event.at)),),
    )


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
# What a message puts right is not a report of its own because another of its reports was read first.
@example(
    messages=[
        [Event(1, 0, "Blood count", 0, "final")],
        [Event(1, 0, "Blood count", 1, "final"), Event(1, 0, "Kidney tests", 0, "cancelled")],
    ]
)
@given(messages=lives())
def test_what_stands_is_what_the_model_says(clinic: Clinic, messages: list[list[Event]]) -> None:
    example, model = next(_examples), Model()
    senders = [sender(clinic, f"Laboratory {example}-{n}") for n in range(2)]
    waiting = len(clinic.waiting())
    for events in messages:
        clinic.receive(*(as_sent(one, example) for one in events), source=senders[events[0].sender])
        model.message(events)
    assert standing(clinic, example) == model.standing()
    assert len(clinic.waiting()) - waiting == model.waiting
    for events in messages:  # all of it once more changes nothing
        clinic.receive(*(as_sent(one, example) for one in events), source=senders[events[0].sender])
    assert standing(clinic, example) == model.standing()


def sender(clinic: Clinic, name: str) -> Source:
    from selfcare.filing import laboratories

    token = new_sender(clinic.app, name).token
    found = clinic.do(laboratories.by_token, token)
    return Source(found.team_id, found.name, sender_id=found.id)


def standing(clinic: Clinic, example: int) -> set[tuple[int, int, str, int]]:
    """What nothing stands in place of, and nobody took back."""
    rows = clinic.reports()
    mine = [row for row in rows if (row.identifiers or [{}])[0].get("value", "").startswith(f"{example}-")]
    live = [row for row in mine if row.void_at is None]
    replaced = {row.replaces_id for row in live}
    return {said(row) for row in live if row.id not in replaced}


def said(row: Report) -> tuple[int, int, str, int]:
    by, number, test, at = row.conclusion.split("/")
    return int(by), int(number), test, int(at)
