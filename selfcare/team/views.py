"""The team's colleagues: who is in it, inviting, suspending, a new way to sign in."""

from typing import Any
from uuid import UUID

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.accounts import actions as accounts
from selfcare.notifications import email
from selfcare.people.staff import LastOne
from selfcare.people.teams import today
from selfcare.team import actions, leaving, queries, resetting, words
from selfcare.team import figure_views as figure_views
from selfcare.team import heard_views as heard_views
from selfcare.team import idea_views as idea_views
from selfcare.team import import_views as import_views
from selfcare.team import leaving_views as leaving_views
from selfcare.team import letter_views as letter_views
from selfcare.team import problem_views as problem_views
from selfcare.team import settings_views as settings_views
from selfcare.team import starter_set_views as starter_set_views
from selfcare.team import suggested_views as suggested_views
from selfcare.team.forms import InviteForm, LinkForm, ResetForm, SuspendForm
from selfcare.team.room import room as room
from selfcare.team.seat import STAFF_AND_BODIES, Seat, take
from selfcare.web import pages
from selfcare.web.access import SignedIn, signed_in
from selfcare.web.ids import uuid_of
from selfcare.web.origin import link

ONE = "/team/<uuid:team_id>/people/<uuid:account_id>/"


@room.get("/team/people/")
@signed_in(*STAFF_AND_BODIES)
def people(user: SignedIn) -> ResponseReturnValue:
    return _people(take(user, request.args.get("team"), bodies=True))


@room.post("/team/people/")
@signed_in(*STAFF_AND_BODIES, recent=True, late=True)
def people_send(user: SignedIn) -> ResponseReturnValue:
    """Invite a colleague. The link is the answer itself, shown this once, where it is not mailed."""
    form = InviteForm()
    form.offer(can_mail=_can_mail())
    actions.count_try(user)
    seat = take(user, form.team.data or "", runs=True, bodies=True)
    if form.validate():
        mailed = form.link.data == "mail"
        try:
            account_id, code = actions.invite(
                seat,
                name=form.name.text.strip(),
                title=form.title.text.strip(),
                email=form.email.text,
                works=form.does.data == "people",
                mailed=mailed,
            )
        except actions.Here as here:
            form.email.errors = [
                gettext("%(name)s of this team has this address already.", name=here.colleague.name)
            ]
        except accounts.Taken:
            form.email.errors = [gettext("This address cannot be used here. Use another one.")]
        else:
            actions.was_no_try(user)
            if code is None:
                return pages.saved(_list(seat, saved=1))
            return _link_page(seat, account_id, code)
    return _people(seat, form, 422)


@room.get(ONE)
@signed_in(*STAFF_AND_BODIES)
def colleague(user: SignedIn, team_id: UUID, account_id: UUID) -> ResponseReturnValue:
    return _colleague(take(user, team_id, bodies=True), account_id)


@room.post(ONE)
@signed_in(*STAFF_AND_BODIES, recent=True)
def colleague_send(user: SignedIn, team_id: UUID, account_id: UUID) -> ResponseReturnValue:
    """One press each: let in again, take an invitation back, stay after all, run the pages or no more."""
    seat = take(user, team_id, runs=True, bodies=True)
    one = queries.colleague(seat, account_id)
    do = request.form.get("do", "")
    try:
        if do == "withdraw":
            actions.withdraw(seat, account_id)
            return pages.saved(_list(seat, saved=1))
        if do == "let-in":
            actions.let_in(seat, account_id)
        elif do == "stay":
            leaving.stay(seat, account_id)
        elif do in ("link", "link-no-more"):
            actions.link_work(seat, account_id, do == "link")
        elif do in ("runs", "runs-no-more"):
            actions.administer(seat, account_id, do == "runs")
        else:
            return _colleague(seat, account_id, 422)
    except LastOne:
        return _colleague(seat, account_id, 409, last=True)
    if do == "runs-no-more" and (account_id == seat.account_id or not one.works):
        return pages.saved(_list(seat, saved=1))
    return pages.saved(_one(seat, account_id))


@room.get(ONE + "link")
@signed_in(*STAFF_AND_BODIES)
def new_link(user: SignedIn, team_id: UUID, account_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True, bodies=True)
    if not queries.colleague(seat, account_id).waits:
        abort(404)
    form = LinkForm(formdata=None)
    form.offer(can_mail=_can_mail())
    return _new_link(seat, account_id, form)


@room.post(ONE + "link")
@signed_in(*STAFF_AND_BODIES, recent=True)
def new_link_send(user: SignedIn, team_id: UUID, account_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True, bodies=True)
    if not queries.colleague(seat, account_id).waits:
        abort(404)
    form = LinkForm()
    form.offer(can_mail=_can_mail())
    if not form.validate():
        return _new_link(seat, account_id, form, 422)
    code = actions.new_link(seat, account_id, mailed=form.link.data == "mail")
    return pages.saved(_one(seat, account_id)) if code is None else _link_page(seat, account_id, code)


@room.get(ONE + "suspend")
@signed_in(*STAFF_AND_BODIES)
def suspend(user: SignedIn, team_id: UUID, account_id: UUID) -> ResponseReturnValue:
    return _suspend(take(user, team_id, runs=True, bodies=True), account_id, SuspendForm(formdata=None))


@room.post(ONE + "suspend")
@signed_in(*STAFF_AND_BODIES, recent=True)
def suspend_send(user: SignedIn, team_id: UUID, account_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True, bodies=True)
    form = SuspendForm()
    if not form.validate():
        return _suspend(seat, account_id, form, 422)
    try:
        actions.suspend(seat, account_id, form.reason.text.strip())
    except LastOne:
        form.form_errors = [last_one()]
        return _suspend(seat, account_id, form, 409)
    return pages.saved(_one(seat, account_id))


@room.get(ONE + "new-way-in")
@signed_in(*STAFF_AND_BODIES)
def reset(user: SignedIn, team_id: UUID, account_id: UUID) -> ResponseReturnValue:
    return _reset(take(user, team_id, bodies=True), account_id, ResetForm(formdata=None))


@room.post(ONE + "new-way-in")
@signed_in(*STAFF_AND_BODIES, recent=True)
def reset_send(user: SignedIn, team_id: UUID, account_id: UUID) -> ResponseReturnValue:
    """Ask for it; stop it, or confirm what another asked for. The link is the answer itself, shown this once."""
    seat = take(user, team_id, bodies=True)
    do, form = request.form.get("do"), ResetForm()
    try:
        if do in ("confirm", "stop"):
            asked = _asked(request.form.get("reset"))
            if do == "stop":
                resetting.stop(seat, account_id, asked)
                return pages.saved(_one(seat, account_id))
            code = resetting.confirm(seat, account_id, asked, mailed=_can_mail())
            return pages.saved(_one(seat, account_id)) if code is None else _link_page(seat, account_id, code)
        if not form.validate():
            return _reset(seat, account_id, form, 422)
        resetting.ask(seat, account_id, form.how.text.strip())
    except resetting.NotYou:
        form.form_errors = [
            gettext("Somebody else of the team does this: not who asked, and not who it is for.")
        ]
        return _reset(seat, account_id, form, 409)
    except resetting.OneHand:
        form.form_errors = [
            gettext("One of you two let the other in, so you do not count as two. Ask another colleague.")
        ]
        return _reset(seat, account_id, form, 409)
    except resetting.SameHand:
        form.form_errors = [
            gettext(
                "The same colleague let both of you in. So the link can only go to their own e-mail address, and "
                "there is none, or no e-mail is set up. Ask another colleague."
            )
        ]
        return _reset(seat, account_id, form, 409)
    except resetting.TooNew:
        form.form_errors = [
            gettext("Who asks and who confirms must both have been here for a week. Ask another colleague.")
        ]
        return _reset(seat, account_id, form, 409)
    return pages.saved(url_for(".reset", team_id=seat.team.id, account_id=account_id, saved=1))


def last_one() -> str:
    return gettext("Nobody else runs this team’s pages. Let somebody else run them first.")


def _asked(text: str | None) -> UUID:
    return uuid_of(text) or abort(404)


def _can_mail() -> bool:
    return email.is_set_up() and current_app.config["SETTINGS"].url is not None


def _list(seat: Seat, **values: Any) -> str:
    return url_for("team.people", team=seat.team.id if len(seat.teams) > 1 else None, **values)


def _one(seat: Seat, account_id: UUID) -> str:
    return url_for("team.colleague", team_id=seat.team.id, account_id=account_id, saved=1)


def _people(seat: Seat, form: InviteForm | None = None, status: int = 200) -> ResponseReturnValue:
    if form is None:
        form = InviteForm(formdata=None, data={"team": seat.team.id})
        form.offer(can_mail=_can_mail())
    if seat.is_body:
        form.does.choices = [("people", gettext("They work on what people ask for")), *form.does.choices[1:]]
    people, without = queries.without_key_contact(seat)
    changes = queries.changes(seat)
    chips = [
        {"text": name, "href": url_for("team.people", team=one), "current": one == seat.team.id}
        for one, name in seat.teams
    ]
    return pages.show(
        "team/people.html",
        status=status,
        seat=seat,
        form=form,
        chips=chips,
        colleagues=queries.colleagues(seat),
        people=people,
        without=without,
        changes=changes[: queries.MOST_CHANGES],
        more=len(changes) > queries.MOST_CHANGES,
        resets=[one.account_id for one in queries.resets(seat)],
        words=words,
    )


def _colleague(seat: Seat, account_id: UUID, status: int = 200, *, last: bool = False) -> ResponseReturnValue:
    one = queries.colleague(seat, account_id)
    return pages.show(
        "team/colleague.html",
        status=status,
        seat=seat,
        one=one,
        me_too=account_id == seat.account_id,
        suspended_here=one.suspended and queries.suspended_here(seat, actions.account(account_id)),
        last=last_one() if last else None,
        waiting=any(each.account_id == account_id for each in queries.resets(seat)),
        words=words,
        today=today(),
    )


def _new_link(seat: Seat, account_id: UUID, form: LinkForm, status: int = 200) -> ResponseReturnValue:
    one = queries.colleague(seat, account_id)
    return pages.show("team/new_link.html", status=status, seat=seat, one=one, form=form)


def _suspend(seat: Seat, account_id: UUID, form: SuspendForm, status: int = 200) -> ResponseReturnValue:
    one = queries.colleague(seat, account_id)
    if account_id == seat.account_id or one.suspended:
        return redirect(url_for("team.colleague", team_id=seat.team.id, account_id=account_id), 303)
    return pages.show("team/suspend.html", status=status, seat=seat, one=one, form=form)


def _reset(seat: Seat, account_id: UUID, form: ResetForm, status: int = 200) -> ResponseReturnValue:
    one = queries.colleague(seat, account_id)
    asked = next((each for each in queries.resets(seat) if each.account_id == account_id), None)
    return pages.show(
        "team/reset.html",
        status=status,
        seat=seat,
        one=one,
        form=form,
        asked=asked,
        mails=_can_mail() and one.email,
        words=words,
    )


def _link_page(seat: Seat, account_id: UUID, code: str) -> ResponseReturnValue:
    one = queries.colleague(seat, account_id)
    return pages.show("team/link.html", seat=seat, one=one, address=f"{link('accounts.enrol')}#{code}")
