"""Pages of getting ready for one visit."""

from typing import Any
from uuid import UUID

from flask import abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare import i18n
from selfcare.appointments import actions as appointments
from selfcare.appointments import going_on
from selfcare.appointments import queries as visits
from selfcare.appointments import words as visit_words
from selfcare.appointments.question_views import list_values
from selfcare.appointments.readiness import Readiness
from selfcare.appointments.states import TheirWords
from selfcare.people.queries import lead
from selfcare.preparation import after_views as after_views
from selfcare.preparation import agenda_views as agenda_views
from selfcare.preparation import kept, queries
from selfcare.preparation import one_by_one_views as one_by_one_views
from selfcare.preparation import telling_views as telling_views
from selfcare.preparation.forms import MattersForm, ReadyForm, WordsForm
from selfcare.preparation.room import room as room
from selfcare.results import words as result_words
from selfcare.sharing import actions as sharing
from selfcare.sharing import queries as shared
from selfcare.sharing import snapshot, summary_page, written
from selfcare.sharing import words as shared_words
from selfcare.sharing.choosing_views import may_share, shared_address
from selfcare.web import conflict, item_reference, pages, safety, versions
from selfcare.web.access import Area, Level, Permit, Role, me, on_record, own_panel
from selfcare.web.ids import uuid_of
from selfcare.web.once import once
from selfcare.web.versions import Stale

BASE = "/people/<uuid:person_id>/appointments/<uuid:appointment_id>/prepare/"
WRITERS = (Role.SELF, Role.CARER)  # of the person's own words, and who shares them


@room.get(BASE)
@on_record(Area.APPOINTMENTS, Level.SEE)
def prepare(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    found = _found(permit, appointment_id)
    form = MattersForm(formdata=None, data={"matters": found.visit.matters, "version": found.visit.version})
    return _prepare_page(permit, found, form)


@room.get(BASE + "matters")
@on_record(Area.APPOINTMENTS, Level.ADD, roles=WRITERS)
def matters(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    """The one sentence by itself."""
    visit = visits.visit(permit, appointment_id)
    form = MattersForm(formdata=None, data={"matters": visit.matters, "version": visit.version})
    return _form_page(permit, "preparation/matters.html", form, visit)


@room.post(BASE + "matters")
@on_record(Area.APPOINTMENTS, Level.ADD, roles=WRITERS)
def matters_send(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    """Saves as it is typed (a part, with the new version), or by the button; `then` says where the button leads."""
    keep, data = conflict.settled(("matters",))
    if keep == "theirs":
        return redirect(_address(permit, appointment_id, saved=1), 303)
    form = MattersForm(formdata=data)
    part = pages.is_htmx() and pages.is_part()
    if not form.validate():
        if part:
            return _saved_part(
                form, versions.number(form.version.data), status=422, errors=list(form.matters.errors)
            )
        return _form_page(
            permit, "preparation/matters.html", form, visits.visit(permit, appointment_id), status=422
        )
    text = form.matters.text.strip()
    had = bool(visits.visit(permit, appointment_id).matters) if part else None
    page = None if keep else form.page  # what was settled belongs to no page: an old one must ask again
    try:
        version = appointments.set_matters(
            permit, appointment_id, versions.number(form.version.data), text, page
        )
    except Stale as stale:
        if part:
            return _saved_part(form, versions.number(form.version.data), status=409, by=stale.by)
        return conflict.ask(form, stale, _address(permit, appointment_id), {"matters": stale.item.matters})
    except TheirWords:
        if part:
            number = versions.number(form.version.data)
            return _saved_part(form, number, status=409, errors=[_not_kept()])
        return _theirs_page(permit, "preparation/matters.html", form, appointment_id, text)
    if part:
        changed = had is not bool(text)  # only then is a step done, or no longer
        return _saved_part(form, version, ready=_found(permit, appointment_id).readiness if changed else None)
    return pages.saved(_then(permit, appointment_id), ("appointment", appointment_id))


@room.get(BASE + "words")
@on_record(Area.APPOINTMENTS, Level.ADD, roles=WRITERS)
def words(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    """How I have been, in my words."""
    visit = visits.visit(permit, appointment_id)
    form = WordsForm(formdata=None, data={"words": visit.words, "version": visit.version})
    return _form_page(permit, "preparation/words.html", form, visit)


@room.post(BASE + "words")
@on_record(Area.APPOINTMENTS, Level.ADD, roles=WRITERS)
@once
def words_send(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(("words",))
    if keep == "theirs":
        return pages.saved(_address(permit, appointment_id, saved=1))
    form = WordsForm(formdata=data)
    if not form.validate():
        return _form_page(
            permit, "preparation/words.html", form, visits.visit(permit, appointment_id), status=422
        )
    try:
        version = appointments.set_words(
            permit, appointment_id, versions.number(form.version.data), form.words.text.strip()
        )
    except Stale as stale:
        return conflict.ask(form, stale, _address(permit, appointment_id), {"words": stale.item.words})
    except TheirWords:
        return _theirs_page(permit, "preparation/words.html", form, appointment_id, form.words.text.strip())
    return pages.saved(_address(permit, appointment_id, saved=1), ("appointment", appointment_id), version)


@room.get(BASE + "ready")
@on_record(Area.SHARING, Level.ADD, roles=WRITERS)
def ready(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    """What goes, before it goes."""
    return _ready_page(permit, appointment_id, ReadyForm(formdata=None))


@room.post(BASE + "ready")
@on_record(Area.SHARING, Level.ADD, roles=WRITERS)
@once
def ready_send(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    form = ReadyForm()
    if not form.validate():
        return _ready_page(permit, appointment_id, form, status=422)
    permit.require(Area.APPOINTMENTS)
    _, choice, _, _, _ = _choice(permit, appointment_id)
    try:
        made = sharing.share(
            permit,
            sections=choice.sections,
            first=choice.first,
            last=choice.last,
            left=choice.left,
            notes=choice.notes,
            appointment_id=appointment_id,
            seen=request.form.get("seen", ""),
        )
    except sharing.Changed:
        return _ready_page(permit, appointment_id, ReadyForm(formdata=None), status=409, changed=True)
    except sharing.NobodyToShareWith:
        return _ready_page(permit, appointment_id, ReadyForm(formdata=None), status=422)
    return pages.saved(shared_address(permit, made), ("summary", made))


@room.get(BASE + "keep")
@on_record(Area.APPOINTMENTS, Level.SEE, roles=WRITERS)
def keep(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    """This page as a phone keeps it for when there is no signal (JSON), with the forms it needs in the room."""
    return jsonify(kept.to_keep(permit, queries.preparation(permit, appointment_id)))


@room.get(BASE + "paper")
@on_record(Area.APPOINTMENTS, Level.SEE)
def paper(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    """For a pen: what is there already, and room for the rest. Paper lies about, so *only me* is left out of it."""
    visit = visits.visit(permit, appointment_id)
    asked = (
        visits.open_questions(permit, appointment_id, limit=12, only_shareable=True)
        if permit.may(Area.QUESTIONS)
        else []
    )
    return pages.show(
        "preparation/paper.html",
        visit=visit,
        questions=asked,
        meeting=visit_words.meeting(visit.how, visit.with_whom),
        blank=request.args.get("blank") == "1",
        going_on=[going_on.word(code) for code in going_on.CODES],
    )


def _prepare_page(
    permit: Permit, found: queries.Preparation, form: MattersForm, status: int = 200
) -> ResponseReturnValue:
    contact = lead(permit)
    visit = found.visit
    moved = uuid_of(request.args.get("moved"))
    about = gettext("What %(name)s would like to talk about", name=visit.agenda_name or "")
    listed = (
        list_values(permit, visit.id, moved, found.questions or []) if found.questions is not None else {}
    )
    return pages.show(
        "preparation/prepare.html",
        status=status,
        form=form,
        found=found,
        visit=visit,
        meeting=visit_words.meeting(visit.how, visit.with_whom),
        lead=contact,
        may_write=permit.role in WRITERS and permit.may(Area.APPOINTMENTS, Level.ADD),
        sees_words=permit.role in WRITERS,
        may_share=may_share(permit) and not visit.only_me,
        safety_lines=safety.short_lines(writing=True),
        from_questions=request.args.get("at") == "questions",
        life=agenda_views.life_form(permit, visit),
        life_shown=found.life,
        look_at_ways=found.ways,
        may_set_agenda=visit_words.may_set_agenda(permit, visit),
        result_words=result_words,
        may_behalf=telling_views.may_write(permit, visit),
        about_agenda=item_reference.sign(permit.person_id, "agenda", visit.id, about)
        if visit.agenda_lines
        else None,
        **listed,
    )


def _ready_page(
    permit: Permit, appointment_id: UUID, form: ReadyForm, *, status: int = 200, changed: bool = False
) -> ResponseReturnValue:
    permit.require(Area.APPOINTMENTS)
    visit, choice, since_visit, beside, life_shown = _choice(permit, appointment_id)
    if visit.only_me:
        abort(404)
    material = snapshot.gather(permit, choice.first, choice.last, appointment_id, visit=visit, beside=beside)
    body = material.take(choice)
    been = material.parts.get("been")
    helping = None if permit.is_self else permit.person_name
    left_out = [
        name
        for name in snapshot.offered(permit)
        if name not in choice.sections
        and name not in snapshot.TICKED
        and (name in material.parts or name not in snapshot.ABSENT)
    ]
    return pages.show(
        "preparation/ready.html",
        status=status,
        form=form,
        visit=visit,
        meeting=visit_words.meeting(visit.how, visit.with_whom),
        body=body,
        told=summary_page.told(body),
        written=written.read(body, helping),
        choice=choice,
        since_visit=since_visit,
        chosen={
            "sections": choice.sections,
            "far": "visit" if since_visit else "months",
            "left": ",".join(sorted(choice.left)) or None,
            "notes": 1 if choice.notes else None,
        },
        without=i18n.listed([shared_words.section(name, helping) for name in left_out]),
        life_left="life" in material.parts and "life" not in choice.sections,
        life_shown=life_shown,
        notes_left=been["notes"]["total"] if been and not choice.notes else 0,
        seen=snapshot.fingerprint(body),
        lead=lead(permit),
        changed=changed,
    )


def _form_page(
    permit: Permit, template: str, form: Any, visit: visits.Visit, status: int = 200, typed: str = ""
) -> ResponseReturnValue:
    """:param typed: what was sent where somebody else's words stand."""
    return pages.show(
        template,
        status=status,
        form=form,
        visit=visit,
        typed=typed,
        why=_not_kept() if status == 409 else None,
        safety_lines=safety.short_lines(writing=True),
    )


def _theirs_page(
    permit: Permit, template: str, form: Any, appointment_id: UUID, typed: str
) -> ResponseReturnValue:
    """Somebody else's words stand, and are not this account's to write over: both are read here."""
    return _form_page(permit, template, form, visits.visit(permit, appointment_id), 409, typed)


def _not_kept() -> str:
    return gettext(
        "Somebody else has written this, and you cannot change it. "
        "Your words were not kept: copy them if you need them."
    )


def _found(permit: Permit, appointment_id: UUID) -> queries.Preparation:
    account = me() if permit.role is Role.PROFESSIONAL else None
    return queries.preparation(permit, appointment_id, own_panel(account) if account else None)


def _saved_part(
    form: MattersForm, version: int, status: int = 200, ready: Readiness | None = None, **values: Any
) -> ResponseReturnValue:
    """The line under the sentence: saved, or why not; it carries the version to go on from.

    :param ready: the steps as they are now, where this changed them: they stand above on the page.
    """
    return pages.show(
        "preparation/matters_state.html",
        block="state",
        status=status,
        version=version,
        just_saved=status == 200,
        ready_now=ready,
        **{"errors": [], "by": None, **values},
    )


def _choice(
    permit: Permit, appointment_id: UUID
) -> tuple[visits.Visit, snapshot.Choice, bool, shared.Beside, shared.Shown | None]:
    """The visit, what was chosen the last time, since the last visit up to today, whether there was one, what is read
    beside, and what of the person's life others can see."""
    visit, day, body, beside, life = shared.before_visit(permit, appointment_id)
    today = permit.today()
    choice = shared.usual(permit, body, day or snapshot.three_months_before(today), today)
    return visit, choice, day is not None, beside, life


def _then(permit: Permit, appointment_id: UUID) -> str:
    """Where the button that saved the sentence leads."""
    then = request.form.get("then")
    if then == "ready" and may_share(permit):
        return url_for(".ready", person_id=permit.person_id, appointment_id=appointment_id)
    if then == "preview" and may_share(permit):
        return url_for("sharing.preview", person_id=permit.person_id, appointment=appointment_id)
    return _address(permit, appointment_id, saved=1)


def _address(permit: Permit, appointment_id: UUID, **more: Any) -> str:
    return url_for(".prepare", person_id=permit.person_id, appointment_id=appointment_id, **more)
