"""Pages of recovery: asked for, confirmed by a second of the team, stopped by the person, used."""

from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare import i18n
from selfcare.accounts.actions import Taken
from selfcare.accounts.passwords import WeakPassword
from selfcare.notifications import queries as notices
from selfcare.notifications import stopping
from selfcare.notifications.kinds import RECOVERY_ASKED
from selfcare.people import code_views, invitations, recovery
from selfcare.people.forms import ComeBackForm, RecoveryForm
from selfcare.people.room import room
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record, public
from selfcare.web.ids import uuid_of

STAFF = (Role.PROFESSIONAL,)


@room.get("/people/<uuid:person_id>/recovery")
@on_record(Area.PEOPLE, Level.NOTHING, roles=(Role.SELF, Role.PROFESSIONAL))
def recovery_page(permit: Permit) -> ResponseReturnValue:
    return _page(permit)


def _shown() -> UUID | None:
    """The recovery that stood on the page; None where nothing says so."""
    return uuid_of(request.form.get("recovery"))


def _page(permit: Permit, form: RecoveryForm | None = None, status: int = 200) -> ResponseReturnValue:
    """
    :param form: what somebody asked with who was not the first: it stays on the page.
    """
    row = recovery.open_one(permit)
    return pages.show(
        "people/recovery.html",
        status=409 if form else status,
        form=form,
        other=status == 409,
        row=row,
        opens=permit.local(row.opens_at) if row and row.opens_at else None,
        asked=permit.local(row.asked_at) if row else None,
        is_open=row is not None and recovery.is_open(row),
        stands=row is not None and recovery.stands(row),
        vouches=row is not None and recovery.vouches(row, permit.account_id),
        colleagues=row is not None and recovery.colleagues(row),
        told=i18n.listed(notices.told(permit.person_id, RECOVERY_ASKED, row.id)) if row else "",
        waits=row is not None and recovery.waits(row),
        has_way=permit.is_self or invitations.has_way_in(permit),
    )


@room.get("/people/<uuid:person_id>/recovery/ask")
@on_record(Area.CONTACTS, Level.MANAGE, recent=True, roles=STAFF)
def recovery_ask(permit: Permit) -> ResponseReturnValue:
    if recovery.open_one(permit) or not invitations.has_way_in(permit):
        return _page(permit)
    return pages.show("people/recovery_ask.html", form=RecoveryForm(formdata=None))


@room.post("/people/<uuid:person_id>/recovery/ask")
@on_record(Area.CONTACTS, Level.MANAGE, recent=True, roles=STAFF)
def recovery_ask_send(permit: Permit) -> ResponseReturnValue:
    form = RecoveryForm()
    if recovery.open_one(permit):
        return _page(permit, form)
    if not form.validate():
        return pages.show("people/recovery_ask.html", status=422, form=form)
    try:
        recovery.ask(permit, how=form.how.data, seen=form.seen.text.strip())
    except recovery.UnderWay:  # in this moment
        return _page(permit, form)
    return pages.saved(url_for(".recovery_page", person_id=permit.person_id, saved=1))


@room.get("/people/<uuid:person_id>/recovery/confirm")
@on_record(Area.CONTACTS, Level.MANAGE, recent=True, roles=STAFF)
def recovery_confirm(permit: Permit) -> ResponseReturnValue:
    return _page(permit)


@room.post("/people/<uuid:person_id>/recovery/confirm")
@on_record(Area.CONTACTS, Level.MANAGE, recent=True, roles=STAFF)
def recovery_confirm_send(permit: Permit) -> ResponseReturnValue:
    try:
        recovery.confirm(permit, _shown())
    except recovery.UnderWay:  # another than was read
        return _page(permit, status=409)
    return pages.saved(url_for(".recovery_page", person_id=permit.person_id, saved=1))


@room.get("/people/<uuid:person_id>/recovery/code")
@on_record(Area.CONTACTS, Level.MANAGE, recent=True, roles=STAFF)
def recovery_code(permit: Permit) -> ResponseReturnValue:
    return _page(permit)


@room.post("/people/<uuid:person_id>/recovery/code")
@on_record(Area.CONTACTS, Level.MANAGE, recent=True, roles=STAFF)
def recovery_code_send(permit: Permit) -> ResponseReturnValue:
    """The letter is the answer itself: the code is shown this once and kept nowhere."""
    code, opens_at = recovery.write_code(permit)
    times = {"opens": permit.local(opens_at), "until": permit.local(opens_at + recovery.LASTS).date()}
    return code_views.letter_page(
        permit,
        "people/recovery_letter.html",
        "people/_recovery_letter.html",
        code,
        "people.come_back",
        **times,
    )


@room.get("/people/<uuid:person_id>/recovery/stop")
@on_record(Area.PEOPLE, Level.NOTHING, roles=(Role.SELF, Role.PROFESSIONAL))
def recovery_stop(permit: Permit) -> ResponseReturnValue:
    return _page(permit)


@room.post("/people/<uuid:person_id>/recovery/stop")
@on_record(Area.PEOPLE, Level.NOTHING, roles=(Role.SELF, Role.PROFESSIONAL))
def recovery_stop_send(permit: Permit) -> ResponseReturnValue:
    recovery.stop(permit)
    return pages.saved(url_for(".recovery_page", person_id=permit.person_id, saved=1))


@room.get("/stop/<token>")
@public
def stop(token: str) -> ResponseReturnValue:
    if stopping.read(token) is None:
        abort(404)
    return pages.show("people/stop.html", done=False, late=False)


@room.post("/stop/<token>")
@public
def stop_send(token: str) -> ResponseReturnValue:
    recovery_id = stopping.read(token)
    if recovery_id is None:
        abort(404)
    if not recovery.stop_by_link(recovery_id):
        return pages.show("people/stop.html", status=409, done=False, late=True)
    return pages.show("people/stop.html", done=True, late=False)


@room.get("/come-back")
@public
def come_back() -> ResponseReturnValue:
    return pages.show("people/come_back.html", form=ComeBackForm(formdata=None))


@room.post("/come-back")
@public
def come_back_send() -> ResponseReturnValue:
    form = ComeBackForm()
    if form.validate():
        try:
            if recovery.come_back(form.code.text, form.born.data, form.email.text, form.password.text):
                return pages.saved("/")
            form.form_errors = [
                gettext(
                    "This code and birth date do not fit together, or the code does not work now. "
                    "Check both, and the day from which it works."
                )
            ]
        except invitations.NoCode:
            form.code.errors = [code_views.no_code()]
        except WeakPassword as weak:
            form.password.errors = [str(weak)]
        except Taken:
            form.email.errors = [gettext("This address cannot be used here. Use another one.")]
    return pages.show("people/come_back.html", status=422, form=form)
