"""The words of what was done about colleagues."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.outbox import queue
from selfcare.team.models import StaffChange
from selfcare.team.queries import Colleague


def local(instant: datetime) -> datetime:
    """An instant on the clock where the team works."""
    return instant.astimezone(ZoneInfo(current_app.config["SETTINGS"].zone))


def done(row: StaffChange) -> str:
    """One change, as a sentence without its doer."""
    name = row.name
    return {
        "invited": lambda: gettext("%(name)s was invited", name=name),
        "back": lambda: gettext("%(name)s is back", name=name),
        "link": lambda: gettext("A new link was made for %(name)s", name=name),
        "withdrawn": lambda: gettext("The invitation of %(name)s was taken back", name=name),
        "suspended": lambda: gettext("%(name)s was suspended", name=name),
        "let in": lambda: gettext("The suspension of %(name)s was ended", name=name),
        "leaves": lambda: gettext(
            "%(name)s leaves. The last day is %(day)s",
            name=name,
            day=i18n.plain_day(date.fromisoformat(row.reason)),
        ),
        "stays": lambda: gettext("%(name)s stays after all", name=name),
        "runs": lambda: gettext("%(name)s runs these pages too", name=name),
        "runs no more": lambda: gettext("%(name)s runs these pages no more", name=name),
        "link worker": lambda: gettext("%(name)s is a link worker", name=name),
        "no link worker": lambda: gettext("%(name)s is a link worker no more", name=name),
        "reset asked": lambda: gettext("A new way to sign in was asked for, for %(name)s", name=name),
        "reset": lambda: gettext("The new way to sign in for %(name)s was confirmed", name=name),
        "reset stopped": lambda: gettext("The new way to sign in for %(name)s was stopped", name=name),
        "settings": lambda: gettext("The team’s settings were changed"),
        "starter set": lambda: gettext("Things from a starter set were taken in"),
        "offer": lambda: gettext("What the team offers its people was changed"),
        "people": lambda: gettext("People were added from a list"),
    }[row.what]()


def reason(row: StaffChange) -> str:
    """Why, where somebody wrote it."""
    return "" if row.what == "leaves" else row.reason


def stands(one: Colleague) -> str:
    """How things stand with a colleague; nothing where there is nothing to say."""
    if one.suspended:
        return pgettext("a colleague", "Suspended")
    if one.leaves_on:
        return gettext("Last day: %(day)s", day=i18n.plain_day(one.leaves_on))
    if one.waits:
        return pgettext("a colleague", "Invited, not in yet")
    return ""


def mail(one: Colleague) -> str:
    """How the e-mail with their link stands."""
    if one.mail is None:
        return ""
    if one.mail == queue.SENT:
        return gettext("The e-mail with the link has gone out.")
    if one.mail in (queue.FAILED, queue.UNSURE, queue.DROPPED):
        return gettext("The e-mail with the link did not go out. Make a new link.")
    return gettext("The e-mail with the link is on its way.")
