"""The passkeys of an account: the list, a new one, another name, away. And the page that asks to keep a way in."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app, has_request_context, jsonify, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.accounts import challenges, links, mail_codes, passkeys, sessions, ways
from selfcare.accounts.forms import NewPasskeyForm, PasskeyForm, PasskeyNameForm
from selfcare.accounts.passkeys import QUIETLY
from selfcare.accounts.room import room
from selfcare.accounts.sign_in_views import cannot, safe_next
from selfcare.database import now
from selfcare.web import carry, pages
from selfcare.web.access import Kind, SignedIn, is_recent, me, prove_again, signed_in

LIST = "/account/passkeys/"
ONE = LIST + "<uuid:passkey_id>/"


@room.get(LIST)
@signed_in()
def passkey_list(user: SignedIn) -> ResponseReturnValue:
    zone = ZoneInfo(current_app.config["SETTINGS"].zone)
    rows = [
        {
            "id": row.id,
            "name": row.name,
            "made": row.made_at.astimezone(zone).date(),
            "used": row.used_at.astimezone(zone).date() if row.used_at else None,
            "elsewhere": row.backed_up,
            "copied": row.copied_at is not None,
        }
        for row in passkeys.of(user.account_id)
    ]
    return pages.show(
        "accounts/passkeys.html",
        rows=rows,
        today=now().astimezone(zone).date(),
        not_here=None if challenges.party() else _not_here(),
        may_add=challenges.party() is not None and len(rows) < passkeys.MOST,
    )


@room.post(LIST + "options")
@signed_in(late=True)
def passkey_make_options(user: SignedIn) -> ResponseReturnValue:
    """What a browser needs to make one: for the script of the pages that offer it, or that come after a password."""
    quietly = user.kind is Kind.PERSON and request.form.get("offered") == "1"
    return jsonify(passkeys.options_to_make(user, quietly=quietly))


@room.post(LIST + "quietly")
@signed_in(Kind.PERSON, late=True)
def passkey_quietly(user: SignedIn) -> ResponseReturnValue:
    """One that the browser made by itself. Its script shows nobody what is answered; the account is told of it."""
    if asks_first(user):
        return prove_again()
    name = sessions.device_name() or gettext("My device")
    said = _kept(user, request.form.get("credential", ""), name, quietly=True)
    return jsonify(kept=said is None), 422 if said else 201


def _makes_quietly() -> bool:
    """Whether this is the page after a password, which asks once that the browser makes one."""
    user = me() if has_request_context() and request.method == "GET" else None
    if user is None or QUIETLY not in cookie:
        return False
    del cookie[QUIETLY]
    return user.kind is Kind.PERSON and challenges.party() is not None


room.app_context_processor(lambda: {"makes_quietly": _makes_quietly})


@room.get(LIST + "add")
@signed_in()
def passkey_add(user: SignedIn) -> ResponseReturnValue:
    if asks_first(user):
        return prove_again()
    name = sessions.device_name() or gettext("My device")
    onward = safe_next(request.args.get("next"))
    return _add_page(NewPasskeyForm(formdata=None, data={"name": name, "next": onward}))


@room.post(LIST + "add")
@signed_in(late=True)
def passkey_add_send(user: SignedIn) -> ResponseReturnValue:
    if asks_first(user):
        return prove_again()
    form = NewPasskeyForm()
    if form.validate():
        said = _kept(user, form.credential.data or "", form.name.text.strip())
        if said is None:
            onward = safe_next(form.next.data)
            return carry.onward(
                user.account_id, onward if onward != "/" else url_for(".passkey_list", saved=1)
            )
        form.form_errors = [said]
    form.credential.data = ""
    return _add_page(form, 422)


def asks_first(user: SignedIn) -> bool:
    """Whether they are to say first who they are: whoever has a way to, and did not just now."""
    return not is_recent(user) and ways.of(user.account_id).any


def _kept(user: SignedIn, credential: str, name: str, *, quietly: bool = False) -> str | None:
    """Keep a new passkey. :returns: what to say where it was not."""
    if challenges.party() is None:
        return _not_here()
    if not credential:
        return cannot()
    try:
        if passkeys.add(user, credential, name, quietly=quietly):
            return None
    except passkeys.TooMany:
        return gettext("You have %(n)s already. Remove one that you no longer use.", n=passkeys.MOST)
    return gettext("It was not set up. Nothing is lost. Try it once more, or choose another way.")


def _not_here() -> str:
    return gettext("This cannot be done at this address. Choose another way.")


def _add_page(form: NewPasskeyForm, status: int = 200) -> ResponseReturnValue:
    return pages.show(
        "accounts/passkey_add.html", status=status, form=form, here=challenges.party() is not None
    )


@room.get(ONE)
@signed_in()
def passkey_name(user: SignedIn, passkey_id: UUID) -> ResponseReturnValue:
    row = passkeys.one(user, passkey_id)
    return _name_page(PasskeyNameForm(formdata=None, data={"name": row.name}), passkey_id)


@room.post(ONE)
@signed_in()
def passkey_name_send(user: SignedIn, passkey_id: UUID) -> ResponseReturnValue:
    form = PasskeyNameForm()
    passkeys.one(user, passkey_id)
    if not form.validate():
        return _name_page(form, passkey_id, 422)
    passkeys.rename(user, passkey_id, form.name.text.strip())
    return pages.saved(url_for(".passkey_list", saved=1))


def _name_page(form: PasskeyNameForm, passkey_id: UUID, status: int = 200) -> ResponseReturnValue:
    return pages.show("accounts/passkey_name.html", status=status, form=form, passkey_id=passkey_id)


@room.get(ONE + "remove")
@signed_in(recent=True)
def passkey_remove(user: SignedIn, passkey_id: UUID) -> ResponseReturnValue:
    return _remove_page(user, passkey_id)


@room.post(ONE + "remove")
@signed_in(recent=True)
def passkey_remove_send(user: SignedIn, passkey_id: UUID) -> ResponseReturnValue:
    try:
        passkeys.remove(user, passkey_id)
    except passkeys.LastWay:
        return _remove_page(user, passkey_id, 409)
    return pages.saved(url_for(".passkey_list", saved=1))


def _remove_page(user: SignedIn, passkey_id: UUID, status: int = 200) -> ResponseReturnValue:
    row = passkeys.one(user, passkey_id)
    last = row.copied_at is None and not ways.of(user.account_id).without_one_passkey()
    return pages.show("accounts/passkey_remove.html", status=status, name=row.name, last=last)


# ---------------------------------------------------------------------------------------------------- keep your way in


@room.get("/account/next-time")
@signed_in()
def next_time(user: SignedIn) -> ResponseReturnValue:
    """Right after the birth date, or after a code on a new phone: how they come in next time."""
    return _next_time(user, PasskeyForm(formdata=None))


@room.post("/account/next-time")
@signed_in(late=True)
def next_time_send(user: SignedIn) -> ResponseReturnValue:
    if asks_first(user):
        return prove_again()
    form = PasskeyForm()
    if form.validate():
        said = _kept(user, form.credential.data or "", sessions.device_name() or gettext("My device"))
        if said is None:
            return pages.saved(url_for("home.today", saved=1))
        form.form_errors = [said]
    form.credential.data = ""
    return _next_time(user, form, 422)


def _next_time(user: SignedIn, form: PasskeyForm, status: int = 200) -> ResponseReturnValue:
    return pages.show(
        "accounts/next_time.html",
        status=status,
        form=form,
        here=challenges.party() is not None,
        mail=mail_codes.are_sent(),
        by=links.provider_of(user.kind) if not links.own(user.account_id, user.kind) else None,
        by_letter=sessions.began(user) is sessions.Began.LETTER and user.came_by_code,
    )


@room.post("/account/next-time/not-now")
@signed_in()
def not_now(user: SignedIn) -> ResponseReturnValue:
    ways.not_now(user)
    return pages.saved(safe_next(request.form.get("next")))


@room.get("/account/next-time/not-now")
@signed_in()
def not_now_form(user: SignedIn) -> ResponseReturnValue:
    back = url_for(".next_time")
    return pages.one_button(gettext("Not now"), back, gettext("Next time, come in quickly"))
