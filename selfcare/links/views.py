"""A person's links: the list, making one, ending one. What outsiders ask is in `shl_views`, and the page that opens any
link in `viewer_views`.
"""

from datetime import date
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from selfcare import i18n
from selfcare.accounts import passwords
from selfcare.links import actions, queries
from selfcare.links import shl_views as shl_views
from selfcare.links import viewer_views as viewer_views
from selfcare.links.forms import LinkForm, end_of, last_day
from selfcare.links.room import BASE
from selfcare.links.room import room as room
from selfcare.sharing import choosing_views, ips, snapshot
from selfcare.sharing.choosing_views import MOST_FIELDS, OWN_ROLES
from selfcare.web import origin, pages, paging
from selfcare.web.access import Area, Level, Permit, on_record
from selfcare.web.once import once


@room.get(BASE)
@on_record(Area.SHARING, Level.SEE, roles=OWN_ROLES)
def index(permit: Permit) -> ResponseReturnValue:
    """The links there are, and those that were."""
    found = queries.links(permit, paging.asked())
    shown, before = paging.cut(found, queries.PAGE, lambda one: (one.entered_at, one.id))
    earlier = before and url_for(".index", person_id=permit.person_id, before=before)
    return pages.show(
        "links/index.html",
        links=shown,
        earlier=earlier,
        may_make=choosing_views.may_share(permit),
        today=permit.today(),
        last_day=last_day,
    )


@room.get(BASE + "begin")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
def begin(permit: Permit) -> ResponseReturnValue:
    """What goes in is chosen first."""
    return pages.one_button(
        gettext("Make a link"),
        url_for("sharing.summary", person_id=permit.person_id),
        gettext("Share"),
        tab="more",
    )


@room.post(BASE + "begin")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
def begin_send(permit: Permit) -> ResponseReturnValue:
    """From the page that chooses what goes in. Changes nothing."""
    if not request.form.getlist("sections"):
        return pages.saved(url_for("sharing.summary", person_id=permit.person_id))
    return pages.saved(choosing_views.chosen(permit, request.form).address(permit, "links.make"))


@room.get(BASE + "make")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES, recent=True)
def make(permit: Permit) -> ResponseReturnValue:
    """For what is chosen in the address. Once more who this is: what the link opens leaves the app."""
    if "far" not in request.args:
        return pages.saved(url_for("sharing.summary", person_id=permit.person_id))
    asked = choosing_views.chosen(permit, request.args)
    form = LinkForm(formdata=None)
    form.form_id.data = str(uuid4())
    form.choice.data = urlsplit(asked.address(permit, "links.make")).query
    form.seen.data = snapshot.fingerprint(asked.body)
    return _make(permit, form)


@room.get(BASE + "document")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES, recent=True)
def plain(permit: Permit) -> ResponseReturnValue:
    """What goes into the link, for the browser that seals it: a FHIR document, and the digest of what it is made of."""
    body = choosing_views.chosen(permit, request.args).body
    return jsonify(seen=snapshot.fingerprint(body), document=ips.given_away(permit, body))


@room.post(BASE + "make")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES, recent=True)
@once
def make_send(permit: Permit) -> ResponseReturnValue:
    form = LinkForm()
    form.offer(permit.today(), permit.zone)
    if not form.validate():
        return _make(permit, form, status=422)
    said = MultiDict(parse_qsl(form.choice.data or "", max_num_fields=MOST_FIELDS))
    body = choosing_views.chosen(permit, said).body
    if form.seen.data != snapshot.fingerprint(body):
        changed = gettext("Something changed since you looked. Go back and look at it again.")
        return _make(permit, form, changed, 409)
    terms = actions.Terms(
        label=form.label.text.strip(),
        flag=form.flag.data or "",
        until=end_of(date.fromisoformat(form.day.data), permit.zone),
        once=bool(form.once.data),
        passcode_hash=passwords.hashed(form.passcode.data) if form.passcode.data else None,
    )
    address = actions.address_of(permit.account_id, str(form.form_id.data))
    try:
        row = actions.make(permit, address, terms, form.file.data or "", body)
    except actions.NotAFile:
        return _make(
            permit, form, gettext("Your browser could not seal it. Please use another browser."), 422
        )
    except actions.TooMany:
        many = gettext("There are %(n)s links that open. End one of them first.", n=actions.MOST_OPEN)
        return _make(permit, form, many, 422)
    except actions.HasDied:
        return _make(permit, form, status=422)
    where = url_for(".index", person_id=permit.person_id, saved=1)
    return pages.saved(where, ("shared_link", row.id))


@room.get(BASE + "<uuid:shared_id>/end")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
def end(permit: Permit, shared_id: UUID) -> ResponseReturnValue:
    found = queries.link(permit, shared_id)
    if not found.is_open or not found.may_end:
        raise NotFound
    return pages.show("links/end.html", link=found, today=permit.today())


@room.post(BASE + "<uuid:shared_id>/end")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
def end_send(permit: Permit, shared_id: UUID) -> ResponseReturnValue:
    actions.end(permit, shared_id)
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1), ("shared_link", shared_id))


def _make(permit: Permit, form: LinkForm, why: str | None = None, status: int = 200) -> Response:
    ends = form.offer(permit.today(), permit.zone)
    if form.day.data not in ends:
        form.day.data = list(ends)[1]
    address = actions.address_of(permit.account_id, str(form.form_id._value()))
    choice = form.choice.data or ""
    return pages.show(
        "links/make.html",
        status=status,
        form=form,
        why=why,
        ends=ends,
        day_of=lambda text: i18n.day(date.fromisoformat(text)),
        url=origin.link("links.manifest", address=address),
        viewer=origin.link("links.view"),
        plain=url_for(".plain", person_id=permit.person_id) + "?" + choice,
        back=url_for("sharing.summary", person_id=permit.person_id) + "?" + choice,
        whole=url_for("sharing.preview", person_id=permit.person_id) + "?" + choice,
    )
