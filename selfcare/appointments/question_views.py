"""Pages of questions."""

from typing import Any
from uuid import UUID, uuid4

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.appointments import actions, queries, words
from selfcare.appointments.forms import (
    HELPERS,
    ME,
    NOW,
    QUESTION_TEXTS,
    AnswerForm,
    ChangeQuestionForm,
    QuestionForm,
    question_data,
)
from selfcare.appointments.question_choices import offer_readers, offer_visits
from selfcare.appointments.question_refusals import address, not_now
from selfcare.appointments.room import room
from selfcare.appointments.states import Move, NotNow, ReadersChanged, TheirWords, readers
from selfcare.notifications import queries as notifications
from selfcare.people import offers
from selfcare.people.queries import lead
from selfcare.web import conflict, item_reference, pages, paging, safety, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.ids import uuid_of
from selfcare.web.once import once
from selfcare.web.versions import Stale

BASE = "/people/<uuid:person_id>/questions/"
ONE = BASE + "<uuid:question_id>/"
PAGE = 20
WRITERS = (Role.SELF, Role.CARER)  # of the person's own words


@room.get(BASE)
@on_record(Area.QUESTIONS, Level.SEE)
def questions(permit: Permit) -> ResponseReturnValue:
    before = paging.asked()
    closed = queries.closed_questions(permit, before, PAGE + 1)
    shown = closed[:PAGE]
    return pages.show(
        "appointments/questions.html",
        closed=shown,
        before=before,
        more=paging.text(shown[-1].closed_at, shown[-1].id)
        if len(closed) > PAGE and shown[-1].closed_at
        else None,
        next_visit=queries.next_visit(permit) if permit.may(Area.APPOINTMENTS) else None,
        **list_values(permit, None, moved=uuid_of(request.args.get("moved"))),
    )


@room.get(BASE + "prompts")
@on_record(Area.QUESTIONS, Level.SEE)
def prompts(permit: Permit) -> ResponseReturnValue:
    """Not sure what to ask?"""
    return pages.show(
        "appointments/prompts.html",
        may_add=permit.may(Area.QUESTIONS, Level.ADD) and not permit.subject.died_on,
        team_prompts=offers.texts_of(permit, offers.PROMPT),
    )


@room.get(BASE + "add")
@on_record(Area.QUESTIONS, Level.ADD)
def ask(permit: Permit) -> ResponseReturnValue:
    """A question about something (`about`, signed) or for a visit (`appointment`)."""
    data = {"about": request.args.get("about", ""), "visit": request.args.get("appointment", "")}
    form = QuestionForm(formdata=None, data={**data, "back": data["visit"]})
    offer_visits(permit, form)
    offer_readers(permit, form, chosen=NOW if request.args.get("now") else HELPERS)
    if form.visit.data not in [value for value, _ in form.visit.choices]:
        form.visit.data = ""
    return _ask_page(permit, form)


@room.post(BASE + "add")
@on_record(Area.QUESTIONS, Level.ADD)
@once
def ask_send(permit: Permit) -> ResponseReturnValue:
    form = QuestionForm()
    offer_visits(permit, form)
    offer_readers(permit, form)
    if not form.validate():
        return _ask_page(permit, form, status=422)
    made = actions.ask(
        permit,
        text=form.text.text.strip(),
        why=form.why.text.strip(),
        appointment_id=form.visit_id,
        about=item_reference.read(permit.person_id, form.about.data),
        only_me=form.only_me,
        send_now=form.send_now,
    )
    there = list_address(permit, form.back.data, saved=1)
    if made.asked_at:  # to whom it went, and by when there is a reply, stands on its own page
        there = address(permit, made.id, done="sent", _anchor="done")
    return pages.saved(there, ("question", made.id), made.version)


@room.get(ONE)
@on_record(Area.QUESTIONS, Level.SEE)
def question(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    found = queries.question(permit, question_id)
    return pages.show(
        "appointments/question.html",
        question=found,
        wordings=queries.wordings(permit, found),
        fresh=permit.is_self and found.replied_at is not None and found.reply_seen_at is None,
        lead=lead(permit),
        standing=words.standing(permit, found, lead(permit)),
        done=request.args.get("done"),
        more=item_reference.sign(permit.person_id, "question", found.id, found.text) if found.reply else None,
        Move=Move,
        tick_id=uuid4(),
        unread=is_unread(permit, found),
        may_reply=permit.role is Role.PROFESSIONAL
        and permit.may(Area.QUESTIONS, Level.ADD)
        and found.can(Move.REPLY),
        own=permit.role is not Role.PROFESSIONAL and found.may_change,
    )


@room.get(ONE + "change")
@on_record(Area.QUESTIONS, Level.ADD)
def question_change(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    found = _own(permit, question_id)
    if not found.can(Move.CHANGE):
        return not_now(permit, NotNow(found.state, Move.CHANGE), question_id)
    form = ChangeQuestionForm(formdata=None)
    known = offer_visits(permit, form)
    form.process(formdata=None, data=question_data(found, known))
    offer_readers(permit, form, found)
    return _ask_page(permit, form, found)


@room.post(ONE + "change")
@on_record(Area.QUESTIONS, Level.ADD)
@once
def question_change_send(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    found = _own(permit, question_id)
    keep, data = conflict.settled(QUESTION_TEXTS)
    if keep == "theirs":
        return pages.saved(address(permit, question_id, saved=1))
    form = ChangeQuestionForm(formdata=data)
    known = offer_visits(permit, form)
    offer_readers(permit, form, found)
    if not form.validate():
        return _ask_page(permit, form, found, status=422)
    # "The next visit" leaves a question that was carried over where it came from.
    stays = not form.visit.data and str(found.appointment_id) not in known
    try:
        version = actions.change_question(
            permit,
            question_id,
            versions.number(form.version.data),
            text=form.text.text.strip(),
            why=form.why.text.strip(),
            appointment_id=found.appointment_id if stays else form.visit_id,
            only_me=form.only_me if form.choice and permit.is_self else None,
            unask=form.choice == HELPERS and found.asked_at is not None and permit.role in WRITERS,
            readers_were=form.readers_was.data if form.choice else None,
        )
        if form.choice == NOW and found.can(Move.SEND) and lead(permit):
            actions.send_question(permit, question_id)
    except NotNow as refused:
        return not_now(permit, refused, question_id, form.text.text)
    except ReadersChanged:
        found = _own(permit, question_id)
        form.choose_again(readers(only_me=found.only_me, asked_at=found.asked_at))
        return _ask_page(permit, form, found, status=409)
    except Stale as stale:
        # Which words stay is asked here, and not who reads them: only what makes that fewer goes along unseen.
        apart = () if form.choice == ME else ("readers", "readers_was")
        said = gettext("Who it is for stays as it is now. You can change that afterwards.")
        return conflict.ask(
            form,
            stale,
            address(permit, question_id),
            question_data(queries.question(permit, question_id), known),
            texts=QUESTION_TEXTS,
            apart=apart,
            said=said if form.choice and apart else None,
        )
    return pages.saved(address(permit, question_id, saved=1), ("question", question_id), version)


@room.get(ONE + "remove")
@on_record(Area.QUESTIONS, Level.ADD)
def question_remove(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, question_id)


@room.post(ONE + "remove")
@on_record(Area.QUESTIONS, Level.ADD)
def question_remove_send(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    try:
        actions.remove_question(permit, question_id, conflict.looked_at())
    except TheirWords:
        return _remove_page(permit, question_id, status=409)
    except Stale as stale:
        return _remove_page(permit, question_id, by=stale.by)
    return pages.saved(url_for(".questions", person_id=permit.person_id, saved=1))


def _remove_page(
    permit: Permit, question_id: UUID, by: str | None = None, status: int = 200
) -> ResponseReturnValue:
    """Asks before a question is removed, or says why it is not. `by`: who changed it, or answered it, since it was
    shown.
    """
    status, found = 409 if by else status, _own(permit, question_id)
    return pages.show("appointments/question_remove.html", status=status, question=found, by=by)


@room.get(ONE + "answer")
@on_record(Area.QUESTIONS, Level.ADD, roles=WRITERS)
def answer(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    found = _own(permit, question_id)
    form = AnswerForm(formdata=None, data={"answer": found.answer or "", "version": found.version})
    return _answer_page(permit, form, found)


@room.post(ONE + "answer")
@on_record(Area.QUESTIONS, Level.ADD, roles=WRITERS)
@once
def answer_send(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    found = _own(permit, question_id)
    keep, data = conflict.settled(("answer",))
    if keep == "theirs":
        return pages.saved(address(permit, question_id, saved=1))
    form = AnswerForm(formdata=data)
    if not form.validate():
        return _answer_page(permit, form, found, status=422)
    try:
        version = actions.answer(
            permit, question_id, versions.number(form.version.data), form.answer.text.strip()
        )
    except Stale as stale:
        return conflict.ask(form, stale, address(permit, question_id), {"answer": stale.item.answer or ""})
    except TheirWords:
        typed = form.answer.text.strip()
        return _answer_page(permit, form, queries.question(permit, question_id), status=409, typed=typed)
    return pages.saved(address(permit, question_id, saved=1), ("question", question_id), version)


def list_values(
    permit: Permit,
    visit_id: UUID | None,
    moved: UUID | None = None,
    found: list[queries.Question] | None = None,
) -> dict[str, Any]:
    """What `open_list.html` draws: the open questions for a visit, or for the next one; `found` where already read."""
    may_add = permit.may(Area.QUESTIONS, Level.ADD) and not permit.subject.died_on
    shown = queries.open_questions(permit, visit_id) if found is None else found
    contact = lead(permit)
    return {
        "questions": shown,
        "standings": {each.id: words.waits(permit, each, contact) for each in shown if each.group == "now"},
        "list_visit": visit_id,
        "may_add": may_add,
        "may_order": may_add and (permit.is_self or permit.may(Area.QUESTIONS, Level.MANAGE)),
        "moved": moved,
    }


def _own(permit: Permit, question_id: UUID) -> queries.Question:
    """A question that this account may change."""
    found = queries.question(permit, question_id)
    if not found.may_change:
        queries.refuse(permit, found)
    return found


def _ask_page(
    permit: Permit, form: QuestionForm, found: queries.Question | None = None, status: int = 200
) -> ResponseReturnValue:
    return pages.show("appointments/question_form.html", status=status, **ask_values(permit, form, found))


def ask_values(permit: Permit, form: QuestionForm, found: queries.Question | None = None) -> dict[str, Any]:
    """What the page of a question, new or to change, is drawn with."""
    reference = item_reference.still(permit, item_reference.read(permit.person_id, form.about.data))
    return {
        "form": form,
        "question": found,
        "team_prompts": offers.texts_of(permit, offers.PROMPT),
        "about_label": _label(permit, reference) if reference else (found.about_label if found else None),
        "back": list_address(permit, form.back.data) if found is None else address(permit, found.id),
        **_around(permit),
    }


def _label(permit: Permit, about: item_reference.About) -> str | None:
    """What a new question will be about, as far as this account may know it now."""
    if not queries.may_know(permit, about.kind):
        return None
    if about.kind != "question":
        return about.label
    return next((first.text for first in queries.some_questions(permit, [about.id])), None)


def is_unread(permit: Permit, found: queries.Question) -> bool:
    """Whether it was sent, and nobody of the team has read it, or this reader was told of it and has not opened it.

    Then it counts as read where it is shown.
    """
    if permit.role is not Role.PROFESSIONAL or found.sent_at is None:
        return False
    return found.read_at is None or notifications.is_new(permit.account_id, found.id)


def _answer_page(
    permit: Permit, form: AnswerForm, found: queries.Question, status: int = 200, typed: str = ""
) -> ResponseReturnValue:
    """`typed`: what was not kept, because somebody else's answer stands."""
    values = answer_values(permit, form, found)
    return pages.show("appointments/answer.html", status=status, typed=typed, **values)


def answer_values(permit: Permit, form: AnswerForm, found: queries.Question) -> dict[str, Any]:
    """What the page of an answer is drawn with."""
    return {"form": form, "question": found, **_around(permit)}


def _around(permit: Permit) -> dict[str, Any]:
    """What stands around every form of words: the safety sentences, and the key contact."""
    contact = lead(permit)
    return {
        "lead": contact,
        "safety_lines": safety.short_lines(writing=True),
        "calls": safety.calls(contact.name, contact.phone) if contact else safety.calls(),
    }


def list_address(permit: Permit, visit: str | None, **more: Any) -> str:
    """The list somebody came from: the page of getting ready for a visit, or all questions."""
    visit_id = uuid_of(visit)
    if visit_id is None or not permit.may(Area.APPOINTMENTS):
        anchor = "open-questions" if "moved" in more else None
        return url_for("appointments.questions", person_id=permit.person_id, _anchor=anchor, **more)
    return url_for(
        "preparation.prepare",
        person_id=permit.person_id,
        appointment_id=visit_id,
        at="questions",
        _anchor="questions",
        **more,
    )
