"""The people who were added together, and their letters in one print run."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from selfcare.people import code_views, invitations
from selfcare.team import letters, words
from selfcare.team.forms import whole
from selfcare.team.room import room
from selfcare.team.seat import STAFF, Seat, take
from selfcare.web import pages
from selfcare.web.access import SignedIn, signed_in

PLACE = "/team/import/runs/<uuid:run_id>/"


@room.get(PLACE)
@signed_in(*STAFF)
def run(user: SignedIn, run_id: UUID) -> ResponseReturnValue:
    return _run(take(user, letters.team_of(run_id)), run_id)


@room.get(PLACE + "letters")
@signed_in(*STAFF)
def run_letters_form(user: SignedIn, run_id: UUID) -> ResponseReturnValue:
    take(user, letters.team_of(run_id))
    return redirect(url_for(".run", run_id=run_id), 303)


@room.post(PLACE + "letters")
@signed_in(*STAFF, recent=True)
def run_letters(user: SignedIn, run_id: UUID) -> ResponseReturnValue:
    """The letters are the answer itself: each code is shown this once and kept nowhere."""
    seat = take(user, letters.team_of(run_id))
    found = letters.one(seat, run_id)
    parts = letters.parts(letters.listed(seat, found))
    number = whole(request.form.get("part", "1"))
    part = next((one for one in parts if one.number == number), None)
    if part is None:
        return _run(seat, run_id, 409)
    made = [
        code_views.drawn_letter(permit, "people/_letter.html", code, source=found.source)[0]
        for permit, code in letters.write(seat, found, part.rows)
    ]
    return pages.show("team/letters.html", seat=seat, run=found, letters=made, lasts=invitations.LASTS.days)


def _run(seat: Seat, run_id: UUID, status: int = 200) -> ResponseReturnValue:
    found = letters.one(seat, run_id)
    rows = letters.listed(seat, found)
    letters.note(seat, rows)
    return pages.show(
        "team/run.html",
        status=status,
        seat=seat,
        run=found,
        rows=rows,
        parts=letters.parts(rows),
        printed=letters.last_printed(rows),
        words=words,
    )
