"""The summary: choosing, looking first, sharing, reading, taking back."""

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from selfcare.people import queries as people
from selfcare.sharing import access, actions, compose, desk, plain, queries, reader, standing
from selfcare.sharing.forms import MONTHS, OWN, VISIT, PreviewForm, ShareForm
from selfcare.web import pages, paging
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once
from selfcare.web.room import Room

room = Room("sharing", __name__)
BASE = "/people/<uuid:person_id>/summary/"
ONE = BASE + "<uuid:summary_id>/"
OWN_ROLES = (Role.SELF, Role.CARER)

AnyForm = TypeVar("AnyForm", PreviewForm, ShareForm)


@room.get("/people/<uuid:person_id>/sharing/")
@on_record(Area.SHARING, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    """Who can see things now, and what was shared."""
    found = queries.summaries(permit, paging.asked())
    shown = found[: queries.PAGE]
    earlier = None
    if len(found) > queries.PAGE:
        earlier = url_for(
            ".index", person_id=permit.person_id, before=paging.text(shown[-1].as_of, shown[-1].id)
        )
    return pages.show(
        "sharing/index.html",
        helpers=access.helpers(permit),
        waiting=people.waiting(permit, "carer", "team") if permit.may(Area.PEOPLE, Level.MANAGE) else [],
        lets_end=request.args.get("ends"),
        summaries=shown,
        newest=next((row.id for row in shown if not row.withdrawn_at), None)
        if not request.args.get("before")
        else None,
        may_withdraw={row.id for row in shown if queries.may_withdraw(permit, row.entered_by)},
        may_share=_may_share(permit),
        earlier=earlier,
        today=permit.today(),
    )


@room.get(BASE)
@on_record(Area.SHARING, Level.SEE)
def summary(permit: Permit) -> ResponseReturnValue:
    """For the person, and who shares for them: choose, look, share. For everybody else: the newest one shared."""
    if not _may_share(permit):
        return _read(permit, queries.newest(permit))
    last_visit, next_visit = queries.visits_around(permit)
    visit = request.args.get("appointment") or next_visit or ""
    form = ShareForm(formdata=None, data={**_usual(permit, last_visit), "appointment": visit})
    return _choose(permit, _offer(permit, form, last_visit), last_visit)


@room.post(BASE)
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
@once
def summary_send(permit: Permit) -> ResponseReturnValue:
    form, last_visit = _offered(permit, ShareForm())
    if not form.validate():
        return _choose(permit, form, last_visit, status=422)
    first, last = _period(permit, form, last_visit)
    try:
        summary_id = actions.share(
            permit,
            sections=tuple(form.sections.data),
            first=first,
            last=last,
            appointment_id=_uuid(form.appointment.data),
            seen=request.form.get("seen", ""),
        )
    except actions.Changed:
        changed = gettext("Something changed since you looked. This is what would be shared now.")
        return _choose(permit, form, last_visit, status=409, changed=changed)
    except actions.NobodyToShareWith:
        return _choose(permit, form, last_visit, status=422)
    there = url_for(".shared", person_id=permit.person_id, summary_id=summary_id, saved=1)
    return pages.saved(there, ("summary", summary_id))


@room.get(BASE + "preview")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
def preview(permit: Permit) -> ResponseReturnValue:
    """Exactly what the key contact will see: a part of the page that chooses, or a page of its own."""
    last_visit, _ = queries.visits_around(permit)
    chosen = request.args if {"sections", "far"} & set(request.args) else None
    form = _offer(permit, PreviewForm(formdata=chosen, data=_usual(permit, last_visit)), last_visit)
    appointment_id = _uuid(request.args.get("appointment"))
    if not form.validate():
        full = ShareForm(formdata=None, data={**form.data, "appointment": appointment_id or ""})
        _offer(permit, full, last_visit)
        for name in ("sections", "far", "since"):
            full[name].errors = form[name].errors
        return _choose(permit, full, last_visit, status=422)
    body = _material(permit, form, last_visit, appointment_id).take(tuple(form.sections.data))
    if pages.is_htmx():
        address = _preview_address(permit, form, appointment_id)
        return pages.show(
            "sharing/summary.html",
            block="preview",
            seen=compose.fingerprint(body),
            whole=address,
            problem=None,
            **_lead(body),
            page=reader.read(body),
        )
    return pages.show(
        "sharing/preview.html",
        page=reader.read(body),
        back=url_for(".summary", person_id=permit.person_id, appointment=appointment_id),
        large=_large(),
        other_size=_preview_address(permit, form, appointment_id, large=None if _large() else 1),
        live=None,
        table=False,
        table_url=None,
        **_lead(body),
    )


@room.post(BASE + "preview")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
def preview_send(permit: Permit) -> ResponseReturnValue:
    """The same page with another choice looked at, for who has no JavaScript. Changes nothing."""
    form, last_visit = _offered(permit, ShareForm())
    return _choose(permit, form, last_visit, status=200 if form.validate() else 422)


@room.get(ONE)
@on_record(Area.SHARING, Level.SEE)
def shared(permit: Permit, summary_id: UUID) -> ResponseReturnValue:
    return _read(permit, queries.summary(permit, summary_id))


@room.get(ONE + "seen")
@on_record(Area.SHARING, Level.SEE)
def seen(permit: Permit, summary_id: UUID) -> ResponseReturnValue:
    queries.summary(permit, summary_id)
    back = url_for(".shared", person_id=permit.person_id, summary_id=summary_id)
    return pages.one_button(gettext("I have read it"), back, gettext("Summary"))


@room.post(ONE + "seen")
@on_record(Area.SHARING, Level.SEE)
def seen_send(permit: Permit, summary_id: UUID) -> ResponseReturnValue:
    """The account that was told of a summary has it before its eyes."""
    queries.summary(permit, summary_id)
    actions.seen(permit, summary_id)
    if pages.is_htmx():
        return Response("", 200)
    return pages.saved(url_for(".shared", person_id=permit.person_id, summary_id=summary_id))


@room.get(ONE + "text")
@on_record(Area.SHARING, Level.SEE)
def text(permit: Permit, summary_id: UUID) -> ResponseReturnValue:
    """The summary as plain text, to copy into a clinical system."""
    found = queries.summary(permit, summary_id)
    if found.body is None:
        raise NotFound
    return pages.show(
        "sharing/text.html",
        found=found,
        name=permit.person_name,
        text=plain.text(reader.read(found.body, standing.since(permit, found.body)), found),
    )


@room.get(ONE + "withdraw")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
def withdraw(permit: Permit, summary_id: UUID) -> ResponseReturnValue:
    found = queries.summary(permit, summary_id)
    if found.withdrawn_at or not queries.may_withdraw(permit, found.entered_by):
        raise NotFound
    return pages.show("sharing/withdraw.html", found=found, lead=_lead(found.body or {})["lead"])


@room.post(ONE + "withdraw")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
def withdraw_send(permit: Permit, summary_id: UUID) -> ResponseReturnValue:
    actions.withdraw(permit, summary_id)
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1), ("summary", summary_id))


# ------------------------------------------------------------------------------------------------------- choosing


def _may_share(permit: Permit) -> bool:
    return permit.role in OWN_ROLES and permit.may(Area.SHARING, Level.ADD)


def _usual(permit: Permit, last_visit: date | None) -> dict[str, object]:
    """What is chosen before anybody chooses: as last time, since the last visit."""
    before = queries.last_choice(permit) or compose.SECTIONS
    return {
        "sections": [name for name in compose.offered(permit) if name in before],
        "far": VISIT if last_visit else MONTHS,
    }


def _offered(permit: Permit, form: AnyForm) -> tuple[AnyForm, date | None]:
    last_visit, _ = queries.visits_around(permit)
    return _offer(permit, form, last_visit), last_visit


def _offer(permit: Permit, form: AnyForm, last_visit: date | None) -> AnyForm:
    helping = None if permit.is_self else permit.person_name
    form.offer(compose.offered(permit), last_visit, permit.today(), helping)
    return form


def _period(permit: Permit, form: PreviewForm | ShareForm, last_visit: date | None) -> tuple[date, date]:
    today = permit.today()
    if form.far.data == OWN and form.since.value:
        return form.since.value, today
    if form.far.data == VISIT and last_visit:
        return last_visit, today
    return compose.three_months_before(today), today


def _material(
    permit: Permit, form: PreviewForm | ShareForm, last_visit: date | None, appointment_id: UUID | None
) -> compose.Material:
    first, last = _period(permit, form, last_visit)
    return compose.gather(permit, first, last, appointment_id)


def _choose(
    permit: Permit, form: ShareForm, last_visit: date | None, *, status: int = 200, changed: str | None = None
) -> Response:
    appointment_id = _uuid(form.appointment.data)
    material = _material(permit, form, last_visit, appointment_id)
    body = material.take(tuple(form.sections.data or ()))
    return pages.show(
        "sharing/summary.html",
        block="preview",
        status=status,
        form=form,
        hints=reader.hints(material.parts),
        changed=changed,
        problem=next((str(field.errors[0]) for field in form if field.errors), None),
        appointment_id=appointment_id,
        preview_url=url_for(".preview", person_id=permit.person_id, appointment=appointment_id),
        whole=_preview_address(permit, form, appointment_id),
        seen=compose.fingerprint(body),
        page=reader.read(body),
        **_lead(body),
    )


def _preview_address(
    permit: Permit, form: PreviewForm | ShareForm, appointment_id: UUID | None, large: int | None = None
) -> str:
    return url_for(
        ".preview",
        person_id=permit.person_id,
        sections=form.sections.data,
        far=form.far.data,
        since=form.since.data or None,
        appointment=appointment_id,
        large=large,
    )


def _lead(body: compose.Body) -> dict[str, Any]:
    return {"lead": body.get("lead")}


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        raise NotFound from None


def _large() -> bool:
    return request.args.get("large") == "1"


# -------------------------------------------------------------------------------------------------------- reading


def _read(permit: Permit, found: queries.SharedSummary | None) -> Response:
    page = None
    if found and found.body is not None:
        page = reader.read(found.body, standing.since(permit, found.body))
    listed = queries.summaries(permit, size=5)
    return pages.show(
        "sharing/shared.html",
        found=found,
        page=page,
        earlier=[row for row in listed if found is None or row.id != found.id],
        withdrawn_since=desk.withdrawn_since(found, listed),
        unread=found is not None and found.body is not None and queries.is_unread(permit, found.id),
        facts=desk.facts(permit) if permit.role is Role.PROFESSIONAL else None,
        live=desk.live_questions(permit, page) if permit.role is Role.PROFESSIONAL and page else None,
        age=desk.age(permit),
        may_withdraw=found is not None
        and _may_share(permit)
        and queries.may_withdraw(permit, found.entered_by),
        may_share=_may_share(permit),
        large=_large(),
        table=request.args.get("as") == "table",
        lead=(page.body["lead"] if page else None),
        today=permit.today(),
    )
