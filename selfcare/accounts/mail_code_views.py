"""Signing in by a code that is sent by e-mail, and what somebody reads who cannot get in."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import TooManyRequests

from selfcare.accounts import challenges, mail_codes
from selfcare.accounts.forms import MailCodeForm, MailForm
from selfcare.accounts.room import room
from selfcare.accounts.sign_in_views import door, retry_after, safe_next, slowed, to_door, too_many
from selfcare.web import carry, pages
from selfcare.web.access import me, public


@room.get("/sign-in/e-mail")
@public
def mail_door() -> ResponseReturnValue:
    """What was sent here came back with what is wrong; whoever opens the address anew is led to the door."""
    return to_door()


@room.post("/sign-in/e-mail")
@public
def mail_send() -> ResponseReturnValue:
    """Ask for a code: to sign in; of who is signed in, to say again that it is them."""
    if not mail_codes.are_sent():
        abort(404)
    user = me()
    form = MailForm(data={"code_email": user.email} if user else None)
    onward = safe_next(form.next.data)
    if user or form.validate():
        try:
            mail_codes.ask((user.email or "") if user else form.code_email.text)
        except TooManyRequests as slow:
            form.form_errors = [too_many(slow)]
            return slowed(slow, onward, mail=form)
        if carry.kept():
            return _mail_code(MailCodeForm(formdata=None, data={"next": onward}))
        return pages.saved(url_for(".mail_code", next=onward))
    return door(422, onward, mail=form)


@room.get("/sign-in/e-mail/code")
@public
def mail_code() -> ResponseReturnValue:
    onward = safe_next(request.args.get("next"))
    return _mail_code(MailCodeForm(formdata=None, data={"next": onward}))


@room.post("/sign-in/e-mail/code")
@public
def mail_code_send() -> ResponseReturnValue:
    form = MailCodeForm()
    if form.validate():
        try:
            user = mail_codes.use(form.code.text, me())
        except TooManyRequests as slow:
            if slow.retry_after and int(slow.retry_after) > mail_codes.LASTS.total_seconds():  # type: ignore[arg-type]
                onward = safe_next(form.next.data)
                mail = MailForm(formdata=None, data={"code_email": mail_codes.waits(), "next": onward})
                mail.form_errors = [too_many(slow)]
                return slowed(slow, onward, mail=mail)
            form.code.errors = [
                gettext("That was five wrong tries, so this code works no more. Ask for a new one here.")
            ]
            return retry_after(slow, _mail_code(form, 429))
        if user:
            return carry.onward(user.account_id, safe_next(form.next.data))
        form.code.errors = [
            gettext(
                "This code is not right, or its 10 minutes are over, or it was asked for in another browser. "
                "Look at the newest e-mail, or ask for a new one here."
            )
        ]
    return _mail_code(form, 422)


def _mail_code(form: MailCodeForm, status: int = 200) -> ResponseReturnValue:
    user, waits, onward = me(), mail_codes.waits(), safe_next(form.next.data)
    address = user.email if user else waits
    return pages.show(
        "accounts/mail_code.html",
        status=status,
        form=form,
        waits=waits,
        again=user,
        address=address,
        mail=None if address else MailForm(formdata=None, data={"next": onward}),
        onward=onward,
    )


@room.get("/sign-in/new-phone")
@public
def new_phone() -> ResponseReturnValue:
    """What happens when somebody cannot get in, before anything is typed."""
    form = MailForm(formdata=None, data={"next": url_for(".next_time")}) if mail_codes.are_sent() else None
    return pages.show("accounts/new_phone.html", mail=form, passkey=challenges.party() is not None)
