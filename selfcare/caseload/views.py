"""Pages of the caseload."""

from collections import Counter
from datetime import date
from functools import reduce
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext, pgettext

from selfcare.appointments import words as visit_words
from selfcare.appointments.queries import Waiting
from selfcare.audit import trail
from selfcare.caseload import handing_views as handing_views
from selfcare.caseload import people_search, queries, undelivered
from selfcare.caseload import promise_views as promise_views
from selfcare.caseload import told_views as told_views
from selfcare.caseload.forms import FindForm
from selfcare.caseload.queries import Line
from selfcare.caseload.room import room as room
from selfcare.contacts import words
from selfcare.contacts.forms import LogContactForm
from selfcare.filing import incoming_queries
from selfcare.notifications import actions as notifications
from selfcare.people import banner, names, teams
from selfcare.requests import words as request_words
from selfcare.sharing import handed
from selfcare.web import pages, paging
from selfcare.web.access import Panel, on_panel
from selfcare.web.ids import uuid_of
from selfcare.web.when import BadTime, read_date

MOST = 300
QUESTIONS = 30


@room.get("/caseload/")
@on_panel
def index(panel: Panel) -> ResponseReturnValue:
    trail.note_list(panel, "caseload")
    everyone = queries.lines(panel)
    mine = [line for line in everyone if line.mine]
    view = "team" if request.args.get("view") == "team" else "mine"
    listed = everyone if view == "team" else mine
    filters = queries.filters(listed)
    show = request.args.get("show") if request.args.get("show") in filters else "all"
    shown = filters[str(show)]
    chosen, done = _chosen(shown, listed)
    return pages.show(
        "caseload/index.html",
        block="people",
        view=view,
        show=show,
        views=_views(len(mine), len(everyone), view),
        filters=[_filter(key, len(lines), view, show) for key, lines in filters.items()],
        groups=queries.by_day(shown[:MOST]),
        listed=listed,
        hidden=max(len(shown) - MOST, 0),
        everyone=everyone,
        makeup=_makeup([line for line in listed if not line.died_on]),
        today=queries.today(),
        local=lambda instant: instant.astimezone(queries.zone()),
        words=words,
        request_words=request_words,
        done=done,
        logged=_logged(panel),
        counts=_counts(everyone),
        **_panel_beside(chosen, view, str(show)),
    )


@room.get("/caseload/next/<uuid:person_id>")
@on_panel
def next_person(panel: Panel, person_id: UUID) -> ResponseReturnValue:
    """Leads to whoever comes after one person; to the list after the last."""
    following = queries.next_after(panel, person_id)
    if following is None:
        return redirect(url_for(".index"), 303)
    return redirect(url_for("home.person", person_id=following.person_id), 303)


@room.get("/caseload/questions/")
@on_panel
def questions(panel: Panel) -> ResponseReturnValue:
    waiting, later = _page_of(queries.waiting_questions(panel, paging.asked("after"), QUESTIONS), "after")
    for_visits, more = _page_of(queries.visit_questions(panel, paging.asked("visit"), QUESTIONS), "visit")
    shown = [question.person_id for question in (*waiting, *for_visits)]
    trail.note_list(queries.narrowed(panel, shown), "question")
    promises = teams.promises(queries.narrowed(panel, shown))
    return pages.show(
        "caseload/questions.html",
        alike=names.shared(panel.permits.values()),
        waiting=[(panel.permits[question.person_id], question) for question in waiting],
        promised={
            question.id: visit_words.promise(teams.answer_by(promises[question.person_id], question.sent_at))
            for question in waiting
            if question.person_id in promises
        },
        later=later,
        for_visits=[(panel.permits[question.person_id], question) for question in for_visits],
        more=more,
        local=lambda instant: instant.astimezone(queries.zone()),
        today=queries.today(),
    )


def _page_of(found: list[Waiting], key: str) -> tuple[list[Waiting], str | None]:
    """What one page shows of a list, and the address of the next page."""
    shown = found[:QUESTIONS]
    if len(found) <= QUESTIONS:
        return shown, None
    there: dict[str, Any] = {key: paging.text(shown[-1].sent_at, shown[-1].id)}
    return shown, url_for(".questions", **there)


@room.get("/caseload/results/")
@on_panel
def results(panel: Panel) -> ResponseReturnValue:
    groups = queries.reports(panel)
    trail.note_list(
        queries.narrowed(panel, (row.person_id for rows in groups.values() for row in rows)), "report"
    )
    return pages.show(
        "caseload/results.html",
        incoming=incoming_queries.count(panel),
        groups=groups,
        most=queries.MOST_REPORTS,
        permits=panel.permits,
        alike=names.shared(panel.permits.values()),
        local=lambda instant: instant.astimezone(queries.zone()).replace(tzinfo=None),
        today=queries.today(),
    )


@room.get("/caseload/waits/")
@on_panel
def waits(panel: Panel) -> ResponseReturnValue:
    """What waits for somebody of the team besides people. The list fetches it by itself, so that it is quick."""
    view = "team" if request.args.get("view") == "team" else "mine"
    people = undelivered.people(panel, everyone=view == "team")
    return pages.show(
        "caseload/waits.html",
        block="waits",
        view=view,
        not_reached=len(undelivered.untold(panel, people)),
        incoming=incoming_queries.count(panel),
        shared=handed.has_any(panel.account_id),
    )


@room.get("/caseload/not-reached/")
@on_panel
def not_reached(panel: Panel) -> ResponseReturnValue:
    view = "team" if request.args.get("view") == "team" else "mine"
    people = undelivered.people(panel, everyone=view == "team")
    rows = undelivered.untold(panel, people)
    trail.note_list(queries.narrowed(panel, (row.person_id for row in rows if row.person_id)), "caseload")
    return pages.show(
        "caseload/not_reached.html",
        rows=rows,
        view=view,
        permits=panel.permits,
        alike=names.shared(panel.permits.values()),
        what=lambda row: undelivered.what(panel, row),
        own_id=panel.account_id,
        today=queries.today(),
        local=lambda instant: instant.astimezone(queries.zone()),
    )


@room.get("/caseload/not-reached/<uuid:delivery_id>/told")
@on_panel
def told(panel: Panel, delivery_id: UUID) -> ResponseReturnValue:
    row = undelivered.one(panel, delivery_id)
    back = url_for(".not_reached")
    return pages.one_button(
        pgettext("message", "Told them"), back, gettext("Not reached"), title=undelivered.what(panel, row)
    )


@room.post("/caseload/not-reached/<uuid:delivery_id>/told")
@on_panel
def told_send(panel: Panel, delivery_id: UUID) -> ResponseReturnValue:
    notifications.told(panel, delivery_id)
    return pages.saved(url_for(".not_reached", saved=1))


@room.get("/caseload/find/")
@on_panel
def find(panel: Panel) -> ResponseReturnValue:
    return pages.show("caseload/find.html", form=FindForm(formdata=None), found=None)


@room.post("/caseload/find/")
@on_panel
def find_send(panel: Panel) -> ResponseReturnValue:
    form = FindForm()
    if not form.validate():
        return pages.show("caseload/find.html", status=422, form=form, found=None)
    found = people_search.find(panel, form.who.text)
    trail.note_list(queries.narrowed(panel, (permit.person_id for permit in found)), "caseload")
    return pages.show("caseload/find.html", form=form, found=found)


def _chosen(shown: list[Line], listed: list[Line]) -> tuple[Line | None, bool]:
    """Whose panel stands beside the list, and whether the last of the list has just been logged."""
    wanted, after = uuid_of(request.args.get("log")), uuid_of(request.args.get("after"))
    if wanted:
        return next((line for line in listed if line.permit.person_id == wanted), None), False
    if after:
        gone = [line for line in listed if line.permit.person_id == after]
        # Whoever was logged may have left a filter, such as "contact due this week": they still mark the place.
        order = {line.permit.person_id: n for n, line in enumerate(listed)}
        together = {line.permit.person_id: line for line in [*shown, *gone]}
        found = sorted(together.values(), key=lambda line: order[line.permit.person_id])
        following = queries.following(found, after, _due())
        return following, following is None
    return None, False


def _logged(panel: Panel) -> dict[str, Any] | None:
    """Whom something was just written down for, and where it is taken back."""
    after, contact_id = uuid_of(request.args.get("after")), uuid_of(request.args.get("logged"))
    permit = panel.permits.get(after) if after and contact_id else None
    if permit is None:
        return None
    return {
        "name": names.full(permit),
        "undo": url_for("contacts.undo_send", person_id=permit.person_id, contact_id=contact_id),
    }


def _panel_beside(chosen: Line | None, view: str, show: str) -> dict[str, Any]:
    if chosen is None:
        return {
            "chosen": None,
            "form": None,
            "who": None,
            "identity": None,
            "close": None,
            "skip": None,
            "icons": words.ICONS,
        }
    contact = chosen.contact
    how = (contact and contact.last_how) or "phone"
    data = {"how": how, "outcome": words.TALKED, "view": view, "show": show}
    form = LogContactForm(formdata=None, data=data)
    closed = teams.closed_for(chosen.permit)
    form.offer(chosen.permit, contact.every_days if contact else None, chosen.rhythm_due, closed)
    was_due = chosen.due_on.isoformat() if chosen.due_on else None
    return {
        "chosen": chosen,
        "form": form,
        "who": chosen.permit,
        "identity": banner.line(chosen.permit),
        "close": url_for(".index", view=view, show=show),
        "skip": url_for(
            ".index", after=chosen.permit.person_id, due=was_due, view=view, show=show, _anchor="panel"
        ),
        "icons": words.ICONS,
    }


def _views(mine: int, everyone: int, view: str) -> list[dict[str, object]]:
    labels = {"mine": (gettext("Mine"), mine), "team": (gettext("Whole team"), everyone)}
    return [
        {"text": text, "count": count, "href": url_for(".index", view=key), "current": key == view}
        for key, (text, count) in labels.items()
    ]


def _makeup(listed: list[Line]) -> str:
    """How many people of which kind: 50 active, 30 lighter, 6 for Priya."""
    light = sum(line.is_light for line in listed)
    parts = [
        ngettext("%(num)s active", "%(num)s active", len(listed) - light),
        ngettext("%(num)s lighter", "%(num)s lighter", light),
    ]
    for name, count in Counter(line.lead for line in listed if not line.mine and line.lead).most_common(3):
        parts.append(ngettext("%(num)s for %(name)s", "%(num)s for %(name)s", count, name=name))
    return reduce(lambda one, two: gettext("%(one)s, %(two)s", one=one, two=two), parts)


def _filter(key: str, count: int, view: str, show: str | None) -> dict[str, object]:
    text = {
        "all": gettext("All"),
        "due": gettext("Contact due this week"),
        "soon": gettext("Visit soon, not ready"),
        "summary": gettext("Summary unread"),
        "unread": gettext("Result unread"),
        "touch": gettext("Asked for contact"),
        "asked": gettext("Question waiting"),
        "yes": gettext("Waits for a yes"),
        "quiet": gettext("Gone quiet"),
    }[key]
    return {
        "text": text,
        "count": count,
        "href": url_for(".index", view=view, show=key),
        "current": key == show,
    }


def _counts(everyone: list[Line]) -> dict[str, int]:
    """The numbers beside the tabs, from what the list has read anyway."""
    return {
        "results": sum(line.unopened[0] for line in everyone if line.unopened),
        "questions": sum(line.waiting[0] for line in everyone if line.waiting),
    }


def _due() -> date | None:
    try:
        return read_date(request.args.get("due", ""))
    except BadTime:
        return None
