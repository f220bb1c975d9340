"""The first pages: Today, whose record this is for, the inbox, more, whom to call."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from selfcare.appointments import readiness
from selfcare.appointments import words as visits
from selfcare.diary.forms import StartForm
from selfcare.home import queries, words
from selfcare.notifications import queries as notifications
from selfcare.people import nhs_number
from selfcare.people import queries as people
from selfcare.web import access, pages, paging, safety
from selfcare.web.access import Area, Kind, Level, Permit, Role, SignedIn, on_record, signed_in
from selfcare.web.room import Room

room = Room("home", __name__)

INBOX = 30


@room.get("/")
@signed_in()
def today(user: SignedIn) -> ResponseReturnValue:
    if user.kind is Kind.PROFESSIONAL:
        return redirect(url_for("caseload.index"), 303)
    permits = list(access.own_panel(user).permits.values())
    helped = [permit for permit in permits if permit.role is Role.CARER]
    own = next((permit for permit in permits if permit.is_self), None)
    if own and not helped:
        return _today(own)
    if not permits:
        return pages.show("home/nothing.html")
    return pages.show(
        "home/who.html",
        own=own,
        helped=[(permit, words.may_do(permit, permit.today())) for permit in helped],
        who_chooses=words.who_chooses([permit.person_name for permit in helped]),
    )


@room.get("/people/<uuid:person_id>/")
@on_record(Area.PEOPLE, Level.NOTHING)
def person(permit: Permit) -> ResponseReturnValue:
    return _person(permit) if permit.role is Role.PROFESSIONAL else _today(permit)


def _today(permit: Permit) -> ResponseReturnValue:
    found = queries.today(permit)
    lead_name = found.lead.name if found.lead else None
    return pages.show(
        "home/today.html",
        permit=permit,
        today=permit.today(),
        found=found,
        first_minute=permit.is_self and not found.tiles,
        start_form=StartForm(formdata=None),
        meeting=visits.meeting(found.visit.how, found.visit.with_whom) if found.visit else None,
        meeting_icon=visits.ICONS[found.visit.how] if found.visit else None,
        ahead=words.ahead(found.days_ahead),
        left=readiness.left(found.readiness, lead_name) if found.readiness else None,
        safety_lines=safety.short_lines(),
        counts={"results": len(found.results)},
        most_new=queries.MOST_NEW,
    )


def _person(permit: Permit) -> ResponseReturnValue:
    """What a professional can open of one person's record."""
    row = people.person(permit)
    return pages.show(
        "home/person.html",
        age=people.age(row.born, permit.today()),
        nhs_number=nhs_number.spaced(row.nhs_number) if row.nhs_number else None,
        lead=people.lead(permit),
    )


@room.get("/people/<uuid:person_id>/more/")
@on_record(Area.PEOPLE, Level.NOTHING, roles=(Role.SELF, Role.CARER))
def more(permit: Permit) -> ResponseReturnValue:
    waiting = notifications.unseen(permit.account_id, [permit.person_id]) if permit.account_id else {}
    return pages.show("home/more.html", waiting=sum(waiting.values()))


@room.get("/people/<uuid:person_id>/who-to-call/")
@on_record(Area.PEOPLE, Level.NOTHING)
def who_to_call(permit: Permit) -> ResponseReturnValue:
    helping = None if permit.is_self else permit.person_name
    return pages.show(
        "home/who_to_call.html",
        lines=safety.lines(helping),
        numbers=words.numbers(),
        lead=people.lead(permit),
        tel=safety.tel,
    )


@room.get("/inbox/")
@signed_in()
def inbox(user: SignedIn) -> ResponseReturnValue:
    permits = access.own_panel(user).permits
    found = notifications.inbox(user.account_id, people=list(permits), before=paging.asked(), size=INBOX + 1)
    shown, more_left = found[:INBOX], len(found) > INBOX
    rows = []
    for row in shown:
        permit = permits[row.person_id]
        if permit.may(words.NEEDS[row.kind]):
            told = words.told(permit.local(row.visible_from), permit.today())
            rows.append((row, words.notice(permit, row), told))
    last = shown[-1] if more_left else None
    return pages.show(
        "home/inbox.html",
        rows=rows,
        earlier=url_for(".inbox", before=paging.text(last.visible_from, last.id)) if last else None,
    )
