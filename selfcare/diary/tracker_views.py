"""Pages of the own list: what to keep an eye on, its charts, what is new on it."""

from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext
from markupsafe import Markup

from selfcare.diary import actions, drawing, forms, offered, presets, queries, watched
from selfcare.diary.models import Tracker
from selfcare.diary.room import room
from selfcare.people import seeing
from selfcare.web import conflict, pages, safety, said, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale


@room.get("/people/<uuid:person_id>/diary/trackers/")
@on_record(Area.DIARY, Level.SEE)
def trackers(permit: Permit) -> ResponseReturnValue:
    rows = [(one, queries.may_change(permit, one.tracker)) for one in queries.tracked(permit)]
    return pages.show("diary/trackers.html", rows=rows, may_add=permit.may(Area.DIARY, Level.ADD))


@room.get("/people/<uuid:person_id>/diary/trackers/new")
@on_record(Area.DIARY, Level.ADD)
def tracker_new(permit: Permit) -> ResponseReturnValue:
    return _new_page(_new_form(permit, formdata=None))


@room.post("/people/<uuid:person_id>/diary/trackers/new")
@on_record(Area.DIARY, Level.ADD)
@once
def tracker_new_send(permit: Permit) -> ResponseReturnValue:
    form = _new_form(permit)
    if not form.validate():
        return _new_page(form, 422)
    only_me = bool(form.only_me.data) if "only_me" in form else False
    try:
        if form.what.data not in forms.OWN_KINDS:
            made = actions.add_ready(permit, form.what.data, only_me)
        else:
            measure = form.what.data == "measure"
            made = actions.add_tracker(
                permit,
                kind=form.what.data,
                name=form.name.text.strip(),
                unit=form.unit.text.strip() if measure else "",
                decimals=1 if measure and not form.whole.data else 0,
                only_me=only_me,
                own_ends=form.own_ends if form.what.data == "symptom" else ("", ""),
            )
    except actions.TooMany:
        form.what.errors = [forms.full_list()]
        return _new_page(form, 422)
    except actions.OtherScale:
        form.name.errors = [
            gettext("This is on the list already, and its numbers mean something else. Choose another name.")
        ]
        return _new_page(form, 422)
    return pages.saved(url_for(".log", person_id=permit.person_id, tracker_id=made.id), ("tracker", made.id))


@room.get("/people/<uuid:person_id>/diary/trackers/<uuid:tracker_id>/")
@on_record(Area.DIARY, Level.ADD)
def tracker_change(permit: Permit, tracker_id: UUID) -> ResponseReturnValue:
    found = _changeable(permit, tracker_id)
    return _change_page(found, _rename_form(permit, found, formdata=None, data=_filled(found)))


@room.post("/people/<uuid:person_id>/diary/trackers/<uuid:tracker_id>/")
@on_record(Area.DIARY, Level.ADD)
@once
def tracker_change_send(permit: Permit, tracker_id: UUID) -> ResponseReturnValue:
    found = _changeable(permit, tracker_id)
    there = url_for(".trackers", person_id=permit.person_id, saved=1)
    keep, data = conflict.settled(())
    if keep == "theirs":
        return pages.saved(there)
    form = _rename_form(permit, found, formdata=data)
    if not form.validate():
        return _change_page(found, form, 422)
    only_me = form.only_me.choice if "only_me" in form else None
    try:
        actions.change_tracker(
            permit,
            tracker_id,
            versions.number(form.version.data),
            name=form.name.text.strip(),
            only_me=only_me,
        )
    except actions.Shared:
        form.only_me.errors = [
            gettext(
                "Somebody else has logged under this, so it cannot be for you only. You can add a new one that is."
            )
        ]
        return _change_page(found, form, 422)
    except Stale as stale:
        return conflict.ask(form, stale, there, _filled(stale.item), texts=())
    return pages.saved(there, ("tracker", tracker_id))


@room.get("/people/<uuid:person_id>/diary/trackers/<uuid:tracker_id>/remove")
@on_record(Area.DIARY, Level.ADD)
def tracker_remove(permit: Permit, tracker_id: UUID) -> ResponseReturnValue:
    found = _changeable(permit, tracker_id)
    return pages.show("diary/tracker_remove.html", title=presets.name_of(found))


@room.post("/people/<uuid:person_id>/diary/trackers/<uuid:tracker_id>/remove")
@on_record(Area.DIARY, Level.ADD)
def tracker_remove_send(permit: Permit, tracker_id: UUID) -> ResponseReturnValue:
    actions.remove_tracker(permit, tracker_id)
    return pages.saved(url_for(".trackers", person_id=permit.person_id, saved=1))


@room.get("/people/<uuid:person_id>/diary/choose")
@on_record(Area.DIARY, Level.SEE)
def choose(permit: Permit) -> ResponseReturnValue:
    """Which chart stands on top of the diary."""
    return pages.show("diary/choose.html", tracked=queries.tracked(permit))


@room.get("/people/<uuid:person_id>/diary/chart/<uuid:tracker_id>")
@on_record(Area.DIARY, Level.SEE)
def chart(permit: Permit, tracker_id: UUID) -> ResponseReturnValue:
    period = request.args.get("show", "14")
    if period not in drawing.PERIODS:
        abort(404)
    found = queries.tracker(permit, tracker_id)
    picture = drawing.picture(permit, found, drawing.PERIODS[period], period)
    head, rows = _table(permit, found, picture, period)
    return pages.show(
        "diary/chart.html",
        picture=picture,
        head=head,
        rows=rows,
        chips=_periods(permit, found, period),
        stands=watched.stands(permit, found, queries.watched_for(permit, found)),
        may_watch=permit.is_self or (permit.role is Role.CARER and permit.may(Area.DIARY, Level.MANAGE)),
        may_add=permit.may(Area.DIARY, Level.ADD),
    )


def _table(
    permit: Permit, tracker: Tracker, picture: drawing.Picture, period: str
) -> tuple[list[str], list[list[str]]]:
    """The chart's numbers in words, each leading to its entry, and by whom where it was not always the person."""
    after = presets.after_number(tracker.kind, tracker.preset, tracker.unit)
    number = gettext("Number, %(unit)s", unit=after) if after else gettext("Number")
    head = [gettext("When"), gettext("Done or not") if tracker.kind == "done" else number]
    year = permit.today().year
    link = Markup('<a id="e-{}" href="{}">{}</a>')
    rows = [
        [
            link.format(
                point.entry_id,
                drawing.href(permit, point, period),
                said.short(point.wall, point.part, year=point.wall.year != year),
            ),
            point.text,
        ]
        for point in picture.points
    ]
    if any(point.entered_as != "self" for point in picture.points):
        head.append(gettext("Entered by"))
        for row, point in zip(rows, picture.points, strict=True):
            row.append(point.entered_name)
    return head, rows


def _periods(permit: Permit, tracker: Tracker, period: str) -> list[dict[str, object]]:
    names = {
        "14": gettext("14 days"),
        "92": gettext("3 months"),
        "all": pgettext("all the time there is", "All"),
    }

    def there(key: str) -> str:
        return url_for(".chart", person_id=permit.person_id, tracker_id=tracker.id, show=key)

    return [{"text": text, "href": there(key), "current": key == period} for key, text in names.items()]


def _new_form(permit: Permit, **kwargs: object) -> forms.TrackerForm:
    taken = frozenset(one.tracker.preset for one in queries.tracked(permit) if one.tracker.preset)
    form = forms.TrackerForm(taken=taken, offers=offered.of(permit), **kwargs)
    _settle(permit, None, form)
    return form


def _rename_form(permit: Permit, tracker: Tracker, **kwargs: object) -> forms.RenameForm:
    form = forms.RenameForm(**kwargs)
    _settle(permit, tracker, form)
    return form


def _settle(permit: Permit, tracker: Tracker | None, form: forms.TrackerForm | forms.RenameForm) -> None:
    if queries.may_hide(permit, tracker):
        shown = tracker is not None and not tracker.only_me
        seen = seeing.switch(permit, Area.DIARY, shown=shown)
        alone = gettext("Nobody else sees this, or anything you log under it.")
        form.only_me.states = (seen.off, seen.on if shown else alone)
    else:
        del form.only_me


def _new_page(form: forms.TrackerForm, status: int = 200) -> ResponseReturnValue:
    return pages.show("diary/tracker_new.html", status=status, form=form, safety_lines=safety.short_lines())


def _change_page(tracker: Tracker, form: forms.RenameForm, status: int = 200) -> ResponseReturnValue:
    return pages.show(
        "diary/tracker_change.html",
        status=status,
        form=form,
        tracker=tracker,
        title=presets.name_of(tracker),
        safety_lines=safety.short_lines(),
    )


def _changeable(permit: Permit, tracker_id: UUID) -> Tracker:
    found = queries.tracker(permit, tracker_id)
    if not queries.may_change(permit, found):
        versions.refuse(permit, found)
    return found


def _filled(tracker: Tracker) -> dict[str, object]:
    return {"name": presets.name_of(tracker), "only_me": tracker.only_me, "version": str(tracker.version)}
