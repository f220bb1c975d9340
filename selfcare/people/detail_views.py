"""Pages of a person's details: for themself, and for the professionals who look after them."""

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.people import acting, actions, details, needs, nhs_number, pausing, queries
from selfcare.people.detail_forms import CorrectForm, MistakeForm, OwnDetailsForm, identity_data, own_data
from selfcare.people.models import Person, PersonChange
from selfcare.people.room import room
from selfcare.web import conflict, pages, safety, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale
from selfcare.web.when import BadTime, read_date

BASE = "/people/<uuid:person_id>/details/"
WHOSE = (Role.SELF, Role.PROFESSIONAL)


@room.get(BASE, endpoint="details")
@on_record(Area.CONTACTS, Level.SEE, roles=WHOSE)
def index(permit: Permit) -> ResponseReturnValue:
    row = queries.person(permit)
    may = details.may_change(permit)
    return pages.show(
        "people/details.html",
        row=row,
        who=_who(row),
        reach=_reach(row),
        needs=[needs.said(need) for need in row.needs],
        changes=[_told(permit, change) for change in details.changes(permit)] if may else [],
        may_change=may,
        acting=acting.everybody(permit) if not permit.is_self else [],
        codes=queries.waiting(permit, "acting") if may and not permit.is_self else [],
        may_hold=may and pausing.may_hold(permit),
        may_take_off=may and not permit.is_self and not details.is_in_use(permit),
    )


@room.get(BASE + "change")
@on_record(Area.CONTACTS, Level.MANAGE, roles=WHOSE)
def details_change(permit: Permit) -> ResponseReturnValue:
    return pages.show(
        "people/details_change.html",
        form=OwnDetailsForm(formdata=None, data=own_data(queries.person(permit))),
        safety_lines=safety.short_lines(),
    )


@room.post(BASE + "change")
@on_record(Area.CONTACTS, Level.MANAGE, roles=WHOSE)
@once
def details_change_send(permit: Permit) -> ResponseReturnValue:
    keep, data = conflict.settled(())
    back = url_for(".details", person_id=permit.person_id, saved=1)
    if keep == "theirs":
        return redirect(back, 303)
    form = OwnDetailsForm(formdata=data)
    if not form.validate():
        return pages.show(
            "people/details_change.html", status=422, form=form, safety_lines=safety.short_lines()
        )
    values = form.values()
    row = queries.person(permit)
    if values["needs"] != row.needs or (values["needs"] and row.needs_asked_on is None):
        values["needs_asked_on"] = permit.today()
    try:
        details.change(permit, versions.number(form.version.data), **values)
    except Stale as stale:
        return conflict.ask(form, stale, back, own_data(stale.item), texts=())
    return pages.saved(back, ("person", permit.person_id))


@room.get(BASE + "correct")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def details_correct(permit: Permit) -> ResponseReturnValue:
    return _correct_page(permit, CorrectForm(formdata=None, data=identity_data(queries.person(permit))))


@room.post(BASE + "correct")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,), changes_access=True)
@once
def details_correct_send(permit: Permit) -> ResponseReturnValue:
    keep, data = conflict.settled(())
    back = url_for(".details", person_id=permit.person_id, saved=1)
    if keep == "theirs":
        return redirect(back, 303)
    form = CorrectForm(formdata=data)
    if form.validate():
        try:
            details.correct(
                permit, versions.number(form.version.data), form.reason.text.strip(), **form.names()
            )
            return pages.saved(back, ("person", permit.person_id))
        except details.NotPossible:
            form.born.errors = [gettext("This day is after their death, or still to come. Check the year.")]
        except actions.NumberTaken:
            form.nhs_number.errors = [gettext("Somebody of your teams has this number already. Check it.")]
        except Stale as stale:
            return conflict.ask(form, stale, back, identity_data(stale.item), texts=())
    return _correct_page(permit, form, 422)


def _correct_page(permit: Permit, form: CorrectForm, status: int = 200) -> ResponseReturnValue:
    told = i18n.listed(details.told_names(permit))
    return pages.show("people/details_correct.html", status=status, form=form, told=told)


@room.get(BASE + "mistake")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def details_mistake(permit: Permit) -> ResponseReturnValue:
    used = details.is_in_use(permit)
    return pages.show("people/details_mistake.html", form=MistakeForm(formdata=None), used=used)


@room.post(BASE + "mistake")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,), changes_access=True)
@once
def details_mistake_send(permit: Permit) -> ResponseReturnValue:
    form = MistakeForm()
    if not form.validate():
        used = details.is_in_use(permit)
        return pages.show("people/details_mistake.html", status=422, form=form, used=used)
    try:
        details.take_off(permit, form.reason.text.strip())
    except details.InUse:
        return pages.show("people/details_mistake.html", status=409, form=form, used=True)
    return pages.saved(url_for("caseload.index", saved=1), ("person", permit.person_id))


Lines = list[tuple[str, str]]


def _who(row: Person) -> Lines:
    number = row.nhs_number
    return [
        (gettext("Name"), " ".join(filter(None, (row.given_name, row.family_name)))),
        (gettext("Birth date"), i18n.plain_day(row.born)),
        (gettext("NHS number"), nhs_number.spaced(number) if number else gettext("Not known")),
    ]


def _reach(row: Person) -> Lines:
    language = i18n.LANGUAGES.get(row.language)
    found = [
        (label("known_as"), row.known_as),
        (label("phone"), row.phone),
        (label("best_time"), row.best_time),
        (label("email"), row.email),
        (label("address"), row.address),
        (label("language"), language.own_name if language else ""),
        (label("interpreter"), row.interpreter),
    ]
    return [(name, value) for name, value in found if value]


def label(field: str) -> str:
    """What a detail is called."""
    return {
        "given_name": gettext("First name"),
        "family_name": gettext("Family name"),
        "born": gettext("Birth date"),
        "nhs_number": gettext("NHS number"),
        "known_as": gettext("Likes to be called"),
        "phone": gettext("Telephone"),
        "best_time": gettext("Best time to call"),
        "email": gettext("E-mail"),
        "address": gettext("Postal address"),
        "language": gettext("Language of letters and messages"),
        "interpreter": gettext("Interpreter for"),
        "needs": pgettext("communication", "Needs"),
        "needs_asked_on": gettext("Needs asked about on"),
        "needs_review_on": gettext("Look at the needs again on"),
        "mistaken": gettext("Added by mistake"),
        "erase_at": gettext("Last day before it is erased"),
    }[field]


def _told(permit: Permit, change: PersonChange) -> dict[str, Any]:
    return {
        "label": label(change.field),
        "before": _read(change.field, change.before),
        "after": _read(change.field, change.after),
        "reason": change.reason,
        "by": change.by_name,
        "wall": permit.local(change.at),
    }


def _read(field: str, value: str) -> str:
    if not value:
        return gettext("nothing")
    if field == "nhs_number":
        return nhs_number.spaced(value)
    if field == "language":
        return i18n.LANGUAGES[value].own_name if value in i18n.LANGUAGES else value
    if field == "needs":
        return ", ".join(map(needs.said, value.split("\n")))
    try:
        return i18n.plain_day(read_date(value))
    except BadTime:
        return value
