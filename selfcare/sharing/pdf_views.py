"""The shared summary as PDF, for whoever may read it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from selfcare import i18n
from selfcare.database import now
from selfcare.people import banner
from selfcare.sharing import live_facts, outdated_reports, pdf, queries, summary_page
from selfcare.sharing.room import room
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.boxed import BOXED


@room.get("/people/<uuid:person_id>/sharing/<uuid:summary_id>/pdf")
@on_record(Area.SHARING, Level.SEE)
def pdf_file(permit: Permit, summary_id: UUID) -> ResponseReturnValue:
    """What the print of a summary shows, as a file to keep: tagged (PDF/UA-1), in the language of the page."""
    found = queries.summary(permit, summary_id)
    if found.body is None:
        raise NotFound
    listed = queries.summaries(permit, size=1)
    return answer(
        permit,
        found,
        summary_page.read(found.body, outdated_reports.since(permit, found.body), found.changes),
        summary_url=url_for(".shared", person_id=permit.person_id, summary_id=found.id),
        text_url=url_for(".text", person_id=permit.person_id, summary_id=found.id),
        withdrawn_since=live_facts.withdrawn_since(found, listed),
    )


def answer(
    permit: Permit,
    found: queries.SharedSummary,
    page: summary_page.Page,
    *,
    summary_url: str,
    text_url: str,
    withdrawn_since: datetime | None = None,
    later: str | None = None,
) -> ResponseReturnValue:
    """The file; or a page that says why there is none just now, with two other ways.

    :param later: for who was handed this one alone: that there is a later one, as a sentence.
    """
    who = banner.made(permit, page.allergies)
    if permit.role is Role.CARER:  # how to reach somebody is not theirs to see
        who = replace(who, phone="", best_time="", talk="")
    large = request.args.get("large") == "1"
    html = render_template(
        "sharing/paper.html",
        permit=permit,
        found=found,
        page=page,
        who=who,
        withdrawn_since=withdrawn_since,
        live=live_facts.live_questions(permit, page) if permit.role is Role.PROFESSIONAL else None,
        today=permit.today(),
        large=False,
        table=False,
        table_url=None,
        later=later,
    )
    moment = i18n.moment(found.wall, year=True)
    title = gettext("Summary of %(name)s, %(moment)s", name=who.full_name, moment=moment)
    try:
        body = pdf.made(html, who, title, now(), permit.account_id, large=large)
    except pdf.NotMade as why:
        return pages.show(
            "sharing/no_pdf.html",
            status=503,
            permit=permit,
            summary_url=summary_url,
            text_url=text_url,
            why=str(why),
        )
    file = make_response(body)
    file.headers["Content-Type"] = "application/pdf"
    file.headers.set(
        "Content-Disposition", "attachment", filename=f"summary-{found.wall.date().isoformat()}.pdf"
    )
    file.headers["Content-Security-Policy"] = BOXED
    return file
