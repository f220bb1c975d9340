"""Getting ready on behalf: on the phone, from the paper sheet, beside the person; and what the person does with it."""

from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext
from werkzeug.exceptions import NotFound

from selfcare import i18n
from selfcare.appointments import after_visit, telling_actions, tellings
from selfcare.appointments import queries as visits
from selfcare.appointments import words as visit_words
from selfcare.appointments.plain_values import Visit
from selfcare.appointments.telling_actions import TakenBack
from selfcare.appointments.tellings import Told
from selfcare.notifications import queries as notices
from selfcare.notifications.kinds import TELLING
from selfcare.people import tells
from selfcare.preparation import on_behalf
from selfcare.preparation.room import room
from selfcare.preparation.telling_forms import OwnWordsForm, TellingForm, own_words_data
from selfcare.sharing import queries as summaries
from selfcare.sharing import summary_page
from selfcare.sharing.actions import NobodyToShareWith
from selfcare.web import conflict, pages, safety, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import made_by, once
from selfcare.web.versions import Stale

BEHALF = "/people/<uuid:person_id>/appointments/<uuid:appointment_id>/on-behalf/"
ONE = "/people/<uuid:person_id>/as-told/<uuid:telling_id>/"
WRITERS = (Role.PROFESSIONAL, Role.CARER)
TEXTS = ("matters", "words", "life_words")


@room.get(BEHALF)
@on_record(Area.APPOINTMENTS, Level.ADD, roles=WRITERS)
def behalf(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    visit = visits.visit(permit, appointment_id)
    if permit.subject.died_on:
        abort(404)
    if visit.over:
        return _too_late(permit, visit, "", status=200)
    return _behalf_page(permit, visit, TellingForm(formdata=None, data={"seen": _stands(visit)}))


@room.post(BEHALF)
@on_record(Area.APPOINTMENTS, Level.ADD, roles=WRITERS)
@once
def behalf_send(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    form = TellingForm()
    try:
        telling_actions.hold(permit, appointment_id)
        visit = visits.visit(permit, appointment_id)
    except NotFound:
        after_visit.gone(permit, appointment_id)
        return _too_late(permit, None, form.typed)
    if visit.over or permit.subject.died_on:
        return _too_late(permit, visit, form.typed)
    form.offer(permit, on_behalf.may_be_shared(permit, visit))
    if not form.check(permit):
        return _behalf_page(permit, visit, form, status=422)
    try:
        ids = (made_by(permit, f"told{turn}") for turn in count())
        telling_id, instead = telling_actions.turn(permit, ids)
    except TakenBack:
        back = gettext("What you wrote down before was taken back meanwhile.")
        return _behalf_page(permit, visit, form, status=409, meanwhile=[back, _still_here()])
    if instead and on_behalf.was_shared_again(permit, instead):
        instead = None
    if instead:
        visit = replace(visit, told=tuple(one for one in visit.told if one.id != instead.id))
    if form.seen.data != _stands(visit):
        return _behalf_page(permit, visit, form, status=409, meanwhile=_meanwhile(visit, form.seen.data))
    try:
        shared = on_behalf.keep(
            permit,
            visit,
            telling_id=telling_id,
            instead=instead,
            how=form.how.data,
            share=form.share.data,
            questions=form.questions,
            **form.said(),
        )
    except NobodyToShareWith:
        form.share.errors = [gettext("There is nobody to share it with any more. Choose again.")]
        return _behalf_page(permit, visit, form, status=422)
    if shared:
        there = url_for("sharing.shared", person_id=permit.person_id, summary_id=shared, saved=1)
        return pages.saved(there, ("summary", shared))
    return pages.saved(
        url_for(".prepare", person_id=permit.person_id, appointment_id=appointment_id, saved=1),
        ("appointment", appointment_id),
    )


@room.get(ONE)
@on_record(Area.APPOINTMENTS, Level.SEE)
def telling(permit: Permit, telling_id: UUID) -> ResponseReturnValue:
    """One telling: what was written down, to whom it was told, and what the person can do with it."""
    visit, found = _found(permit, telling_id)
    return pages.show(
        "preparation/telling.html",
        one=found,
        visit=visit,
        meeting=visit_words.meeting(visit.how, visit.with_whom),
        unread=permit.is_self and notices.is_new(permit.account_id, telling_id),
        may_take_back=may_take_back(permit, found),
        questions=[each for each in visits.told_in(permit, telling_id) if permit.may(Area.QUESTIONS)],
    )


@room.get(ONE + "seen")
@on_record(Area.APPOINTMENTS, Level.SEE, roles=(Role.SELF,))
def telling_seen_form(permit: Permit, telling_id: UUID) -> ResponseReturnValue:
    _, found = _found(permit, telling_id)
    back = _address(permit, telling_id)
    words = [text for text in (found.matters, found.words) if text]
    return pages.one_button(
        gettext("I have read it"), back, pgettext("way back", "Back"), tab="visits", words=words
    )


@room.post(ONE + "seen")
@on_record(Area.APPOINTMENTS, Level.SEE, roles=(Role.SELF,))
def telling_seen(permit: Permit, telling_id: UUID) -> ResponseReturnValue:
    """The person has it before their eyes: it is not new to them any more. The page says so by itself."""
    telling_actions.seen(permit, telling_id)
    if pages.is_part():
        return "", 200
    return pages.saved(_address(permit, telling_id, saved=1))


@room.get(ONE + "change")
@on_record(Area.APPOINTMENTS, Level.MANAGE, roles=(Role.SELF,))
def telling_change(permit: Permit, telling_id: UUID) -> ResponseReturnValue:
    visit, found = _found(permit, telling_id)
    return _change_page(permit, visit, found, OwnWordsForm(formdata=None, data=own_words_data(found)))


@room.post(ONE + "change")
@on_record(Area.APPOINTMENTS, Level.MANAGE, roles=(Role.SELF,))
def telling_change_send(permit: Permit, telling_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(TEXTS)
    there = _address(permit, telling_id, saved=1)
    if keep == "theirs":
        return pages.saved(there)
    form = OwnWordsForm(formdata=data)
    visit, found = _found(permit, telling_id)
    if not form.validate():
        return _change_page(permit, visit, found, form, status=422)
    try:
        telling_actions.correct(permit, telling_id, versions.number(form.version.data), **form.said())
    except Stale as stale:
        return conflict.ask(form, stale, there, own_words_data(stale.item), texts=TEXTS)
    return pages.saved(there)


@room.get(ONE + "take-back")
@on_record(Area.APPOINTMENTS, Level.SEE)
def telling_back_form(permit: Permit, telling_id: UUID) -> ResponseReturnValue:
    _, found = _found(permit, telling_id)
    if not may_take_back(permit, found):
        abort(404)
    return pages.one_button(
        gettext("Take it back"),
        _address(permit, telling_id),
        pgettext("way back", "Back"),
        tab="visits",
        fields={"version": str(found.version)},
        words=[text for text in (found.matters, found.words) if text],
    )


@room.post(ONE + "take-back")
@on_record(Area.APPOINTMENTS, Level.SEE)
def telling_back(permit: Permit, telling_id: UUID) -> ResponseReturnValue:
    try:
        on_behalf.take_back(permit, telling_id, conflict.looked_at())
    except Stale:
        return pages.show(
            "not_done.html",
            status=409,
            why=gettext("This was changed meanwhile. Look at it again before you take it back."),
            typed="",
            back=_address(permit, telling_id),
            back_text=pgettext("way back", "Back"),
        )
    return pages.saved(url_for("appointments.index", person_id=permit.person_id, saved=1))


def may_write(permit: Permit, visit: Visit) -> bool:
    """Whether this account may get ready with the person for a visit."""
    return (
        permit.role in WRITERS
        and permit.may(Area.APPOINTMENTS, Level.ADD)
        and not visit.over
        and not permit.subject.died_on
    )


def may_take_back(permit: Permit, found: Told) -> bool:
    return permit.is_self or found.mine


def _found(permit: Permit, telling_id: UUID) -> tuple[Visit, Told]:
    visit = visits.visit(permit, tellings.visit_of(permit, telling_id))
    return visit, next(one for one in visit.told if one.id == telling_id)


def _behalf_page(
    permit: Permit,
    visit: Visit,
    form: TellingForm,
    status: int = 200,
    meanwhile: list[str] | None = None,
) -> ResponseReturnValue:
    """:param meanwhile: what was done since the page was opened. It stands at its head, and the form goes on."""
    shares = on_behalf.may_be_shared(permit, visit)
    form.offer(permit, shares)
    if meanwhile:
        form.seen.data = _stands(visit)
    return pages.show(
        "preparation/on_behalf.html",
        status=status,
        form=form,
        visit=visit,
        meeting=visit_words.meeting(visit.how, visit.with_whom),
        questions=visits.open_questions(permit, visit.id) if permit.may(Area.QUESTIONS) else [],
        meanwhile=meanwhile or [],
        others=_others(permit, visit) if meanwhile else [],
        why=" ".join(meanwhile) if meanwhile else None,
        told_by=tells.why_person_is_not(permit, TELLING),
        logs=on_behalf.logs(permit),
        safety_lines=safety.short_lines(writing=True),
    )


def _change_page(
    permit: Permit, visit: Visit, found: Told, form: OwnWordsForm, status: int = 200
) -> ResponseReturnValue:
    return pages.show(
        "preparation/telling_change.html",
        status=status,
        form=form,
        visit=visit,
        one=found,
        safety_lines=safety.short_lines(writing=True),
    )


def _stands(visit: Visit) -> str:
    """When the visit is, and how often something was told for it: what somebody who writes must not miss."""
    return f"{visit.utc.timestamp():.0f}.{sum(not one.only_me for one in visit.told)}"


def _meanwhile(visit: Visit, seen: str | None) -> list[str]:
    """What was done since the page was opened."""
    at, _, known = (seen or "").partition(".")
    said = []
    if at != f"{visit.utc.timestamp():.0f}":
        said.append(
            gettext("The visit was moved meanwhile. It is on %(moment)s.", moment=i18n.moment(visit.wall))
        )
    for one in [one for one in visit.told if not one.only_me][versions.number(known) :]:
        said.append(
            gettext(
                "%(name)s has written something down meanwhile, on %(moment)s. It stays, and yours stands beside it.",
                name=one.to,
                moment=i18n.moment(one.wall),
            )
        )
    return [*said, _still_here()]


def _still_here() -> str:
    return gettext("Your words are still here, and are not kept yet. Save again to keep them.")


def _others(permit: Permit, visit: Visit) -> list[tuple[str, list[str]]]:
    """What was told to others, as far as this account may read it: (whose words they are, the words)."""
    if permit.role is not Role.PROFESSIONAL:
        shown = [one for one in visit.told if not one.only_me]
        return [(one.line, [text for text in (one.matters, one.words) if text]) for one in shown]
    shared = summary_page.told(summaries.standing(permit, visit.id)) if permit.may(Area.SHARING) else None
    said = [*shared.matters, *shared.words] if shared else []
    return [(one.told, [one.text]) for one in said if one.told]


def _too_late(permit: Permit, visit: Visit | None, typed: str, status: int = 409) -> ResponseReturnValue:
    """The visit is over or was taken out, or the person has died: why, with all that was typed."""
    if permit.subject.died_on:
        why = gettext(
            "%(name)s has died. Nothing new is written down here any more.", name=permit.person_name
        )
    elif visit is None:
        why = gettext("This visit is not on the list any more.")
    else:
        why = gettext("This visit is over. It was on %(moment)s.", moment=i18n.moment(visit.wall))
    return pages.show(
        "not_done.html",
        status=status,
        why=why,
        typed=typed,
        back=url_for("appointments.index", person_id=permit.person_id),
        back_text=gettext("Visits"),
    )


def _address(permit: Permit, telling_id: UUID, **more: Any) -> str:
    return url_for(".telling", person_id=permit.person_id, telling_id=telling_id, **more)
