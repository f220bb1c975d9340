"""The photo, or the PDF, of a receipt, as a form brings it: looked at before anybody's turn to write."""

from contextlib import ExitStack
from dataclasses import dataclass
from uuid import UUID

from flask import current_app, request
from flask_babel import gettext

from selfcare.budget.forms import ReceiptForm
from selfcare.web import files_first
from selfcare.web.access import Area, Permit
from selfcare.web.once import remembered
from selfcare.web.photo_file import PDF, Found, NotKept, kind_of, look, may_draw


@dataclass(frozen=True)
class Brought:
    """The photo or PDF as it is kept, or what is wrong with the file."""

    found: Found | None = None
    problem: str = ""


def brought() -> Brought:
    """The file of the form that is answered now."""
    found: Brought = files_first.brought() or Brought(problem="none")
    return found


def problem(code: str) -> str:
    """Why a file cannot be kept, and what to do."""
    return {
        "none": gettext("Choose a photo or a PDF."),
        "empty": gettext("There is nothing in this file. Choose another."),
        "kind": gettext(
            "This is no photo and no PDF, so it cannot be kept here. You can take a photo of it."
        ),
        "broken": gettext("This file is damaged, or not whole. Choose it again, or take a new photo."),
        "heavy": gettext(
            "This picture is too large to be opened here. Take a new photo with your phone’s camera."
        ),
        "full": gettext("There is no more room for receipts. The spend itself is kept."),
    }[code]


def _look(_: Permit, account_id: UUID) -> Brought:
    file = request.files.get("file")
    if file is None or not file.filename:
        return Brought(problem="none")
    most: int = current_app.config["SETTINGS"].letter_limit
    body = file.stream.read(most + 1)
    file.stream.seek(0)  # `once` reads it too
    if not body or len(body) > most:
        return Brought(problem="heavy" if body else "empty")
    try:
        kind = kind_of(body)
        if not ReceiptForm().validate() or remembered(account_id, UUID(request.form["form_id"])):
            return Brought(problem="none")  # the form comes back, or was kept before: nothing is drawn for it
        with ExitStack() as turn:
            if kind != PDF:
                may_draw(turn, account_id, first=True)
            return Brought(look(body))
    except NotKept as refused:
        return Brought(problem=str(refused))


# Over an access mark: what came with the form is in `brought()`.
looked_at = files_first.looked_at(Area.BUDGET, _look)
