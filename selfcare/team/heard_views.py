"""What a team reads of what people said, and what it answers in public; who would help shape the service."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare import i18n
from selfcare.feedback import queries, words
from selfcare.feedback.models import Answer, Theme
from selfcare.team import heard, ideas
from selfcare.team.heard_forms import GatherForm, ThemeForm
from selfcare.team.room import room
from selfcare.team.seat import STAFF, Seat, take
from selfcare.web import pages, paging, versions
from selfcare.web.access import SignedIn, signed_in
from selfcare.web.once import once

LIST = "/team/said/"
ONE = "/team/<uuid:team_id>/said/<uuid:theme_id>/"


@room.get(LIST)
@signed_in(*STAFF)
def heard_page(user: SignedIn) -> ResponseReturnValue:
    seat = take(user, request.args.get("team"))
    return _list(seat, GatherForm(formdata=None))


@room.post(LIST)
@signed_in(*STAFF)
@once
def heard_send(user: SignedIn) -> ResponseReturnValue:
    """Put texts that say the same together."""
    form = GatherForm()
    seat = take(user, form.team.data or "", runs=True)
    _offer(seat, form, heard.batches(seat, paging.asked()))
    if not form.validate() or not names_nobody(seat, form.said, form.said.text):
        return _list(seat, form, 422)
    chosen = [UUID(one) for one in form.texts.data or ()]
    into = UUID(form.theme.data) if form.theme.data else None
    row = heard.gather(seat, chosen, into, form.said.text.strip())
    return pages.saved(_one(seat, row.id, saved=1))


@room.get(ONE)
@signed_in(*STAFF)
def theme(user: SignedIn, team_id: UUID, theme_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True)
    row = heard.theme(seat, theme_id)
    return _theme(seat, row, ThemeForm(formdata=None, data=_data(row, queries.answer(row.id))))


@room.post(ONE)
@signed_in(*STAFF)
def theme_send(user: SignedIn, team_id: UUID, theme_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True)
    row, form = heard.theme(seat, theme_id), ThemeForm()
    if not form.validate():
        return _theme(seat, row, form, 422)
    public = f"{form.said.text} {form.words.text}"
    if not form.anyway.data and not names_nobody(seat, form.words, public):
        return _theme(seat, row, form, 422, warned=True)
    said, typed = form.said.text.strip(), form.words.text.strip()
    answer = Answer(state=form.state.data, words=typed, day=form.day.data)
    try:
        heard.change(seat, theme_id, versions.number(form.version.data), said, bool(form.shown.data), answer)
    except heard.ChangedMeanwhile:
        form.version.data = str(row.version)
        return _theme(seat, row, form, 409, stands=queries.answer(row.id))
    return pages.saved(_one(seat, theme_id, saved=1))


@room.get(ONE + "remove")
@signed_in(*STAFF)
def theme_remove(user: SignedIn, team_id: UUID, theme_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True)
    row = heard.theme(seat, theme_id)
    return pages.one_button(
        gettext("Take this off"),
        _one(seat, theme_id),
        gettext("What people said"),
        tab="team",
        words=[row.said],
    )


@room.post(ONE + "remove")
@signed_in(*STAFF)
def theme_remove_send(user: SignedIn, team_id: UUID, theme_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True)
    heard.remove(seat, theme_id)
    return pages.saved(url_for("team.heard_page", team=seat.team.id, saved=1))


@room.get(ONE + "<uuid:remark_id>/out")
@signed_in(*STAFF)
def let_out(user: SignedIn, team_id: UUID, theme_id: UUID, remark_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True)
    heard.theme(seat, theme_id)
    return pages.one_button(
        gettext("Take it out of these"), _one(seat, theme_id), gettext("What people said"), tab="team"
    )


@room.post(ONE + "<uuid:remark_id>/out")
@signed_in(*STAFF)
def let_out_send(user: SignedIn, team_id: UUID, theme_id: UUID, remark_id: UUID) -> ResponseReturnValue:
    seat = take(user, team_id, runs=True)
    heard.let_out(seat, theme_id, remark_id)
    return pages.saved(_one(seat, theme_id, saved=1))


@room.get("/team/helpers/")
@signed_in(*STAFF)
def helpers(user: SignedIn) -> ResponseReturnValue:
    seat = take(user, request.args.get("team"))
    return pages.show("team/helpers.html", seat=seat, helpers=heard.helpers(seat), words=words)


def _offer(seat: Seat, form: GatherForm, batches: list[heard.Batch]) -> list[heard.Listed]:
    listed = heard.themes(seat)
    form.offer(
        [one.id for batch in batches for one in batch.texts],
        [(one.theme.id, one.theme.said) for one in listed],
    )
    form.team.data = str(seat.team.id)
    return listed


def _list(seat: Seat, form: GatherForm, status: int = 200) -> ResponseReturnValue:
    found = heard.batches(seat, paging.asked())
    listed = _offer(seat, form, found)
    batches, before = paging.cut(
        found, heard.BATCHES, lambda one: (datetime.combine(one.last, time(), UTC), one.id)
    )
    earlier = before and url_for("team.heard_page", team=seat.team.id, before=before)
    chips = [
        {"text": name, "href": url_for("team.heard_page", team=one), "current": one == seat.team.id}
        for one, name in seat.teams
    ]
    return pages.show(
        "team/heard.html",
        status=status,
        seat=seat,
        form=form,
        chips=chips,
        batches=batches,
        months=_months,
        earlier=earlier,
        themes=listed,
        waiting=ideas.number_waiting(seat) if seat.administers else 0,
        words=words,
    )


def _theme(seat: Seat, row: Theme, form: ThemeForm, status: int = 200, **values: Any) -> ResponseReturnValue:
    values = {"warned": False, "stands": None, **values}
    found = heard.gathered(seat, row.id, paging.asked(), heard.TEXTS)
    texts, before = paging.cut(found, heard.TEXTS, lambda one: (row.made_at, one.id))
    return pages.show(
        "team/theme.html",
        status=status,
        seat=seat,
        theme=row,
        form=form,
        people=queries.said_by([row.id]).get(row.id),
        texts=texts,
        more=before and _one(seat, row.id, before=before),
        words=words,
        **values,
    )


def _data(row: Theme, answer: Answer | None) -> dict[str, Any]:
    data: dict[str, Any] = {"said": row.said, "shown": row.shown_at is not None, "version": row.version}
    if answer:
        data |= {"state": answer.state, "words": answer.words, "day": answer.day}
    return data


def names_nobody(seat: Seat, field: Any, text: str) -> bool:
    """Say beside a field that there is a name in what everybody could read. :returns: whether there is none."""
    found = heard.named(seat, text)
    if found:
        field.errors = [
            gettext(
                "This may be the name of somebody the team looks after: %(names)s. Nobody is named in public.",
                names=i18n.listed(sorted(found)),
            )
        ]
    return not found


def _months(batch: heard.Batch) -> str:
    """In which months the texts of a batch were written."""
    if batch.first == batch.last:
        return i18n.month_name(batch.last, year=True)
    return gettext(
        "%(first)s to %(last)s",
        first=i18n.month_name(batch.first, year=True),
        last=i18n.month_name(batch.last, year=True),
    )


def _one(seat: Seat, theme_id: UUID, **values: Any) -> str:
    return url_for("team.theme", team_id=seat.team.id, theme_id=theme_id, **values)
