"""Signing in by passkey, code or password, the second factor, saying again who one is, signing out."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import segno
from flask import abort, current_app, g, jsonify, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta, gettext, lazy_gettext, pgettext
from flask_login import current_user
from werkzeug.exceptions import TooManyRequests

from selfcare.accounts import (
    actions,
    challenges,
    enrolment,
    factor,
    links,
    mail_codes,
    passkeys,
    sessions,
    ways,
)
from selfcare.accounts.forms import (
    AgainForm,
    AgainWithCodeForm,
    CodeForm,
    MailForm,
    PasskeyForm,
    ProviderForm,
    RecoveryCodeForm,
    SignInForm,
)
from selfcare.accounts.room import room
from selfcare.web import carry, pages
from selfcare.web.access import SignedIn, me, public, signed_in

# What `selfcare.demo` makes, offered on the sign-in page of a demonstration.
DEMO_SIGN_INS = {
    "patient@example.org": lazy_gettext("Sign in as Rosa, who keeps a record"),
    "carer@example.org": lazy_gettext("Sign in as Leon, who helps Rosa"),
    "nurse@example.org": lazy_gettext("Sign in as Amina, a specialist nurse"),
    "volunteer@example.org": lazy_gettext("Sign in as Bo, who works for a charity near by"),
}


def safe_next(target: str | None) -> str:
    """An address of ours to go on to; Today for anything else."""
    if any(sign < " " or sign == "\x7f" for sign in target or ""):
        return "/"  # no header may hold them, and no address does
    try:
        elsewhere = bool(urlsplit(target or "").netloc)  # it drops tabs and line ends, as browsers do
    except ValueError:
        return "/"
    ours = (
        target
        and target.startswith("/")
        and not target.startswith("//")
        and not elsewhere
        and "\\" not in target
    )
    return str(target) if ours else "/"


@room.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    onward = safe_next(request.args.get("next"))
    return redirect(onward, 303) if me() else _sign_in_page(200, onward)


@room.post("/sign-in")
@public
def sign_in_send() -> ResponseReturnValue:
    form = SignInForm()
    if form.validate():
        user = actions.sign_in(form.email.text, form.password.text)
        if user:
            onward = safe_next(form.next.data)
            if user.complete:
                cookie[passkeys.QUIETLY] = True  # asked once, of the page that comes now
                return carry.onward(user.account_id, onward)
            if carry.kept():
                return second_factor_page(user, onward)
            return pages.saved(url_for("accounts.second_factor", next=onward))
        form.password.errors = [
            gettext("The e-mail address or the password is not right. Check both and try again.")
        ]
    return _sign_in_page(422, safe_next(form.next.data), form=form)


def sign_in_page(status: int) -> ResponseReturnValue:
    """Where something was sent without a session; what was typed stands on it."""
    return _sign_in_page(status, "/")


def _sign_in_page(status: int, onward: str, **forms: Any) -> ResponseReturnValue:
    """:param forms: those that came back: `form` of the password, `mail`, `passkey`, `provider`."""
    settings = current_app.config["SETTINGS"]
    return pages.show(
        "accounts/sign_in.html",
        status=status,
        form=forms.get("form") or SignInForm(formdata=None, data={"next": onward}),
        demo_sign_ins=[(mail, str(words)) for mail, words in DEMO_SIGN_INS.items()] if settings.demo else [],
        demo_password=settings.demo_password if settings.demo else None,
        providers=links.providers().whole,
        **_other_ways(onward, **forms),
    )


def _other_ways(onward: str, **forms: Any) -> dict[str, Any]:
    """The forms beside the password's; none where a way is not to be had here."""
    blank = {"formdata": None, "data": {"next": onward}}
    return {
        "passkey": (forms.get("passkey") or PasskeyForm(**blank)) if challenges.party() else None,
        "mail": (forms.get("mail") or MailForm(**blank)) if mail_codes.are_sent() else None,
        "provider": forms.get("provider") or ProviderForm(**blank),
    }


# ------------------------------------------------------------------------------------------------------------ passkeys


@room.post("/sign-in/passkey/options")
@public
def passkey_options() -> ResponseReturnValue:
    """What a browser is to sign: for the script of the pages that ask who somebody is."""
    return jsonify(passkeys.options_to_use(me(), offered=request.form.get("offered") == "1"))


@room.get("/sign-in/passkey")
@public
def passkey_door() -> ResponseReturnValue:
    """Where a passkey that was refused came back to: see `to_door`."""
    return to_door()


@room.post("/sign-in/passkey")
@public
def passkey_send() -> ResponseReturnValue:
    """A passkey to sign in with; of who is signed in, to say again that it is them."""
    if challenges.party() is None:
        abort(404)
    user, form = me(), PasskeyForm()
    onward = safe_next(form.next.data)
    if not form.credential.data:
        form.form_errors = [cannot()]
    elif form.validate():
        try:
            if user and passkeys.prove(user, form.credential.data or ""):
                return carry.onward(user.account_id, onward)
            came = None if user else passkeys.sign_in(form.credential.data or "")
            if came:
                return carry.onward(came.account_id, onward)
            form.form_errors = [
                gettext("That did not let you in. Nothing is lost. Try it once more, or choose another way.")
            ]
        except passkeys.Copied:
            g.partly_kept = True  # its owner is told
            form.form_errors = [
                gettext(
                    "This one may have been copied, so it lets nobody in now. Choose another way. Then remove it "
                    "under Account."
                )
            ]
        except TooManyRequests as slow:
            form.credential.data = ""
            form.form_errors = [too_many(slow)]
            return slowed(slow, onward, passkey=form)
    form.credential.data = ""
    return door(422, onward, passkey=form)


def cannot() -> str:
    """What is said where a form came without what a passkey signed: no script ran, or the browser knows none."""
    return gettext("This browser cannot do that. Choose another way.")


def too_many(slow: TooManyRequests) -> str:
    return gettext(
        "That was too many tries. You can try this again in %(wait)s. Until then choose another way.",
        wait=_wait(slow),
    )


def _wait(slow: TooManyRequests) -> str:
    """How long until it can be tried again, as people say it, and never too short."""
    minutes = -(-int(slow.retry_after or 60) // 60)  # type: ignore[arg-type]
    unit = "hour" if minutes > 90 else "minute"
    left = timedelta(hours=-(-minutes // 60)) if unit == "hour" else timedelta(minutes=minutes)
    return str(format_timedelta(left, granularity=unit, threshold=99))


def slowed(slow: TooManyRequests, onward: str, **forms: Any) -> ResponseReturnValue:
    """429 on the page with the other ways in; what waits to be sent stays on it."""
    return retry_after(slow, door(429, onward, **forms))


def door(status: int, onward: str, **forms: Any) -> ResponseReturnValue:
    """The page that asks who they are, or whether it is still them, with the form that came back."""
    user = me()
    return _again(user, onward, status, **forms) if user else _sign_in_page(status, onward, **forms)


def to_door() -> ResponseReturnValue:
    """To whoever opens an address anew that only takes what is sent: a page that came back with what was wrong."""
    return redirect(url_for(".again" if me() else ".sign_in"), 303)


def retry_after(slow: TooManyRequests, page: ResponseReturnValue) -> ResponseReturnValue:
    answer = current_app.make_response(page)
    answer.headers["Retry-After"] = str(slow.retry_after)
    return answer


# ------------------------------------------------------------------------------------------------------------ sign out


@room.get("/sign-out")
@public
def sign_out_form() -> ResponseReturnValue:
    user = me()
    if user and user.came_by_code:
        return pages.show("accounts/leaving.html")
    return pages.one_button(gettext("Sign out"), "/", pgettext("way back", "Back"))


@room.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    user = me()
    if user and user.came_by_code and request.form.get("anyway") != "1":
        return redirect(url_for(".sign_out_form"), 303)  # nothing would let them in again
    sessions.leave()
    return sign_in_page(200) if carry.kept() else pages.saved(url_for("accounts.sign_in"))


# --------------------------------------------------------------------------------------------------- the second factor


def _half_signed_in() -> SignedIn:
    """The account that gave its password and still owes the second factor."""
    user = current_user
    if not user or not user.is_authenticated or user.complete:
        abort(404)
    found: SignedIn = user._get_current_object()
    return found


@room.get("/sign-in/code")
@public
def second_factor() -> ResponseReturnValue:
    user = _half_signed_in()
    return _second_factor(user, CodeForm(formdata=None, data={"next": safe_next(request.args.get("next"))}))


@room.post("/sign-in/code")
@public
def second_factor_send() -> ResponseReturnValue:
    user = _half_signed_in()
    if "recovery" in request.form and factor.is_set(user):
        return _recovery_send(user, RecoveryCodeForm())
    form = CodeForm()
    if form.validate():
        if factor.is_set(user):
            if factor.check(user, form.code.text):
                return carry.onward(user.account_id, safe_next(form.next.data))
        elif enrolment.finish(user, form.code.text):
            return carry.onward(user.account_id, url_for("accounts.recovery_codes"))
        form.code.errors = [gettext("This code is not right, or it was used before. Wait for the next one.")]
    return _second_factor(user, form, 422)


def _recovery_send(user: SignedIn, form: RecoveryCodeForm) -> ResponseReturnValue:
    onward = safe_next(form.next.data)
    if form.validate():
        if factor.check(user, form.recovery.text):
            return carry.onward(user.account_id, onward)
        form.recovery.errors = [
            gettext("This is none of your recovery codes, or it was used. Each works once.")
        ]
    return _second_factor(user, CodeForm(formdata=None, data={"next": onward}), 422, form)


def second_factor_page(user: SignedIn, onward: str) -> ResponseReturnValue:
    """The page that asks for the second factor at once: what was typed goes along in it."""
    return _second_factor(user, CodeForm(formdata=None, data={"next": onward}))


def _second_factor(
    user: SignedIn, form: CodeForm, status: int = 200, recovery: RecoveryCodeForm | None = None
) -> ResponseReturnValue:
    if factor.is_set(user):
        recovery = recovery or RecoveryCodeForm(formdata=None, data={"next": form.next.data})
        return pages.show("accounts/second_factor.html", status=status, form=form, qr=None, recovery=recovery)
    secret = factor.pending(user)
    if secret is None:  # a password alone sets no second factor up
        return pages.show("accounts/no_factor.html", status=status)
    uri = factor.address(user, secret)
    return pages.show(
        "accounts/second_factor.html", status=status, form=form, secret=secret, qr=_qr(uri), recovery=None
    )


def _qr(text: str) -> str:
    """A QR code as an SVG image address: no inline style, which the content policy would refuse."""
    return segno.make(text, error="m", micro=False).svg_data_uri(scale=5, border=3, dark="#000", light="#fff")


# ------------------------------------------------------------------------------------------------------ who it is again


@room.get("/sign-in/again")
@signed_in()
def again(user: SignedIn) -> ResponseReturnValue:
    onward = safe_next(request.args.get("next"))
    if not ways.of(user.account_id).any:
        return redirect(url_for("accounts.way_in", next=onward), 303)
    return _again(user, onward, 200)


@room.post("/sign-in/again")
@signed_in(late=True)
def again_send(user: SignedIn) -> ResponseReturnValue:
    form = _password_again(user)()
    if form.validate():
        code = form.code.text if isinstance(form, AgainWithCodeForm) else None
        if actions.prove(user, form.password.text, code):
            return carry.onward(user.account_id, safe_next(form.next.data))
        form.password.errors = [
            gettext("The password or the code is not right. Try again.")
            if code is not None
            else gettext("This password is not right. Try again.")
        ]
    return _again(user, safe_next(form.next.data), 422, form=form)


def again_page(user: SignedIn, status: int) -> ResponseReturnValue:
    """Where something was sent without a fresh proof; what was typed stands on it."""
    return _again(user, "/", status)


def _again(user: SignedIn, onward: str, status: int, **forms: Any) -> ResponseReturnValue:
    """:param forms: the one that came back: `form` of the password, `passkey` or `provider`."""
    settings = current_app.config["SETTINGS"]
    own, beside = ways.of(user.account_id), _other_ways(onward, **forms)
    blank = _password_again(user)(formdata=None, data={"next": onward})
    return pages.show(
        "accounts/again.html",
        status=status,
        demo_password=settings.demo_password if settings.demo else None,
        form=(forms.get("form") or blank) if own.password else None,
        passkey=beside["passkey"] if own.passkeys else None,
        mail=beside["mail"] if own.email else None,
        by=links.provider_of(user.kind) if own.provider else None,
        provider=beside["provider"],
    )


def _password_again(user: SignedIn) -> type[AgainForm | AgainWithCodeForm]:
    return AgainWithCodeForm if actions.asks_for_code(user) else AgainForm
