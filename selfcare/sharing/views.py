"""The summary: reading what was shared, taking it back, who can see things now."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from selfcare.people import banner, given_back, pausing
from selfcare.people import queries as people
from selfcare.sharing import (
    actions,
    choosing_views,
    first_reading,
    handed,
    live_facts,
    open_links,
    outdated_reports,
    plain_text,
    queries,
    summary_page,
    who_can_see,
    withdrawing,
)
from selfcare.sharing import handing_views as handing_views
from selfcare.sharing import ips_views as ips_views
from selfcare.sharing import pdf_views as pdf_views
from selfcare.sharing import reading_views as reading_views
from selfcare.sharing import who_views as who_views
from selfcare.sharing.choosing_views import OWN_ROLES, may_share
from selfcare.sharing.room import BASE
from selfcare.sharing.room import room as room
from selfcare.web import pages, paging
from selfcare.web.access import Area, Level, Permit, Role, on_record

ONE = BASE + "<uuid:summary_id>/"


@room.get("/people/<uuid:person_id>/sharing/")
@on_record(Area.SHARING, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    """Who can see things now, and what was shared."""
    found = queries.summaries(permit, paging.asked())
    shown, before = paging.cut(found, queries.PAGE, lambda one: (one.as_of, one.id))
    earlier = before and url_for(".index", person_id=permit.person_id, before=before)
    return pages.show(
        "sharing/index.html",
        helpers=who_can_see.helpers(permit),
        paused=pausing.paused(permit),
        waiting=people.waiting(permit, "carer", "team") if permit.may(Area.PEOPLE, Level.MANAGE) else [],
        handed=handed.open_ones(permit),
        links=open_links.known(permit),
        may_hand=handed.may_hand(permit),
        gave_back=given_back.lately(permit) if permit.may(Area.PEOPLE) else [],
        lets_end=request.args.get("ends"),
        summaries=shown,
        newest=next((row.id for row in shown if not row.withdrawn_at), None)
        if not request.args.get("before")
        else None,
        may_withdraw={row.id for row in shown if queries.may_withdraw(permit, row.entered_by)},
        may_share=may_share(permit),
        earlier=earlier,
        today=permit.today(),
    )


@room.get(BASE)
@on_record(Area.SHARING, Level.SEE)
def summary(permit: Permit) -> ResponseReturnValue:
    """For the person, and who shares for them: choose, look, share. For everybody else: the newest one shared."""
    if not may_share(permit):
        return _read(permit, queries.newest(permit))
    return choosing_views.choose(permit)


@room.get(ONE)
@on_record(Area.SHARING, Level.SEE)
def shared(permit: Permit, summary_id: UUID) -> ResponseReturnValue:
    return _read(permit, queries.summary(permit, summary_id))


@room.get(ONE + "seen")
@on_record(Area.SHARING, Level.SEE)
def seen(permit: Permit, summary_id: UUID) -> ResponseReturnValue:
    queries.summary(permit, summary_id)
    back = url_for(".shared", person_id=permit.person_id, summary_id=summary_id)
    return pages.one_button(gettext("I have read it"), back, gettext("Summary"))


@room.post(ONE + "seen")
@on_record(Area.SHARING, Level.SEE)
def seen_send(permit: Permit, summary_id: UUID) -> ResponseReturnValue:
    """The account that was told of a summary, or another professional, has it before its eyes."""
    actions.seen(permit, summary_id)
    if pages.is_htmx():
        return Response("", 200)
    return pages.saved(url_for(".shared", person_id=permit.person_id, summary_id=summary_id, saved=1))


@room.get(ONE + "text")
@on_record(Area.SHARING, Level.SEE)
def text(permit: Permit, summary_id: UUID) -> ResponseReturnValue:
    """The summary as plain text, to copy into a clinical system."""
    found = queries.summary(permit, summary_id)
    if found.body is None:
        raise NotFound
    asked = live_facts.asked_now(permit) if permit.role is Role.PROFESSIONAL else None
    page = summary_page.read(found.body, outdated_reports.since(permit, found.body), found.changes)
    beside = [
        banner.line(permit, page.allergies),
        gettext("Now, and not in the summary: %(line)s", line=asked) if asked else "",
    ]
    lines = [line for line in beside if line]
    live = live_facts.live_questions(permit, page) if permit.role is Role.PROFESSIONAL else None
    return pages.show(
        "sharing/text.html",
        found=found,
        name=permit.person_name,
        text=plain_text.text(page, found, live, permit.today(), lines),
        summary_url=url_for(".shared", person_id=permit.person_id, summary_id=found.id),
        pdf_url=url_for(".pdf_file", person_id=permit.person_id, summary_id=found.id),
    )


@room.get(ONE + "withdraw")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
def withdraw(permit: Permit, summary_id: UUID) -> ResponseReturnValue:
    found = queries.summary(permit, summary_id)
    if found.withdrawn_at or not queries.may_withdraw(permit, found.entered_by):
        raise NotFound
    back, stay = withdrawing.on_withdrawing(permit, found)
    return pages.show(
        "sharing/withdraw.html", found=found, lead=_lead(found.body or {})["lead"], back=back, stay=stay
    )


@room.post(ONE + "withdraw")
@on_record(Area.SHARING, Level.ADD, roles=OWN_ROLES)
def withdraw_send(permit: Permit, summary_id: UUID) -> ResponseReturnValue:
    actions.withdraw(permit, summary_id)
    return pages.saved(url_for(".index", person_id=permit.person_id, saved=1), ("summary", summary_id))


def _lead(body: dict[str, Any]) -> dict[str, Any]:
    return {"lead": body.get("lead")}


def _read(permit: Permit, found: queries.SharedSummary | None) -> Response:
    page = opened = None
    if found and found.body is not None:
        changed, opened = outdated_reports.stand(permit, found.body)
        page = summary_page.read(found.body, changed, found.changes)
    listed = queries.summaries(permit, size=5)
    live = live_facts.live_questions(permit, page) if permit.role is Role.PROFESSIONAL and page else None
    return pages.show(
        "sharing/shared.html",
        banner=banner.of(permit, page.allergies if page else None),
        found=found,
        page=page,
        earlier=[row for row in listed if found is None or row.id != found.id],
        withdrawn_since=live_facts.withdrawn_since(found, listed),
        unread=found is not None
        and found.body is not None
        and (
            (permit.role is Role.PROFESSIONAL and found.reading.waits and not found.withdrawn_at)
            or live_facts.any_unread(found.body, live)
            or first_reading.is_new(permit, found.id)
        ),
        facts=live_facts.facts(permit) if permit.role is Role.PROFESSIONAL else None,
        live=live,
        opened=opened if permit.role is Role.PROFESSIONAL and permit.may(Area.RESULTS) else None,
        age=live_facts.age(permit),
        may_withdraw=found is not None
        and may_share(permit)
        and queries.may_withdraw(permit, found.entered_by),
        may_hand=handed.may_hand(permit),
        handed=handed.of_summary(permit, found.id) if found else [],
        just_shared=request.args.get("shared") == "1",
        large=request.args.get("large") == "1",
        table=request.args.get("as") == "table",
        lead=(page.body["lead"] if page else None),
        today=permit.today(),
    )
