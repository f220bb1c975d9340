"""Forms of accounts."""

from flask_babel import gettext, lazy_gettext

from selfcare.i18n import LANGUAGES
from selfcare.web.forms import Choice, Code, Email, Form, Hidden, Password, Text


def own_email() -> Email:
    return Email(
        lazy_gettext("E-mail address"),
        missing=lazy_gettext("Type your e-mail address."),
        autocomplete="username",
    )


def own_password() -> Password:
    return Password(
        lazy_gettext("Password"), missing=lazy_gettext("Type your password."), autocomplete="current-password"
    )


def new_password() -> Password:
    return Password(
        lazy_gettext("New password"),
        description=lazy_gettext(
            "At least 15 characters. Three words that do not belong together work well."
        ),
        missing=lazy_gettext("Type a new password."),
        autocomplete="new-password",
    )


class SignInForm(Form):
    email = own_email()
    password = own_password()
    next = Hidden()


class MailForm(Form):
    """Where a code by e-mail is asked for. Its field is another than the password's, beside which it stands."""

    code_email = Email(
        lazy_gettext("Your e-mail address"),
        missing=lazy_gettext("Type your e-mail address."),
        autocomplete="username webauthn",
    )
    next = Hidden()


def authenticator_code() -> Code:
    return Code(
        lazy_gettext("Code from your authenticator app"),
        description=lazy_gettext("Six numbers. Or one of your recovery codes."),
        missing=lazy_gettext("Type the six numbers, or one of your recovery codes."),
        autocomplete="one-time-code",
    )


class RecoveryCodeForm(Form):
    recovery = Code(
        lazy_gettext("Recovery code"),
        description=lazy_gettext("Ten letters and numbers."),
        missing=lazy_gettext("Type one of your recovery codes."),
        autocomplete="off",
    )
    next = Hidden()


class MailCodeForm(Form):
    code = Code(
        lazy_gettext("Code from the e-mail"),
        description=lazy_gettext("Six numbers."),
        missing=lazy_gettext("Type the six numbers."),
        autocomplete="one-time-code",
    )
    next = Hidden()


class PasskeyForm(Form):
    """What a browser says of a passkey; `js/passkey.js` fills it in."""

    credential = Hidden()
    next = Hidden()


class ProviderForm(Form):
    """A press that leads to a provider."""

    next = Hidden()


class CameBackForm(Form):
    """What a provider says in the address that somebody comes back by; a page hands it on."""

    state = Hidden()
    code = Hidden()
    iss = Hidden()
    error = Hidden()


class CameBackCodeForm(Form):
    code = authenticator_code()
    state = Hidden()


class NewPasskeyForm(PasskeyForm):
    name = Text(
        lazy_gettext("What you call it"),
        description=lazy_gettext("So that you know later which one it is, such as: my phone."),
        missing=lazy_gettext("Give it a name."),
        longest=60,
    )


class PasskeyNameForm(Form):
    name = Text(lazy_gettext("What you call it"), missing=lazy_gettext("Give it a name."), longest=60)


class CodeForm(Form):
    code = Code(
        lazy_gettext("Code from your authenticator app"),
        description=lazy_gettext("Six numbers."),
        missing=lazy_gettext("Type the six numbers."),
        autocomplete="one-time-code",
    )
    next = Hidden()


class AgainForm(Form):
    password = own_password()
    next = Hidden()


class AgainWithCodeForm(Form):
    code = authenticator_code()
    password = own_password()
    next = Hidden()


class EnrolForm(Form):
    code = Code(
        lazy_gettext("Code of your link"),
        missing=lazy_gettext("Open the link you were given, or type its code."),
        autocomplete="off",
    )
    password = new_password()

    def by_provider(self) -> None:
        """A provider's word stands in for the password."""
        self.password.missing, self.password.optional = None, True


class WayInForm(Form):
    email = own_email()
    password = new_password()
    next = Hidden()

    def may_go_without(self, *, has_one: bool) -> None:
        """The password may be left out: the one they have stays, or codes sent to the address let them in."""
        self.password.missing, self.password.optional = None, True
        self.password.description = (
            gettext("At least 15 characters. Or leave it empty: then the one you have stays.")
            if has_one
            else gettext(
                "At least 15 characters. Or leave it empty: then we send you a code each time you sign in."
            )
        )


class LanguageForm(Form):
    language = Choice(
        lazy_gettext("Language"),
        choices=[(language.code, language.own_name) for language in LANGUAGES.values()],
        missing=lazy_gettext("Choose a language."),
    )
