"""Who looked: the person's alone, and theirs who act for the person by law."""

from itertools import groupby

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, pgettext

from selfcare.audit import trail
from selfcare.people import bases
from selfcare.people import queries as people
from selfcare.sharing import looking
from selfcare.sharing.room import room
from selfcare.web import pages, spreadsheet
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.ids import uuid_of

TEAM, LINKS = "team", "links"
ROLES = {TEAM: Role.PROFESSIONAL.value, LINKS: trail.BY_LINK}
LONGEST = 18  # digits of a place in the trail


@room.get("/people/<uuid:person_id>/who-looked/")
@on_record(Area.PEOPLE, Level.NOTHING, roles=(Role.SELF, Role.CARER))
def who_looked(permit: Permit) -> ResponseReturnValue:
    if not permit.is_self and not permit.acts:
        abort(404)
    asked, before = request.args.get("who", ""), _place(request.args.get("before", ""))
    by = uuid_of(asked)
    rows, following = looking.rows(permit, before, by, ROLES.get(asked))
    today = permit.today()
    grants = people.grants(permit) if permit.is_self else []
    return pages.show(
        "sharing/who_looked.html",
        days=[
            (day, list(looks))
            for day, looks in groupby(looking.lines(permit, rows), key=lambda look: look.wall.date())
        ],
        today=today,
        before=before,
        earlier=url_for(".who_looked", person_id=permit.person_id, who=asked or None, before=following)
        if following
        else None,
        filters=_filters(permit, grants, asked),
        lead=people.lead(permit),
        acting=any(grant.basis in bases.BASES for grant in grants),
    )


@room.get("/people/<uuid:person_id>/who-looked/list.csv")
@on_record(Area.PEOPLE, Level.SEE, roles=(Role.SELF,), recent=True, file_of=".who_looked")
def who_looked_list(permit: Permit) -> ResponseReturnValue:
    """All of it as a file: it leaves the app, so it is asked again who this is."""
    heads = [
        gettext("Day"),
        pgettext("of the clock", "Time"),
        gettext("Who"),
        gettext("What"),
        gettext("Stood in for"),
    ]
    looks = (
        [f"{look.wall:%Y-%m-%d}", f"{look.wall:%H:%M}", look.who, look.what, look.cover or ""]
        for look in looking.every(permit)
    )
    return spreadsheet.answer([heads, *looks], "who-looked.csv")


def _filters(permit: Permit, grants: list[people.Grant], asked: str) -> list[dict[str, object]]:
    names = [("", gettext("All"))]
    if any(grant.kind == Role.PROFESSIONAL for grant in grants):
        names.append((TEAM, gettext("The team")))
    carers = [grant for grant in grants if grant.kind == Role.CARER and grant.account_id]
    names += [(str(grant.account_id), grant.name) for grant in carers]
    names += [(LINKS, gettext("Links"))]
    return [
        {
            "text": name,
            "href": url_for(".who_looked", person_id=permit.person_id, who=key or None),
            "current": key == asked,
        }
        for key, name in names
    ]


def _place(text: str) -> int | None:
    """Where a page begins; None, which is the first one, for anything that cannot be read."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None
