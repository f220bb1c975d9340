"""Signing in and out, the second factor, the account page."""

from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import segno
from flask import Flask, abort, current_app, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, pgettext, refresh
from flask_login import LoginManager, current_user

from selfcare import i18n
from selfcare.accounts import actions, address, enrolment, factor, sessions
from selfcare.accounts.forms import (
    AddressCodeForm,
    AgainForm,
    AgainWithCodeForm,
    CodeForm,
    EnrolForm,
    LanguageForm,
    SignInForm,
    WayInForm,
)
from selfcare.accounts.passwords import WeakPassword, of_nobody
from selfcare.database import now
from selfcare.i18n import LANGUAGES
from selfcare.web import carry, pages
from selfcare.web.access import SignedIn, is_recent, me, prove_again, public, signed_in
from selfcare.web.room import Room

room = Room("accounts", __name__)

# What `selfcare.demo` makes, offered on the sign-in page of a demonstration.
DEMO_SIGN_INS = {
    "patient@example.org": lazy_gettext("Sign in as Rosa, who keeps a record"),
    "carer@example.org": lazy_gettext("Sign in as Leon, who helps Rosa"),
    "nurse@example.org": lazy_gettext("Sign in as Amina, a specialist nurse"),
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
    if me():
        return redirect(safe_next(request.args.get("next")), 303)
    return _sign_in(SignInForm(formdata=None, data={"next": safe_next(request.args.get("next"))}))


@room.post("/sign-in")
@public
def sign_in_send() -> ResponseReturnValue:
    form = SignInForm()
    if form.validate():
        user = actions.sign_in(form.email.text, form.password.text)
        if user:
            onward = safe_next(form.next.data)
            if user.complete:
                return carry.onward(user.account_id, onward)
            if carry.kept():
                form = CodeForm(formdata=None, data={"next": onward})
                return _second_factor(user, form)  # at once: what was typed goes along in the page
            return pages.saved(url_for("accounts.second_factor", next=onward))
        form.password.errors = [
            gettext("The e-mail address or the password is not right. Check both and try again.")
        ]
    return _sign_in(form, 422)


def _sign_in_page(status: int) -> ResponseReturnValue:
    """Where something was sent without a session; what was typed stands on it."""
    return _sign_in(SignInForm(formdata=None), status)


def _sign_in(form: SignInForm, status: int = 200) -> ResponseReturnValue:
    settings = current_app.config["SETTINGS"]
    demo = [(email, str(words)) for email, words in DEMO_SIGN_INS.items()] if settings.demo else []
    password = settings.demo_password if settings.demo else None
    return pages.show(
        "accounts/sign_in.html", status=status, form=form, demo_sign_ins=demo, demo_password=password
    )


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
    return _sign_in_page(200) if carry.kept() else pages.saved(url_for("accounts.sign_in"))


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
    form = CodeForm()
    if form.validate():
        use = factor.check if factor.is_set(user) else enrolment.finish
        if use(user, form.code.text):
            return carry.onward(user.account_id, safe_next(form.next.data))
        form.code.errors = [gettext("This code is not right, or it was used before. Wait for the next one.")]
    return _second_factor(user, form, 422)


def _second_factor(user: SignedIn, form: CodeForm, status: int = 200) -> ResponseReturnValue:
    if factor.is_set(user):
        return pages.show("accounts/second_factor.html", status=status, form=form, qr=None)
    secret = factor.pending(user)
    if secret is None:  # a password alone sets no second factor up
        return pages.show("accounts/no_factor.html", status=status)
    uri = factor.address(user, secret)
    return pages.show("accounts/second_factor.html", status=status, form=form, secret=secret, qr=_qr(uri))


@room.get("/enrol")
@public
def enrol() -> ResponseReturnValue:
    return pages.show("accounts/enrol.html", form=EnrolForm(formdata=None))


@room.post("/enrol")
@public
def enrol_send() -> ResponseReturnValue:
    form = EnrolForm()
    if form.validate():
        try:
            user = enrolment.begin(form.code.text, form.password.text)
            if user:
                return pages.saved("/" if user.complete else url_for(".second_factor"))
            form.code.errors = [
                gettext("This link was used, or its day is over. Ask whoever gave it to you for a new one.")
            ]
        except WeakPassword as weak:
            form.password.errors = [str(weak)]
    return pages.show("accounts/enrol.html", status=422, form=form)


@room.get("/sign-in/again")
@signed_in()
def again(user: SignedIn) -> ResponseReturnValue:
    onward = safe_next(request.args.get("next"))
    if not actions.has_password(user):
        return redirect(url_for("accounts.way_in", next=onward), 303)
    return _again(user, onward, 200)


def _again(user: SignedIn, onward: str, status: int) -> ResponseReturnValue:
    form = AgainWithCodeForm if actions.asks_for_code(user) else AgainForm
    return pages.show("accounts/again.html", status=status, form=form(formdata=None, data={"next": onward}))


def _again_page(status: int) -> ResponseReturnValue:
    """Where something was sent without a fresh proof; what was typed stands on it."""
    user = me()
    if user is None:
        return _sign_in_page(status)
    if not actions.has_password(user):
        return _way_in(user, WayInForm(formdata=None, data={"email": user.email}), status)
    return _again(user, "/", status)


@room.post("/sign-in/again")
@signed_in(late=True)
def again_send(user: SignedIn) -> ResponseReturnValue:
    form = AgainWithCodeForm() if actions.asks_for_code(user) else AgainForm()
    if form.validate():
        code = form.code.text if isinstance(form, AgainWithCodeForm) else None
        if actions.prove(user, form.password.text, code):
            return carry.onward(user.account_id, safe_next(form.next.data))
        form.password.errors = [
            gettext("The password or the code is not right. Try again.")
            if code is not None
            else gettext("This password is not right. Try again.")
        ]
    return pages.show("accounts/again.html", status=422, form=form)


@room.get("/account/")
@signed_in()
def account(user: SignedIn) -> ResponseReturnValue:
    zone = ZoneInfo(current_app.config["SETTINGS"].zone)
    devices = [
        {"id": found.id, "name": found.name, "here": found.here, "seen": found.seen_at.astimezone(zone)}
        for found in sessions.devices(user)
    ]
    today = now().astimezone(zone).date()
    has_password = actions.has_password(user)
    return pages.show("accounts/account.html", has_password=has_password, devices=devices, today=today)


@room.get("/account/sign-in")
@signed_in()
def way_in(user: SignedIn) -> ResponseReturnValue:
    onward = safe_next(request.args.get("next"))
    return _way_in(user, WayInForm(formdata=None, data={"email": user.email, "next": onward}))


@room.post("/account/sign-in")
@signed_in(late=True)
def way_in_send(user: SignedIn) -> ResponseReturnValue:
    if actions.has_password(user) and not is_recent(user):
        return prove_again()
    form = WayInForm()
    if form.validate():
        try:
            if not address.is_proved(user, form.email.text):
                address.ask(user, form.email.text, form.password.text)
                onward = safe_next(form.next.data)
                if carry.kept():
                    return _way_in_code(user, onward)  # at once: what was typed goes along in the page
                return pages.saved(url_for(".way_in_code", next=onward))
            actions.set_password(user, form.email.text, form.password.text)
            onward = safe_next(form.next.data)
            if onward == "/":
                onward = url_for("accounts.account", saved=1)
            return carry.onward(user.account_id, onward)
        except WeakPassword as weak:
            form.password.errors = [str(weak)]
        except actions.Taken:
            form.email.errors = [gettext("This address cannot be used here. Use another one.")]
    return _way_in(user, form, 422)


def _way_in(user: SignedIn, form: WayInForm, status: int = 200) -> ResponseReturnValue:
    known = actions.has_password(user)
    if known and not is_recent(user):
        return redirect(url_for("accounts.again", next=url_for("accounts.way_in")), 303)
    return pages.show("accounts/way_in.html", status=status, form=form, known=known)


@room.get("/account/sign-in/code")
@signed_in()
def way_in_code(user: SignedIn) -> ResponseReturnValue:
    return _way_in_code(user, safe_next(request.args.get("next")))


def _way_in_code(user: SignedIn, onward: str) -> ResponseReturnValue:
    form = AddressCodeForm(formdata=None, data={"next": onward})
    return pages.show("accounts/way_in_code.html", form=form, waits=address.waits(user))


@room.post("/account/sign-in/code")
@signed_in(late=True)
def way_in_code_send(user: SignedIn) -> ResponseReturnValue:
    if actions.has_password(user) and not is_recent(user):
        return redirect(url_for("accounts.again", next=url_for("accounts.way_in")), 303)
    form = AddressCodeForm()
    if form.validate():
        if address.confirm(user, form.code.text):
            onward = safe_next(form.next.data)
            if onward == "/":
                onward = url_for("accounts.account", saved=1)
            return carry.onward(user.account_id, onward)
        form.code.errors = [
            gettext("This code is not right, or its half hour is over. Look at the newest e-mail.")
        ]
    return pages.show("accounts/way_in_code.html", status=422, form=form, waits=address.waits(user))


@room.get("/account/language")
@signed_in()
def language(user: SignedIn) -> ResponseReturnValue:
    return _language(LanguageForm(formdata=None, data={"language": i18n.code()}))


@room.post("/account/language")
@signed_in()
def language_send(user: SignedIn) -> ResponseReturnValue:
    form = LanguageForm()
    if not form.validate():
        return _language(form, 422)
    actions.set_language(user, form.language.data)
    cookie.pop("locale", None)
    refresh()  # type: ignore[no-untyped-call]
    return pages.saved(url_for("accounts.account", saved=1))


def _language(form: LanguageForm, status: int = 200) -> ResponseReturnValue:
    hint = gettext("A person has not yet checked this translation.")
    hints = {language.code: hint for language in LANGUAGES.values() if not language.checked}
    return pages.show("accounts/language.html", status=status, form=form, hints=hints)


@room.get("/account/devices/<uuid:session_id>/end")
@signed_in()
def end_device_form(user: SignedIn, session_id: UUID) -> ResponseReturnValue:
    device = next((device for device in sessions.devices(user) if device.id == session_id), None)
    if device is None:
        abort(404)
    back = url_for("accounts.account")
    title = device.name or gettext("A device")
    return pages.one_button(pgettext("access", "End"), back, gettext("Account"), title=title)


@room.post("/account/devices/<uuid:session_id>/end")
@signed_in()
def end_device(user: SignedIn, session_id: UUID) -> ResponseReturnValue:
    if not sessions.end(user.account_id, session_id):
        abort(404)
    return pages.saved(url_for("accounts.account", saved=1))


@room.get("/language/<code>")
@public
def choose_language_form(code: str) -> ResponseReturnValue:
    if code not in LANGUAGES:
        abort(404)
    back, back_text = safe_next(request.args.get("next")), pgettext("way back", "Back")
    return pages.one_button(LANGUAGES[code].own_name, back, back_text, fields={"next": back})


@room.post("/language/<code>")
@public
def choose_language(code: str) -> ResponseReturnValue:
    """The language of this browser, before and beside an account's own choice."""
    if code not in LANGUAGES:
        abort(404)
    cookie["locale"] = code
    return redirect(safe_next(request.form.get("next")), 303)


def _qr(text: str) -> str:
    """A QR code as an SVG image address: no inline style, which the content policy would refuse."""
    return segno.make(text, error="m", micro=False).svg_data_uri(scale=5, border=3, dark="#000", light="#fff")


def install(app: Flask) -> None:
    """Register the room and Flask-Login."""
    manager = LoginManager()
    manager.session_protection = None  # our sessions are rows; rotated at sign-in
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(sessions.load)
    carry.install(carry.Doors(sign_in=_sign_in_page, again=_again_page))(app)
    app.register_blueprint(room)
    of_nobody(app.config["SETTINGS"].password_cost)
