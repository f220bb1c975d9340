"""The lines of the report: a goal, a figure and a mark each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import quantiles


@dataclass
class Report:
    """Prints as it goes, so that a long run can be watched; counts what was missed."""

    met: int = 0
    missed: list[str] = field(default_factory=list)

    def title(self, text: str) -> None:
        print(f"\n{text}\n{'-' * len(text)}", flush=True)

    def line(
        self, what: str, figure: float, unit: str, *, most: float | None = None, least: float | None = None
    ) -> None:
        """One figure, with its goal where it has one."""
        goal, mark = "", " "
        if most is not None or least is not None:
            good = (most is None or figure <= most) and (least is None or figure >= least)
            goal = f"≤ {shown(most)}" if most is not None else f"≥ {shown(least or 0)}"
            mark = "✓" if good else "✗"
            self.met += good
            if not good:
                self.missed.append(f"{what}: {shown(figure)} {unit}, goal {goal}")
        print(f"{mark} {what:<64}{shown(figure):>9} {unit:<6}{goal:>11}", flush=True)

    def note(self, text: str) -> None:
        print(f"  {text}", flush=True)

    def end(self) -> None:
        self.title("In all")
        print(f"{self.met} goals met, {len(self.missed)} missed")
        for line in self.missed:
            print(f"✗ {line}")


def shown(figure: float) -> str:
    """A number as people read it: no digits that mean nothing."""
    if float(figure).is_integer():
        return f"{int(figure):,}"
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"


def percentile(figures: Sequence[float], percent: int) -> float:
    """The value that `percent` of the figures do not pass."""
    return quantiles(figures, n=100, method="inclusive")[percent - 1] if len(figures) > 1 else figures[0]
