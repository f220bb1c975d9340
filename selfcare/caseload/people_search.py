"""Finding one person of a panel by name, birth date or NHS number, however it is typed."""

import re
from datetime import date

from babel import Locale
from sqlalchemy import select

from selfcare import i18n
from selfcare.database import session
from selfcare.people import nhs_number
from selfcare.people.models import Person
from selfcare.web import folding
from selfcare.web.access import Panel, Permit
from selfcare.web.digits import western
from selfcare.web.when import BadTime, read_day

MOST = 50


def find(panel: Panel, typed: str) -> list[Permit]:
    """The people of a panel that fit, by name. Nobody outside the panel is ever looked at.

    One statement for an NHS number, none otherwise.
    """
    number = nhs_number.tidy(typed)
    if number:
        query = select(Person.id).where(Person.nhs_number == number, Person.id.in_(panel.permits))
        return [panel.permits[person_id] for person_id in session().scalars(query)]
    born = birth_date(typed)
    if born:
        found = [permit for permit in panel.permits.values() if permit.subject.born == born]
    else:
        sought = folding.words(typed)
        found = [permit for permit in panel.permits.values() if sought and _fits(permit, sought)]
    return sorted(found, key=lambda permit: (folding.fold(permit.subject.full_name), str(permit.person_id)))[
        :MOST
    ]


def birth_date(typed: str) -> date | None:
    """A date in any usual form: 27 3 1962, 27/03/62 not, 1962-03-27, 27031962, 27 March 1962. None when it is none."""
    parts = re.findall(r"\d+|[^\W\d_]+", western(typed).casefold())
    if len(parts) == 1 and re.fullmatch(r"\d{8}", parts[0]):
        whole = parts[0]
        day, month, year = whole[:2], whole[2:4], whole[4:]
        parts = (
            [day, month, year]
            if int(month) <= 12 and int(year) > 1900
            else [whole[6:], whole[4:6], whole[:4]]
        )
    if len(parts) != 3:
        return None
    if len(parts[0]) == 4:
        parts.reverse()
    day, month, year = parts
    if len(year) != 4:
        return None
    try:
        return read_day(day, str(_months().get(month, month)), year)
    except BadTime:
        return None


def _months() -> dict[str, int]:
    known: dict[str, int] = {}
    for code in {"en", i18n.code()}:
        for width in ("wide", "abbreviated"):
            known |= {name.casefold(): n for n, name in Locale.parse(code).months["format"][width].items()}
    return known


def _fits(permit: Permit, sought: list[str]) -> bool:
    """Whether each word begins a name; or all of them in a row do: O Brien is OBrien, Annemarie is Anne-Marie."""
    names = folding.words(f"{permit.person_name} {permit.subject.full_name}")
    rows = ["".join(names[n:]) for n in range(len(names))]
    apart = all(any(name.startswith(word) for name in names) for word in sought)
    return apart or any(row.startswith("".join(sought)) for row in rows)
