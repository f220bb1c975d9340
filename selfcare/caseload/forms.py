"""The form of the caseload."""

from flask_babel import lazy_gettext

from selfcare.web.forms import Form, Text


class FindForm(Form):
    """Sent by POST though it changes nothing: a name or a number does not belong in an address."""

    who = Text(
        lazy_gettext("Name, birth date or NHS number"),
        missing=lazy_gettext("Type a name, a birth date or an NHS number."),
        autocomplete="off",
    )
