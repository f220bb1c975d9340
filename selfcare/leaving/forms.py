"""Forms of leaving."""

from flask_babel import lazy_gettext

from selfcare.web.forms import Form, Tick


class ErasureForm(Form):
    """Asked for on purpose: what is pressed by mistake has no tick."""

    sure = Tick(
        lazy_gettext("I want everything about me erased"),
        missing=lazy_gettext("Tick the box if you want this. If not, go back: nothing is changed."),
    )
