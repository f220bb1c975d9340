"""Choosing what to share, seeing exactly that, and sharing it.

What was chosen stands in the address, so that looking at the whole page and coming back loses nothing; and what is sent
carries the digest of what was seen, so that nothing else is.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from selfcare.sharing import actions, handed, queries, snapshot, summary_page
from selfcare.sharing.forms import MONTHS, OWN, VISIT, PreviewForm, ShareForm, said_of_been
from selfcare.sharing.room import BASE, room
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once

MOST_FIELDS = 20
CAME = ("ready", "about", "ways", "links")
OWN_ROLES = (Role.SELF, Role.CARER)

Said = MultiDict[str, str]


@dataclass(frozen=True)
class Asked:
    """What somebody chose, as a form; all that it could be; and what it comes to."""

    form: ShareForm | PreviewForm
    material: snapshot.Material
    choice: snapshot.Choice
    appointment_id: UUID | None
    came: str | None  # from which page somebody came to choose: of `_back`

    @property
    def body(self) -> snapshot.Body:
        return self.material.take(self.choice)

    def address(self, permit: Permit, view: str, **more: Any) -> str:
        """The address of a view that shows this choice."""
        return url_for(
            view,
            person_id=permit.person_id,
            sections=self.choice.sections,
            far=self.form.far.data,
            since=self.form.since.data or None,
            left=",".join(sorted(self.choice.left)) or None,
            notes=1 if self.choice.notes else None,
            appointment=self.appointment_id,
            came=self.came,
            **more,
        )


def may_share(permit: Permit) -> bool:
    return permit.role in OWN_ROLES and permit.may(Area.SHARING, Level.ADD)


def choose(permit: Permit) -> Response:
    """For the person, and who shares for them: choose, look, share."""
    asked = _asked(permit, request.args if "far" in request.args else None)
    if "far" in request.args and not asked.form.days_are_open and not asked.form.validate():
        return _choose(permit, asked, status=422)
    return _choose(permit, asked)


@room.post(BASE)
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
@once
def summary_send(permit: Permit) -> ResponseReturnValue:
    whole = request.form.get("choice")  # from the page that shows all of it, whose address said what
    said = MultiDict(parse_qsl(whole, max_num_fields=MOST_FIELDS)) if whole else request.form
    asked = _asked(permit, said)
    if not asked.form.validate():
        return _choose(permit, asked, status=422)
    try:
        summary_id = actions.share(
            permit,
            sections=asked.choice.sections,
            first=asked.choice.first,
            last=asked.choice.last,
            appointment_id=asked.appointment_id,
            left=asked.choice.left,
            notes=asked.choice.notes,
            seen=request.form.get("seen", ""),
        )
    except actions.Changed:
        changed = gettext("Something changed since you looked. This is what would be shared now.")
        return _choose(permit, asked, status=409, changed=changed)
    except actions.NobodyToShareWith:
        return _choose(permit, asked, status=422)
    return pages.saved(shared_address(permit, summary_id), ("summary", summary_id))


@room.get(BASE + "preview")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
def preview(permit: Permit) -> ResponseReturnValue:
    """Exactly what the key contact will see: a part of the page that chooses, or a page of its own."""
    asked = _asked(permit, request.args if {"sections", "far"} & set(request.args) else None, PreviewForm)
    if not asked.form.days_are_open and not asked.form.validate():
        full = _asked(permit, request.args)
        full.form.validate()
        return _choose(permit, full, status=422)
    if pages.is_htmx():
        return _choose(permit, asked)
    body = asked.body
    large = request.args.get("large") == "1"
    return pages.show(
        "sharing/preview.html",
        page=summary_page.read(body),
        form=ShareForm(formdata=None),
        choice=urlsplit(asked.address(permit, ".preview")).query,
        seen=snapshot.fingerprint(body),
        back=asked.address(permit, ".summary"),
        large=large,
        other_size=asked.address(permit, ".preview", large=None if large else 1),
        live=None,
        table=False,
        table_url=None,
        lead=body["lead"],
    )


@room.post(BASE + "preview")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
def preview_send(permit: Permit) -> ResponseReturnValue:
    """The page with another choice looked at, for who has no JavaScript. Changes nothing."""
    asked = _asked(permit, request.form)
    return pages.saved(asked.address(permit, ".summary", _anchor="preview"))


def chosen(permit: Permit, said: Said) -> Asked:
    """What an address says was chosen (`Asked.address`), and what that comes to now."""
    return _asked(permit, said, PreviewForm)


def shared_address(permit: Permit, summary_id: UUID) -> str:
    """Where sharing ends, whichever way it began: at what was shared, which says so."""
    return url_for("sharing.shared", person_id=permit.person_id, summary_id=summary_id, shared=1)


def _asked(permit: Permit, said: Said | None, form_class: Any = ShareForm) -> Asked:
    """What is chosen: as `said`, or before anybody chooses as the last time, since the last visit."""
    last_visit, next_visit, before, beside = queries.before_choosing(permit)
    today = permit.today()
    helping = None if permit.is_self else permit.person_name
    if said is None:
        usual = queries.usual(permit, before, today, today)
        data = {"sections": list(usual.sections), "far": VISIT if last_visit else MONTHS}
        form = form_class(formdata=None, data=data)
        appointment_id = _uuid(request.args.get("appointment")) or (next_visit.id if next_visit else None)
        left, notes = usual.left, usual.notes
    else:
        form = form_class(formdata=said)
        appointment_id = _uuid(said.get("appointment"))
        left, notes = said_of_been(said)
    if isinstance(form, ShareForm):
        form.form_id.data = str(uuid4()) if request.method == "GET" else request.form.get("form_id")
        form.appointment.data = str(appointment_id or "")
    form.offer(snapshot.offered(permit), last_visit, today, helping)
    first = _first(form, last_visit, today)
    sections = tuple(name for name in form.sections.data or () if name in snapshot.SECTIONS)
    choice = snapshot.Choice(sections, first, today, left, notes)
    known = next_visit if next_visit and next_visit.id == appointment_id else None
    material = snapshot.gather(permit, first, today, appointment_id, visit=known, beside=beside)
    form.leave_out(snapshot.ABSENT - set(material.parts))
    form.offer_been(material.parts.get("been"), choice, helping)
    came = (request.args if said is None else said).get("came")
    return Asked(form, material, choice, appointment_id, came if came in CAME else None)


def _back(permit: Permit, asked: Asked) -> tuple[str, str]:
    """The page that somebody came from to choose, and what it is called; where sharing stands unless it was another."""
    here: dict[str, Any] = {"person_id": permit.person_id}
    if asked.came == "ready" and asked.appointment_id:
        title = gettext("I’m ready") if permit.is_self else gettext("Ready to share")
        return url_for("preparation.ready", appointment_id=asked.appointment_id, **here), title
    if asked.came == "about" and permit.is_self:
        return url_for("about_me.index", **here), gettext("About me")
    if asked.came == "ways" and permit.is_self:
        return url_for("about_me.ways", **here), gettext("Ways I want care")
    if asked.came == "links":
        title = gettext("Links you made")
        if not permit.is_self:
            title = gettext("Links to summaries of %(name)s", name=permit.person_name)
        return url_for("links.index", **here), title
    return url_for("sharing.index", **here), gettext("Sharing")


def _first(form: PreviewForm | ShareForm, last_visit: date | None, today: date) -> date:
    if form.far.data == OWN:
        form.since.validate(form)  # what it says wrong of a day, it says again when the whole form is judged
        if form.since.value and form.since.value <= today:
            found: date = form.since.value
            return found
    if form.far.data == VISIT and last_visit:
        return last_visit
    return snapshot.three_months_before(today)


def _choose(permit: Permit, asked: Asked, *, status: int = 200, changed: str | None = None) -> Response:
    """The page that chooses; for htmx what is seen first, and what can be ticked where other days hold other things."""
    form, body, (back, back_to) = asked.form, asked.body, _back(permit, asked)
    problem = next((str(field.errors[0]) for field in form if field.errors), None)
    answer = pages.show(
        "sharing/summary.html",
        block="preview",
        status=status,
        form=form,
        hints=summary_page.hints(asked.material.parts, told=bool(asked.material.told)),
        changed=changed,
        problem=problem,
        days_are_open=form.days_are_open,
        back=back,
        back_to=back_to,
        preview_url=url_for(
            ".preview", person_id=permit.person_id, appointment=asked.appointment_id, came=asked.came
        ),
        whole=asked.address(permit, ".preview"),
        seen=snapshot.fingerprint(body),
        page=summary_page.read(body),
        asked=asked,
        may_hand=handed.may_hand(permit),
        fresh=request.args.get("was", asked.choice.first.isoformat()) != asked.choice.first.isoformat(),
        lead=body["lead"],
    )
    if pages.is_htmx() and status == 200:
        answer.headers["HX-Replace-Url"] = asked.address(permit, ".summary")
    return answer


def id_of(text: object) -> UUID:
    """An id in an address. :raises NotFound: it is none."""
    try:
        return UUID(str(text))
    except ValueError:
        raise NotFound from None


def _uuid(text: object) -> UUID | None:
    return id_of(text) if text else None
