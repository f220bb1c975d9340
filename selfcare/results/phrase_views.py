"""Pages of the sentences a team keeps ready for notes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare import i18n
from selfcare.people import teams
from selfcare.people.models import Team
from selfcare.results import phrases, words
from selfcare.results.forms import PhraseForm
from selfcare.results.room import room
from selfcare.results.team_views import zone
from selfcare.web import conflict, pages, versions
from selfcare.web.access import Panel, me, on_panel
from selfcare.web.once import once
from selfcare.web.versions import Stale

TEXTS = tuple(f"text_{code}" for code in i18n.LANGUAGES)
LIST = "/team/phrases/"
ONE = LIST + "<uuid:phrase_id>/"


@room.get(LIST)
@on_panel
def phrase_list(panel: Panel) -> ResponseReturnValue:
    own = _teams(panel)
    kept = phrases.kept(panel)
    return pages.show(
        "results/phrases.html",
        phrases=[(one, *one.text(i18n.code()), words.languages(one.missing)) for one in kept],
        full=len(kept) >= phrases.MOST_PHRASES,
        names={one.id: one.name for one in own} if len(own) > 1 else {},
    )


@room.get(LIST + "add")
@on_panel
def phrase_add(panel: Panel) -> ResponseReturnValue:
    data = {"test": request.args.get("test", "")[:200], "code": request.args.get("code", "")[:200]}
    return _form_page(panel, _form(panel, None, data))


@room.post(LIST + "add")
@on_panel
@once
def phrase_add_send(panel: Panel) -> ResponseReturnValue:
    form = _form(panel, request.form)
    if not form.validate():
        return _form_page(panel, form, status=422)
    try:
        phrase_id = phrases.add(
            panel,
            _team(panel, form).id,
            _name(),
            test=form.test.text.strip(),
            texts=form.texts(),
            code=(form.code.data or "").strip(),
        )
    except phrases.TooMany:
        form.test.errors = [gettext("There is no room for more sentences. Take one off first.")]
        return _form_page(panel, form, status=422)
    return pages.saved(url_for("results.phrase_list", saved=1), ("phrase", phrase_id))


@room.get(ONE)
@on_panel
def phrase(panel: Panel, phrase_id: UUID) -> ResponseReturnValue:
    found = phrases.one(panel, phrase_id)
    return _form_page(panel, _form(panel, None, _data(found.test, found.texts, found.n)), found)


@room.post(ONE)
@on_panel
@once
def phrase_send(panel: Panel, phrase_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(TEXTS)
    found = phrases.one(panel, phrase_id)
    back = url_for("results.phrase", phrase_id=phrase_id)
    if keep == "theirs":
        return pages.saved(back)
    form = _form(panel, data)
    if not form.validate():
        return _form_page(panel, form, found, status=422)
    try:
        phrases.change(
            panel,
            phrase_id,
            _name(),
            versions.number(form.version.data),
            test=form.test.text.strip(),
            texts=form.texts(),
        )
    except Stale as stale:
        kept = stale.item
        return conflict.ask(form, stale, back, _data(kept.test, kept.texts, kept.version), texts=TEXTS)
    return pages.saved(url_for("results.phrase_list", saved=1), ("phrase", phrase_id))


@room.get(ONE + "remove")
@on_panel
def phrase_remove(panel: Panel, phrase_id: UUID) -> ResponseReturnValue:
    found = phrases.one(panel, phrase_id)
    back = url_for("results.phrase", phrase_id=phrase_id)
    return pages.one_button(gettext("Take it off the list"), back, gettext("Sentence"), title=found.test)


@room.post(ONE + "remove")
@on_panel
def phrase_remove_send(panel: Panel, phrase_id: UUID) -> ResponseReturnValue:
    phrases.remove(panel, phrase_id)
    return pages.saved(url_for("results.phrase_list", saved=1))


def _form(panel: Panel, formdata: Any, data: dict[str, Any] | None = None) -> PhraseForm:
    form = PhraseForm(formdata, data=data)
    form.team.choices = [(str(one.id), one.name) for one in _teams(panel)]
    form.team.data = form.team.data if formdata and form.team.data else form.team.values()[0]
    for code in i18n.LANGUAGES:
        form[f"text_{code}"].label.text = i18n.language_name(code)
    return form


def _form_page(
    panel: Panel, form: PhraseForm, found: phrases.Kept | None = None, *, status: int = 200
) -> ResponseReturnValue:
    return pages.show(
        "results/phrase.html",
        status=status,
        form=form,
        phrase=found,
        earlier=phrases.earlier(panel, found.id) if found else [],
        several=len(form.team.choices) > 1,
        local=lambda instant: instant.astimezone(zone()),
    )


def _data(test: str, texts: Mapping[str, str], n: int) -> dict[str, Any]:
    """A sentence as its form shows it."""
    return {"test": test, "version": n} | {f"text_{code}": texts.get(code, "") for code in i18n.LANGUAGES}


def _teams(panel: Panel) -> list[Team]:
    own = teams.of_panel(panel)
    if not own:
        abort(404)
    return own


def _team(panel: Panel, form: PhraseForm) -> Team:
    return next(one for one in _teams(panel) if str(one.id) == form.team.data)


def _name() -> str:
    account = me()
    return account.name if account else ""
