"""Pages of *Ways I want care*: where, how, when, and what somebody needs, which is kept in their details alone."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from selfcare import i18n
from selfcare.about_me import actions, queries, words
from selfcare.about_me.forms import StillRightForm
from selfcare.about_me.models import AboutAnswer
from selfcare.about_me.room import room
from selfcare.people import details, needs, seeing
from selfcare.people import queries as people
from selfcare.web import pages, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale

BASE = "/people/<uuid:person_id>/ways/"


@room.get(BASE)
@on_record(Area.ABOUT, Level.SEE)
def ways(permit: Permit) -> ResponseReturnValue:
    return _page(permit)


@room.post(BASE)
@on_record(Area.ABOUT, Level.MANAGE, roles=(Role.SELF,))
@once
def ways_send(permit: Permit) -> ResponseReturnValue:
    """It is all still right, from today; needs count as asked about where they were before, or some stand there."""
    form = StillRightForm()
    if not form.validate():
        return _page(permit, form, 422)
    row = people.person(permit)
    values: dict[str, Any] = {}
    if permit.subject.needs[0] or row.needs_asked_on:
        values["needs_asked_on"] = permit.today()
    if row.needs_review_on and row.needs_review_on <= permit.today():
        values["needs_review_on"] = None
    try:
        details.change(permit, versions.number(form.version.data), **values)
    except Stale:
        return _page(permit, status=409)
    actions.confirm(permit)
    return pages.saved(url_for(".ways", person_id=permit.person_id, saved=1), ("person", permit.person_id))


def _page(permit: Permit, form: StillRightForm | None = None, status: int = 200) -> ResponseReturnValue:
    rows = queries.answers(permit, words.WAYS)
    row = people.person(permit)
    spoken = i18n.LANGUAGES.get(row.language)
    return pages.show(
        "about_me/ways.html",
        status=status,
        form=form or StillRightForm(formdata=None, data={"version": row.version}),
        rows=rows,
        due=queries.due(permit),
        needs=[needs.said(need) for need in permit.subject.needs[0]],
        asked_on=row.needs_asked_on,
        best_time=row.best_time,
        language=spoken.own_name if spoken else None,
        **around(permit, rows, words.WAYS),
    )


def around(permit: Permit, rows: Sequence[AboutAnswer], questions: Sequence[str]) -> dict[str, Any]:
    """What a list of answers is drawn with besides."""
    may_write = permit.role is not Role.PROFESSIONAL and permit.may(Area.ABOUT, Level.ADD)
    answered = {row.question for row in rows}
    return {
        "words": words,
        "may_change": queries.may_change if may_write else lambda *_: False,
        "empty": [each for each in questions if each not in answered] if may_write else [],
        "seen": (seeing.live(permit, Area.ABOUT) or None) if permit.is_self else None,
    }
