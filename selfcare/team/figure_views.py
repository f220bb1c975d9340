"""A team's figures, month by month: a page, and the same as a file. Nobody's record is opened for them."""

from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.people.teams import today
from selfcare.team import figure_words as words
from selfcare.team import figures
from selfcare.team.figures import Figures
from selfcare.team.room import room
from selfcare.team.seat import STAFF, take
from selfcare.web import pages, spreadsheet
from selfcare.web.access import SignedIn, signed_in
from selfcare.web.figure_rule import Said, said


@dataclass(frozen=True)
class Row:
    """One line of the page: what it is, what is counted, and what is said for each month."""

    title: str
    hint: str
    cells: list[str]


@room.get("/team/figures/")
@signed_in(*STAFF)
def figures_page(user: SignedIn) -> ResponseReturnValue:
    seat = take(user, request.args.get("team"))
    found = figures.count(seat)
    title, hint = words.untold()
    return pages.show(
        "team/figures.html",
        seat=seat,
        chips=[
            {"text": name, "href": url_for(".figures_page", team=one), "current": one == seat.team.id}
            for one, name in seat.teams
        ],
        months=[
            i18n.month_name(month, year=n == 0 or month.month == 1) for n, month in enumerate(found.months)
        ],
        rows=_rows(found),
        untold=(title, hint, [(words.language(key), words.number(one)) for key, one in _untold(found)]),
        today=today(),
        this_month=i18n.month_name(today()),
    )


@room.get("/team/figures/list.csv")
@signed_in(*STAFF)
def figures_list(user: SignedIn) -> ResponseReturnValue:
    """What the page says, and no more: a line for each figure."""
    found = figures.count(take(user, request.args.get("team")))
    heads = [
        gettext("What"),
        pgettext("column", "Month"),
        pgettext("column", "Number"),
        pgettext("column", "Of"),
    ]
    lines = []
    for kind, (title, hint) in words.kinds().items():
        for n, month in enumerate(found.months):
            cells = [words.days(found.days[n]), ""] if kind == "days" else _cells(said(found.counts[kind][n]))
            lines.append([f"{title}: {hint}", f"{month:%Y-%m}", *cells])
    title, hint = words.untold()
    lines += [
        [f"{title}, {words.language(key)}: {hint}", f"{today():%Y-%m-%d}", *_cells(one)]
        for key, one in _untold(found)
    ]
    return spreadsheet.answer([heads, *lines], "figures.csv")


def _rows(found: Figures) -> list[Row]:
    return [
        Row(
            title,
            hint,
            [words.days(middle) for middle in found.days]
            if kind == "days"
            else [words.number(said(one)) for one in found.counts[kind]],
        )
        for kind, (title, hint) in words.kinds().items()
    ]


def _untold(found: Figures) -> list[tuple[str, Said]]:
    return [(key, said(one)) for key, one in found.untold.items()]


def _cells(one: Said) -> list[str]:
    """Number and whole apart, so that a spreadsheet can draw them."""
    return [
        words.too_few() if one.part is None else str(one.part),
        "" if one.whole is None else str(one.whole),
    ]
