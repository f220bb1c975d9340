"""What people suggested for this app: each becomes an idea, part of one, an answer, or nothing now; and the ideas."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from selfcare.feedback import queries, words
from selfcare.feedback.models import Idea
from selfcare.feedback.words import DONE, NOT_NOW
from selfcare.people.teams import today
from selfcare.team import heard, ideas
from selfcare.team.heard_forms import DecideForm, IdeaForm
from selfcare.team.heard_views import names_nobody
from selfcare.team.room import room
from selfcare.team.seat import STAFF, Seat, take
from selfcare.web import pages, versions
from selfcare.web.access import SignedIn, signed_in
from selfcare.web.once import once

LIST = "/team/ideas/"
SUGGESTION = "/team/<uuid:team_id>/suggestions/<uuid:suggestion_id>"
IDEA = "/team/<uuid:team_id>/ideas/<uuid:idea_id>"


@room.get(LIST)
@signed_in(*STAFF)
def idea_list(user: SignedIn) -> ResponseReturnValue:
    seat = take(user, request.args.get("team"), runs=True)
    waiting = ideas.waiting(seat)
    return pages.show(
        "team/ideas.html",
        seat=seat,
        waiting=waiting[: ideas.SHOWN],
        more=len(waiting) > ideas.SHOWN,
        decided=ideas.decided(seat),
        ideas=ideas.choices(),
        words=words,
    )


@room.get(SUGGESTION)
@signed_in(*STAFF)
def decide(user: SignedIn, team_id: UUID, suggestion_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True)
    return _decide(seat, suggestion_id, DecideForm(formdata=None))


@room.post(SUGGESTION)
@signed_in(*STAFF)
@once
def decide_send(user: SignedIn, team_id: UUID, suggestion_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True)
    form = DecideForm()
    form.offer(ideas.choices())
    if not form.validate():
        return _decide(seat, suggestion_id, form, 422)
    what = form.what.data
    if what == "new":
        title = form.title.text.strip()
        if not names_nobody(seat, form.title, title):
            return _decide(seat, suggestion_id, form, 422)
        ideas.merge(seat, suggestion_id, ideas.add(seat, title, "").id)
    elif what == "merge":
        ideas.merge(seat, suggestion_id, UUID(form.idea.data))
    elif what == "answer":
        ideas.answer(seat, suggestion_id, form.answer.text.strip())
    else:
        ideas.leave(seat, suggestion_id)
    return pages.saved(url_for("team.idea_list", team=seat.team.id, saved=1))


@room.get(IDEA)
@signed_in(*STAFF)
def idea(user: SignedIn, team_id: UUID, idea_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True)
    row, number = queries.idea(idea_id)
    data = {"title": row.title, "more": row.words, "state": row.state, "why": row.why, "on": row.on}
    return _idea(seat, row, number, IdeaForm(formdata=None, data=data | {"version": row.version}))


@room.post(IDEA)
@signed_in(*STAFF)
def idea_send(user: SignedIn, team_id: UUID, idea_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True)
    row, number = queries.idea(idea_id)
    form = IdeaForm()
    if not form.validate():
        return _idea(seat, row, number, form, 422)
    public = " ".join((form.title.text, form.more.text, form.why.text))
    if not form.anyway.data and not names_nobody(seat, form.title, public):
        return _idea(seat, row, number, form, 422, warned=True)
    state = form.state.data
    try:
        ideas.change(
            seat,
            idea_id,
            versions.number(form.version.data),
            title=form.title.text.strip(),
            words=form.more.text.strip(),
            state=state,
            why=form.why.text.strip() if state == NOT_NOW else "",
            on=form.on.data if state == DONE else None,
        )
    except heard.ChangedMeanwhile:
        form.version.data = str(row.version)
        return _idea(seat, row, number, form, 409, changed=True)
    return pages.saved(url_for("team.idea", team_id=seat.team.id, idea_id=idea_id, saved=1))


def _decide(seat: Seat, suggestion_id: UUID, form: DecideForm, status: int = 200) -> ResponseReturnValue:
    row = ideas.suggestion(seat, suggestion_id)
    form.offer(ideas.choices())
    return pages.show("team/decide.html", status=status, seat=seat, suggestion=row, form=form)


def _idea(
    seat: Seat, row: Idea, number: int | None, form: IdeaForm, status: int = 200, **values: Any
) -> ResponseReturnValue:
    values = {"warned": False, "changed": False, "today": today(), **values}
    return pages.show(
        "team/idea.html", status=status, seat=seat, idea=row, number=number, form=form, words=words, **values
    )
