"""The page of what people said is wrong on lists of services, for those who run a team's pages."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from selfcare.community import problems, queries, words
from selfcare.team.room import room
from selfcare.team.seat import STAFF, take
from selfcare.team.words import local
from selfcare.web import pages
from selfcare.web.access import SignedIn, signed_in
from selfcare.web.ids import uuid_of


@room.get("/team/wrong/")
@signed_in(*STAFF)
def wrong(user: SignedIn) -> ResponseReturnValue:
    """What was said and nobody has seen to. It is of no team and of no record, and does not say who said it."""
    take(user, runs=True)
    return pages.show(
        "team/wrong.html", problems=queries.problems(), most=queries.MOST_PROBLEMS, words=words, local=local
    )


@room.post("/team/wrong/")
@signed_in(*STAFF)
def wrong_send(user: SignedIn) -> ResponseReturnValue:
    """Somebody has seen to one: it leaves the list."""
    take(user, runs=True)
    problem_id = uuid_of(request.form.get("problem"))
    if problem_id is None:
        return wrong()
    problems.close(problem_id)
    return pages.saved(url_for(".wrong", saved=1))
