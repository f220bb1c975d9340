"""Enrolment, and the account page with what is set there."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask, abort, current_app, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext, refresh
from flask_login import LoginManager

from selfcare import i18n
from selfcare.accounts import (
    actions,
    address,
    challenges,
    enrolment,
    factor,
    links,
    mail_code_views,
    mail_codes,
    passkey_views,
    provider_views,
    sessions,
    sign_in_views,
    ways,
)
from selfcare.accounts import recovery_codes as codes
from selfcare.accounts.forms import EnrolForm, LanguageForm, MailCodeForm, WayInForm
from selfcare.accounts.passwords import WeakPassword, of_nobody, suggested
from selfcare.accounts.room import room
from selfcare.accounts.sign_in_views import safe_next
from selfcare.accounts.visits import For
from selfcare.database import now
from selfcare.i18n import LANGUAGES
from selfcare.settings_sign_in import STAFF as STAFF_SIGN_IN
from selfcare.web import carry, pages
from selfcare.web.access import Kind, SignedIn, is_recent, me, prove_again, public, signed_in

__all__ = ["install", "mail_code_views", "passkey_views", "provider_views", "room"]

STAFF = (Kind.PROFESSIONAL, Kind.ADMINISTRATOR, Kind.BODY, Kind.READER)


@room.get("/enrol")
@public
def enrol() -> ResponseReturnValue:
    return _enrol(EnrolForm(formdata=None))


def begin_enrolment(code: str) -> ResponseReturnValue:
    """The page that sets an account up, with the code of its link filled in: for who gets no link to open."""
    return _enrol(EnrolForm(formdata=None, data={"code": code}))


def _enrol(form: EnrolForm, status: int = 200) -> ResponseReturnValue:
    return pages.show("accounts/enrol.html", status=status, form=form, by=links.providers().of(STAFF_SIGN_IN))


@room.post("/enrol")
@public
def enrol_send() -> ResponseReturnValue:
    form = EnrolForm()
    by = links.providers().of(STAFF_SIGN_IN) if "provider" in request.form else None
    if by:
        form.by_provider()
    if form.validate():
        if by and enrolment.is_good(form.code.text):
            return provider_views.away(by, For.ENROL, "/", code=form.code.text)
        try:
            user = None if by else enrolment.begin(form.code.text, form.password.text)
            if user:
                return pages.saved("/" if user.complete else url_for(".second_factor"))
            form.code.errors = [
                gettext("This link was used, or its day is over. Ask whoever gave it to you for a new one.")
            ]
        except WeakPassword as weak:
            form.password.errors = [str(weak)]
    return _enrol(form, 422)


@room.get("/account/")
@signed_in()
def account(user: SignedIn) -> ResponseReturnValue:
    zone = ZoneInfo(current_app.config["SETTINGS"].zone)
    devices = [
        {"id": found.id, "name": found.name, "here": found.here, "seen": found.seen_at.astimezone(zone)}
        for found in sessions.devices(user)
    ]
    own = ways.of(user.account_id)
    return pages.show(
        "accounts/account.html",
        own=own,
        has_password=actions.has_password(user),
        codes_left=codes.left(user.account_id) if factor.is_set(user) else None,
        passkeys_here=own.passkeys > 0 or challenges.party() is not None,
        by=links.provider_of(user.kind),
        devices=devices,
        today=now().astimezone(zone).date(),
    )


@room.get("/account/sign-in")
@signed_in()
def way_in(user: SignedIn) -> ResponseReturnValue:
    onward = safe_next(request.args.get("next"))
    return _way_in(user, _way_in_form(user, onward, blank=True))


@room.post("/account/sign-in")
@signed_in(late=True)
def way_in_send(user: SignedIn) -> ResponseReturnValue:
    if not is_recent(user) and ways.of(user.account_id).any:
        return prove_again()
    form = _way_in_form(user)
    if form.validate():
        try:
            proved = address.is_proved(user, form.email.text)
            if not proved:
                address.ask(user, form.email.text, form.password.text)
                onward = safe_next(form.next.data)
                if carry.kept():
                    return _way_in_code(user, onward)  # at once: what was typed goes along in the page
                return pages.saved(url_for(".way_in_code", next=onward))
            if form.password.text:
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


def _way_in_form(user: SignedIn, onward: str = "/", *, blank: bool = False) -> WayInForm:
    form = WayInForm(formdata=None, data={"email": user.email, "next": onward}) if blank else WayInForm()
    if user.kind is Kind.PERSON and mail_codes.are_sent():
        form.may_go_without(has_one=actions.has_password(user))
    return form


def _way_in(user: SignedIn, form: WayInForm, status: int = 200) -> ResponseReturnValue:
    own = ways.of(user.account_id)
    if own.any and not is_recent(user):
        return redirect(url_for("accounts.again", next=url_for("accounts.way_in")), 303)
    return pages.show(
        "accounts/way_in.html",
        status=status,
        form=form,
        known=own.any,
        passkeys_here=challenges.party() is not None,
    )


@room.get("/account/sign-in/code")
@signed_in()
def way_in_code(user: SignedIn) -> ResponseReturnValue:
    return _way_in_code(user, safe_next(request.args.get("next")))


def _way_in_code(user: SignedIn, onward: str) -> ResponseReturnValue:
    form = MailCodeForm(formdata=None, data={"next": onward})
    return pages.show("accounts/way_in_code.html", form=form, waits=address.waits(user))


@room.post("/account/sign-in/code")
@signed_in(late=True)
def way_in_code_send(user: SignedIn) -> ResponseReturnValue:
    if not is_recent(user) and ways.of(user.account_id).any:
        return redirect(url_for("accounts.again", next=url_for("accounts.way_in")), 303)
    form = MailCodeForm()
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


@room.get("/account/recovery-codes")
@signed_in(*STAFF)
def recovery_codes(user: SignedIn) -> ResponseReturnValue:
    return _recovery_codes(user, [])


@room.post("/account/recovery-codes")
@signed_in(*STAFF, recent=True)
def recovery_codes_send(user: SignedIn) -> ResponseReturnValue:
    """The codes are the answer itself, shown this once."""
    if not factor.is_set(user):
        abort(404)
    return _recovery_codes(user, codes.make(user.account_id))


def _recovery_codes(user: SignedIn, made: list[str]) -> ResponseReturnValue:
    if not factor.is_set(user):
        abort(404)
    return pages.show(
        "accounts/recovery_codes.html",
        made=[f"{code[:5]} {code[5:]}" for code in made],
        left=codes.left(user.account_id),
    )


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


def _again_page(status: int) -> ResponseReturnValue:
    """Where something was sent without a fresh proof; what was typed stands on it."""
    user = me()
    if user is None:
        return sign_in_views.sign_in_page(status)
    if not ways.of(user.account_id).any:
        return _way_in(user, _way_in_form(user, blank=True), status)
    return sign_in_views.again_page(user, status)


def install(app: Flask) -> None:
    """Register the room and Flask-Login."""
    manager = LoginManager()
    manager.session_protection = None  # our sessions are rows; rotated at sign-in
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(sessions.load)
    carry.install(carry.Doors(sign_in=sign_in_views.sign_in_page, again=_again_page))(app)
    app.register_blueprint(room)
    app.jinja_env.globals["suggested_words"] = suggested
    of_nobody(app.config["SETTINGS"].password_cost)
