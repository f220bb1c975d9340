"""The first pages: Today, whose record this is for, the inbox, more, whom to call."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from selfcare.accounts import ways
from selfcare.agreed.views import just_moved
from selfcare.appointments import readiness
from selfcare.appointments import words as visits
from selfcare.asks import queries as asks
from selfcare.audit import trail
from selfcare.budget import queries as budget
from selfcare.budget import words as budget_words
from selfcare.caseload import person as desk_of
from selfcare.community import searching as community
from selfcare.contacts import words as contact_words
from selfcare.database import now
from selfcare.diary.forms import StartForm
from selfcare.feedback import queries as feedback
from selfcare.home import naming, queries, rights_words, words
from selfcare.information import queries as information
from selfcare.notifications import inbox_reminders
from selfcare.notifications import queries as notifications
from selfcare.notifications.models import Notice
from selfcare.people import acting, names
from selfcare.people import queries as people
from selfcare.requests import words as request_words
from selfcare.results import words as result_words
from selfcare.web import access, pages, paging, safety
from selfcare.web.access import Area, Kind, Level, Permit, Role, SignedIn, on_record, signed_in
from selfcare.web.room import Room

room = Room("home", __name__)

INBOX = 30
FEW = 5  # rows of *Plan and more* that need no headings
# What *Plan and more* leads to.
MINE = (Area.PLAN, Area.ABOUT, Area.DECISIONS, Area.HEALTH, Area.COMMUNITY)


@room.get("/")
@signed_in()
def today(user: SignedIn) -> ResponseReturnValue:
    if user.kind is Kind.PROFESSIONAL:
        return redirect(url_for("caseload.index"), 303)
    if user.kind is Kind.ADMINISTRATOR:
        return redirect(url_for("team.people"), 303)
    if user.kind is Kind.BODY:
        return redirect(url_for("asks.desk"), 303)
    if user.kind is Kind.READER:
        return redirect(url_for("sharing.readings"), 303)
    permits = list(access.own_panel(user).permits.values())
    helped = [permit for permit in permits if permit.role is Role.CARER]
    own = next((permit for permit in permits if permit.is_self), None)
    if own and not helped:
        return _today(own)
    if not permits:
        return pages.show("home/nothing.html", waits=acting.waits(user.account_id))
    return pages.show(
        "home/who.html",
        left=next(
            (one.person_name for one in helped if str(one.person_id) == request.args.get("left")), None
        ),
        off="off" in request.args,  # the phone says that it has taken every page of it off
        own=own,
        helped=[(permit, rights_words.may_do(permit, permit.today())) for permit in helped],
        called=partial(names.called, alike=names.shared(helped)),
        who_chooses=words.who_chooses([one.person_name for one in helped if not one.subject.died_on]),
        way_in=ways.asks_to_keep(user),
    )


@room.get("/people/<uuid:person_id>/")
@on_record(Area.PEOPLE, Level.NOTHING)
def person(permit: Permit) -> ResponseReturnValue:
    user = access.me()
    return _person(permit, user) if user and permit.role is Role.PROFESSIONAL else _today(permit)


def _today(permit: Permit) -> ResponseReturnValue:
    if permit.subject.died_on:
        way_in = ways.asks_to_keep(access.me())
        return pages.show("home/after_death.html", permit=permit, way_in=way_in, **after_death_values(permit))
    found = queries.today(permit)
    lead_name = found.lead.name if found.lead else None
    first_minute = permit.is_self and not found.is_begun
    return pages.show(
        "home/today.html",
        erased=words.erased,
        permit=permit,
        today=permit.today(),
        found=found,
        first_minute=first_minute,
        start_form=StartForm(formdata=None, permit=permit) if first_minute else None,
        agreed_done=just_moved(permit, "agreed"),
        tick_id=uuid4(),
        tile_id=lambda: str(uuid4()),
        meeting=visits.meeting(found.visit.how, found.visit.with_whom) if found.visit else None,
        meeting_icon=visits.ICONS[found.visit.how] if found.visit else None,
        ahead=words.ahead(found.days_ahead),
        reminders=_said(permit, found.reminders),
        left=readiness.left(found.readiness, lead_name) if found.readiness else None,
        safety_lines=safety.short_lines(),
        request_words=request_words,
        counts={"results": len(found.results)},
        way_in=ways.asks_to_keep(access.me()),
        most_new=queries.MOST_NEW,
    )


def _said(permit: Permit, found: Sequence[Notice]) -> list[tuple[words.Said, str | None]]:
    """Reminders in words, each with what it is about."""
    known = [row for row in found if words.may_know(permit, row.kind)]
    named = naming.names({permit.person_id: permit}, known)
    return [(words.notice(permit, row), named.get(row.about_id)) for row in known]


def _person(permit: Permit, user: SignedIn) -> ResponseReturnValue:
    """What a professional sees first of one person: live facts, and the way to everything else."""
    return pages.show(
        "home/person.html",
        erased=words.erased,
        desk=desk_of.desk(permit, access.own_panel(user)),
        most=desk_of.MOST,
        today=permit.today(),
        contact_words=contact_words,
        budget_words=budget_words,
        request_words=request_words,
        result_words=result_words,
    )


@room.get("/people/<uuid:person_id>/more/")
@on_record(Area.PEOPLE, Level.NOTHING, roles=(Role.SELF, Role.CARER))
def more(permit: Permit) -> ResponseReturnValue:
    waiting = notifications.unseen(permit.account_id, [permit.person_id]) if permit.account_id else {}
    known = sum(count for kind, count in waiting.items() if words.may_know(permit, kind))
    if any(waiting.get(kind) for kind in inbox_reminders.PASSES) and permit.account_id:
        known -= len(queries.stale(permit.account_id, [permit.person_id]))
    return pages.show("home/more.html", waiting=known, shows_mine=_has_mine(permit))


@room.get("/people/<uuid:person_id>/who-to-call/")
@on_record(Area.PEOPLE, Level.NOTHING)
def who_to_call(permit: Permit) -> ResponseReturnValue:
    return pages.show("home/who_to_call.html", **call_values(permit))


@room.get("/people/<uuid:person_id>/mine/")
@on_record(Area.PEOPLE, Level.NOTHING)
def mine(permit: Permit) -> ResponseReturnValue:
    if not any(map(permit.may, (*MINE, Area.BUDGET))):
        abort(404)
    return pages.show(
        "home/mine.html",
        base={"person_id": permit.person_id},
        near_by=_near_by(permit),
        asks_there=_asks_there(permit),
        informs=information.are_any(permit),
        said_something=feedback.has_something(permit),
        shows_budget=budget.shows(permit),
        few=FEW,
    )


def _has_mine(permit: Permit) -> bool:
    """Whether *Plan and more* has a row: some rooms have one only where there is something in them."""
    kept = (area for area in MINE if area is not Area.COMMUNITY)
    return any(map(permit.may, kept)) or _near_by(permit) or _asks_there(permit) or budget.shows(permit)


def _asks_there(permit: Permit) -> bool:
    return permit.may(Area.COMMUNITY) and permit.role in asks.ASKING and asks.is_there(permit)


def _near_by(permit: Permit) -> bool:
    return permit.may(Area.COMMUNITY) and community.is_any(permit)


def after_death_values(permit: Permit) -> dict[str, Any]:
    """What Today is drawn with once the person has died: nothing to do, and whom to call."""
    return {
        "erased": words.erased,
        "lead": people.lead(permit),
        "numbers": safety.numbers(),
        "until": permit.local(permit.until).date() if permit.until else None,
        "wrote": any(permit.may(area, Level.ADD) for area in permit.rights),
    }


def call_values(permit: Permit) -> dict[str, Any]:
    """What *Who to call* is drawn with."""
    return {
        "lines": safety.lines(None if permit.is_self or permit.subject.died_on else permit.person_name),
        "numbers": safety.numbers(),
        "lead": people.lead(permit),
        "may_ask": permit.role is not Role.PROFESSIONAL
        and permit.may(Area.CONTACTS, Level.ADD)
        and permit.subject.died_on is None,
    }


@room.get("/inbox/")
@signed_in()
def inbox(user: SignedIn) -> ResponseReturnValue:
    panel = access.own_panel(user)
    permits = panel.permits
    found = notifications.inbox(user.account_id, people=list(permits), before=paging.asked(), size=INBOX + 1)
    shown, more_left = found[:INBOX], len(found) > INBOX
    about = {row.person_id for row in shown if row.person_id}
    trail.note_list(panel.of_others(about), "inbox")
    known = [row for row in shown if row.person_id and words.may_know(permits[row.person_id], row.kind)]
    named = naming.names(permits, known)
    listed = [row for row in shown if row.kind in inbox_reminders.READ_IN_LIST and row.seen_at is None]
    unseen = [row.id for row in listed if row.person_id is None or row in known]
    past = queries.stale(user.account_id, permits) if unseen else ()
    rows: list[tuple[words.Said, str | None, str, bool]] = []
    alike = names.shared(permits.values())
    for row in shown:
        is_new = row.seen_at is None and row.id not in past
        if row.person_id is None:
            zone = ZoneInfo(current_app.config["SETTINGS"].zone)
            wall, today = (each.astimezone(zone).replace(tzinfo=None) for each in (row.visible_from, now()))
            rows.append((words.own_notice(row), None, words.told(wall, today.date()), is_new))
            continue
        if row not in known:
            continue
        permit = permits[row.person_id]
        told = words.told(permit.local(row.visible_from), permit.today())
        is_new = row.seen_at is None and row.id not in past
        rows.append((words.notice(permit, row, alike), named.get(row.about_id), told, is_new))
    last = shown[-1] if more_left else None
    return pages.show(
        "home/inbox.html",
        rows=rows,
        unseen=unseen,
        earlier=url_for(".inbox", before=paging.text(last.visible_from, last.id)) if last else None,
    )


@room.get("/inbox/seen")
@signed_in()
def inbox_seen(user: SignedIn) -> ResponseReturnValue:
    """The button stands under the list it is about, and nowhere else."""
    return redirect(url_for(".inbox"), 303)


@room.post("/inbox/seen")
@signed_in()
def inbox_seen_send(user: SignedIn) -> ResponseReturnValue:
    """What stood in the inbox has been read. Results and replies stay new until they are opened."""
    inbox_reminders.see(user.account_id, _shown())
    if pages.is_htmx():
        return Response("", 200)
    return pages.saved(url_for(".inbox", saved=1))


def _shown() -> list[UUID]:
    """The notices that stood on the page; what is no id of one stood on none."""
    found = []
    for text in request.form.get("notices", "").split()[:INBOX]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
