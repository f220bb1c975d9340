"""Forms of agreed lines."""

import re
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import gettext, lazy_gettext, lazy_pgettext, pgettext
from wtforms.validators import StopValidation

from selfcare.agreed.actions import By, Owner
from selfcare.agreed.queries import Agreed
from selfcare.people import queries as people
from selfcare.web import folding
from selfcare.web.access import Area, Permit, Role
from selfcare.web.forms import Choice, DateField, Form, Hidden, LogForm, Text, Tick
from selfcare.web.written_on import written_on

ME, OTHER = "me", "other"
AHEAD = {"week": 7, "month": 30}
TEXTS = ("what", "other")


class LineFields(Form):
    """Who does what, by when. Nothing is chosen beforehand, and no day is a good answer."""

    what = Text(
        lazy_gettext("What?"), missing=lazy_gettext("Say in a few words what was agreed."), longest=500
    )
    who = Choice(
        lazy_gettext("Who does it?"), kind="chips", missing=lazy_gettext("Choose who does it."), choices=[]
    )
    other = Text(lazy_gettext("Who?"), description=lazy_gettext("For example: the eye clinic."))
    by = Choice(
        lazy_gettext("By when?"),
        kind="chips",
        optional=True,
        choices=[
            ("none", lazy_gettext("No day")),
            ("visit", lazy_gettext("Next visit")),
            ("week", lazy_gettext("In a week")),
            ("month", lazy_gettext("In a month")),
            ("day", lazy_gettext("Pick a day")),
        ],
    )
    by_on = DateField(lazy_pgettext("by when", "Which day?"))
    asked_with: ClassVar = {"by_on": ("by", "day")}
    only_me = Tick(lazy_gettext("Only me"), kind="switch")

    owners: dict[str, Owner]

    def offer(self, permit: Permit, found: Agreed | None = None) -> None:
        """Who can do it: the person, their key contact, who helps, and others in words. `found` keeps who does it."""
        self.owners = owners(permit)
        if found is not None and found.owner_id:
            kept = Owner(found.owner_kind, found.owner_id, found.name or permit.account_name)
            self.owners.setdefault(str(found.owner_id), kept)
        self.who.choices = [
            *((value, _called(permit, value, owner)) for value, owner in self.owners.items()),
            (OTHER, gettext("Someone else")),
        ]

    def validate_other(self, field: Text) -> None:
        if self.who.data == OTHER and not field.text.strip():
            raise StopValidation(gettext("Say who does it, for example the eye clinic."))

    def validate_by_on(self, field: DateField) -> None:
        if self.by.data == "day" and field.value is None and not field.errors:
            raise StopValidation(gettext("Choose the day, or choose No day."))

    def validate_only_me(self, field: Tick) -> None:
        owner = self.owners.get(self.who.data or "")
        if field.data and owner is not None and owner.account_id:
            raise StopValidation(
                gettext(
                    "Only you would see this, so %(name)s would not know. Take Only me off.", name=owner.name
                )
            )

    @property
    def typed(self) -> str:
        """What was written, to be given back where it cannot be kept."""
        return "\n".join(filter(None, (self.what.text.strip(), self.other.text.strip())))

    def owner(self) -> Owner:
        """Who was chosen."""
        if self.who.data == OTHER:
            # Somebody who can be chosen, written out as a plan says it: "Amina, specialist nurse".
            written = self.other.text.strip()
            first = folding.words(re.split("[,،]", written)[0])
            named = [one for one in self.owners.values() if first and folding.words(one.name) == first]
            return named[0] if len(named) == 1 else Owner("service", None, written)
        return self.owners[self.who.data]

    def by_when(self, permit: Permit, next_visit: UUID | None) -> By:
        """By when, from the day it was written, where the person lives."""
        if self.by.data == "visit":
            return By("visit", None, next_visit)
        if self.by.data in AHEAD:
            return By("day", written_on(permit) + timedelta(days=AHEAD[self.by.data]))
        return By("day", self.by_on.value) if self.by.data == "day" else By()


class LineForm(LineFields, LogForm):
    """A new line. `about`: what it comes from, signed; `back`: the page it was begun on."""

    about = Hidden()
    back = Hidden()


class ChangeLineForm(LineFields):
    version = Hidden()


def owners(permit: Permit) -> dict[str, Owner]:
    """Who can be chosen, as the form sends it. Who else helps is named only to whom the person shows that."""
    found = {ME: Owner("me")}
    contact = people.lead(permit)
    if contact:
        found[str(contact.account_id)] = Owner("professional", contact.account_id, contact.name)
    if permit.account_id and permit.role in (Role.CARER, Role.PROFESSIONAL):
        found.setdefault(
            str(permit.account_id), Owner(permit.role.value, permit.account_id, permit.account_name)
        )
    if permit.may(Area.PEOPLE):
        for grant in people.seers(permit, Area.APPOINTMENTS):
            if grant.account_id:
                found.setdefault(str(grant.account_id), Owner(grant.kind, grant.account_id, grant.name))
    return found


def line_data(found: Agreed) -> dict[str, Any]:
    """A line as its form shows it."""
    service = found.owner_kind == "service"
    gone = found.owner_id is None and found.owner_kind not in ("me", "service")  # their account is no more
    return {
        "what": found.what,
        "who": OTHER if service or gone else str(found.owner_id) if found.owner_id else ME,
        "other": found.name if service or gone else "",
        "by": found.by_kind,
        "by_on": found.on if found.by_kind == "day" else None,
        "only_me": found.only_me,
        "version": found.version,
    }


def _called(permit: Permit, value: str, owner: Owner) -> str:
    if value == ME:
        return pgettext("who does it", "Me") if permit.is_self else permit.person_name
    if owner.account_id == permit.account_id:
        return pgettext("who does it", "Me")
    return owner.name
