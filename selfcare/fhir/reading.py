"""What the readers of one report share: the message, the bounds, the problems found, the time it is read at."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir.check import checked
from selfcare.fhir.labels import is_restricted, refuse_labelled
from selfcare.fhir.limits import Limits
from selfcare.fhir.problems import Path, Problems, shown
from selfcare.fhir.references import Ambiguous, Item, Shelf, plain

# Whose narratives could say something of a result.
_TOLD = frozenset({"DiagnosticReport", "Observation", "Specimen"})


class Desk:
    """One report on the desk. Every resource it leads to is checked once, and its problems are the report's."""

    def __init__(self, shelf: Shelf, limits: Limits, now: datetime) -> None:
        """:param now: aware."""
        self.shelf, self.limits, self.now = shelf, limits, now
        self.problems = Problems()
        self.reached: set[Item] = set()
        self.restricted = shelf.restricted  # as the message is, or any part of the report

    def clean(self, item: Item) -> dict[str, Any]:
        """The resource's clean elements."""
        if self.problems.full:
            return {}  # it is refused, and says why at length
        if item.clean is None:
            item.clean = checked(item.raw, item.kind, item.path, item.problems, xml=self.shelf.xml)
            refuse_labelled(item.raw, item.path, item.problems)
            _tell_of_more_words(item)
        if item not in self.reached:
            self.reached.add(item)
            self.restricted = self.restricted or is_restricted(item.raw)
            self.problems.take(item.problems)
        return item.clean

    def follow(
        self,
        references: list[dict[str, Any]],
        holder: Item,
        path: Path,
        kinds: tuple[str, ...],
        *,
        needed: bool = False,
    ) -> Iterator[tuple[Item | None, dict[str, Any]]]:
        """The resources that these references mean, in order, each with its reference.

        :param path: of the list of references.
        :param kinds: the types that are read; others are told of.
        :param needed: without them the report would not be whole: it is refused. Else it is a warning.
        """
        for index, reference in enumerate(references):
            yield (
                self.find(reference, holder, Path(path.parent, path.name, index), kinds, needed=needed),
                reference,
            )

    def find(
        self,
        reference: dict[str, Any],
        holder: Item,
        path: Path,
        kinds: tuple[str, ...],
        *,
        needed: bool = False,
    ) -> Item | None:
        """The resource that a reference in `holder` means; None, and a problem, where the message does not have it."""
        tell = self.problems.error if needed else self.problems.warn
        try:
            item = self.shelf.find(reference, holder, kinds)
        except Ambiguous:
            words = lazy_gettext(
                "%(element)s could mean several resources that differ.", element=path.element
            )
            self.problems.error("duplicate", words, path)
            return None
        if item is None:
            # A name alone is allowed, and often all there is: for a part that is needed it is too little.
            if (
                needed
                or reference.get("reference")
                or reference.get("identifier")
                or not reference.get("display")
            ):
                tell("not-found", _missing(path, reference), path)
            return None
        if item.kind not in kinds:
            words = lazy_gettext(
                "%(element)s refers to a resource of the type %(type)s, which is not read there.",
                element=path.element,
                type=shown(item.kind),
            )
            tell("not-supported", words, path)
            return None
        return item


def _missing(path: Path, reference: dict[str, Any]) -> Any:
    means = reference.get("reference") or reference.get("identifier", {}).get("value")
    if not means:
        return lazy_gettext("%(element)s does not say what it refers to.", element=path.element)
    return lazy_gettext(
        "%(element)s refers to %(reference)s, which is not in the message.",
        element=path.element,
        reference=shown(means),
    )


def _tell_of_more_words(item: Item) -> None:
    """A narrative that says of itself that it holds what stands nowhere else (FHIR R4, narrative-status)."""
    if item.kind in _TOLD and plain(item.raw.get("text"), "status") == "additional":
        words = lazy_gettext(
            "%(element)s has words that stand nowhere else. They are not read. Send them as a note.",
            element=item.path.to("text").element,
        )
        item.problems.warn("not-supported", words, item.path.to("text"))
