"""After the visit: what was talked about, what was agreed, how it was. One page, all of it optional, one button."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from selfcare import i18n
from selfcare.agreed import actions as agreed
from selfcare.agreed import queries as lines
from selfcare.agreed.views import next_visit_id
from selfcare.appointments import after_visit, question_actions
from selfcare.appointments import queries as visits
from selfcare.appointments import words as visit_words
from selfcare.appointments.plain_values import Question, Visit
from selfcare.appointments.states import Move, NotNow, TheirWords
from selfcare.database import now
from selfcare.feedback import actions as feedback_actions
from selfcare.feedback import queries as feedback
from selfcare.people.queries import lead
from selfcare.preparation.after_forms import AfterForm, QuestionPart, answers
from selfcare.preparation.room import room
from selfcare.web import pages, safety, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.item_reference import About
from selfcare.web.once import made_by, once
from selfcare.web.versions import Stale

ADDRESS = "/people/<uuid:person_id>/appointments/<uuid:appointment_id>/after/"
WRITERS = (Role.SELF, Role.CARER)  # the person's own words, and those of who helps


@room.get(ADDRESS)
@on_record(Area.APPOINTMENTS, Level.ADD, roles=WRITERS)
def after(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    visit = _visit(permit, appointment_id)
    if visit is None or visit.utc > now():
        return _elsewhen(permit, appointment_id, visit, status=404 if visit is None else 200)
    asked = _asked(permit, visit)
    said, own = after_visit.how_it_was(permit, appointment_id), feedback.remark(permit, appointment_id)
    data = {"how": said, "more": "", "more_version": 0}
    if own:
        data |= {"more": own.row.text, "may_read": own.team is not None, "more_version": own.row.version}
    return _page(permit, visit, AfterForm(permit, asked, formdata=None, data=data))


@room.post(ADDRESS)
@on_record(Area.APPOINTMENTS, Level.ADD, roles=WRITERS)
@once
def after_send(permit: Permit, appointment_id: UUID) -> ResponseReturnValue:
    visit = _visit(permit, appointment_id)
    if visit is None or visit.utc > now():
        return _elsewhen(permit, appointment_id, visit, status=409)
    asked = _asked(permit, visit)
    closed, lost = _typed(permit, asked)
    form = AfterForm(permit, [*asked, *closed])
    if form.validate() and not lost:
        lost = [
            part.answer.text.strip() for question, part in form.questions if not _keep(permit, question, part)
        ]
    for text in lost:
        form.refuse(
            gettext(
                "A question was taken out, or somebody else answered it meanwhile. You wrote about it: %(words)s",
                words=text,
            )
        )
    if form.errors:
        return _page(permit, visit, form, status=422)
    about = About("visit", visit.id, _label(visit))
    for number, part in form.lines:
        agreed.add(
            permit,
            what=part.what.text.strip(),
            owner=part.owner(),
            by=part.by_when(permit, next_visit_id(permit)),
            about=about,
            line_id=made_by(permit, f"line{number}"),
        )
    after_visit.been_through(permit, visit.id, form.how.data if permit.is_self else None)
    if permit.is_self:
        team = lead(permit)
        feedback_actions.say(
            permit,
            visit.id,
            versions.number(form.more_version.data),
            form.more.text,
            team.team_id if team else None,
            read=bool(form.may_read.data),
        )
    there = url_for("appointments.visit", person_id=permit.person_id, appointment_id=visit.id, saved=1)
    return pages.saved(there, ("appointment", visit.id))


def after_values(permit: Permit, visit: Visit, form: AfterForm, *, anew: bool = False) -> dict[str, Any]:
    """What the page is drawn with. :param anew: before the visit, when nothing of it was said or agreed."""
    contact = lead(permit)
    return {
        "form": form,
        "visit": visit,
        "said": visits.asked_at(permit, visit.id) if permit.may(Area.QUESTIONS) and not anew else [],
        "agreed": [] if anew else lines.of_visit(permit, visit.id),
        "when": i18n.moment(visit.wall, year=visit.wall.year != permit.today().year),
        "meeting": visit_words.meeting(visit.how, visit.with_whom),
        "team": contact.team if contact else None,
        "safety_lines": safety.short_lines(writing=True),
        "calls": safety.calls(contact.name, contact.phone) if contact else safety.calls(),
    }


def _page(permit: Permit, visit: Visit, form: AfterForm, status: int = 200) -> ResponseReturnValue:
    values = after_values(permit, visit, form)
    return pages.show("preparation/after.html", status=status, **values | {"calls": []})


def _visit(permit: Permit, appointment_id: UUID) -> Visit | None:
    """The visit; None where it was taken out of the list. :raises NotFound: not theirs to see."""
    try:
        return visits.visit(permit, appointment_id)
    except NotFound:
        after_visit.gone(permit, appointment_id)
        return None


def _asked(permit: Permit, visit: Visit) -> list[Question]:
    if not permit.may(Area.QUESTIONS, Level.ADD):
        return []
    return [each for each in after_visit.open_at(permit, visit) if each.may_change]


def _keep(permit: Permit, question: Question, part: QuestionPart) -> bool:
    """One question, as it was ticked and answered. What somebody else answered meanwhile stays, with this after it.

    :returns: False where that is not this account's to write to.
    """
    text = part.answer.text.strip()
    if part.talked.data and question.can(Move.DISCUSS):
        with suppress(NotNow):  # ticked off at the same moment by somebody else
            question_actions.discuss(permit, question.id)
    if not text or text == question.answer:
        return True
    stale = versions.number(part.version.data) < question.version and question.answer
    words = "\n\n".join((question.answer or "", text)) if stale else text
    try:
        question_actions.answer(permit, question.id, question.version, words)
    except TheirWords:
        return False
    except Stale as meanwhile:  # answered at this moment: the row is ours now, and this comes after theirs
        both = "\n\n".join(filter(None, (meanwhile.item.answer, text)))
        question_actions.answer(permit, question.id, meanwhile.item.version, both)
    return True


def _typed(permit: Permit, asked: list[Question]) -> tuple[list[Question], list[str]]:
    """Questions answered here that stand on the list no more: those still there, and what was typed of the others.

    Closed meanwhile by somebody else, they take the answer all the same.
    """
    known = {each.id for each in asked}
    typed = {question: text for question, text in answers(request.form).items() if question not in known}
    found = visits.some_questions(permit, list(typed))
    there = [each for each in found if each.may_change and each.may_answer]
    gone = set(typed) - {each.id for each in there}
    return there, [typed[question] for question in typed if question in gone]


def _elsewhen(permit: Permit, appointment_id: UUID, visit: Visit | None, status: int) -> ResponseReturnValue:
    """The visit was moved to a day to come, or taken out: a kind answer, with all that was typed."""
    if visit is None:
        why = gettext("This visit was taken out of the list.")
    else:
        day = i18n.moment(visit.wall, year=visit.wall.year != permit.today().year)
        why = gettext(
            "This visit is still to come: %(moment)s. You can say how it was afterwards.", moment=day
        )
    typed = "\n\n".join(dict.fromkeys([*answers(request.form).values(), *_typed_lines()]))
    back = url_for("appointments.index", person_id=permit.person_id)
    return pages.show("preparation/elsewhen.html", status=status, why=why, typed=typed, back=back)


def _typed_lines() -> list[str]:
    return [
        text.strip()
        for name, text in request.form.items()
        if name.startswith("line") and name.endswith("-what") and text.strip()
    ]


def _label(visit: Visit) -> str:
    return visit_words.line(visit.wall, visit.how, visit.with_whom)
