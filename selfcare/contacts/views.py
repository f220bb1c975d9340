"""Pages of contacts: what was said, written by the professional and read by the person."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from selfcare import i18n
from selfcare.contacts import actions, queries, words
from selfcare.contacts.forms import (
    TEXTS,
    ChangeContactForm,
    LogContactForm,
    RhythmForm,
    contact_data,
    rhythm_data,
)
from selfcare.contacts.models import Contact
from selfcare.own_view import form_page
from selfcare.people import banner, teams
from selfcare.people.queries import lead
from selfcare.web import conflict, item_reference, pages, paging, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.ids import uuid_of
from selfcare.web.once import once
from selfcare.web.room import Room
from selfcare.web.versions import Stale
from selfcare.web.when import when_of

room = Room("contacts", __name__)
BASE = "/people/<uuid:person_id>/contacts/"
PROFESSIONALS = (Role.PROFESSIONAL,)


@room.get(BASE)
@on_record(Area.CONTACTS, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    found = queries.contacts(permit, paging.asked())
    shown, before = paging.cut(found, queries.PAGE, lambda one: (one.row.utc, one.row.id))
    earlier = before and url_for(".index", person_id=permit.person_id, before=before)
    return pages.show(
        "contacts/index.html",
        contacts=shown,
        left_alone=queries.left_alone(permit) if permit.is_self and not paging.asked() else [],
        earlier=earlier,
        plan=queries.plan(permit),
        lead=lead(permit),
        writes=_writes(permit),
        own=queries.own,
        words=words,
        undo=_undo(permit),
        agree=_agree(permit),
    )


@room.get(BASE + "add")
@on_record(Area.CONTACTS, Level.MANAGE, roles=PROFESSIONALS)
def log(permit: Permit) -> ResponseReturnValue:
    plan, latest = queries.plan(permit), queries.latest(permit)
    asked = request.args.get("how")
    data = {
        "how": asked if asked in words.HOW else latest.how if latest else "phone",
        "outcome": words.TALKED,
    }
    form = LogContactForm(
        formdata=None, data=data | {name: request.args.get(name, "") for name in ("view", "show")}
    )
    return _log_page(permit, form, plan)


@room.post(BASE + "add")
@on_record(Area.CONTACTS, Level.MANAGE, roles=PROFESSIONALS)
@once
def log_send(permit: Permit) -> ResponseReturnValue:
    form, plan = LogContactForm(), queries.plan(permit)
    form.offer(permit, plan.every_days, plan.due_on, teams.closed_for(permit))
    if not form.validate() or form.when.when is None:
        return _log_page(permit, form, plan, status=422)
    row = actions.log(
        permit,
        when=form.when.when,
        how=form.how.data,
        said=form.said.text.strip(),
        next_step=form.next_step.text.strip(),
        due_on=form.next_day,
        outcome=form.outcome.data,
    )
    if request.form.get("then") == "stay":
        there = url_for(".index", person_id=permit.person_id, saved=1, logged=row.id)
    else:
        there = _next_person(permit, form, plan.due_on, row.id)
    return pages.saved(there, ("contact", row.id))


@room.get(BASE + "<uuid:contact_id>/change")
@on_record(Area.CONTACTS, Level.MANAGE, roles=PROFESSIONALS)
def change(permit: Permit, contact_id: UUID) -> ResponseReturnValue:
    row = queries.contact(permit, contact_id)
    return _change_page(permit, ChangeContactForm(formdata=None, data=contact_data(row)), contact_id)


@room.post(BASE + "<uuid:contact_id>/change")
@on_record(Area.CONTACTS, Level.MANAGE, roles=PROFESSIONALS)
def change_send(permit: Permit, contact_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(TEXTS)
    back = url_for(".index", person_id=permit.person_id, saved=1)
    if keep == "theirs":
        return redirect(back, 303)
    form = ChangeContactForm(formdata=data)
    row = queries.contact(permit, contact_id)
    form.when.settle(permit.zone, when_of(row))
    if not form.validate() or form.when.when is None or form.needs_words(row):
        return _change_page(permit, form, contact_id, status=422)
    when = form.when.when
    values = {"how": form.how.data, **when.columns}
    values |= {name: form[name].text.strip() for name in TEXTS}
    try:
        actions.change(permit, contact_id, versions.number(form.version.data), **values)
    except Stale as stale:
        return conflict.ask(form, stale, back, contact_data(stale.item), texts=TEXTS)
    return pages.saved(back, ("contact", contact_id))


@room.get(BASE + "<uuid:contact_id>/remove")
@on_record(Area.CONTACTS, Level.MANAGE, roles=PROFESSIONALS)
def remove(permit: Permit, contact_id: UUID) -> ResponseReturnValue:
    row = queries.contact(permit, contact_id)
    if not queries.own(permit, row):
        abort(404)
    return pages.show("contacts/remove.html", contact=row, words=words)


@room.post(BASE + "<uuid:contact_id>/remove")
@on_record(Area.CONTACTS, Level.MANAGE, roles=PROFESSIONALS)
def remove_send(permit: Permit, contact_id: UUID) -> ResponseReturnValue:
    actions.remove(permit, contact_id)
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1))


@room.get(BASE + "<uuid:contact_id>/undo")
@on_record(Area.CONTACTS, Level.MANAGE, roles=PROFESSIONALS)
def undo(permit: Permit, contact_id: UUID) -> ResponseReturnValue:
    if not queries.own(permit, queries.contact(permit, contact_id)):
        abort(404)
    back = url_for(".index", person_id=permit.person_id)
    return pages.one_button(gettext("Undo"), back, gettext("Contacts"), tab="people")


@room.post(BASE + "<uuid:contact_id>/undo")
@on_record(Area.CONTACTS, Level.MANAGE, roles=PROFESSIONALS)
def undo_send(permit: Permit, contact_id: UUID) -> ResponseReturnValue:
    actions.undo(permit, contact_id)
    return pages.saved(url_for(".log", person_id=permit.person_id, undone=1))


@room.get(BASE + "<uuid:contact_id>/my-view")
@on_record(Area.CONTACTS, Level.SEE, roles=(Role.SELF,))
def view(permit: Permit, contact_id: UUID) -> ResponseReturnValue:
    """What the person says beside it."""
    return form_page.write(permit, _thing(permit, contact_id))


@room.post(BASE + "<uuid:contact_id>/my-view")
@on_record(Area.CONTACTS, Level.SEE, roles=(Role.SELF,))
@once
def view_send(permit: Permit, contact_id: UUID) -> ResponseReturnValue:
    try:
        thing = _thing(permit, contact_id)
    except NotFound:
        page = url_for(".index", person_id=permit.person_id)
        return form_page.gone(permit, queries.KIND, contact_id, page)
    return form_page.send(permit, thing, url_for(".index", person_id=permit.person_id, saved=1))


@room.get(BASE + "<uuid:contact_id>/my-view/read")
@on_record(Area.CONTACTS, Level.SEE, roles=PROFESSIONALS)
def view_read_form(permit: Permit, contact_id: UUID) -> ResponseReturnValue:
    return form_page.read_form(permit, _thing(permit, contact_id))


@room.post(BASE + "<uuid:contact_id>/my-view/read")
@on_record(Area.CONTACTS, Level.SEE, roles=PROFESSIONALS)
def view_read(permit: Permit, contact_id: UUID) -> ResponseReturnValue:
    return form_page.read(
        permit, _thing(permit, contact_id), url_for(".index", person_id=permit.person_id, saved=1)
    )


def _thing(permit: Permit, contact_id: UUID) -> form_page.Thing:
    row = queries.contact(permit, contact_id)
    page = url_for(".index", person_id=permit.person_id)
    who = row.changed_name or row.entered_name
    return form_page.Thing(
        queries.KIND, row.id, queries.words(row), who, page, "more" if permit.is_self else "people"
    )


@room.get(BASE + "rhythm")
@on_record(Area.CONTACTS, Level.MANAGE, roles=PROFESSIONALS)
def rhythm(permit: Permit) -> ResponseReturnValue:
    form = RhythmForm(formdata=None, data=rhythm_data(queries.plan(permit)))
    return pages.show("contacts/rhythm.html", form=form)


@room.post(BASE + "rhythm")
@on_record(Area.CONTACTS, Level.MANAGE, roles=PROFESSIONALS)
def rhythm_send(permit: Permit) -> ResponseReturnValue:
    keep, data = conflict.settled(())
    back = url_for(".index", person_id=permit.person_id, saved=1)
    if keep == "theirs":
        return redirect(back, 303)
    form = RhythmForm(formdata=data)
    form.closed = teams.closed_for(permit)
    if not form.validate():
        return pages.show("contacts/rhythm.html", status=422, form=form)
    try:
        actions.set_rhythm(
            permit,
            versions.number(form.version.data),
            kind=form.kind.data,
            every_days=form.days,
            due_on=form.due_on.value,
        )
    except Stale as stale:
        return conflict.ask(form, stale, back, rhythm_data(queries.plan(permit)), texts=())
    return pages.saved(back)


def _log_page(
    permit: Permit, form: LogContactForm, plan: queries.Plan, status: int = 200
) -> ResponseReturnValue:
    form.offer(permit, plan.every_days, plan.due_on, teams.closed_for(permit))
    close = url_for("caseload.index", view=form.view.data or None, show=form.show.data or None)
    return pages.show(
        "contacts/log.html",
        block="panel",
        status=status,
        form=form,
        who=permit,
        identity=banner.line(permit),
        close=close,
        skip=_next_person(permit, form, plan.due_on),
        icons=words.ICONS,
    )


def _change_page(
    permit: Permit, form: ChangeContactForm, contact_id: UUID, status: int = 200
) -> ResponseReturnValue:
    row = queries.contact(permit, contact_id)
    form.when.settle(permit.zone, when_of(row))
    if not queries.own(permit, row):
        abort(404)
    return pages.show("contacts/change.html", status=status, form=form, contact=row, icons=words.ICONS)


def _undo(permit: Permit) -> str | None:
    """Where what was just written down is taken back; None where nothing was."""
    logged = uuid_of(request.args.get("logged"))
    if logged is None:
        return None
    return url_for(".undo_send", person_id=permit.person_id, contact_id=logged) if _writes(permit) else None


def _agree(permit: Permit) -> Callable[[Contact], str] | None:
    """Where what was agreed at a contact is written down; None for who may not."""
    if not permit.may(Area.APPOINTMENTS, Level.ADD):
        return None

    def address(row: Contact) -> str:
        label = gettext("%(how)s, %(day)s", how=words.line(row), day=i18n.day(row.wall.date(), year=True))
        about = item_reference.sign(permit.person_id, "contact", row.id, label)
        return url_for("agreed.add", person_id=permit.person_id, about=about)

    return address


def _next_person(
    permit: Permit, form: LogContactForm, was_due: date | None, logged: UUID | None = None
) -> str:
    """The caseload, with the panel open for whoever came after this person before the new day was set.

    :param logged: what was written down; None when the person is left without a word.
    """
    return url_for(
        "caseload.index",
        after=permit.person_id,
        logged=logged,
        due=was_due.isoformat() if was_due else None,
        view=form.view.data or None,
        show=form.show.data or None,
        saved=1 if logged else None,
        _anchor="panel",
    )


def _writes(permit: Permit) -> bool:
    return permit.role is Role.PROFESSIONAL and permit.may(Area.CONTACTS, Level.MANAGE)
