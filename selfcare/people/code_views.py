"""Letters and codes: making them, and coming in with one."""

from typing import Any
from uuid import UUID

import segno
from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from markupsafe import Markup

from selfcare import i18n
from selfcare.database import now
from selfcare.people import adding, death, invitations, presets, queries
from selfcare.people.forms import CarerForm, InvitationForm, TeamCodeForm
from selfcare.people.room import room
from selfcare.web import pages, reach
from selfcare.web.access import Area, Kind, Level, Permit, Role, SignedIn, me, on_record, public, signed_in
from selfcare.web.origin import link


@room.get("/invitation")
@public
def invitation() -> ResponseReturnValue:
    return pages.show("people/invitation.html", form=InvitationForm(formdata=None))


@room.post("/invitation")
@public
def invitation_send() -> ResponseReturnValue:
    form = InvitationForm()
    if form.validate():
        try:
            user = invitations.accept(form.code.text, form.born.data, me())
            if user:
                # Right after the birth date they are asked how they come in next time.
                return pages.saved(url_for("accounts.next_time") if user.came_by_code else "/")
            form.form_errors = [does_not_fit()]
        except invitations.NoCode:
            form.code.errors = [no_code()]
        except invitations.OwnCode:
            form.form_errors = [
                gettext(
                    "You made this code yourself, or it is about you. Whoever it is for uses it, on their own device."
                )
            ]
    return pages.show("people/invitation.html", status=422, form=form)


def does_not_fit() -> str:
    """Whatever is wrong, the sentence is the same, and it marks neither box: nobody learns which one was right."""
    return gettext(
        "This code and birth date do not fit together, or the code was used. "
        "Check both, or ask your team for a new letter."
    )


def leaves_words(leaves: adding.Leaves) -> str:
    return gettext(
        "Your last day in this team is %(day)s, so nobody new is given to you. Ask a colleague to add them.",
        day=i18n.plain_day(leaves.day),
    )


def no_code() -> str:
    return gettext("This is not a whole code. It has ten letters and numbers. Nothing was tried yet.")


@room.get("/people/<uuid:person_id>/letter")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def letter(permit: Permit) -> ResponseReturnValue:
    made = queries.waiting(permit, invitations.SELF)
    since = permit.local(made[0].made_at).date() if made else None
    return pages.show(
        "people/letter.html",
        code=None,
        has_way=invitations.has_way_in(permit),
        since=since,
        today=permit.today(),
    )


@room.post("/people/<uuid:person_id>/letter")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def letter_send(permit: Permit) -> ResponseReturnValue:
    """The letter is the answer itself: the code is shown this once and kept nowhere."""
    has_way = invitations.has_way_in(permit)
    if has_way or death.has_died(permit.person_id):
        return pages.show("people/letter.html", status=409, code=None, has_way=has_way)
    code = invitations.write_letter(permit)
    return letter_page(permit, "people/letter.html", "people/_letter.html", code)


@room.get("/people/<uuid:person_id>/carers/add")
@on_record(Area.PEOPLE, Level.MANAGE, recent=True)
def add_carer(permit: Permit) -> ResponseReturnValue:
    return _carer_page(CarerForm(formdata=None))


@room.post("/people/<uuid:person_id>/carers/add")
@on_record(Area.PEOPLE, Level.MANAGE, recent=True)
def add_carer_send(permit: Permit) -> ResponseReturnValue:
    form = CarerForm()
    form.today = permit.today()
    if not form.validate():
        return _carer_page(form, status=422)
    if death.has_died(permit.person_id):
        form.name.errors = [gettext("Nobody new can be let in any more.")]
        return _carer_page(form, status=422)
    name, last = form.name.text.strip(), form.last_day
    code = invitations.invite_carer(permit, name, form.rights(), last)
    values = code_values(permit, code)
    words = gettext(
        "Please help me with Selfcare. Go to: %(address)s Code: %(code)s "
        "You type a birth date too. I will tell you that.",
        address=values["address"],
        code=values["code"],
    )
    return pages.show(
        "people/carer_code.html",
        **values | {"until": min(values["until"], last)},
        name=name,
        last=last,
        mail=reach.letter(gettext("Help me with Selfcare"), words),
    )


def _carer_page(form: CarerForm, status: int = 200) -> ResponseReturnValue:
    return pages.show("people/add_carer.html", status=status, form=form, allows=presets.allows())


@room.get("/people/<uuid:person_id>/teams/add")
@on_record(Area.PEOPLE, Level.MANAGE, recent=True)
def add_team(permit: Permit) -> ResponseReturnValue:
    return pages.show("people/add_team.html")


@room.post("/people/<uuid:person_id>/teams/add")
@on_record(Area.PEOPLE, Level.MANAGE, recent=True)
def add_team_send(permit: Permit) -> ResponseReturnValue:
    """The code is the answer itself, shown this once."""
    if death.has_died(permit.person_id):
        return pages.show("people/add_team.html", status=409)
    return code_page(permit, "people/team_code.html", invitations.invite_team(permit))


@room.get("/caseload/code")
@signed_in(Kind.PROFESSIONAL)
def team_code(user: SignedIn) -> ResponseReturnValue:
    return pages.show("people/join.html", form=_team_form(user, blank=True))


@room.post("/caseload/code")
@signed_in(Kind.PROFESSIONAL, late=True)
def team_code_send(user: SignedIn) -> ResponseReturnValue:
    form = _team_form(user)
    if form.validate():
        try:
            person = invitations.let_team_in(user, UUID(form.team.data), form.code.text, form.born.data)
            if person:
                return pages.saved(url_for("home.person", person_id=person.id, saved=1))
            form.form_errors = [does_not_fit()]
        except invitations.NoCode:
            form.code.errors = [no_code()]
        except adding.Leaves as leaves:
            form.form_errors = [leaves_words(leaves)]
        except invitations.OwnCode:
            form.form_errors = [
                gettext("You wrote this letter yourself. Ask the person for a code for the other team.")
            ]
    return pages.show("people/join.html", status=422, form=form)


def _team_form(user: SignedIn, blank: bool = False) -> TeamCodeForm:
    form = TeamCodeForm(formdata=None) if blank else TeamCodeForm()
    form.team.choices = [(str(team.id), team.name) for team in queries.teams_of(user.account_id)]
    return form


def code_page(
    permit: Permit, template: str, code: str, endpoint: str = "people.invitation", **values: Any
) -> ResponseReturnValue:
    """A page that shows a code this once. Parameters as `code_values`; `values` go before what that says."""
    return pages.show(template, **(code_values(permit, code, endpoint) | values))


def letter_page(
    permit: Permit, template: str, letter: str, code: str, endpoint: str = "people.invitation", **values: Any
) -> ResponseReturnValue:
    """A page with a letter to the person that shows a code this once: in their language and print, whoever makes it.

    :param letter: the template of the letter itself. Other parameters as `code_page`.
    """
    drawn, values = drawn_letter(permit, letter, code, endpoint, **values)
    return pages.show(template, letter=drawn, **values)


def drawn_letter(
    permit: Permit, letter: str, code: str, endpoint: str = "people.invitation", **values: Any
) -> tuple[Markup, dict[str, Any]]:
    """A letter to the person, in their language and print, and what it was drawn with. Parameters as `letter_page`."""
    row = queries.person(permit)
    values = code_values(permit, code, endpoint) | {
        "permit": permit,
        "lead": queries.lead(permit),
        "address_lines": row.address.splitlines(),
        "large": "large-print" in row.needs,
        **values,
    }
    with force_locale(row.language or i18n.code()):
        drawn = Markup(render_template(letter, **values))  # noqa: S704 - our own template
        words = gettext(
            "This is your way into Selfcare. Go to: %(address)s Code: %(code)s You type your birth date too.",
            address=values["address"],
            code=values["code"],
        )
        mail = reach.letter(gettext("Your way into Selfcare"), words, row.email) if row.email else None
    return drawn, values | {"mail": mail}


def code_values(permit: Permit, code: str, endpoint: str = "people.invitation") -> dict[str, Any]:
    """What a page that shows a code is drawn with, among it the square that opens its address.

    :param endpoint: of the page where the code is typed.
    """
    plain = link(endpoint)
    # After the #, where no server and no proxy ever sees it.
    drawn = segno.make(f"{plain}#{code}", error="m", micro=False)
    # Drawn into the page, so that it prints sharp at any size; attributes only, as the content policy wants it.
    qr = Markup(drawn.svg_inline(border=3, dark="#000", light="#fff", omitsize=True))  # noqa: S704 - our own drawing
    return {
        "code": f"{code[:5]} {code[5:]}",
        "qr": qr,
        "address": plain,
        "until": permit.local(now() + invitations.LASTS).date(),
        "letter_day": permit.today(),
    }
