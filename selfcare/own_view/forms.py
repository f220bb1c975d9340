"""The form of the person's own view."""

from flask_babel import lazy_gettext

from selfcare.web.forms import Hidden, LogForm, Long


class ViewForm(LogForm):
    """The person's own words. Left empty, they are taken out."""

    text = Long(
        lazy_gettext("How I see it"),
        description=lazy_gettext("It stands beside what they wrote, and counts as much."),
        longest=2000,
    )
    version = Hidden()
    beside = Hidden()  # the professional's words on the page, signed
