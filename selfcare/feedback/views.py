"""Pages of what people say: a person's own, and those that everybody can read."""

from typing import Any
from uuid import UUID

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound, TooManyRequests

from selfcare.database import now
from selfcare.feedback import actions, queries, words
from selfcare.feedback.forms import HelpForm, SuggestForm
from selfcare.people.queries import lead
from selfcare.people.teams import today
from selfcare.web import pages, paging, safety
from selfcare.web.access import (
    Area,
    Kind,
    Level,
    Permit,
    Role,
    SignedIn,
    me,
    on_record,
    own_panel,
    public,
    signed_in,
)
from selfcare.web.once import once
from selfcare.web.room import Room

room = Room("feedback", __name__)
BASE = "/people/<uuid:person_id>/feedback/"
IDEA = "/said/ideas/<uuid:idea_id>/"
SUGGESTION = "/said/suggest/<uuid:suggestion_id>/back"
ALONE = (Role.SELF,)
# Who came in to read one summary reads what everybody reads, and has no say here.
SPEAK = tuple(kind for kind in Kind if kind is not Kind.READER)


@room.get(BASE)
@on_record(Area.FEEDBACK, Level.SEE, roles=ALONE)
def index(permit: Permit) -> ResponseReturnValue:
    found = queries.remarks(permit)
    return pages.show(
        "feedback/index.html",
        remarks=found[: queries.MOST_OWN],
        more=len(found) > queries.MOST_OWN,
        offered=queries.offered(permit),
        contact=lead(permit),
        words=words,
    )


@room.get(BASE + "<uuid:remark_id>/back")
@on_record(Area.FEEDBACK, Level.ADD, roles=ALONE)
def take_back(permit: Permit, remark_id: UUID) -> ResponseReturnValue:
    if queries.remark(permit, id_=remark_id) is None:
        raise NotFound
    return _one_button(permit, gettext("Take it back from the team"))


@room.post(BASE + "<uuid:remark_id>/back")
@on_record(Area.FEEDBACK, Level.ADD, roles=ALONE)
def take_back_send(permit: Permit, remark_id: UUID) -> ResponseReturnValue:
    actions.take_back(permit, remark_id)
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1), ("remark", remark_id))


@room.get(BASE + "help")
@on_record(Area.FEEDBACK, Level.ADD, roles=ALONE)
def would_help(permit: Permit) -> ResponseReturnValue:
    standing = queries.offered(permit)
    known = queries.person(permit)
    data = {"phone": known.phone, "email": known.email, "letter": known.address}
    if standing:
        data |= {"how": standing[0].how, standing[0].how: standing[0].reach}
    return _help(permit, HelpForm(formdata=None, data=data))


@room.post(BASE + "help")
@on_record(Area.FEEDBACK, Level.ADD, roles=ALONE)
@once
def would_help_send(permit: Permit) -> ResponseReturnValue:
    form, contact = HelpForm(), lead(permit)
    if not form.validate() or contact is None:
        return _help(permit, form, 422)
    actions.offer(permit, contact.team_id, form.how.data, form.reach)
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1))


@room.get(BASE + "help/end")
@on_record(Area.FEEDBACK, Level.ADD, roles=ALONE)
def withdraw(permit: Permit) -> ResponseReturnValue:
    return _one_button(permit, gettext("Take my offer back"))


@room.post(BASE + "help/end")
@on_record(Area.FEEDBACK, Level.ADD, roles=ALONE)
def withdraw_send(permit: Permit) -> ResponseReturnValue:
    actions.withdraw(permit)
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1))


def _one_button(permit: Permit, text: str) -> ResponseReturnValue:
    index = url_for(".index", person_id=permit.person_id)
    return pages.one_button(text, index, gettext("What I said"), tab="more")


def _help(permit: Permit, form: HelpForm, status: int = 200) -> ResponseReturnValue:
    contact = lead(permit)
    if contact is None or permit.subject.died_on is not None:
        raise NotFound
    values: dict[str, Any] = {"contact": contact, "safety_lines": safety.short_lines(writing=True)}
    return pages.show("feedback/help.html", status=status, form=form, **values)


def _public(template: str, **values: Any) -> ResponseReturnValue:
    somebody = me()
    if somebody is None:
        values["layout"] = "layouts/plain.html"
    values["own"] = _own_record(somebody)
    speaks = somebody is None or somebody.kind in SPEAK
    return pages.show(template, words=words, today=today(), speaks=speaks, **values)


def _own_record(somebody: SignedIn | None) -> UUID | None:
    """The record of whoever reads what was done, where they keep one: they could help, too."""
    if somebody is None or somebody.kind is not Kind.PERSON:
        return None
    own = [one for one in own_panel(somebody).permits.values() if one.is_self and not one.subject.died_on]
    return own[0].person_id if own else None


@room.get("/said/")
@public
def said() -> ResponseReturnValue:
    """What people said and what was done: of the only team that has something, or of whichever is chosen."""
    found = queries.teams()
    if len(found) == 1:
        return _team(*found[0], None)
    return _public("feedback/said.html", teams=found, **_ideas())


@room.get("/said/<uuid:team_id>/")
@public
def team_said(team_id: UUID) -> ResponseReturnValue:
    name = queries.team(team_id)
    if name is None:
        raise NotFound
    return _team(team_id, name, paging.asked())


def _team(team_id: UUID, name: str, before: paging.Key | None) -> ResponseReturnValue:
    found = queries.shown(team_id, before)
    listed, key = paging.cut(found, queries.PAGE, lambda one: (one.theme.shown_at or now(), one.theme.id))
    earlier = key and url_for(".team_said", team_id=team_id, before=key)
    return _public("feedback/team.html", name=name, themes=listed, earlier=earlier, **_ideas())


def _ideas() -> dict[str, Any]:
    found = queries.ideas(size=queries.IDEAS)
    return {"ideas": found[: queries.IDEAS], "more_ideas": len(found) > queries.IDEAS}


@room.get("/said/ideas/")
@public
def ideas() -> ResponseReturnValue:
    """The log of this app: every idea."""
    found = queries.ideas(paging.asked())
    listed, key = paging.cut(found, queries.PAGE, lambda one: (one[0].made_at, one[0].id))
    earlier = key and url_for(".ideas", before=key)
    return _public("feedback/ideas.html", ideas=listed, earlier=earlier, more_ideas=False)


@room.get(IDEA)
@public
def idea(idea_id: UUID) -> ResponseReturnValue:
    row, number = queries.idea(idea_id)
    wanted = (user := me()) is not None and queries.wants(user, idea_id)
    return _public("feedback/idea.html", idea=row, number=number, wanted=wanted)


@room.post(IDEA)
@signed_in(*SPEAK)
def idea_send(user: SignedIn, idea_id: UUID) -> ResponseReturnValue:
    actions.want(user, idea_id, request.form.get("wanted") == "y")
    return pages.saved(url_for(".idea", idea_id=idea_id, saved=1))


@room.get("/said/suggest/")
@signed_in(*SPEAK)
def suggest(user: SignedIn) -> ResponseReturnValue:
    return _suggest(user, SuggestForm(formdata=None))


@room.post("/said/suggest/")
@signed_in(*SPEAK, late=True)
@once
def suggest_send(user: SignedIn) -> ResponseReturnValue:
    form = SuggestForm()
    form.offer(queries.own_teams(user))
    if not form.validate():
        return _suggest(user, form, 422)
    line, more = form.line.text.strip(), form.words.text.strip()
    try:
        actions.count_try(user)
    except TooManyRequests as busy:
        form.form_errors = [
            gettext("You have suggested a lot today. Your words are still here. Please send them tomorrow.")
        ]
        answer = make_response(_suggest(user, form, 429))
        answer.headers["Retry-After"] = str(busy.retry_after)
        return answer
    row = actions.suggest(user, UUID(form.team.data), line, more)
    return pages.saved(url_for(".suggest", saved=1), ("app_suggestion", row.id))


@room.get(SUGGESTION)
@signed_in(*SPEAK)
def suggest_back(user: SignedIn, suggestion_id: UUID) -> ResponseReturnValue:
    return pages.one_button(
        gettext("Take this suggestion back"), url_for(".suggest"), gettext("Suggest a change"), tab="more"
    )


@room.post(SUGGESTION)
@signed_in(*SPEAK)
def suggest_back_send(user: SignedIn, suggestion_id: UUID) -> ResponseReturnValue:
    actions.take_suggestion_back(user, suggestion_id)
    return pages.saved(url_for(".suggest", saved=1))


def _suggest(user: SignedIn, form: SuggestForm, status: int = 200) -> ResponseReturnValue:
    teams = queries.own_teams(user)
    form.offer(teams)
    found = queries.suggestions(user, paging.asked())
    listed, key = paging.cut(found, queries.PAGE, lambda one: (one[0].at, one[0].id))
    return pages.show(
        "feedback/suggest.html",
        status=status,
        form=form,
        teams=teams,
        suggestions=listed,
        safety_lines=safety.short_lines(writing=True),
        earlier=key and url_for(".suggest", before=key),
        words=words,
    )
