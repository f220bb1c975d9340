"""Adding people, and who has access."""

from typing import Any
from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext

from selfcare.notifications.kinds import GAVE_BACK
from selfcare.people import acting_views as acting_views
from selfcare.people import actions, adding, death, given_back, names, pausing, presets, queries, tells
from selfcare.people import code_views as code_views
from selfcare.people import detail_views as detail_views
from selfcare.people import handover_views as handover_views
from selfcare.people import pausing_views as pausing_views
from selfcare.people import recovery_views as recovery_views
from selfcare.people.bases import CONSENT
from selfcare.people.forms import AddPersonForm, ChangeRightsForm, DeathForm, TeamRightsForm
from selfcare.people.room import room as room
from selfcare.web import conflict, pages
from selfcare.web.access import (
    Area,
    Level,
    Panel,
    Permit,
    Role,
    SignedIn,
    is_recent,
    me,
    on_panel,
    on_record,
    prove_again,
)
from selfcare.web.once import once
from selfcare.web.versions import Stale


@room.get("/caseload/add")
@on_panel
def add_person(panel: Panel) -> ResponseReturnValue:
    form = _add_form(panel, blank=True)
    return pages.show("people/add.html", form=form, here=[], may_be_another=False, full=names.full)


@room.post("/caseload/add")
@on_panel
@once
def add_person_send(panel: Panel) -> ResponseReturnValue:
    form = _add_form(panel)
    here: list[Permit] = []
    may_be_another = False
    if form.validate():
        typed = form.names()
        try:
            person = adding.add_to_list(
                panel,
                team_id=UUID(form.team.data),
                known_as=form.known_as.text.strip(),
                anyway=request.form.get("anyway") == "y",
                **typed,
            )
        except adding.AlreadyHere as found:
            here, may_be_another = found.permits, True
        except adding.Leaves as leaves:
            form.form_errors = [code_views.leaves_words(leaves)]
        except actions.NumberTaken:
            form.nhs_number.errors = [gettext("Somebody of your teams has this number already. Check it.")]
            everybody = panel.permits.values()
            here = [permit for permit in everybody if permit.subject.nhs_number == typed["nhs_number"]]
        else:
            return pages.saved(url_for("people.letter", person_id=person.id, saved=1), ("person", person.id))
    return pages.show(
        "people/add.html", status=422, form=form, here=here, may_be_another=may_be_another, full=names.full
    )


def _add_form(panel: Panel, blank: bool = False) -> AddPersonForm:
    form = AddPersonForm(formdata=None) if blank else AddPersonForm()
    form.team.choices = [(str(team.id), team.name) for team in queries.teams_of(panel.account_id)]
    return form


@room.get("/people/<uuid:person_id>/death")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def died(permit: Permit) -> ResponseReturnValue:
    """That somebody has died, and what stops with it; or the day it was, and the way back."""
    form = DeathForm(formdata=None, data={"died_on": permit.subject.died_on})
    return pages.show("people/death.html", form=form)


@room.post("/people/<uuid:person_id>/death")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
@once
def died_send(permit: Permit) -> ResponseReturnValue:
    form = DeathForm()
    if form.validate():
        try:
            death.record(permit, form.died_on.data)
        except death.NotPossible:
            form.died_on.errors = [
                gettext("This day is before they were born, or still to come. Check the year.")
            ]
        else:
            there = url_for("home.person", person_id=permit.person_id, saved=1)
            return pages.saved(there, ("person", permit.person_id))
    return pages.show("people/death.html", status=422, form=form)


@room.get("/people/<uuid:person_id>/death/undo")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def died_undo(permit: Permit) -> ResponseReturnValue:
    back = url_for(".died", person_id=permit.person_id)
    return pages.one_button(
        gettext("Take it back"),
        back,
        pgettext("way back", "Back"),
        title=permit.subject.full_name,
        tab="people",
    )


@room.post("/people/<uuid:person_id>/death/undo")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def died_undo_send(permit: Permit) -> ResponseReturnValue:
    death.take_back(permit)
    return pages.saved(url_for("home.person", person_id=permit.person_id, saved=1))


@room.get("/people/<uuid:person_id>/access/<uuid:relationship_id>/")
@on_record(Area.PEOPLE, Level.MANAGE)
def rights(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    grant = _given(permit, relationship_id)
    data = {area.value: str(int(level)) for area, level in grant.rights.items()} | {"version": grant.version}
    data["preset"] = presets.of(grant.rights)
    return _rights_page(grant, _rights_form(grant, formdata=None, data=data))


@room.post("/people/<uuid:person_id>/access/<uuid:relationship_id>/")
@on_record(Area.PEOPLE, Level.MANAGE, changes_access=True)
@once
def rights_send(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    grant = _given(permit, relationship_id)
    keep, data = conflict.settled(())
    back = url_for("sharing.index", person_id=permit.person_id, saved=1)
    if keep == "theirs":
        return pages.saved(back)
    form = _rights_form(grant, formdata=data)
    if not form.validate():
        return _rights_page(grant, form, status=422)
    account = me()
    more = any(level > grant.rights.get(area, Level.NOTHING) for area, level in form.rights().items())
    if more and form.version.data == grant.version and (account is None or not is_recent(account)):
        return prove_again()  # to see or do more than before, as to be let in at all
    try:
        kept = {area: level for area, level in grant.rights.items() if area not in form.offers}
        actions.set_rights(permit, relationship_id, kept | form.rights(), form.version.data or "")
    except Stale as stale:
        labels = {"mine": form.said(form.rights()), "theirs": form.said(stale.item.rights)}
        return conflict.ask(form, stale, back, {}, labels)
    return pages.saved(back, ("relationship", relationship_id))


@room.get("/people/<uuid:person_id>/access/<uuid:relationship_id>/end")
@on_record(Area.PEOPLE, Level.MANAGE)
def end(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    has_way = any(own.way_at for own in queries.own_accounts(permit))
    grant = _grant(permit, relationship_id, *pausing.OPEN)
    return pages.show("people/end.html", grant=grant, has_way=has_way)


@room.post("/people/<uuid:person_id>/access/<uuid:relationship_id>/end")
@on_record(Area.PEOPLE, Level.MANAGE, changes_access=True)
def end_send(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    account = me()
    actions.end(permit, relationship_id, here=account.session_id if account else None)
    return pages.saved(url_for("sharing.index", person_id=permit.person_id, saved=1))


@room.get("/people/<uuid:person_id>/access/<uuid:relationship_id>/renew")
@on_record(Area.PEOPLE, Level.MANAGE)
def renew(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    back = url_for("sharing.index", person_id=permit.person_id)
    grant = _grant(permit, relationship_id)
    fields = {"until": grant.until.isoformat()} if grant.until else {}
    return pages.one_button(
        gettext("1 more year"),
        back,
        gettext("Who can see things now"),
        title=grant.name,
        tab="more",
        fields=fields,
    )


@room.post("/people/<uuid:person_id>/access/<uuid:relationship_id>/renew")
@on_record(Area.PEOPLE, Level.MANAGE, changes_access=True)
def renew_send(permit: Permit, relationship_id: UUID) -> ResponseReturnValue:
    actions.renew(permit, relationship_id, request.form.get("until"))
    return pages.saved(url_for("sharing.index", person_id=permit.person_id, saved=1))


def _has_ended(account: SignedIn, person_id: UUID) -> ResponseReturnValue | None:
    """To who has ended their help that it has ended, and of whose record it was no word."""
    if not given_back.by_own_hand(account.account_id, person_id):
        return None
    if request.method == "POST":
        return pages.saved(url_for(".stop_helping", person_id=person_id, left=person_id, saved=1))
    return pages.show("people/has_ended.html", off="off" in request.args)


@room.get("/people/<uuid:person_id>/stop-helping")
@on_record(Area.SHARING, Level.NOTHING, roles=(Role.CARER,), shut_out=_has_ended)
def stop_helping(permit: Permit) -> ResponseReturnValue:
    return pages.show("people/stop_helping.html")


@room.post("/people/<uuid:person_id>/stop-helping")
@on_record(Area.SHARING, Level.NOTHING, roles=(Role.CARER,), changes_access=True, shut_out=_has_ended)
def stop_helping_send(permit: Permit) -> ResponseReturnValue:
    if permit.relationship_id is None:
        abort(404)
    actions.end(permit, permit.relationship_id)
    told = [*queries.accounts_of(permit), *queries.key_contact_accounts(permit)]
    tells.tell(permit, told, GAVE_BACK, permit.relationship_id)
    return pages.saved(url_for(".stop_helping", person_id=permit.person_id, left=permit.person_id, saved=1))


def _grant(permit: Permit, relationship_id: UUID, *states: str) -> queries.Grant:
    found = next((grant for grant in queries.grants(permit, *states) if grant.id == relationship_id), None)
    if found is None:
        abort(404)
    return found


def _given(permit: Permit, relationship_id: UUID) -> queries.Grant:
    """What was given by the person, and is theirs to change: what the law sets is not."""
    found = _grant(permit, relationship_id)
    if found.basis != CONSENT:
        abort(404)
    return found


def _rights_form(grant: queries.Grant, **values: Any) -> ChangeRightsForm | TeamRightsForm:
    return TeamRightsForm(**values) if grant.kind == Role.PROFESSIONAL else ChangeRightsForm(**values)


def _rights_page(
    grant: queries.Grant, form: ChangeRightsForm | TeamRightsForm, status: int = 200
) -> ResponseReturnValue:
    return pages.show("people/rights.html", status=status, form=form, grant=grant, allows=presets.allows())
