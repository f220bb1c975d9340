"""Forms of accounts."""

from flask_babel import lazy_gettext

from selfcare.i18n import LANGUAGES
from selfcare.web.forms import Choice, Code, Email, Form, Hidden, Password


class SignInForm(Form):
    email = Email(
        lazy_gettext("E-mail address"),
        missing=lazy_gettext("Type your e-mail address."),
        autocomplete="username",
    )
    password = Password(
        lazy_gettext("Password"), missing=lazy_gettext("Type your password."), autocomplete="current-password"
    )
    next = Hidden()


class CodeForm(Form):
    code = Code(
        lazy_gettext("Code from your authenticator app"),
        description=lazy_gettext("Six numbers."),
        missing=lazy_gettext("Type the six numbers."),
        autocomplete="one-time-code",
    )
    next = Hidden()


class AgainForm(Form):
    password = Password(
        lazy_gettext("Password"), missing=lazy_gettext("Type your password."), autocomplete="current-password"
    )
    next = Hidden()


class AgainWithCodeForm(CodeForm):
    password = Password(
        lazy_gettext("Password"), missing=lazy_gettext("Type your password."), autocomplete="current-password"
    )


class EnrolForm(Form):
    code = Code(
        lazy_gettext("Code of your link"),
        missing=lazy_gettext("Open the link you were given, or type its code."),
        autocomplete="off",
    )
    password = Password(
        lazy_gettext("New password"),
        description=lazy_gettext(
            "At least 15 characters. Three words that do not belong together work well."
        ),
        missing=lazy_gettext("Type a new password."),
        autocomplete="new-password",
    )


class WayInForm(Form):
    email = Email(
        lazy_gettext("E-mail address"),
        missing=lazy_gettext("Type your e-mail address."),
        autocomplete="username",
    )
    password = Password(
        lazy_gettext("New password"),
        description=lazy_gettext(
            "At least 15 characters. Three words that do not belong together work well."
        ),
        missing=lazy_gettext("Type a new password."),
        autocomplete="new-password",
    )
    next = Hidden()


class LanguageForm(Form):
    language = Choice(
        lazy_gettext("Language"),
        choices=[(language.code, language.own_name) for language in LANGUAGES.values()],
        missing=lazy_gettext("Choose a language."),
    )
