"""The page on which a professional puts a page beside something: the same whatever that is."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from flask import abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.information import actions, queries, team_list
from selfcare.information.address import BadAddress
from selfcare.information.forms import AttachForm
from selfcare.web import pages
from selfcare.web.access import Area, Permit


@dataclass(frozen=True)
class Thing:
    """What a page is put beside. `label`: what it is called; `where`: the page it is on, with what that is called
    (`back`) and the tab it is under; `add`: where a page for it is sent.
    """

    kind: str
    id: UUID
    area: Area
    label: str
    where: str
    back: str
    add: str
    tab: str = "more"


def choose(permit: Permit, thing: Thing) -> ResponseReturnValue:
    """The team's list, and a form for a page that is not on it."""
    return _page(permit, thing, fresh(permit))


def send(permit: Permit, thing: Thing, saved: str) -> ResponseReturnValue:
    """:param saved: where it leads once it is kept."""
    form = AttachForm()
    linked = chosen(permit, form)
    if linked is None:
        return _page(permit, thing, form, 422)
    try:
        made = actions.attach(permit, thing.area, thing.kind, thing.id, linked)
    except BadAddress as bad:
        form.refuse(bad)
        return _page(permit, thing, form, 422)
    return pages.saved(saved, ("information", made))


def remove(permit: Permit, thing: Thing, information_id: UUID) -> ResponseReturnValue:
    """The button by itself, for who has no JavaScript."""
    row = queries.one(permit, thing.kind, thing.id, information_id)
    if row.removed_at is not None:
        abort(404)
    return pages.one_button(
        gettext("Take the link off"), thing.where, thing.back, title=row.name, tab=thing.tab
    )


def remove_send(permit: Permit, thing: Thing, information_id: UUID, saved: str) -> ResponseReturnValue:
    """Takes it off. :param saved: where it leads then."""
    actions.detach(permit, thing.area, thing.kind, thing.id, information_id)
    return pages.saved(saved)


def fresh(permit: Permit, **data: Any) -> AttachForm:
    """The empty form, checked today. :param data: what is filled in besides."""
    return AttachForm(formdata=None, data={"checked_on": permit.today()} | data)


def chosen(permit: Permit, form: AttachForm) -> dict[str, Any] | None:
    """The page that was chosen or typed, as the columns of `models.Linked`; None: the form says what is wrong.

    What was typed goes on the team's list, too. :raises NotFound: what was chosen is on no list of theirs.
    """
    if form.listed.data:
        try:
            one = team_list.to_attach(permit, UUID(form.listed.data))
        except ValueError:
            abort(404)
        return one.linked if form.form_id.validate(form) else None
    if not form.validate_on(permit.today()):
        return None
    body = form.body()
    kept = team_list.keep_typed(permit, body)
    if kept is not None:
        return kept.linked
    return {**body, "checked_on": form.checked_on.value, "checked_by": permit.account_name,
            "reading_age": None, "list_id": None}  # fmt: skip


def values(permit: Permit, form: AttachForm) -> dict[str, Any]:
    """What `information/_choose.html` is drawn with."""
    listed = team_list.of_account(permit.account_id)
    return {
        "form": form,
        "listed": [(one.id, queries.of_list(one), one.about) for one in listed],
        "new_id": lambda: str(uuid4()),
    }


def _page(permit: Permit, thing: Thing, form: AttachForm, status: int = 200) -> ResponseReturnValue:
    return pages.show(
        "information/choose.html", status=status, thing=thing, today=permit.today(), **values(permit, form)
    )
