"""Signing in by a provider, linking an account with it, and the way there and back.

Whoever comes back opens an address, and opening one changes nothing: its page hands what is in it on, by a press or by
its script. And whoever goes is sent by a page of ours: a form may lead nowhere else.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import abort, current_app, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import TooManyRequests

from selfcare.accounts import enrolment, factor, links, visits, ways
from selfcare.accounts.forms import CameBackCodeForm, CameBackForm, EnrolForm, ProviderForm
from selfcare.accounts.models import ProviderLink
from selfcare.accounts.passkey_views import asks_first
from selfcare.accounts.provider import CODE, STATE, NotBelieved, Said, Unreachable
from selfcare.accounts.room import room
from selfcare.accounts.sign_in_views import (
    door,
    safe_next,
    second_factor_page,
    slowed,
    to_door,
    too_many,
)
from selfcare.accounts.visits import For, Visit
from selfcare.database import now
from selfcare.settings_sign_in import STAFF, Provider
from selfcare.web import carry, origin, pages
from selfcare.web.access import SignedIn, me, prove_again, public, signed_in

WAY = "/sign-in/with/<provider>"
OWN = "/account/provider/"
RETRY = timedelta(minutes=1)
LONGEST = 4000  # characters of what a provider says in an address


def _named(key: str) -> Provider:
    found = links.providers().of(key)
    if found is None:
        abort(404)
    return found


def _own(user: SignedIn) -> Provider:
    found = links.provider_of(user.kind)
    if found is None:
        abort(404)
    return found


def _back(by: Provider) -> str:
    return origin.link("accounts.provider_back", provider=by.key)


# ------------------------------------------------------------------------------------------------------ there


def away(
    by: Provider, purpose: For, onward: str, user: SignedIn | None = None, code: str = ""
) -> ResponseReturnValue:
    """The page that sends somebody to a provider; or where they came from, with why not."""
    try:
        address = visits.go(by, purpose, onward, _back(by), user, code)
    except TooManyRequests as slow:
        form = ProviderForm(formdata=None, data={"next": onward})
        form.form_errors = [too_many(slow)]
        return slowed(slow, onward, provider=form)
    except visits.TooLong:
        return _at(by, purpose, onward, 422, _too_long(by), code)
    except (Unreachable, NotBelieved) as fault:
        return _failed(by, purpose, onward, fault, code)
    answer = current_app.make_response(pages.show("accounts/provider_going.html", by=by, address=address))
    answer.headers["Refresh"] = f"0; url={address}"
    return answer


@room.get(WAY)
@public
def provider_door(provider: str) -> ResponseReturnValue:
    """What was sent here came back with what is wrong; whoever opens the address anew is led to the door."""
    _named(provider)
    return to_door()


@room.post(WAY)
@public
def provider_send(provider: str) -> ResponseReturnValue:
    """To a provider: to sign in; of who is signed in, to say again that it is them."""
    by, user, form = _named(provider), me(), ProviderForm()
    onward = safe_next(form.next.data)
    if user and links.own(user.account_id, user.kind) is None:
        abort(404)
    return away(by, For.PROVE if user else For.SIGN_IN, onward, user)


# ------------------------------------------------------------------------------------------------------- and back


@room.get(WAY + "/back")
@public
def provider_back(provider: str) -> ResponseReturnValue:
    by = _named(provider)
    said = {name: request.args.get(name, "")[:LONGEST] for name in ("state", "code", "iss", "error")}
    form = CameBackForm(formdata=None, data=said)
    return pages.show("accounts/provider_back.html", by=by, form=form)


@room.post(WAY + "/back")
@public
def provider_back_send(provider: str) -> ResponseReturnValue:
    by, user, form = _named(provider), me(), CameBackForm()
    visit = visits.take(by, form.state.data or "", user)
    if visit is None:
        visits.refused(STATE)
        return _at(by, For.PROVE if user else For.SIGN_IN, "/", 400, _too_late())
    try:
        if form.error.data or not form.code.data:
            return _at(by, visit.purpose, visit.onward, 422, _empty_handed(by), visit.code)
        said = visits.ask(visit, form.code.data, form.iss.data or None, _back(by))
    except (Unreachable, NotBelieved) as fault:
        return _failed(by, visit.purpose, visit.onward, fault, visit.code)
    return _came(visit, user, said)


def _came(visit: Visit, user: SignedIn | None, said: Said) -> ResponseReturnValue:
    """Who they are is known: what they went for is done."""
    by, status = visit.provider, 403
    try:
        if visit.purpose is For.PROVE and user:
            state = visits.prove(visit, user, said)
            if state:
                return _code_page(by, CameBackCodeForm(formdata=None, data={"state": state}))
            return carry.onward(user.account_id, visit.onward)
        if visit.purpose is For.LINK and user:
            visits.link(by, user, said)
            return carry.onward(user.account_id, visit.onward)
        if visit.purpose is For.ENROL:
            return _enrolled(visit, said)
        came = visits.sign_in(by, said)
        if came.complete:
            return carry.onward(came.account_id, visit.onward)
        return second_factor_page(came, visit.onward)
    except links.Taken:
        text, status = _taken(by), 409
    except visits.Unlinked:
        text = _unlinked(by)
    except visits.Closed:
        text = gettext("This account is closed for now. Ask your team about it.")
    except visits.SomebodyElse:
        text = gettext(
            "You signed in at %(name)s as somebody else. Nothing is lost. Try it once more.", name=by.name
        )
    except visits.NoSecondStep:
        text = gettext("%(name)s asked you for no second step. Choose another way.", name=by.name)
    return _at(by, visit.purpose, visit.onward, status, text, visit.code)


def _enrolled(visit: Visit, said: Said) -> ResponseReturnValue:
    came = enrolment.begin_with_provider(visit.code, said)
    if came is None:
        return _at(visit.provider, For.ENROL, "/", 422, _too_late(), visit.code)
    return pages.saved("/" if came.complete else url_for(".second_factor"))


# ------------------------------------------------------------------------------------ the second factor, once more


@room.get(WAY + "/code")
@signed_in()
def provider_code(user: SignedIn, provider: str) -> ResponseReturnValue:
    _named(provider)
    return to_door()


@room.post(WAY + "/code")
@signed_in(late=True)
def provider_code_send(user: SignedIn, provider: str) -> ResponseReturnValue:
    """They came back from there, and their own second factor makes the proof whole."""
    by, form = _named(provider), CameBackCodeForm()
    typed = carry.packed()  # it stands on the page, and not with what was noted
    visit = visits.take(by, form.state.data or "", user, owes_code=True)
    carry.unpack(typed)
    if visit is None:
        return _at(by, For.PROVE, "/", 400, _too_late())
    if form.validate():
        if factor.check(user, form.code.text, again=True):
            return carry.onward(user.account_id, visit.onward)
        form.code.errors = [gettext("This code is not right, or it was used before. Wait for the next one.")]
    form.state.data = visits.owes_code(visit, user)
    g.partly_kept = True  # so that the next try is taken
    return _code_page(by, form, 422)


def _code_page(by: Provider, form: CameBackCodeForm, status: int = 200) -> ResponseReturnValue:
    return pages.show("accounts/provider_code.html", status=status, by=by, form=form)


# ------------------------------------------------------------------------------------------------- what is said


def _failed(by: Provider, purpose: For, onward: str, fault: Exception, code: str = "") -> ResponseReturnValue:
    if isinstance(fault, NotBelieved):
        visits.refused(fault.reason)
        said = _too_late() if fault.reason == CODE else _not_believed(by)
        return _at(by, purpose, onward, 400, said, code)
    visits.refused("unreachable")
    text = gettext(
        "%(name)s does not answer just now. Nothing is lost. Try it again later, or choose another way.",
        name=by.name,
    )
    answer = current_app.make_response(_at(by, purpose, onward, 503, text, code))
    answer.headers["Retry-After"] = str(int(RETRY.total_seconds()))
    return answer


def _at(
    by: Provider, purpose: For, onward: str, status: int, text: str, code: str = ""
) -> ResponseReturnValue:
    """The page that they left from, with what is to be said; what they had typed stands on it."""
    user = me()
    if purpose is For.ENROL:
        enrol = EnrolForm(formdata=None, data={"code": code})
        enrol.form_errors = [text]
        return pages.show("accounts/enrol.html", status=status, form=enrol, by=by)
    form = ProviderForm(formdata=None, data={"next": onward})
    form.form_errors = [text]
    if purpose is For.LINK and user:
        return _provider_page(user, form, status)
    return door(status, onward, provider=form)


def _too_late() -> str:
    return gettext(
        "That took too long, or it was used before, or it began in another browser. Nothing is lost. Try it once more."
    )


def _too_long(by: Provider) -> str:
    return gettext(
        "What you wrote is too long to come along to %(name)s from this device. Nothing is lost: it is still in this "
        "page. Choose another way, and you can send it.",
        name=by.name,
    )


def _empty_handed(by: Provider) -> str:
    return gettext(
        "You came back from %(name)s without signing in. Nothing is lost. Try it once more, or choose another way.",
        name=by.name,
    )


def _not_believed(by: Provider) -> str:
    return gettext(
        "We could not check what %(name)s told us, so it lets nobody in. Nothing is lost. Choose another way. If it "
        "happens again, tell your team.",
        name=by.name,
    )


def _taken(by: Provider) -> str:
    return gettext(
        "It was not set up. Your account at %(name)s is used for another account here, or another one of yours is used "
        "here already.",
        name=by.name,
    )


def _unlinked(by: Provider) -> str:
    if by.key == STAFF:
        return gettext(
            "Selfcare does not know yet who you are at %(name)s. Sign in here as you did before, and set it up under "
            "Account. Are you new here? Open the link that you were given.",
            name=by.name,
        )
    return gettext(
        "Selfcare does not know yet who you are at %(name)s. Sign in here as you did before, and set it up under "
        "Account. Are you new here? Use the code on your letter.",
        name=by.name,
    )


# ----------------------------------------------------------------------------------------------- the account's pages


@room.get(OWN)
@signed_in()
def provider(user: SignedIn) -> ResponseReturnValue:
    onward = safe_next(request.args.get("next"))
    return _provider_page(user, ProviderForm(formdata=None, data={"next": onward}))


@room.post(OWN)
@signed_in(late=True)
def provider_link_send(user: SignedIn) -> ResponseReturnValue:
    """Link the account: whoever has a way in says first who they are."""
    by = _own(user)
    if asks_first(user):
        return prove_again()
    onward = safe_next(ProviderForm().next.data)
    if links.own(user.account_id, user.kind):
        return pages.saved(url_for(".provider"))
    return away(by, For.LINK, onward if onward != "/" else url_for(".provider", saved=1), user)


@room.get(OWN + "remove")
@signed_in(recent=True)
def provider_remove(user: SignedIn) -> ResponseReturnValue:
    return _remove_page(user, _linked(user))


@room.post(OWN + "remove")
@signed_in(recent=True)
def provider_remove_send(user: SignedIn) -> ResponseReturnValue:
    row = _linked(user)
    try:
        visits.unlink(user, row)
    except visits.LastWay:
        return _remove_page(user, row, 409)
    return pages.saved(url_for(".provider", saved=1))


def _linked(user: SignedIn) -> ProviderLink:
    found = links.own(user.account_id, user.kind)
    if found is None:
        abort(404)
    return found


def _provider_page(user: SignedIn, form: ProviderForm, status: int = 200) -> ResponseReturnValue:
    by, row = _own(user), links.own(user.account_id, user.kind)
    zone = ZoneInfo(current_app.config["SETTINGS"].zone)
    return pages.show(
        "accounts/provider.html",
        status=status,
        by=by,
        form=form,
        made=row.made_at.astimezone(zone).date() if row else None,
        used=row.used_at.astimezone(zone).date() if row and row.used_at else None,
        today=now().astimezone(zone).date(),
    )


def _remove_page(user: SignedIn, row: ProviderLink, status: int = 200) -> ResponseReturnValue:
    last = not ways.of(user.account_id).without_provider()
    return pages.show("accounts/provider_remove.html", status=status, by=_own(user), last=last)
