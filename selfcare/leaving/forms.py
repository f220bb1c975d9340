"""Forms of leaving."""

from flask_babel import lazy_gettext

from selfcare.web.forms import Form, LogForm, Text, Tick


class ErasureForm(Form):
    """Asked for on purpose: what is pressed by mistake has no tick."""

    sure = Tick(
        lazy_gettext("I want everything about me erased"),
        missing=lazy_gettext("Tick the box if you want this. If not, go back: nothing is changed."),
    )


class HoldForm(LogForm):
    """Why a record is kept that nobody would keep any longer."""

    reason = Text(
        lazy_gettext("Why is it kept?"),
        description=lazy_gettext("For example: the family still asks about it."),
        missing=lazy_gettext("Say why, in a few words."),
        longest=300,
    )
