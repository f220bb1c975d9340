"""Pages of help near by: what there is, one service, what is wrong about it."""

from uuid import UUID, uuid4

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from selfcare.community import problems, queries, searching, times, words
from selfcare.community import saved_views as saved_views
from selfcare.community.forms import ProblemForm, SearchForm
from selfcare.community.room import BASE, ONE, room
from selfcare.community.sought import Key, Sought
from selfcare.web import item_reference, pages
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.ids import uuid_of
from selfcare.web.once import once

SAVED_ABOVE = 10  # of what the person saved, over the list


item_reference.says(
    "service", queries.on_a_list
)  # so that a room that has a reference knows whether it is over


@room.get(BASE)
@on_record(Area.COMMUNITY, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    """What there is, and what of it is sought. What is sought stands in the address, and is kept nowhere."""
    sought = Sought.read(request.args)
    after = Key.read(request.args.get("more", ""))
    until = Key.read(request.args.get("until", ""))
    page = searching.find(permit, sought, after, until)
    offered = searching.offered(permit)
    plain = not sought.filters and not after
    mine = queries.saved(permit, size=SAVED_ABOVE) if plain else []
    looser = searching.loosened(permit, sought) if not page.rows and sought.filters else {}
    return pages.show(
        "community/index.html",
        block="found",
        form=SearchForm.of(sought, offered, request.args.get("age", "")),
        sought=sought,
        page=page,
        next_url=sought.url(permit, more=page.next) if page.next else None,
        goes_on=after is not None,
        looser=[
            (words.loosen(sought, name, number), sought.without(name).url(permit))
            for name, number in looser.items()
        ],
        lists=offered.lists,
        mine=mine[:SAVED_ABOVE],
        more_mine=len(mine) > SAVED_ABOVE,
        ask=_ask(permit),
        words=words,
        times=times,
        # What is shown by now stands in the address, so that the way back from a service leads to as much.
        address=sought.url(permit, until=page.until if after or until else None),
        oob=pages.is_htmx() and not after,
    )


@room.get(ONE)
@on_record(Area.COMMUNITY, Level.SEE)
def service(permit: Permit, service_id: UUID) -> ResponseReturnValue:
    told = queries.service(permit, service_id)
    row = queries.saved_of(permit, service_id)
    may_add = permit.may(Area.COMMUNITY, Level.ADD)
    about = item_reference.sign(permit.person_id, "service", service_id, told.service.name)
    back, back_text = _back(permit)
    return pages.show(
        "community/service.html",
        told=told,
        service=told.service,
        saved_row=row,
        may_change=row is not None and may_add and queries.may_change(permit, row),
        may_save=may_add and row is None and not told.is_over,
        ask=None if told.is_over else _ask(permit, about),
        plans=_plans(permit, about) if row is not None and not told.is_over else None,
        undo=_undo(permit),
        may_undo=row is not None and request.args.get("new") == "1",
        form_id=lambda: str(uuid4()),
        back=back,
        back_text=back_text,
        words=words,
    )


@room.get(ONE + "wrong")
@on_record(Area.COMMUNITY, Level.SEE)
def wrong(permit: Permit, service_id: UUID) -> ResponseReturnValue:
    return _wrong_page(queries.service(permit, service_id), ProblemForm(formdata=None))


@room.post(ONE + "wrong")
@on_record(Area.COMMUNITY, Level.SEE, late=True)
@once
def wrong_send(permit: Permit, service_id: UUID) -> ResponseReturnValue:
    form = ProblemForm()
    form.offer()
    if not form.validate():
        return _wrong_page(queries.service(permit, service_id), form, 422)
    problems.count_try(permit)
    sent = problems.say(permit, service_id, kind=form.kind.data, line=form.line.text.strip())
    done = "1" if sent else None
    there = url_for(".thanks", person_id=permit.person_id, service_id=service_id, saved=1, sent=done)
    return pages.saved(there)


@room.get(ONE + "wrong/thanks")
@on_record(Area.COMMUNITY, Level.SEE)
def thanks(permit: Permit, service_id: UUID) -> ResponseReturnValue:
    return pages.show(
        "community/thanks.html",
        told=queries.service(permit, service_id),
        sent=request.args.get("sent") == "1",
    )


def _wrong_page(told: queries.Told, form: ProblemForm, status: int = 200) -> ResponseReturnValue:
    form.offer()
    return pages.show("community/wrong.html", status=status, told=told, form=form, goes=problems.goes(told))


def _ask(permit: Permit, about: str | None = None) -> str | None:
    """Where somebody asks for help with it; None where it is not theirs to ask."""
    endpoint, right = "asks.new", (Area.COMMUNITY, Level.ADD)
    if permit.role is Role.PROFESSIONAL:  # who asks for somebody whom they look after
        endpoint, right = "asks.new_for", (Area.CONTACTS, Level.MANAGE)
    return url_for(endpoint, person_id=permit.person_id, about=about) if permit.may(*right) else None


def _plans(permit: Permit, about: str) -> str | None:
    """Where it is taken into the plan; None where it is not theirs to."""
    if not permit.may(Area.PLAN, Level.ADD):
        return None
    return url_for("care_plan.suggest", person_id=permit.person_id, about=about)


def _back(permit: Permit) -> tuple[str, str]:
    """The list that this page was opened from, as it was sought."""
    count = request.args.get("found", "")
    until = Key.read(request.args.get("until", ""))
    there = Sought.read(request.args).url(permit, until=until)
    if not (count.isascii() and count.isdigit() and len(count) < 7):
        return there, gettext("Help near you") if permit.is_self else gettext("Help near by")
    return there, ngettext("%(num)s found", "%(num)s found", int(count))


def _undo(permit: Permit) -> str | None:
    """Where what was just taken out is put back; None where nothing was."""
    removed = uuid_of(request.args.get("removed"))
    if removed is None:
        return None
    return url_for(".put_back_send", person_id=permit.person_id, saved_id=removed)
