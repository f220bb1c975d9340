"""What every page of a report is drawn with."""

from typing import Any
from uuid import UUID

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.database import now
from selfcare.people import queries as people
from selfcare.results import conditions, drawn, queries, team, words
from selfcare.results import release as rules
from selfcare.web import item_reference, pages
from selfcare.web.access import Area, Level, Permit, Role, me
from selfcare.web.telephone import tel

OWN = (Role.SELF, Role.CARER)
PROFESSIONALS = (Role.PROFESSIONAL,)
REPORT = "/people/<uuid:person_id>/results/<uuid:report_id>/"


def show_report(
    template: str, permit: Permit, sheet: queries.Sheet, *, status: int = 200, **values: Any
) -> ResponseReturnValue:
    """A page about a report. `line`: the one result it is about, if any."""
    lead = people.lead(permit)
    may_choose = permit.role in OWN and permit.may(Area.RESULTS, Level.MANAGE)
    return pages.show(
        template,
        status=status,
        sheet=sheet,
        brief=sheet.brief,
        lead=lead,
        call=tel(lead.phone) if lead and lead.phone else None,
        ask=_ask(permit, sheet, values.get("line")),
        how=how(permit) if may_choose else None,
        words=words,
        stands=lambda line: conditions.stands(line.status, sheet.brief.status),
        draw=lambda line: drawn.draw(line, sheet.brief.status, permit.zone, permit.today()),
        today=permit.today(),
        drawn_at=now().isoformat(),
        is_staff=permit.role in PROFESSIONALS,
        may_choose=may_choose,
        **values,
    )


def how(permit: Permit) -> str | None:
    """The standing choice in a line, for those who may know it: the person, their deputies, and professionals."""
    if not permit.may(Area.RESULTS, Level.MANAGE):
        return None
    chosen = queries.choice(permit)
    left_to_team = chosen is None or chosen.how == rules.TEAM
    return words.how_now(chosen, team.modes(permit) if left_to_team else None)


def address(permit: Permit, report_id: UUID, result_id: UUID | None = None, saved: bool = False) -> str:
    """Where a report is, or one result of it."""
    flag = 1 if saved else None
    if result_id is None:
        return url_for("results.report", person_id=permit.person_id, report_id=report_id, saved=flag)
    return url_for(
        "results.result", person_id=permit.person_id, report_id=report_id, result_id=result_id, saved=flag
    )


def one_button(permit: Permit, sheet: queries.Sheet, text: str) -> ResponseReturnValue:
    """A page with one form of one button: what the same form on a fuller page does."""
    back = address(permit, sheet.id)
    return pages.one_button(text, back, gettext("Report"), title=sheet.brief.title, tab="results")


def beside(permit: Permit, report_id: UUID, result: str | None) -> tuple[queries.Sheet, UUID | None]:
    """The report that a note or link is about, and the result when it is about one."""
    try:
        result_id = UUID(result) if result else None
    except ValueError:
        abort(404)
    return queries.sheet(permit, report_id, only=result_id), result_id


def role_title() -> str:
    """The role title of who is signed in, to stand beside their name."""
    account = me()
    return account.title if account else ""


def _ask(permit: Permit, sheet: queries.Sheet, line: queries.Line | None) -> str | None:
    """Where *Ask about this* leads: to a question that carries a signed reference; None for who asks no questions."""
    if not sheet.content or permit.role not in OWN or not permit.may(Area.QUESTIONS, Level.ADD):
        return None
    if line:
        token = item_reference.sign(permit.person_id, "result", line.id, line.name)
    else:
        token = item_reference.sign(permit.person_id, "report", sheet.id, sheet.brief.title)
    return url_for("appointments.ask", person_id=permit.person_id, about=token)
