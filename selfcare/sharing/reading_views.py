"""What somebody reads who was handed one summary: coming in with the code, their list, the page, its text, its PDF.

Nothing here knows a permit with rights: what is drawn comes from the summary itself, as it was handed over.
"""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from selfcare.accounts import actions as accounts
from selfcare.accounts.views import begin_enrolment
from selfcare.people import banner
from selfcare.people.invitations import NoCode
from selfcare.sharing import handed, handing, outdated_reports, pdf_views, plain_text, summary_page
from selfcare.sharing.handed import Reading
from selfcare.sharing.handing_forms import ComeForm, NewComeForm
from selfcare.sharing.reading_mark import on_shared_summary
from selfcare.sharing.room import room
from selfcare.web import pages, paging
from selfcare.web.access import SignedIn, me, public, signed_in

ONE = "/shared-with-me/<uuid:handed_id>/"


@room.get("/shared-with-me/code")
@public
def come() -> ResponseReturnValue:
    """Two things to give: the code, and the birth date of the person; and an address for who has no account."""
    return _come(ComeForm(formdata=None) if me() else NewComeForm(formdata=None))


@room.post("/shared-with-me/code")
@public
def come_send() -> ResponseReturnValue:
    user = me()
    form = ComeForm() if user else NewComeForm()
    if not form.validate():
        return _come(form, 422)
    email = None if user else form.email.text.strip()
    try:
        came = handing.accept(form.code.text, form.born.data, user, email)
    except NoCode:
        form.code.errors = [
            gettext("This is not a whole code. It has ten letters and numbers. Nothing was tried yet.")
        ]
        return _come(form, 422)
    except handing.OtherAccount:
        return _come(form, 422)
    except accounts.Taken:
        form.email.errors = [
            gettext(
                "This address cannot be used for a new account. If you have an account here, sign in first."
            )
        ]
        return _come(form, 422)
    if came is None:
        form.form_errors = [
            gettext(
                "This code and birth date do not fit together, or the code was used. "
                "Check both, or ask whoever gave it to you for a new one."
            )
        ]
        return _come(form, 422)
    if came.link:
        return begin_enrolment(came.link)
    return pages.saved(url_for(".reading", handed_id=came.handed_id))


@room.get("/shared-with-me/")
@signed_in(*handing.READERS)
def readings(user: SignedIn) -> ResponseReturnValue:
    """What somebody may read, and nothing of anybody else."""
    found = handed.mine(user.account_id, paging.asked())
    shown, before = paging.cut(found, handed.PAGE, lambda one: (one.handed_at, one.id))
    earlier = before and url_for(".readings", before=before)
    return pages.show("sharing/readings.html", shown=shown, earlier=earlier)


@room.get(ONE)
@on_shared_summary
def reading(read: Reading) -> ResponseReturnValue:
    large, table = request.args.get("large") == "1", request.args.get("as") == "table"
    size: dict[str, Any] = {"large": 1} if large else {}
    other: dict[str, Any] = {} if large else {"large": 1}
    shape: dict[str, Any] = {} if table else {"as": "table"}
    handed_id = read.found.id
    page = _page(read)
    return pages.show(
        "sharing/reading.html",
        read=read,
        later=_later(read),
        banner=banner.made(read.permit, page.allergies),
        found=read.found,
        permit=read.permit,
        page=page,
        live=None,
        large=large,
        table=table,
        table_url=url_for(".reading", handed_id=handed_id, **size, **shape),
        other_size=url_for(".reading", handed_id=handed_id, **other),
        pdf_url=url_for(".reading_pdf", handed_id=handed_id, **size),
        today=read.permit.today(),
    )


@room.get(ONE + "text")
@on_shared_summary
def reading_text(read: Reading) -> ResponseReturnValue:
    """The summary as plain text."""
    later, page = _later(read), _page(read)
    return pages.show(
        "sharing/text.html",
        banner=banner.made(read.permit, page.allergies),
        found=read.found,
        permit=read.permit,
        name=read.permit.person_name,
        text=plain_text.text(page, read.found, None, read.permit.today(), [later] if later else []),
        summary_url=url_for(".reading", handed_id=read.found.id),
        pdf_url=url_for(".reading_pdf", handed_id=read.found.id),
    )


@room.get(ONE + "pdf")
@on_shared_summary
def reading_pdf(read: Reading) -> ResponseReturnValue:
    """The summary as a file to keep."""
    return pdf_views.answer(
        read.permit,
        read.found,
        _page(read),
        summary_url=url_for(".reading", handed_id=read.found.id),
        text_url=url_for(".reading_text", handed_id=read.found.id),
        later=_later(read),
    )


def _come(form: ComeForm, status: int = 200) -> Response:
    user = me()
    return pages.show(
        "sharing/come.html",
        status=status,
        form=form,
        other=user is not None and user.kind not in handing.READERS,
    )


def _page(read: Reading) -> summary_page.Page:
    body = read.found.body or {}
    return summary_page.read(body, outdated_reports.since(read.permit, body))


def _later(read: Reading) -> str | None:
    """That there is a later one, said as far as it is theirs to know."""
    if read.later_is_theirs:
        return gettext("There is a later one. It is in your list too.")
    return gettext("There is a later one. It was not shared with you.") if read.later else None
