"""Pages of the list of entries: the diary itself, searched and narrowed, and where it can be opened at a month."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.diary import drawing, presets, queries, timeline
from selfcare.diary.listing import Listing
from selfcare.diary.room import room
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, on_record


@room.get("/people/<uuid:person_id>/diary/")
@on_record(Area.DIARY, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    try:
        listing = Listing.read(request.args)
        more = timeline.Key.read(request.args["more"]) if "more" in request.args else None
    except ValueError:
        abort(404)
    page = timeline.entries(
        permit,
        kind=listing.kind,
        words=listing.sought,
        only=listing.only,
        until_month=listing.month,
        before=more or listing.before,
        until=None if more else listing.until,
    )
    top = listing.words is None and listing.begins_at_top and more is None
    tracked = queries.tracked(permit) if top else []
    # Over the entries of one thing stands its chart, or none, where it is no longer on the own list.
    charted = [one for one in tracked if listing.only in (None, one.tracker.id)]
    # What is opened from here comes back to as much as is shown here.
    shown = listing.like(until=timeline.Key.of(page.lines[-1])) if more and page.lines else listing
    return pages.show(
        "diary/index.html",
        block="entries",
        days=timeline.by_day(page.lines),
        next_page=page.next and listing.like(before=page.next, month=None, until=None).url(permit),
        next_part=page.next and listing.like(until=None).url(permit, more=page.next),
        newest=None
        if listing.begins_at_top
        else listing.like(before=None, month=None, until=None).url(permit),
        shown=shown,
        # A part that was asked for stands where its link was: its first entry is gone to, and the address goes along.
        first=page.lines[0].id if more and page.lines else None,
        address=shown.url(permit),
        chips=_chips(permit, listing, tracked),
        show=listing.show,
        words=listing.words,
        sought=listing.sought,
        empty=not page.lines and listing.like(chart=None) == Listing(),
        chart=drawing.on_top(permit, charted, listing.chart),
        taken_out=request.args.get("out") == "1",
        may_add=permit.may(Area.DIARY, Level.ADD) and not permit.subject.died_on,
    )


@room.get("/people/<uuid:person_id>/diary/find")
@on_record(Area.DIARY, Level.SEE)
def find(permit: Permit) -> ResponseReturnValue:
    """Entries of one thing, or from one month back."""
    months = timeline.months(permit)
    return pages.show(
        "diary/find.html",
        only=[
            (presets.name_of(tracker), count, Listing(only=tracker.id).url(permit))
            for tracker, count in timeline.kinds(permit)
        ],
        notes=Listing(show="notes").url(permit),
        years=[
            (year, [(i18n.month_name(day), count, Listing(month=day).url(permit)) for day, count in those])
            for year, those in groupby(months, key=lambda one: one[0].year)
        ],
    )


def _chips(permit: Permit, listing: Listing, tracked: Sequence[queries.Tracked]) -> list[dict[str, Any]]:
    """All, and each kind; what else is shown alone stands before *More*, where it was chosen."""
    names = {
        "all": pgettext("entries", "All"),
        "symptoms": gettext("Symptoms"),
        "measures": pgettext("filter", "Measures"),
        "done": gettext("Done or not"),
        "notes": gettext("Notes"),
    }
    plain = Listing(words=listing.words, chart=listing.chart)
    alone = listing.only or listing.month
    hidden = set() if listing.words is not None else {"notes"}
    if not any(one.tracker.kind == "done" for one in tracked):
        hidden |= {"done"}
    shown = [name for name in names if name not in hidden or listing.show == name]
    chips: list[tuple[str, str, bool]] = [
        (names[name], plain.like(show=name).url(permit, _list=True), not alone and name == listing.show)
        for name in shown
    ]
    if listing.only:
        name = next((one.name for one in tracked if one.tracker.id == listing.only), None)
        name = name or presets.name_of(timeline.tracker(permit, listing.only))
        chips.append((name, listing.like(before=None, until=None, month=None).url(permit, _list=True), True))
    if listing.month:
        month = i18n.month_name(listing.month, year=True)
        chips.append((month, listing.like(before=None, until=None, only=None).url(permit, _list=True), True))
    found = [{"text": text, "href": href, "current": current} for text, href, current in chips]
    if listing.words is None:
        there = url_for(".find", person_id=permit.person_id)
        # There is a tab of this name too.
        label = {"aria-label": gettext("More of the diary")}
        found.append({"text": pgettext("filter", "More"), "href": there, "attrs": label})
    return found
