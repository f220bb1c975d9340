"""Pages of About me: read first, one question a screen. Those of ways of care are in `ways_views`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from selfcare.about_me import actions, queries, words
from selfcare.about_me import ways_views as ways_views
from selfcare.about_me.forms import TEXTS, AboutFields, AboutForm, ChangeAboutForm, answer_data
from selfcare.about_me.models import AboutAnswer
from selfcare.about_me.room import room as room
from selfcare.people import queries as people
from selfcare.people import seeing
from selfcare.web import conflict, pages, safety, versions
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale

BASE = "/people/<uuid:person_id>/about-me/"
WRITE = BASE + f"<any({', '.join((*words.QUESTIONS, words.HELPED))}):question>/"
WRITE_WAY = f"/people/<uuid:person_id>/ways/<any({', '.join(words.WAYS)}):way>/"
ONE = BASE + "answers/<uuid:answer_id>/"
WRITERS = (Role.SELF, Role.CARER)


@room.get(BASE)
@on_record(Area.ABOUT, Level.SEE)
def index(permit: Permit) -> ResponseReturnValue:
    rows = queries.answers(permit, (*words.QUESTIONS, words.HELPED))
    return pages.show(
        "about_me/index.html",
        rows=rows,
        first=queries.still_empty(rows) if _may_write(permit) else None,
        written_on=queries.written_on(permit, rows),
        **ways_views.around(permit, rows, (*words.QUESTIONS, words.HELPED)),
    )


@room.get(WRITE)
@on_record(Area.ABOUT, Level.ADD, roles=WRITERS)
def write(permit: Permit, question: str) -> ResponseReturnValue:
    return _write(permit, question)


@room.post(WRITE)
@on_record(Area.ABOUT, Level.ADD, roles=WRITERS)
@once
def write_send(permit: Permit, question: str) -> ResponseReturnValue:
    return _write_send(permit, question)


@room.get(WRITE_WAY)
@on_record(Area.ABOUT, Level.ADD, roles=WRITERS)
def way(permit: Permit, way: str) -> ResponseReturnValue:
    return _write(permit, way)


@room.post(WRITE_WAY)
@on_record(Area.ABOUT, Level.ADD, roles=WRITERS)
@once
def way_send(permit: Permit, way: str) -> ResponseReturnValue:
    return _write_send(permit, way)


@room.get(ONE + "change")
@on_record(Area.ABOUT, Level.ADD, roles=WRITERS)
def change(permit: Permit, answer_id: UUID) -> ResponseReturnValue:
    row = _changeable(permit, answer_id)
    return _change_page(permit, ChangeAboutForm(formdata=None, data=answer_data(row)), row)


@room.post(ONE + "change")
@on_record(Area.ABOUT, Level.ADD, roles=WRITERS)
@once
def change_send(permit: Permit, answer_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(TEXTS)
    row = _changeable(permit, answer_id)
    back = _list(permit, row.question, saved=1)
    if keep == "theirs":
        return pages.saved(back)
    form = ChangeAboutForm(formdata=data)
    form.fit(row.question, _names(permit, row.question))
    if not form.validate():
        return _change_page(permit, form, row, status=422)
    try:
        changed = actions.change(permit, answer_id, versions.number(form.version.data), **form.values())
    except Stale as stale:
        return _ask(form, stale, back)
    return pages.saved(back, ("about_answer", answer_id), changed.version)


@room.get(ONE + "remove")
@on_record(Area.ABOUT, Level.ADD, roles=WRITERS)
def remove(permit: Permit, answer_id: UUID) -> ResponseReturnValue:
    return _remove_page(permit, answer_id)


@room.post(ONE + "remove")
@on_record(Area.ABOUT, Level.ADD, roles=WRITERS)
@once
def remove_send(permit: Permit, answer_id: UUID) -> ResponseReturnValue:
    try:
        row = actions.remove(permit, answer_id, conflict.looked_at())
    except Stale as stale:
        return _remove_page(permit, answer_id, by=stale.by)
    return pages.saved(_list(permit, row.question, saved=1))


def _write(permit: Permit, question: str) -> ResponseReturnValue:
    rows = queries.answers(permit, _near(question))
    standing = queries.standing(permit, rows, question)
    if standing:
        return redirect(url_for(".change", person_id=permit.person_id, answer_id=standing.id), 303)
    form = AboutForm(formdata=None)
    return pages.show("about_me/answer.html", **write_values(permit, form, question, rows))


def _write_send(permit: Permit, question: str) -> ResponseReturnValue:
    """A new answer. Where one stands by now that they could have changed instead, both are shown."""
    keep, data = conflict.settled(TEXTS)
    rows = queries.answers(permit, _near(question))
    after = next_url(permit, question, rows, saved=1)
    if keep == "theirs":
        return pages.saved(after)
    form = AboutForm(formdata=data)
    form.fit(question, _names(permit, question))
    if not form.validate():
        values = write_values(permit, form, question, rows)
        return pages.show("about_me/answer.html", status=422, **values)
    standing = queries.standing(permit, rows, question)
    try:
        if standing:
            row = actions.change(permit, standing.id, versions.number(form.version.data), **form.values())
        else:
            row = actions.add(permit, question, **form.values())
    except Stale as stale:
        return _ask(form, stale, after)
    return pages.saved(after, ("about_answer", row.id), row.version)


def _ask(form: AboutFields, stale: Stale, back: str) -> ResponseReturnValue:
    form.text.data = form.words()
    return conflict.ask(form, stale, back, answer_data(stale.item), texts=TEXTS)


def next_url(permit: Permit, question: str, rows: Sequence[AboutAnswer] | None, **more: Any) -> str:
    """Where the way goes on after a question: to the next empty one, at the end to who helped, then to all of it.

    :param rows: the answers; None where nobody knows them, and each is next to the one before.
    """
    if question not in words.QUESTIONS:
        return _list(permit, question, **more)
    after = queries.still_empty(rows or (), question)
    if after is None and not any(row.question == words.HELPED for row in rows or ()):
        after = words.HELPED
    if after is None:
        return _list(permit, question, **more)
    return url_for("about_me.write", person_id=permit.person_id, question=after, **more)


def write_values(
    permit: Permit,
    form: AboutFields,
    question: str,
    rows: Sequence[AboutAnswer] | None,
    row: AboutAnswer | None = None,
) -> dict[str, Any]:
    """What the page of one question is drawn with. `rows` as in `next_url`; `row`: the answer that is changed."""
    form.fit(question, _names(permit, question) if rows is not None else ())
    contact = people.lead(permit)
    if permit.is_self:
        form.only_me.states = seeing.switch(permit, Area.ABOUT, shown=row is not None and not row.only_me)
    return {
        "form": form,
        "row": row,
        "question": question,
        "words": words,
        "number": words.QUESTIONS.index(question) + 1 if question in words.QUESTIONS else None,
        "back": _list(permit, question),
        "skip": next_url(permit, question, rows) if row is None and question not in words.WAYS else None,
        "send": _question_url(permit, question) if row is None else None,
        "may_hide": permit.is_self and question != words.HELPED and (row is None or row.entered_as == "self"),
        "safety_lines": safety.short_lines(writing=True),
        "calls": safety.calls(contact.name, contact.phone) if contact else safety.calls(),
    }


def _change_page(
    permit: Permit, form: ChangeAboutForm, row: AboutAnswer, status: int = 200
) -> ResponseReturnValue:
    earlier = versions.earlier(permit, row) if row.version > 1 else []
    values = write_values(permit, form, row.question, [row], row)
    return pages.show("about_me/answer.html", status=status, earlier=earlier, **values)


def _remove_page(permit: Permit, answer_id: UUID, by: str | None = None) -> ResponseReturnValue:
    row = _changeable(permit, answer_id)
    return pages.show("about_me/remove.html", status=409 if by else 200, row=row, by=by, words=words)


def _changeable(permit: Permit, answer_id: UUID) -> AboutAnswer:
    row = queries.answer(permit, answer_id)
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row


def _names(permit: Permit, question: str) -> list[tuple[str, str]]:
    """Who helps, to tap as who helped to write."""
    if question != words.HELPED:
        return []
    if not permit.is_self:
        return [(str(permit.account_id), permit.account_name)]
    return [
        (str(grant.id), grant.name)
        for grant in people.seers(permit, Area.ABOUT)
        if grant.kind == Role.CARER.value
    ]


def _near(question: str) -> tuple[str, ...]:
    return words.WAYS if question in words.WAYS else (*words.QUESTIONS, words.HELPED)


def _question_url(permit: Permit, question: str) -> str:
    if question in words.WAYS:
        return url_for("about_me.way", person_id=permit.person_id, way=question)
    return url_for("about_me.write", person_id=permit.person_id, question=question)


def _list(permit: Permit, question: str, **more: Any) -> str:
    return url_for(
        f"about_me.{'ways' if question in words.WAYS else 'index'}", person_id=permit.person_id, **more
    )


def _may_write(permit: Permit) -> bool:
    return permit.role in WRITERS and permit.may(Area.ABOUT, Level.ADD)
