"""Getting ready as a phone keeps it: what to take along into the room, the forms for what is said there, and after."""

from typing import Any
from uuid import uuid4

from flask import url_for

from selfcare import i18n
from selfcare.appointments import words as visit_words
from selfcare.appointments.forms import AnswerForm, QuestionForm
from selfcare.appointments.question_choices import offer_for_later
from selfcare.appointments.question_views import answer_values, ask_values
from selfcare.appointments.states import Move
from selfcare.care_plan import showing
from selfcare.database import now
from selfcare.people.queries import lead
from selfcare.preparation.after_forms import AfterForm
from selfcare.preparation.after_views import after_values
from selfcare.preparation.queries import Preparation
from selfcare.web import pages, safety
from selfcare.web.access import Area, Level, Permit


def to_keep(permit: Permit, found: Preparation) -> dict[str, Any]:
    """A set of kept pages: the preparation, an answer form for each question that this account may answer, and the page
    after the visit."""
    visit = found.visit
    contact = lead(permit)
    may_answer = permit.may(Area.QUESTIONS, Level.ADD)
    answered = [question for question in found.questions or () if may_answer and question.may_change]
    path = url_for("preparation.prepare", person_id=permit.person_id, appointment_id=visit.id)
    page = pages.parts(
        "preparation/kept.html",
        found=found,
        visit=visit,
        meeting=visit_words.meeting(visit.how, visit.with_whom),
        answered={question.id for question in answered},
        Move=Move,
        as_of=permit.local(now()),
        form_id=lambda: str(uuid4()),
        safety_lines=safety.lines(helping=None if permit.is_self else permit.person_name),
        calls=safety.calls(contact.name, contact.phone) if contact else safety.calls(),
    )
    kept = {path: page}
    for question in answered:
        form = AnswerForm(formdata=None, data={"answer": question.answer or "", "version": question.version})
        there = url_for("appointments.answer", person_id=permit.person_id, question_id=question.id)
        kept[there] = pages.parts(
            "appointments/answer.html", **answer_values(permit, form, question) | {"kept_from": path}
        )
    if permit.may(Area.APPOINTMENTS, Level.ADD):
        after = AfterForm(permit, answered, formdata=None)
        there = url_for("preparation.after", person_id=permit.person_id, appointment_id=visit.id)
        values = after_values(permit, visit, after, anew=True)
        kept[there] = pages.parts("preparation/after.html", **values | {"kept_from": path})
    if permit.may(Area.PLAN):
        there = url_for("care_plan.index", person_id=permit.person_id)
        kept[there] = pages.parts(
            "care_plan/index.html", **showing.page_values(permit, kept=True) | {"kept_from": path}
        )
    if may_answer:
        kept[url_for("appointments.ask", person_id=permit.person_id)] = _ask(permit, found, path)
    return {
        "account": str(permit.account_id),
        "as_of": now().isoformat(),
        "language": i18n.code(),
        "line": visit_words.line(visit.wall, visit.how, visit.with_whom),
        "pages": kept,
    }


def _ask(permit: Permit, found: Preparation, back: str) -> dict[str, str]:
    """A question that comes up in the room: for this visit, without others to choose from."""
    form = QuestionForm(formdata=None)
    form.visit.choices = [(str(found.visit.id), "")]
    form.visit.data = form.back.data = str(found.visit.id)
    form.hidden_visits = {str(found.visit.id)} if found.visit.only_me else ()
    offer_for_later(permit, form)
    return pages.parts("appointments/question_form.html", **ask_values(permit, form) | {"back": back})
