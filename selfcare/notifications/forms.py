"""The form of an account's reminders."""

from typing import Any

from flask_babel import gettext, lazy_gettext

from selfcare.notifications.preferences import WORDS
from selfcare.web.forms import Form, Hidden, Tick, Ticks, TimeField


class Zone(Hidden):
    """The time zone of the device, which it writes in itself (`ui.zone`)."""

    kind = "zone"


class SettingsForm(Form):
    kinds = Ticks(lazy_gettext("What do you want to hear about?"))
    push = Tick(lazy_gettext("On my phones and computers"))
    email = Tick(lazy_gettext("By e-mail"))
    quiet_from = TimeField(lazy_gettext("Quiet from"))
    quiet_until = TimeField(lazy_gettext("Quiet until"))
    zone = Zone()

    def offer(self, kinds: list[str]) -> None:
        self.kinds.choices = [(kind, WORDS[kind]) for kind in kinds]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        good = bool(super().validate(*args, **kwargs))
        for field in (self.quiet_from, self.quiet_until):
            if not field.errors and field.value is None:
                field.errors = [gettext("Type a time, for example 21:00.")]
                good = False
        return good
