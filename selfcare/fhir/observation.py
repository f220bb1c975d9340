"""Observation: the results of a report, in the order they were sent, groups (panels) before their members."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir.datatypes import codings, happened, listed, notes, words
from selfcare.fhir.organization import Party, parties
from selfcare.fhir.patient import Subject
from selfcare.fhir.problems import Path
from selfcare.fhir.reading import Desk
from selfcare.fhir.references import Item
from selfcare.fhir.service_request import Asked, read_requests
from selfcare.fhir.specimen import Sample, read_specimen
from selfcare.fhir.values import read_value
from selfcare.filing.received_report import GROUP, NONE, ReceivedResult, ReceivedTime

KINDS = ("Observation",)


@dataclass
class Around:
    """What the results say beside their values; the report takes from it where it says nothing itself."""

    asked: list[Asked]
    parties: list[Party]
    times: list[ReceivedTime]
    mixed: bool = False


class Results:
    """Reads the results of one report."""

    def __init__(
        self, desk: Desk, subject: Subject, sample: Sample | None, taken: ReceivedTime | None
    ) -> None:
        """:param sample, taken: of the report; a result repeats neither."""
        self.desk, self.subject, self.sample, self.taken = desk, subject, sample, taken
        self.rows: list[ReceivedResult] = []
        self.around = Around([], [], [])
        self._members: dict[Item, list[Item]] = {}
        self._placed: set[Item] = set()
        self._too_many = False

    def read(self, references: list[dict[str, Any]], report: Item) -> tuple[ReceivedResult, ...]:
        """All results that the report refers to, directly or through groups; each once.

        One that is named by the report and by a group stands in the group; one in two groups, in the first.
        """
        found = self.desk.follow(references, report, report.path.to("result"), KINDS, needed=True)
        roots = list(dict.fromkeys(item for item, _ in found if item))
        if not self._gather(roots, report):
            return ()
        grouped = {member for members in self._members.values() for member in members}
        for item in roots:
            if item not in grouped:
                self._place(item, None, 0)
        return tuple(self.rows)

    def _gather(self, roots: list[Item], report: Item) -> bool:
        """Finds all members, and whether they can be shown: not in a circle, not too many."""
        for root in roots:
            # Each entry: an item, and its members still to visit. The items on the way are those it stands in.
            way: list[tuple[Item, list[Item]]] = [(root, self._find_members(root))]
            on_way = {root}
            while way:
                item, waiting = way[-1]
                if not waiting:
                    way.pop()
                    on_way.discard(item)
                    continue
                member = waiting.pop()
                if member in on_way:
                    told = lazy_gettext("The group of results stands in itself (Observation.hasMember).")
                    self.desk.problems.error("invariant", told, member.path)
                    return False
                if len(self._members) > self.desk.limits.observations:
                    self._refuse_many(report.path)
                    return False
                if member not in self._members:
                    way.append((member, self._find_members(member)))
                    on_way.add(member)
        return True

    def _find_members(self, item: Item) -> list[Item]:
        if item not in self._members:
            path = item.path.to("hasMember")
            references = self.desk.clean(item).get("hasMember", [])
            found = self.desk.follow(references, item, path, KINDS, needed=True)
            self._members[item] = list(dict.fromkeys(member for member, _ in found if member))
        return list(self._members[item])

    def _place(self, item: Item, within: int | None, depth: int) -> None:
        if item in self._placed:
            told = lazy_gettext("This result stands in several groups. It is shown in the first.")
            self.desk.problems.add("information", "informational", told, item.path)
            return
        if depth > (limit := self.desk.limits.panels):
            told = lazy_gettext(
                "Groups of results stand in each other more than %(depth)s levels deep.", depth=limit
            )
            self.desk.problems.error("too-costly", told, item.path)
            return
        self._placed.add(item)
        clean = self.desk.clean(item)
        place = len(self.rows)
        members, components = self._members.get(item, []), clean.get("component", [])
        self._add(self._result(item, clean, within, is_group=bool(members or components)), item.path)
        for member in members:
            self._place(member, place, depth + 1)
        for index, component in enumerate(components):
            path = Path(item.path, "component", index)
            self._add(self._component(component, path, clean.get("status", ""), place), path)

    def _add(self, row: ReceivedResult, path: Path) -> None:
        self.rows.append(row)
        if len(self.rows) > self.desk.limits.observations:
            self._refuse_many(path)

    def _refuse_many(self, path: Path) -> None:
        if not self._too_many:
            self._too_many = True
            told = lazy_gettext(
                "The report has more than %(limit)s results, the most that are taken.",
                limit=self.desk.limits.observations,
            )
            self.desk.problems.error("too-long", told, path)

    def _result(
        self, item: Item, clean: dict[str, Any], within: int | None, *, is_group: bool
    ) -> ReceivedResult:
        desk, path = self.desk, item.path
        said = read_value(desk, clean, path)
        note = notes(clean.get("note", []))
        if said.kind == NONE and not (is_group or note or said.absent_reason):
            told = lazy_gettext("%(element)s has no value, and no reason why.", element=path.element)
            desk.problems.warn("incomplete", told, path)
        specimen = what = words(clean.get("bodySite"))
        sample_taken = None
        if "specimen" in clean:
            sample = read_specimen(desk, clean["specimen"], item, path.to("specimen"), self.subject)
            if sample:
                self.around.mixed |= sample.is_other
                if self.sample is None or sample.text != self.sample.text:
                    specimen = listed((sample.text, specimen))
                what = listed((sample.what, what))
                sample_taken = sample.taken
        taken = happened(desk, clean.get("effective"), path, "effective") or sample_taken
        if taken:
            self.around.times.append(taken)
        self._look_around(item, clean)
        return ReceivedResult(
            name=self._name(clean.get("code"), path),
            kind=GROUP if is_group and said.kind == NONE else said.kind,
            value=said.value,
            unit=said.unit,
            range_text=said.range_text,
            flag=said.flag,
            note=note,
            absent_reason=said.absent_reason,
            method=words(clean.get("method")),
            specimen=specimen,
            status=clean.get("status", ""),
            codes=codings(clean.get("code")),
            taken=None if taken == self.taken else taken,
            within=within,
            sample=what,
        )

    def _component(self, clean: dict[str, Any], path: Path, status: str, within: int) -> ReceivedResult:
        said = read_value(self.desk, clean, path)
        if said.kind == NONE and not said.absent_reason:
            told = lazy_gettext("%(element)s has no value, and no reason why.", element=path.element)
            self.desk.problems.warn("incomplete", told, path)
        return ReceivedResult(
            name=self._name(clean.get("code"), path),
            kind=said.kind,
            value=said.value,
            unit=said.unit,
            range_text=said.range_text,
            flag=said.flag,
            absent_reason=said.absent_reason,
            status=status,
            codes=codings(clean.get("code")),
            within=within,
            component=True,
        )

    def _name(self, code: dict[str, Any] | None, path: Path) -> str:
        name = words(code)
        if code and not name:
            here = path.to("code")
            told = lazy_gettext("%(element)s gives no name and no code.", element=here.element)
            self.desk.problems.error("required", told, here)
        return name

    def _look_around(self, item: Item, clean: dict[str, Any]) -> None:
        desk, path = self.desk, item.path
        self.around.mixed |= self.subject.is_other(desk, clean.get("subject"), item, path.to("subject"))
        for index, measured_of in enumerate(clean.get("focus", [])):
            here = Path(path, "focus", index)
            self.around.mixed |= self.subject.is_other_focus(desk, measured_of, item, here)
        # What is asked for once is not asked for again: a report may hold thousands of results.
        if len(self.around.asked) < 20:
            self.around.asked += read_requests(
                desk, clean.get("basedOn", []), item, path.to("basedOn"), self.subject
            )
        if len(self.around.parties) < 20:
            self.around.parties += parties(desk, clean.get("performer", []), item, path.to("performer"))
