"""Pages of a team's list of checked pages: every member of the team keeps it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.information import checking_words, team_list
from selfcare.information.forms import ListForm
from selfcare.information.queries import of_list
from selfcare.information.room import room
from selfcare.information.team_list import ChangedMeanwhile, Full, Listed, There
from selfcare.people import offers, teams
from selfcare.people.models import Team
from selfcare.web import pages
from selfcare.web.access import Panel, me, on_panel
from selfcare.web.once import once

LIST = "/team/links/"
ONE = LIST + "<uuid:offer_id>/"


@room.get(LIST)
@on_panel
def team_links(panel: Panel) -> ResponseReturnValue:
    own = _teams(panel)
    found = [
        one for one in team_list.of_account(panel.account_id) if one.team_id in {team.id for team in own}
    ]
    return pages.show(
        "information/team_links.html",
        links=[(one, of_list(one), checking_words.said(one)) for one in found],
        looked=any(one.found for one in found),
        names={one.id: one.name for one in own} if len(own) > 1 else {},
        full=len(own) == 1 and len(found) >= team_list.MOST,
        today=teams.today(),
    )


@room.get(LIST + "add")
@on_panel
def team_link_add(panel: Panel) -> ResponseReturnValue:
    test = request.args.get("test", "")[:200]
    return _page(panel, _form(panel, None, {"checked_on": teams.today(), "test": test}))


@room.post(LIST + "add")
@on_panel
@once
def team_link_add_send(panel: Panel) -> ResponseReturnValue:
    form = _form(panel, request.form)
    if not form.validate_on(teams.today()):
        return _page(panel, form, status=422)
    try:
        made = team_list.add(panel, _team(panel, form).id, _name(), form.with_reading())
    except There:
        form.url.errors = [gettext("This address is on the list already.")]
        return _page(panel, form, status=422)
    except Full:
        form.name.errors = [gettext("There is no room for more links. Take one off first.")]
        return _page(panel, form, status=422)
    return pages.saved(url_for(".team_links", saved=1), ("offer", made))


@room.get(ONE)
@on_panel
def team_link(panel: Panel, offer_id: UUID) -> ResponseReturnValue:
    found, _ = team_list.one(panel, offer_id)
    return _page(panel, _form(panel, None, _data(found)), found)


@room.post(ONE)
@on_panel
@once
def team_link_send(panel: Panel, offer_id: UUID) -> ResponseReturnValue:
    found, _ = team_list.one(panel, offer_id)
    form = _form(panel, request.form)
    if not form.validate_on(teams.today()):
        return _page(panel, form, found, status=422)
    same = form.url.text.strip() == found.url
    before = {"age": found.reading_age, "words": found.words} if found.reading_age and same else None
    try:
        team_list.change(panel, offer_id, _name(), form.sign.data or "", form.with_reading(before))
    except There:
        form.url.errors = [gettext("This address is on the list already.")]
        return _page(panel, form, found, status=422)
    except ChangedMeanwhile as changed:
        form.sign.data = found.sign
        said = gettext("%(name)s changed this meanwhile. What you typed is still here.", name=changed.by)
        return _page(panel, form, found, status=409, differs=said)
    return pages.saved(url_for(".team_links", saved=1), ("offer", offer_id))


@room.get(ONE + "remove")
@on_panel
def team_link_remove(panel: Panel, offer_id: UUID) -> ResponseReturnValue:
    found, _ = team_list.one(panel, offer_id)
    back = url_for(".team_link", offer_id=offer_id)
    words = [gettext("Where it was put beside something of a person’s, it then says that you took it off.")]
    return pages.one_button(gettext("Take it off the list"), back, found.name, title=found.name, words=words)


@room.post(ONE + "remove")
@on_panel
def team_link_remove_send(panel: Panel, offer_id: UUID) -> ResponseReturnValue:
    team_list.take_off(panel, offer_id)
    return pages.saved(url_for(".team_links", saved=1))


def _form(panel: Panel, formdata: Any, data: Mapping[str, Any] | None = None) -> ListForm:
    form = ListForm(formdata, data=data)
    form.team.choices = [(str(one.id), one.name) for one in _teams(panel)]
    form.team.data = form.team.data if formdata and form.team.data else form.team.values()[0]
    return form


def _page(
    panel: Panel,
    form: ListForm,
    found: Listed | None = None,
    *,
    status: int = 200,
    differs: str | None = None,
) -> ResponseReturnValue:
    return pages.show(
        "information/team_link.html",
        status=status,
        form=form,
        link=found,
        page=of_list(found) if found else None,
        several=len(form.team.choices) > 1,
        differs=differs,
        said=checking_words.said(found) if found else None,
        today=teams.today(),
        most=offers.MOST[offers.LINK],
    )


def _data(found: Listed) -> dict[str, Any]:
    """A page as its form shows it."""
    names = ("name", "url", "publisher", "checked_on", "language", "about", "test", "sign")
    return {name: getattr(found, name) for name in names}


def _teams(panel: Panel) -> list[Team]:
    own = teams.of_panel(panel)
    if not own:
        abort(404)
    return own


def _team(panel: Panel, form: ListForm) -> Team:
    return next((one for one in _teams(panel) if str(one.id) == form.team.data), None) or abort(404)


def _name() -> str:
    account = me()
    return account.name if account else ""
