"""Forms of accounts."""

from flask_babel import lazy_gettext

from selfcare.i18n import LANGUAGES
from selfcare.web.forms import Choice, Code, Email, Form, Hidden, Password


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


class CodeForm(Form):
    code = Code(
        lazy_gettext("Code from your authenticator app"),
        description=lazy_gettext("Six numbers."),
        missing=lazy_gettext("Type the six numbers."),
        autocomplete="one-time-code",
    )
    next = Hidden()


class AddressCodeForm(Form):
    code = Code(
        lazy_gettext("Code from the e-mail"),
        description=lazy_gettext("Six numbers."),
        missing=lazy_gettext("Type the six numbers."),
        autocomplete="one-time-code",
    )
    next = Hidden()


class AgainForm(Form):
    password = own_password()
    next = Hidden()


class AgainWithCodeForm(CodeForm):
    password = own_password()


class EnrolForm(Form):
    code = Code(
        lazy_gettext("Code of your link"),
        missing=lazy_gettext("Open the link you were given, or type its code."),
        autocomplete="off",
    )
    password = new_password()


class WayInForm(Form):
    email = own_email()
    password = new_password()
    next = Hidden()


class LanguageForm(Form):
    language = Choice(
        lazy_gettext("Language"),
        choices=[(language.code, language.own_name) for language in LANGUAGES.values()],
        missing=lazy_gettext("Choose a language."),
    )
