"""Many people at once (picture 43): a file is looked through line by line, put right, and then added, all or none."""

from uuid import UUID

from flask import current_app, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.exceptions import NotFound

from selfcare.people.adding import Leaves
from selfcare.team import adding_many, csv_file, drafts, letters, lines, queries, suggesting, words
from selfcare.team.drafts import Draft
from selfcare.team.forms import ListForm, UploadForm, whole
from selfcare.team.room import room
from selfcare.team.seat import STAFF, Seat, take
from selfcare.web import pages
from selfcare.web.access import SignedIn, signed_in
from selfcare.web.file_field import uploaded
from selfcare.web.once import once, partly
from selfcare.web.upload_limit import has_unreadable_words, takes

# What can be put right in place: column → what its box is called.
FIXED = ("given", "family", "born", "nhs", "phone", "email", "address", "reason")
# Lines to put right at a time: a form has so many fields at the most (`web.edge.MOST_FIELDS`).
SHOWN = 60


@room.get("/team/import/")
@signed_in(*STAFF)
def lists(user: SignedIn) -> ResponseReturnValue:
    seat = take(user, request.args.get("team"))
    return _lists(user, seat, UploadForm(formdata=None, data={"team": seat.team.id}))


@room.post("/team/import/")
@signed_in(*STAFF, late=True)
@takes("list_limit")
def lists_send(user: SignedIn) -> ResponseReturnValue:
    """Read a file and keep what it says, sealed, to be looked through. Nobody is added."""
    form = UploadForm()
    try:
        if has_unreadable_words():
            raise csv_file.NotAList("unreadable")
        name, listed = _read()
    except csv_file.NotAList as no_list:
        form.file.errors = [_why(no_list)]
        return _lists(user, take(user, form.team.data or "", only_shows=True), form, 422)
    seat = take(user, form.team.data or "")
    draft_id = drafts.keep(user, seat.team.id, name[:100], listed)
    return pages.saved(url_for("team.a_list", draft_id=draft_id, saved=1))


def _read() -> tuple[str, csv_file.Listed]:
    found = uploaded()
    if found is None:
        raise csv_file.NotAList("none")
    name, data = found
    if len(data) > current_app.config["SETTINGS"].list_limit:
        raise csv_file.NotAList("large")
    return name, csv_file.read(data)


def _why(no_list: csv_file.NotAList) -> str:
    columns = {"name": gettext("a name"), "born": gettext("the birth date")}
    return {
        "none": lambda: gettext("Choose a file."),
        "empty": lambda: gettext(
            "There is nobody in this file. The first line names the columns, each next one is a person."
        ),
        "workbook": lambda: gettext(
            "This is a workbook, not a list as text. Open it in the spreadsheet program and save it as CSV (UTF-8)."
        ),
        "pdf": lambda: gettext(
            "This is a PDF. Ask for the list as a spreadsheet, and save that as CSV (UTF-8)."
        ),
        "picture": lambda: gettext(
            "This is a picture. Ask for the list as a spreadsheet, and save that as CSV (UTF-8)."
        ),
        "document": lambda: gettext("This is a text document. Save the list as CSV (UTF-8)."),
        "packed": lambda: gettext("This is a packed file. Unpack it first."),
        "unreadable": lambda: gettext("This file is no list that can be read here. Save it as CSV (UTF-8)."),
        "torn": lambda: gettext(
            "Line %(num)s cannot be read: a quotation mark opens there and does not close, or it is too long.",
            num=no_list.what[0],
        ),
        "large": lambda: gettext(
            "This file is too large for a list of people. Up to %(num)s people can be added at once.",
            num=csv_file.MOST_LINES,
        ),
        "long": lambda: gettext(
            "This file has %(have)s lines. Up to %(most)s people can be added at once: make smaller files of it.",
            have=no_list.what[0],
            most=csv_file.MOST_LINES,
        ),
        "wide": lambda: gettext(
            "This file has more than %(most)s columns. Keep those with names, birth dates and addresses.",
            most=csv_file.MOST_COLUMNS,
        ),
        "columns": lambda: gettext(
            "The first line must name the columns. Missing: %(missing)s. "
            "For example: First name, Family name, Date of birth, NHS number.",
            missing=", ".join(columns[one] for one in no_list.what),
        ),
    }[no_list.why]()


def _lists(user: SignedIn, seat: Seat, form: UploadForm, status: int = 200) -> ResponseReturnValue:
    chips = [
        {"text": name, "href": url_for("team.lists", team=one), "current": one == seat.team.id}
        for one, name in seat.teams
    ]
    form.team.data = str(seat.team.id)
    return pages.show(
        "team/lists.html",
        status=status,
        seat=seat,
        form=form,
        chips=chips,
        drafts=drafts.of(user, seat.team.id),
        runs=letters.runs(seat),
        waiting=suggesting.number(seat),
        most=csv_file.MOST_LINES,
        words=words,
    )


@room.get("/team/import/<uuid:draft_id>/")
@signed_in(*STAFF)
def a_list(user: SignedIn, draft_id: UUID) -> ResponseReturnValue:
    draft = drafts.opened(user, draft_id)
    form = ListForm(formdata=None, data={"source": draft.source, "lead": draft.lead})
    return _list(take(user, draft.team_id), draft, form)


@room.post("/team/import/<uuid:draft_id>/")
@signed_in(*STAFF)
@once
def a_list_send(user: SignedIn, draft_id: UUID) -> ResponseReturnValue:
    """Put lines right, leave some out, throw the list away; or add everybody whose line is fine."""
    seat = take(user, drafts.opened(user, draft_id).team_id)
    draft = drafts.opened(user, draft_id, lock=True)
    form = ListForm()
    form.offer(leads(seat))
    do, _, which = request.form.get("do", "").partition("-")
    if do == "drop":
        drafts.drop(draft)
        return pages.saved(url_for("team.lists", team=seat.team.id, saved=1))
    _type_in(draft)
    draft.source, draft.lead = form.source.data or "", (form.lead.data or "")[:40]
    if do == "add":
        return _add(user, seat, draft, form)
    if do == "suggest":
        return _suggest(user, seat, draft, form)
    number = whole(which)
    if do == "out" and number is not None:
        draft.out.add(number)
    elif do == "out":
        draft.out |= {line.number for line in lines.check(seat, draft.within).wrong}
    elif do == "in" and number is not None:
        draft.out.discard(number)
    drafts.save(draft)
    return pages.saved(url_for("team.a_list", draft_id=draft.id, saved=1))


def _add(user: SignedIn, seat: Seat, draft: Draft, form: ListForm) -> ResponseReturnValue:
    form.validate()
    if not form.check_source():
        return _not_added(user, seat, draft, form, 422)
    try:
        run_id = adding_many.add(
            seat,
            draft,
            lead=UUID(form.lead.data),
            source=form.source.text.strip(),
            expected=request.form.get("expected", ""),
        )
    except adding_many.NotAsShown:
        form.form_errors = [
            gettext("The list is another now than it was when you pressed. Nobody was added. Look once more.")
        ]
        return _not_added(user, seat, draft, form, 409)
    except (adding_many.NoLead, Leaves):
        form.lead.errors = [gettext("They cannot be key contact of anybody new. Choose somebody else.")]
        return _not_added(user, seat, draft, form, 422)
    return pages.saved(url_for("team.run", run_id=run_id, saved=1))


def _suggest(user: SignedIn, seat: Seat, draft: Draft, form: ListForm) -> ResponseReturnValue:
    """They go on the list of suggested people, and nobody is added."""
    form.lead.data = form.lead.data or ""
    form.validate()
    form.lead.errors = []  # nobody's key contact yet
    needed = not all(line.cells.get("reason") for line in draft.within)
    if not (form.check_source() & form.check_reason(needed=needed)):
        return _not_added(user, seat, draft, form, 422)
    try:
        adding_many.suggest(
            seat,
            draft,
            reason=form.reason.text.strip(),
            source=form.source.text.strip(),
            expected=request.form.get("expected", ""),
        )
    except adding_many.NotAsShown:
        form.form_errors = [
            gettext("The list is another now than it was when you pressed. Nobody was added. Look once more.")
        ]
        return _not_added(user, seat, draft, form, 409)
    except suggesting.TooMany:
        form.form_errors = [full_list()]
        return _not_added(user, seat, draft, form, 422)
    return pages.saved(url_for("team.suggested", team=seat.team.id, saved=1))


def full_list() -> str:
    return gettext(
        "Up to %(num)s people can wait to be invited. Invite some first, or decline them.",
        num=suggesting.MOST,
    )


def _not_added(user: SignedIn, seat: Seat, draft: Draft, form: ListForm, status: int) -> ResponseReturnValue:
    """Nobody was added; what was typed into the lines stays."""
    drafts.save(draft)
    if g.get("form_id_claimed"):
        partly(user)
    g.partly_kept = True
    return _list(seat, draft, form, status)


def _type_in(draft: Draft) -> None:
    """What was typed into the lines of the page; what it did not show stays."""
    sent = request.form
    for line in draft.lines:
        for column in FIXED:
            typed = sent.get(f"{column}-{line.number}")
            if typed is None:
                continue
            if column in ("given", "family"):  # once it is put right, the name is in two cells
                line.cells.pop("name", None)
            line.cells[column] = typed.strip()
        if f"asked-{line.number}" in sent:
            line.two = sent.get(f"two-{line.number}") == "y"


def leads(seat: Seat) -> list[tuple[UUID, str]]:
    return [(one.account_id, one.name) for one in queries.colleagues(seat) if one.follows]


def _list(seat: Seat, draft: Draft, form: ListForm, status: int = 200) -> ResponseReturnValue:
    if draft.team_id != seat.team.id:
        raise NotFound
    found = lines.check(seat, draft.within)
    form.offer(leads(seat))
    if not form.lead.data:
        form.lead.data = str(seat.account_id)
    said = ngettext("%(num)s line", "%(num)s lines", len(draft.lines))
    return pages.show(
        "team/list.html",
        status=status,
        seat=seat,
        draft=draft,
        found=found,
        sign=lines.sign(found.fine),
        form=form,
        said=said,
        shown=SHOWN,
        words=words,
    )
