"""The page of a team: how people hear by default, the days nobody works, how soon it replies."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext, pgettext

from selfcare.database import now
from selfcare.people import teams
from selfcare.people.models import Team
from selfcare.results import release as rules
from selfcare.results import team, words
from selfcare.results.forms import HolidayForm, TeamForm
from selfcare.results.room import room
from selfcare.web import pages
from selfcare.web.access import Panel, on_panel
from selfcare.web.once import once
from selfcare.web.when import BadTime, read_date


@room.get("/team/")
@on_panel
def team_page(panel: Panel) -> ResponseReturnValue:
    return _show(panel, _chosen(panel, request.args.get("team")))


@room.post("/team/")
@on_panel
@once
def team_send(panel: Panel) -> ResponseReturnValue:
    form = TeamForm()
    found = _chosen(panel, form.team.data)
    runs = _narrow(panel, found, form)
    if not form.validate():
        return _show(panel, found, form=form, status=422)
    try:
        days = int(form.reply_days.number or 0) if runs else None
        team.save(panel, found.id, form.chosen(), days, form.sign.data or "")
    except team.ChangedMeanwhile:
        return _show(panel, found, form=form, status=409, changed=True)
    return pages.saved(_address(panel, found))


@room.get("/team/holidays/add")
@on_panel
def holiday(panel: Panel) -> ResponseReturnValue:
    return redirect(_address(panel, _chosen(panel, request.args.get("team")), saved=False), 303)


@room.post("/team/holidays/add")
@on_panel
@once
def holiday_send(panel: Panel) -> ResponseReturnValue:
    form = HolidayForm()
    found = _chosen(panel, form.team.data)
    if form.validate_on(_today()):
        if teams.add_holiday(panel, found.id, form.day.value):
            return pages.saved(_address(panel, found))
        form.day.errors = [gettext("There is no room for more days. Take one off first.")]
    return _show(panel, found, holiday=form, status=422)


@room.get("/team/holidays/remove")
@on_panel
def holiday_remove(panel: Panel) -> ResponseReturnValue:
    return redirect(_address(panel, _chosen(panel, request.args.get("team")), saved=False), 303)


@room.post("/team/holidays/remove")
@on_panel
def holiday_remove_send(panel: Panel) -> ResponseReturnValue:
    found = _chosen(panel, request.form.get("team"))
    try:
        day = read_date(request.form.get("day", ""))
    except BadTime:
        return _show(panel, found, status=422)
    teams.remove_holiday(panel, found.id, day)
    return pages.saved(_address(panel, found))


def _chosen(panel: Panel, team_id: str | None) -> Team:
    """The team an address or a form names, else the first; 404 for one the account is no member of."""
    own = teams.of_panel(panel)
    if not own:
        abort(404)
    if not team_id:
        return own[0]
    found = next((one for one in own if str(one.id) == team_id), None)
    if found is None:
        abort(404)
    return found


def _show(
    panel: Panel,
    found: Team,
    *,
    form: TeamForm | None = None,
    holiday: HolidayForm | None = None,
    status: int = 200,
    changed: bool = False,
) -> ResponseReturnValue:
    modes = team.of_team(found.id)
    sign = team.sign(found, modes)
    if form is None:
        data: dict[str, Any] = {f"how_{kind}": how for kind, how in modes.items()}
        data |= {"reply_days": str(found.reply_days), "team": found.id, "sign": sign}
        form = TeamForm(formdata=None, data=data)
        _narrow(panel, found, form)
    elif changed:
        form.sign.data = sign
    return pages.show(
        "results/team.html",
        status=status,
        team=found,
        chips=[
            {
                "text": one.name,
                "href": url_for("results.team_page", team=one.id),
                "current": one.id == found.id,
            }
            for one in teams.of_panel(panel)
        ],
        form=form,
        holiday=holiday or HolidayForm(formdata=None, data={"team": found.id}),
        holidays=teams.holidays(found),
        differs=_differs(modes, found, form) if changed else None,
        changes=[_change(*row) for row in teams.changes(found.id)],
        local=lambda instant: instant.astimezone(zone()),
    )


def _narrow(panel: Panel, found: Team, form: TeamForm) -> bool:
    """What a team promises is for who runs its pages: to others the field is not there. :returns: whether it is."""
    runs = teams.runs(panel, found.id)
    if not runs and "reply_days" in form:
        del form.reply_days
    return runs


def _differs(modes: dict[str, str], found: Team, form: TeamForm) -> list[str]:
    """What stands there now and is another in the form, in words."""
    said = [
        gettext("%(kind)s: %(how)s", kind=words.kind_name(kind), how=words.mode_name(modes[kind]))
        for kind in rules.KINDS
        if modes[kind] != form[f"how_{kind}"].data
    ]
    if "reply_days" in form and form.reply_days.number != found.reply_days:
        said.append(
            ngettext(
                "Replies within %(num)s working day", "Replies within %(num)s working days", found.reply_days
            )
        )
    return said


def _change(at: Any, name: str, verb: str, kind: str) -> tuple[Any, str, str]:
    what = {
        ("changed", "team_release"): gettext("When people see results"),
        ("changed", "reply_days"): gettext("Working days to reply in"),
        ("added", "holiday"): gettext("A day nobody works was added"),
        ("removed", "holiday"): gettext("A day nobody works was taken off"),
        ("added", "phrase"): gettext("A sentence was added"),
        ("changed", "phrase"): gettext("A sentence was changed"),
        ("removed", "phrase"): gettext("A sentence was taken off"),
    }.get((verb, kind), pgettext("what was done", "Changed"))
    return at, name, what


def _address(panel: Panel, found: Team, *, saved: bool = True) -> str:
    several = len(teams.of_panel(panel)) > 1
    return url_for("results.team_page", team=found.id if several else None, saved=1 if saved else None)


def zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["SETTINGS"].zone)


def _today() -> date:
    """The day it is where the app runs; a team has no other place."""
    return now().astimezone(zone()).date()
