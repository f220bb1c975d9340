"""The form by which the words of a hand-over are corrected."""

from flask_babel import lazy_gettext

from selfcare.web.forms import Form, Long


class HandoverWordsForm(Form):
    """What stands there before is kept, so none of it is lost by a correction."""

    note = Long(
        lazy_gettext("A note"),
        missing=lazy_gettext("Write what is to stand there instead."),
        longest=2000,
    )
