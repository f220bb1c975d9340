"""Both agendas: what the key contact would like to talk about, and what else is going on in the person's life."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext
from werkzeug.exceptions import NotFound

from selfcare import i18n
from selfcare.appointments import actions, going_on
from selfcare.appointments import queries as visits
from selfcare.appointments import words as visit_words
from selfcare.appointments.states import Begun
from selfcare.people.queries import lead
from selfcare.preparation.forms import AgendaForm, LifeForm
from selfcare.preparation.room import room
from selfcare.sharing import queries as shared
from selfcare.web import conflict, item_reference, pages, safety, versions
from selfcare.web.access import Area, Level, Permit, Role, me, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale

VISIT = "/people/<uuid:person_id>/appointments/<uuid:appointment_id>/"
AGENDA, LIFE = VISIT + "agenda/", VISIT + "prepare/life"
READERS = (Role.SELF, Role.CARER)


@room.get(AGENDA)
@on_record(Area.APPOINTMENTS, Level.ADD, roles=(Role.PROFESSIONAL,))
def agenda(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    visit = visits.visit(permit, appointment_id)
    if permit.subject.died_on:
        abort(404)
    if visit.begun:
        return _too_late(permit, visit, "", status=200)
    return _agenda_page(permit, visit, agenda_form(permit, visit))


@room.post(AGENDA)
@on_record(Area.APPOINTMENTS, Level.ADD, roles=(Role.PROFESSIONAL,))
@once
def agenda_send(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(("agenda",))
    there = _visit_address(permit, appointment_id, saved=1)
    if keep == "theirs":
        return pages.saved(there)
    form = AgendaForm(formdata=data)
    try:
        visit = visits.visit(permit, appointment_id)
    except NotFound:  # taken out meanwhile, or the person's alone now: the answer is the same
        shown = item_reference.read(permit.person_id, form.shown.data)
        if shown is None or shown.id != appointment_id:
            raise  # they never had its page
        return _too_late(permit, None, form.agenda.text)
    if not form.validate():
        return _agenda_page(permit, visit, form, status=422)
    signed_in = me()
    try:
        version = actions.set_agenda(
            permit,
            appointment_id,
            versions.number(form.version.data),
            form.agenda.text.strip(),
            signed_in.title if signed_in else "",
        )
    except Begun:
        return _too_late(permit, visit, form.agenda.text)
    except Stale as stale:
        return conflict.ask(form, stale, there, {"agenda": stale.item.agenda})
    return pages.saved(there, ("appointment", appointment_id), version)


@room.get(AGENDA + "read")
@on_record(Area.APPOINTMENTS, Level.SEE, roles=READERS)
def agenda_read_form(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    visit = visits.visit(permit, appointment_id)
    back = url_for(".prepare", person_id=permit.person_id, appointment_id=appointment_id)
    fields = {"version": str(visit.version)}
    return pages.one_button(
        gettext("I have read it"),
        back,
        gettext("Getting ready"),
        tab="visits",
        fields=fields,
        words=visit.agenda_lines,
    )


@room.post(AGENDA + "read")
@on_record(Area.APPOINTMENTS, Level.SEE, roles=READERS)
def agenda_read(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    """They have it before their eyes. The page says so by itself."""
    actions.read_agenda(permit, appointment_id, conflict.looked_at())
    if pages.is_part():
        return "", 200
    return pages.saved(_address(permit, appointment_id))


@room.get(LIFE)
@on_record(Area.APPOINTMENTS, Level.ADD, roles=(Role.SELF,))
def life(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    """What else is going on, by itself."""
    visit = visits.visit(permit, appointment_id)
    return _life_page(permit, visit, life_form(permit, visit))


@room.post(LIFE)
@on_record(Area.APPOINTMENTS, Level.ADD, roles=(Role.SELF,))
def life_send(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    """Saves as it is ticked (a part), or by the button. What was ticked is kept in any case: only words can quarrel."""
    form = LifeForm(formdata=_settled(permit, appointment_id))
    part = pages.is_htmx() and pages.is_part()
    if not form.validate():
        if part:
            error = next(error for field in form for error in field.errors)
            return _life_part(form, error=error, status=422)
        return _life_page(permit, visits.visit(permit, appointment_id), form, status=422)
    picks, text = form.life.data or [], form.words.text.strip()
    try:
        kept = actions.set_life(
            permit, appointment_id, picks, text, versions.number(form.version.data), form.page, form.was
        )
    except Stale as stale:
        g.partly_kept = True
        if not part:
            there, texts = _address(permit, appointment_id), {"words": stale.item.life_words}
            return conflict.ask(form, stale, there, texts, apart=("life", "life_was"))
        form.life_was.data = " ".join(picks)
        elsewhere = _elsewhere(picks, stale.item.life, stale.item.life_words)
        return _life_part(form, quarrel=True, elsewhere=elsewhere, status=409)
    if not part:
        return redirect(_address(permit, appointment_id), 303)
    elsewhere = _elsewhere(picks, kept.picks, kept.words if kept.words != text else "")
    if not any(elsewhere):  # the page holds what is kept
        form.version.data = str(kept.version)
    form.life_was.data, form.words_was.data = " ".join(picks), text
    return _life_part(form, saved=True, elsewhere=elsewhere)


def _settled(permit: Permit, appointment_id: UUID) -> Any:
    """What was sent; from the page of two versions what was chosen there, said of the words that stood on it."""
    keep, data = conflict.settled(("words",))
    if "theirs-words" not in request.form:
        return data
    ticks = visits.visit(permit, appointment_id).life  # they were kept, and nothing was asked of them
    data.setlist("life", list(ticks))
    data["life_was"], data["version"] = " ".join(ticks), "0"
    if keep:
        data["words_was"] = data["theirs-words"]
    if keep == "theirs":
        data["words"] = data["theirs-words"]
    elif keep == "both":
        data["words"] = "; ".join(data["words"].split("\n\n"))  # it is one line
    return data


class Elsewhere(NamedTuple):
    """What another device did, and does not stand on this page: its ticks, those it took out, and its words."""

    ticked: str = ""
    unticked: str = ""
    words: str = ""


def _elsewhere(picks: Sequence[str], kept: Sequence[str], words: str = "") -> Elsewhere:
    def named(codes: set[str]) -> str:
        return i18n.listed([going_on.word(code) for code in going_on.CODES if code in codes])

    return Elsewhere(named(set(kept) - set(picks)), named(set(picks) - set(kept)), words)


def _life_part(form: LifeForm, status: int = 200, **values: Any) -> ResponseReturnValue:
    """The line under it: what became of it, and what to go on from."""
    return pages.show(
        "preparation/life_state.html",
        block="state",
        status=status,
        life=form,
        **{"saved": False, "error": None, "quarrel": False, "elsewhere": Elsewhere(), **values},
    )


def agenda_form(permit: Permit, visit: visits.Visit) -> AgendaForm:
    shown = item_reference.sign(permit.person_id, "visit", visit.id, "")
    data = {"agenda": visit.agenda, "version": visit.version, "shown": shown}
    return AgendaForm(formdata=None, data=data)


def life_form(permit: Permit, visit: visits.Visit) -> LifeForm | None:
    """The form of what else is going on; None for whoever may not see that, which is everybody but the person."""
    if not permit.sees_only_me or permit.subject.died_on:
        return None
    return LifeForm(
        formdata=None,
        data={
            "life": list(visit.life),
            "words": visit.life_words,
            "version": visit.life_version,
            "life_was": " ".join(visit.life),
            "words_was": visit.life_words,
        },
    )


def _agenda_page(
    permit: Permit, visit: visits.Visit, form: AgendaForm, status: int = 200
) -> ResponseReturnValue:
    return pages.show(
        "preparation/agenda.html",
        status=status,
        form=form,
        visit=visit,
        meeting=visit_words.meeting(visit.how, visit.with_whom),
        back=_visit_address(permit, visit.id),
    )


def _too_late(
    permit: Permit, visit: visits.Visit | None, typed: str, status: int = 409
) -> ResponseReturnValue:
    """The visit has begun, or was taken out: why, with what was typed."""
    if visit is None:
        why = gettext("This visit is not on the list any more.")
        back, back_text = url_for("appointments.index", person_id=permit.person_id), gettext("Visits")
    else:
        moment = i18n.moment(visit.wall, year=visit.wall.year != permit.today().year)
        why = gettext(
            "This visit began on %(moment)s. What comes after it can be agreed, or logged as a contact.",
            moment=moment,
        )
        back, back_text = _visit_address(permit, visit.id), pgettext("way back", "Back")
    return pages.show(
        "not_done.html",
        status=status,
        why=why,
        typed=typed.strip(),
        back=back,
        back_text=back_text,
    )


def _life_page(
    permit: Permit, visit: visits.Visit, form: LifeForm | None, status: int = 200
) -> ResponseReturnValue:
    if form is None:
        abort(404)
    return pages.show(
        "preparation/life.html",
        status=status,
        form=form,
        visit=visit,
        lead=lead(permit),
        life_shown=shared.life_shared(permit, visit),
        safety_lines=safety.short_lines(writing=True),
    )


def _address(permit: Permit, appointment_id: UUID) -> str:
    return url_for(".prepare", person_id=permit.person_id, appointment_id=appointment_id, saved=1)


def _visit_address(permit: Permit, appointment_id: UUID, **more: Any) -> str:
    return url_for("appointments.visit", person_id=permit.person_id, appointment_id=appointment_id, **more)
