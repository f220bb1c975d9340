"""The page of an account's reminders: of what, by which way, and when not."""

from hashlib import sha256

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.database import now
from selfcare.notifications import email, preferences, queries, words
from selfcare.notifications.forms import SettingsForm
from selfcare.notifications.room import room
from selfcare.web import pages
from selfcare.web.access import Kind, Role, SignedIn, own_panel, signed_in


@room.get("/account/reminders")
@signed_in()
def settings(user: SignedIn) -> ResponseReturnValue:
    wishes = queries.wishes(user.account_id)
    kinds = _kinds(user)
    data = {
        "kinds": [kind for kind in kinds if kind not in wishes.off],
        "push": wishes.push,
        "email": wishes.email,
        "quiet_from": wishes.quiet_from,
        "quiet_until": wishes.quiet_until,
    }
    return _page(user, SettingsForm(formdata=None, data=data), kinds)


@room.post("/account/reminders")
@signed_in()
def settings_send(user: SignedIn) -> ResponseReturnValue:
    kinds = _kinds(user)
    form = SettingsForm()
    form.offer(kinds)
    if not form.validate():
        return _page(user, form, kinds, status=422)
    preferences.keep(
        user.account_id,
        offered=kinds,
        wanted=form.kinds.data or (),
        push=form.push.data,
        email=form.email.data if _may_mail(user) else None,
        quiet_from=form.quiet_from.value.replace(second=0),
        quiet_until=form.quiet_until.value.replace(second=0),
        zone=form.zone.data,
    )
    return pages.saved(url_for(".settings", saved=1))


def _kinds(user: SignedIn) -> list[str]:
    roles = {permit.role for permit in own_panel(user).permits.values()}
    if user.kind is Kind.PROFESSIONAL:
        roles.add(Role.PROFESSIONAL)  # also while nobody is on their list yet
    return preferences.offered(roles)


def _may_mail(user: SignedIn) -> bool:
    return email.is_set_up() and bool(user.email)


def _page(user: SignedIn, form: SettingsForm, kinds: list[str], status: int = 200) -> ResponseReturnValue:
    form.offer(kinds)
    zone = queries.zone_of(queries.wishes(user.account_id).zone)
    devices = [
        {
            "id": row.id,
            "name": row.device,
            "since": row.made_at.astimezone(zone),
            "mark": sha256(row.endpoint.encode()).hexdigest(),
        }
        for row in queries.subscriptions(user.account_id)
    ]
    missed = [
        (words.kind(row.kind), row.since.astimezone(zone)) for row in queries.not_reached(user.account_id)
    ]
    return pages.show(
        "notifications/settings.html",
        status=status,
        form=form,
        has_kinds=bool(kinds),
        mails=email.is_set_up(),
        devices=devices,
        missed=missed,
        told=(words.TITLE, gettext("There is something new for you.")),
        today=now().astimezone(zone).date(),
    )
