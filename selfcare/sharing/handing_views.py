"""Handing a summary to one more professional: what they will read, who they are, until when; and ending that.

What it is stands in the address, as with everything that is shared: either what was chosen (`choosing_views`), or one
that was shared with the team. What is sent carries the digest of what was seen.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from selfcare.database import now
from selfcare.people.code_views import code_values
from selfcare.sharing import (
    choosing_views,
    handed,
    handing,
    outdated_reports,
    queries,
    snapshot,
    summary_page,
)
from selfcare.sharing.choosing_views import MOST_FIELDS, OWN_ROLES
from selfcare.sharing.handing_forms import HandForm
from selfcare.sharing.room import room
from selfcare.web import pages, reach
from selfcare.web.access import Area, Level, Permit, on_record

BASE = "/people/<uuid:person_id>/sharing/professional/"


@dataclass(frozen=True)
class What:
    """What would be handed over, as somebody chose it: its body, of when, of which shared summary, and its address."""

    body: snapshot.Body
    as_of: datetime
    summary_id: UUID | None
    choice: str
    back: str


@room.get(BASE + "begin")
@on_record(Area.SHARING, Level.MANAGE, roles=OWN_ROLES)
def hand_begin(permit: Permit) -> ResponseReturnValue:
    """What goes in is chosen first."""
    return pages.one_button(
        gettext("Share with another professional"),
        url_for(".summary", person_id=permit.person_id),
        gettext("Share"),
        tab="more",
    )


@room.post(BASE + "begin")
@on_record(Area.SHARING, Level.MANAGE, roles=OWN_ROLES)
def hand_begin_send(permit: Permit) -> ResponseReturnValue:
    """From the page that chooses what goes in. Changes nothing."""
    if not request.form.getlist("sections"):
        return pages.saved(url_for(".summary", person_id=permit.person_id))
    return pages.saved(choosing_views.chosen(permit, request.form).address(permit, ".hand"))


@room.get(BASE)
@on_record(Area.SHARING, Level.MANAGE, roles=OWN_ROLES, recent=True)
def hand(permit: Permit) -> ResponseReturnValue:
    """For what is said in the address. Once more who this is: somebody from outside is let in."""
    if "far" not in request.args and "summary" not in request.args:
        return pages.saved(url_for(".summary", person_id=permit.person_id))
    what = _what(permit, request.args)
    form = HandForm(formdata=None)
    form.choice.data, form.seen.data = what.choice, snapshot.fingerprint(what.body)
    return _hand(permit, form, what)


@room.post(BASE)
@on_record(Area.SHARING, Level.MANAGE, roles=OWN_ROLES, recent=True)
def hand_send(permit: Permit) -> ResponseReturnValue:
    """The code is the answer itself, shown this once."""
    form = HandForm()
    form.today = permit.today()
    what = _what(permit, MultiDict(parse_qsl(form.choice.data or "", max_num_fields=MOST_FIELDS)))
    if not form.validate():
        return _hand(permit, form, what, status=422)
    seen = snapshot.fingerprint(what.body)
    if not hmac.compare_digest((form.seen.data or "").encode(), seen.encode()):
        form.seen.data = seen
        changed = gettext("Something changed since you looked. This is what they would read now.")
        return _hand(permit, form, what, changed, 409)
    whom = handing.Whom(form.name.text.strip(), form.works_as.text.strip(), form.last_day)
    try:
        handed_id, code = handing.hand(permit, whom, what.body, what.as_of, what.summary_id)
    except handing.TooMany:
        many = gettext("%(n)s summaries are shared like this now. End one of them first.", n=handed.MOST_OPEN)
        return _hand(permit, form, what, many, 422)
    except handing.HasDied:
        return _hand(permit, form, what, status=422)
    values = code_values(permit, code, ".come")
    words = gettext(
        "Please read a summary for me. Go to: %(address)s Code: %(code)s "
        "You type a birth date too. I will tell you that.",
        address=values["address"],
        code=values["code"],
    )
    return pages.show(
        "sharing/handed_code.html",
        **values | {"until": min(values["until"], whom.last)},
        name=whom.name,
        last=whom.last,
        mail=reach.letter(gettext("A summary for you"), words),
        handed_id=handed_id,
    )


@room.get(BASE + "<uuid:handed_id>/")
@on_record(Area.SHARING, Level.MANAGE, roles=OWN_ROLES)
def handed_one(permit: Permit, handed_id: UUID) -> ResponseReturnValue:
    """Who may read it, until when, whether they have; and what it is that they see."""
    one, body = handed.one(permit, handed_id), handed.body(permit, handed_id)
    return pages.show(
        "sharing/handed_one.html",
        one=one,
        page=summary_page.read(body, outdated_reports.since(permit, body)),
        today=permit.today(),
        live=None,
        table=False,
        table_url=None,
        large=False,
    )


@room.get(BASE + "<uuid:handed_id>/end")
@on_record(Area.SHARING, Level.MANAGE, roles=OWN_ROLES)
def handed_end(permit: Permit, handed_id: UUID) -> ResponseReturnValue:
    one = handed.one(permit, handed_id)
    if not one.is_open:
        raise NotFound
    return pages.show("sharing/handed_end.html", one=one)


@room.post(BASE + "<uuid:handed_id>/end")
@on_record(Area.SHARING, Level.MANAGE, roles=OWN_ROLES)
def handed_end_send(permit: Permit, handed_id: UUID) -> ResponseReturnValue:
    handing.end(permit, handed_id)
    where = url_for(".index", person_id=permit.person_id, saved=1)
    return pages.saved(where, ("handed_summary", handed_id))


def _what(permit: Permit, said: MultiDict[str, str]) -> What:
    """:raises NotFound: a shared summary that is not theirs to see, or was withdrawn."""
    if "summary" in said:
        found = queries.summary(permit, choosing_views.id_of(said.get("summary")))
        if found.body is None or found.withdrawn_at is not None:
            raise NotFound
        back = url_for(".shared", person_id=permit.person_id, summary_id=found.id)
        return What(found.body, found.as_of, found.id, urlencode({"summary": str(found.id)}), back)
    asked = choosing_views.chosen(permit, said)
    choice = urlsplit(asked.address(permit, ".hand")).query
    return What(asked.body, now(), None, choice, asked.address(permit, ".summary"))


def _hand(permit: Permit, form: HandForm, what: What, why: str | None = None, status: int = 200) -> Response:
    return pages.show(
        "sharing/hand.html",
        status=status,
        form=form,
        why=why,
        back=what.back,
        of_shared=what.summary_id is not None,
        page=summary_page.read(what.body, outdated_reports.since(permit, what.body)),
        live=None,
        table=False,
        table_url=None,
        large=False,
    )
