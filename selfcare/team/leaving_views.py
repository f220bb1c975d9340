"""A colleague leaves: who follows for whom is chosen, shown, and then done."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from selfcare import i18n
from selfcare.people.handovers import NotNow
from selfcare.people.models import Person, Relationship
from selfcare.people.staff import LastOne
from selfcare.people.teams import today
from selfcare.team import leaving, queries
from selfcare.team.forms import LeaveForm
from selfcare.team.room import room
from selfcare.team.seat import STAFF_AND_BODIES, Seat, take
from selfcare.web import pages
from selfcare.web.access import SignedIn, signed_in
from selfcare.web.once import once

PLACE = "/team/<uuid:team_id>/people/<uuid:account_id>/leave"


@room.get(PLACE)
@signed_in(*STAFF_AND_BODIES)
def leave(user: SignedIn, team_id: UUID, account_id: UUID) -> ResponseReturnValue:
    return _page(take(user, team_id, runs=True, bodies=True), account_id, LeaveForm(formdata=None))


@room.get(PLACE + "/look")
@signed_in(*STAFF_AND_BODIES)
def leave_look_form(user: SignedIn, team_id: UUID, account_id: UUID) -> ResponseReturnValue:
    take(user, team_id, runs=True, bodies=True)
    return redirect(url_for(".leave", team_id=team_id, account_id=account_id), 303)


@room.post(PLACE + "/look")
@signed_in(*STAFF_AND_BODIES)
def leave_look(user: SignedIn, team_id: UUID, account_id: UUID) -> ResponseReturnValue:
    """What would happen, before it does. Nothing is kept."""
    seat = take(user, team_id, runs=True, bodies=True)
    form = _form()
    if not _valid(seat, account_id, form):
        return _page(seat, account_id, form, 422)
    return _look(seat, account_id, form)


@room.post(PLACE)
@signed_in(*STAFF_AND_BODIES, recent=True)
@once
def leave_send(user: SignedIn, team_id: UUID, account_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True, bodies=True)
    form = _form()
    if not _valid(seat, account_id, form):
        return _page(seat, account_id, form, 422)
    chosen, note = _chosen(seat, account_id, form), form.note.text.strip()
    passed = leaving.foresee(seat, account_id, chosen)
    if form.shown.data != leaving.sign(form.day.value, note, passed):
        return _look(seat, account_id, form, changed=True)
    try:
        leaving.leave(seat, account_id, form.day.value, chosen, note)
    except (leaving.SomebodyLeft, NotNow):
        form.form_errors = [
            gettext("Something changed meanwhile, so nothing was done. Look at the list again.")
        ]
        return _page(seat, account_id, form, 409)
    except leaving.Earlier as set_already:
        form.day.errors = [
            gettext(
                "The last day is %(day)s already. It can only be an earlier one.",
                day=i18n.plain_day(set_already.day),
            )
        ]
        return _page(seat, account_id, form, 422)
    except LastOne:
        form.form_errors = [gettext("Nobody else runs this team’s pages. Let somebody else run them first.")]
        return _page(seat, account_id, form, 409)
    return pages.saved(url_for("team.colleague", team_id=team_id, account_id=account_id, saved=1))


def _form() -> LeaveForm:
    form = LeaveForm()
    form.today = today()
    return form


def _valid(seat: Seat, account_id: UUID, form: LeaveForm) -> bool:
    """Whether the day can be, and everybody has somebody who follows."""
    form.offer([(one.account_id, one.name) for one in leaving.heirs(seat, account_id)])
    valid = form.validate()
    left = _left(seat, account_id, form)
    if valid and left:
        form.to.errors = [
            ngettext(
                "%(num)s person still needs somebody. Choose who they go to.",
                "%(num)s people still need somebody. Choose who they go to.",
                left,
            )
        ]
        return False
    return valid


def _left(seat: Seat, account_id: UUID, form: LeaveForm) -> int:
    chosen = _chosen(seat, account_id, form)
    return sum(person.id not in chosen for _, person in queries.held(seat, account_id))


def _chosen(seat: Seat, account_id: UUID, form: LeaveForm) -> dict[UUID, UUID]:
    """Who follows for whom: as chosen one by one, else as for all."""
    may = {str(one.account_id): one.account_id for one in leaving.heirs(seat, account_id)}
    apart = dict(one.split("=", 1) for one in request.form.get("apart", "").split() if "=" in one)
    wanted = {
        person.id: request.form.get(f"to-{person.id}") or apart.get(str(person.id)) or form.to.data
        for _, person in queries.held(seat, account_id)
    }
    return {person: may[to] for person, to in wanted.items() if to in may}


def _page(seat: Seat, account_id: UUID, form: LeaveForm, status: int = 200) -> ResponseReturnValue:
    one = queries.colleague(seat, account_id)
    if not one.works or one.waits or (one.leaves_on and account_id == seat.account_id):
        return redirect(url_for("team.colleague", team_id=seat.team.id, account_id=account_id), 303)
    heirs = leaving.heirs(seat, account_id)
    form.offer([(each.account_id, each.name) for each in heirs])
    return pages.show(
        "team/leave.html",
        status=status,
        seat=seat,
        one=one,
        form=form,
        heirs=heirs,
        apart=APART,
        held=[_line(*row) for row in queries.held(seat, account_id)],
        today=today(),
    )


# People to choose for one by one: a form has so many fields at the most (`web.edge.MOST_FIELDS`).
APART = 400


def _line(row: Relationship, person: Person) -> tuple[Relationship, Person, str]:
    """A person, and who was chosen for them alone."""
    return row, person, request.form.get(f"to-{person.id}", "")


def _look(seat: Seat, account_id: UUID, form: LeaveForm, *, changed: bool = False) -> ResponseReturnValue:
    chosen, note = _chosen(seat, account_id, form), form.note.text.strip()
    passed = leaving.foresee(seat, account_id, chosen)
    form.shown.data = leaving.sign(form.day.value, note, passed)
    return pages.show(
        "team/leave_look.html",
        status=409 if changed else 200,
        seat=seat,
        one=queries.colleague(seat, account_id),
        form=form,
        passed=passed,
        elsewhere=queries.promised_elsewhere(seat, account_id),
        note=note,
        changed=changed,
        today=today(),
    )
