"""The lines of the report: a goal, a figure and a mark each; as a file of JSON too, and two such files compared."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles

# Two runs of the same code differ by as much, on a machine that does nothing else.
LIKE = 1.1


@dataclass(frozen=True)
class Figure:
    """One figure of a run: under which title, of what, and in which unit."""

    part: str
    what: str
    figure: float
    unit: str

    @property
    def name(self) -> str:
        return f"{self.part}: {self.what}"


@dataclass
class Report:
    """Prints as it goes, so that a long run can be watched; counts what was missed."""

    met: int = 0
    missed: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    part: str = ""

    def title(self, text: str) -> None:
        self.part = text
        print(f"\n{text}\n{'-' * len(text)}", flush=True)

    def line(
        self,
        what: str,
        figure: float,
        unit: str,
        *,
        most: float | None = None,
        least: float | None = None,
        beside: str = "",
    ) -> None:
        """One figure, with its goal where it has one.

        :param beside: what else is known of it, such as its spread: printed, and not compared.
        """
        self.figures.append(Figure(self.part, what, float(figure), unit))
        goal, mark = "", " "
        if most is not None or least is not None:
            good = (most is None or figure <= most) and (least is None or figure >= least)
            goal = f"≤ {shown(most)}" if most is not None else f"≥ {shown(least or 0)}"
            goal = goal if most is None or least is None else f"{shown(least)} to {shown(most)}"
            mark = "✓" if good else "✗"
            self.met += good
            if not good:
                self.missed.append(f"{what}: {shown(figure)} {unit}, goal {goal}")
        named = f"{what} ({beside})" if beside else what
        print(f"{mark} {named:<64}{shown(figure):>9} {unit:<6}{goal:>11}", flush=True)

    def note(self, text: str) -> None:
        print(f"  {text}", flush=True)

    def end(self) -> None:
        self.title("In all")
        print(f"{self.met} goals met, {len(self.missed)} missed")
        for line in self.missed:
            print(f"✗ {line}")

    def write(self, path: Path) -> None:
        path.write_text(
            json.dumps([asdict(each) for each in self.figures], indent=1) + "\n", encoding="utf-8"
        )


def compared(old: Path, new: Path) -> Iterator[str]:
    """Lines that set a new run against an old one, as ratios: 2.00 is twice as much. Then the middle of each unit's."""
    before, after = (
        {each.name: each for each in map(_figure, json.loads(path.read_text(encoding="utf-8")))}
        for path in (old, new)
    )
    ratios: dict[str, list[float]] = {}
    for name, one in after.items():
        other = before.get(name)
        if other is None or not other.figure:
            continue
        ratio = one.figure / other.figure
        ratios.setdefault(one.unit, []).append(ratio)
        mark = " " if 1 / LIKE <= ratio <= LIKE else "↑" if ratio > 1 else "↓"
        yield f"{mark} {name:<88}{shown(other.figure):>9}{shown(one.figure):>9} {one.unit:<6}{ratio:>7.2f}"
    for unit, found in ratios.items():
        yield f"  the middle of {len(found)} ratios in {unit or 'numbers'}: {median(found):.2f}"
    for names, which in ((before.keys() - after.keys(), "old"), (after.keys() - before.keys(), "new")):
        yield from (f"  in the {which} one alone: {name}" for name in sorted(names))


def _figure(found: dict[str, float | str]) -> Figure:
    return Figure(str(found["part"]), str(found["what"]), float(found["figure"]), str(found["unit"]))


def shown(figure: float) -> str:
    """A number as people read it: no digits that mean nothing."""
    if float(figure).is_integer():
        return f"{int(figure):,}"
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"


def percentile(figures: Sequence[float], percent: int) -> float:
    """The value that `percent` of the figures do not pass."""
    return quantiles(figures, n=100, method="inclusive")[percent - 1] if len(figures) > 1 else figures[0]
