"""A team's settings: telephone, hours, within how many days it replies, when nobody works."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from selfcare import i18n
from selfcare.people.teams import today
from selfcare.team import dates, settings
from selfcare.team.forms import SettingsForm
from selfcare.team.room import room
from selfcare.team.seat import STAFF_AND_BODIES, Seat, take
from selfcare.web import pages
from selfcare.web.access import SignedIn, signed_in


@room.get("/team/<uuid:team_id>/settings")
@signed_in(*STAFF_AND_BODIES)
def team_settings(user: SignedIn, team_id: UUID) -> ResponseReturnValue:
    return _page(take(user, team_id, runs=True, bodies=True))


@room.post("/team/<uuid:team_id>/settings")
@signed_in(*STAFF_AND_BODIES)
def team_settings_send(user: SignedIn, team_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True, bodies=True)
    form = SettingsForm()
    form.validate()
    if not form.settle_days(today(), seat.team.holidays):
        return _page(seat, form, 422)
    chosen = settings.Settings(
        phone=form.phone.text.strip(),
        hours=form.hours.text.strip(),
        reply_days=int(form.reply_days.number or 0),
        holidays=form.days,
    )
    try:
        settings.save(seat, chosen, form.sign.data or "")
    except settings.ChangedMeanwhile:
        return _page(seat, form, 409, chosen)
    several = seat.team.id if len(seat.teams) > 1 else None
    return pages.saved(url_for("team.people", team=several, saved=1))


def _page(
    seat: Seat, form: SettingsForm | None = None, status: int = 200, chosen: settings.Settings | None = None
) -> ResponseReturnValue:
    stands = settings.of(seat.team)
    if form is None:
        lines = "\n".join(f"{day.day} {day.month} {day.year}" for day in map(dates.read, stands.holidays))
        data = {
            "phone": stands.phone,
            "hours": stands.hours,
            "reply_days": str(stands.reply_days),
            "holidays": lines,
            "sign": settings.sign(seat.team),
        }
        form = SettingsForm(formdata=None, data=data)
    elif chosen:
        form.sign.data = settings.sign(seat.team)
    differs = _differs(stands, chosen) if chosen else None
    return pages.show(
        "team/settings.html", status=status, seat=seat, form=form, differs=differs, path=request.path
    )


def _differs(stands: settings.Settings, chosen: settings.Settings) -> list[str]:
    """What stands there now and is another in the form, in words."""
    found = []
    if stands.phone != chosen.phone:
        found.append(stands.phone or "–")
    if stands.hours != chosen.hours:
        found.append(stands.hours or "–")
    if stands.reply_days != chosen.reply_days:
        found.append(
            ngettext(
                "Replies within %(num)s working day", "Replies within %(num)s working days", stands.reply_days
            )
        )
    if stands.holidays != chosen.holidays:
        found.append(i18n.listed([i18n.plain_day(dates.read(day)) for day in stands.holidays]) or "–")
    return found
