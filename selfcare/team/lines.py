"""What is right and wrong about each line of a list: in itself, beside the others, beside who is here already."""

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import and_, or_, select

from selfcare import i18n
from selfcare.accounts.models import Account
from selfcare.database import now, session
from selfcare.people import names, nhs_number, teams
from selfcare.people.models import Person, Relationship
from selfcare.team import dates, words
from selfcare.team.forms import LONGEST_REASON
from selfcare.team.models import SuggestedPerson
from selfcare.team.seat import Seat
from selfcare.web.access import Role
from selfcare.web.digits import western
from selfcare.web.folding import fold
from selfcare.web.reach import is_mail
from selfcare.web.text_fields import SHORT, can_be_kept

LANGUAGE_NAMES = {
    "en": ("en", "english", "eng"), "cy": ("cy", "welsh", "cymraeg", "cym"), "ur": ("ur", "urdu", "اردو", "urd"),
}  # fmt: skip
LONGEST = {"phone": 60, "email": 200, "address": 500, "reason": LONGEST_REASON}
DECLINED_LASTS = timedelta(days=92)  # so long it is said that somebody was declined


@dataclass
class Line:
    """One line as it was typed, and what came of it. `two`: somebody said that it is another than who is alike, or is
    suggested though they were declined. `row_id`: of who waits, where it is theirs.
    """

    number: int
    cells: dict[str, str]
    two: bool = False
    row_id: UUID | None = None
    given_name: str = ""
    family_name: str = ""
    born: date | None = None
    nhs: str | None = None
    wrong: dict[str, str] = field(default_factory=dict)  # field → what is wrong, in words
    alike: str = ""  # who is alike, in words: right only where somebody said that they are two
    note: str = ""  # worth a look, and not wrong
    waits: str = ""  # that they are suggested already, in words
    declined: str = ""  # that they were declined lately, and why: right only where somebody said so

    @property
    def fine(self) -> bool:
        return not self.wrong and (not (self.alike or self.declined) or self.two)

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.given_name, self.family_name)))

    @property
    def language(self) -> str:
        typed = fold(self.cells.get("language", "")).strip()
        return next((code for code, called in LANGUAGE_NAMES.items() if typed in called), "")


@dataclass(frozen=True)
class Checked:
    """A list as it was looked through."""

    fine: list[Line]
    wrong: list[Line]
    months_first: bool  # some dates can only be read with the month first: others may be so too, unnoticed


def check(seat: Seat, lines: Sequence[Line]) -> Checked:
    """Look at every line anew. Two statements."""
    _read_all(lines)
    _beside_each_other(lines)
    _beside_who_is_here(seat, lines)
    _beside_who_is_suggested(seat, lines)
    months_first = any(_month_first(line.cells.get("born", "")) for line in lines)
    return Checked([one for one in lines if one.fine], [one for one in lines if not one.fine], months_first)


def check_waiting(seat: Seat, lines: Sequence[Line]) -> None:
    """Look anew at those who are suggested: whether they could be invited now. One statement."""
    _read_all(lines)
    _beside_who_is_here(seat, lines)


def _read_all(lines: Sequence[Line]) -> None:
    for line in lines:
        line.wrong, line.alike, line.note, line.waits, line.declined = {}, "", "", "", ""
        _read(line)


def sign(fine: Sequence[Line]) -> str:
    """A short sign of lines as they were shown: which, and what stands in each."""
    said = [(line.number, sorted(line.cells.items()), line.two) for line in fine]
    return sha256(json.dumps(said).encode()).hexdigest()[:24]


def _read(line: Line) -> None:
    cells = line.cells
    line.given_name, line.family_name = _name(cells.get("given", "")), _name(cells.get("family", ""))
    if not line.given_name and not line.family_name:
        line.given_name, line.family_name = _parted(cells.get("name", ""))
    if not line.given_name:
        line.given_name, line.family_name = line.family_name, ""
    if not line.given_name:
        line.wrong["given"] = gettext("The name is missing.")
    for name in ("given", "family", "name", "known_as", "phone", "email", "address", "reason"):
        typed = cells.get(name, "")
        if not can_be_kept(typed):
            line.wrong[_shown(name)] = gettext(
                "There is a character in this that cannot be kept. Type it again."
            )
        elif len(typed) > LONGEST.get(name, SHORT):
            line.wrong[_shown(name)] = gettext("This is too long.")
    email = cells.get("email", "")
    if email and (not is_mail(email) or set(email) & set(" ,;")):
        line.wrong["email"] = gettext("This does not look like an e-mail address.")
    if cells.get("phone") and not any(c.isdecimal() for c in cells["phone"]):
        line.wrong["phone"] = gettext("A telephone number has digits.")
    line.born = _born(line)
    line.nhs = _nhs(line)


def _shown(name: str) -> str:
    return "given" if name in ("name", "known_as") else name


def _name(typed: str) -> str:
    tidy = " ".join(typed.split())
    return tidy if any(c.isalnum() for c in tidy) else ""


def _parted(whole: str) -> tuple[str, str]:
    """A name in one cell: “Price, Owen” or “Owen Price”."""
    family, comma, given = whole.partition(",")
    if comma:
        return _name(given), _name(family)
    first, _, last = _name(whole).rpartition(" ")
    return (first, last) if first else (last, "")


def _born(line: Line) -> date | None:
    typed = line.cells.get("born", "")
    if not typed:
        line.wrong["born"] = gettext("The birth date is missing.")
        return None
    try:
        day = dates.read(typed)
    except dates.NoDay as none:
        line.wrong["born"] = {
            "none": lambda: gettext("There is no such day."),
            "month first": lambda: gettext("There is no such day. Write the day first, then the month."),
            "year": lambda: gettext("Write the year with four digits."),
            "range": lambda: gettext("This is too long ago. Check the year."),
        }.get(none.why, lambda: gettext("This is not a date. Write it like this: 27 3 1962."))()
        return None
    if day > teams.today():
        line.wrong["born"] = gettext("This day is still to come. Check the year.")
    return day


def _month_first(typed: str) -> bool:
    try:
        dates.read(typed)
    except dates.NoDay as none:
        return none.why == "month first"
    return False


def _nhs(line: Line) -> str | None:
    typed = western(line.cells.get("nhs", "")).strip().strip("'’\"=")
    if not typed:
        return None
    if re.fullmatch(r"\d([.,]\d+)?[eE]\+?\d+", typed):
        line.wrong["nhs"] = gettext("A spreadsheet shortened this number, and digits are lost. Type all ten.")
        return None
    typed = re.sub(r"[.,]0$", "", typed)
    found = nhs_number.tidy(typed)
    if found:
        return found
    digits = "".join(c for c in typed if c.isdecimal())
    others = any(c.isalpha() for c in typed)
    if not digits or others:
        line.wrong["nhs"] = gettext("This is no NHS number. It has ten digits, and nothing else.")
    elif len(digits) < 10:
        line.wrong["nhs"] = gettext(
            "This has %(num)s digits, and an NHS number has ten. A spreadsheet may have taken a zero off the front.",
            num=len(digits),
        )
    elif len(digits) > 10:
        line.wrong["nhs"] = gettext("This has %(num)s digits, and an NHS number has ten.", num=len(digits))
    else:
        line.wrong["nhs"] = gettext("The last digit does not fit the others. Is one mistyped?")
    return None


def _beside_each_other(lines: Sequence[Line]) -> None:
    """The same number, the same person, and twins."""
    numbers: dict[str, list[Line]] = defaultdict(list)
    days: dict[date, list[Line]] = defaultdict(list)
    for line in lines:
        if line.nhs:
            for other in numbers[line.nhs]:
                same = names.same(line.full_name, other.full_name) and line.born == other.born
                line.wrong["nhs"] = (
                    gettext("The same as line %(num)s. One is enough.", num=other.number)
                    if same
                    else gettext(
                        "Line %(num)s has the same number, with another name or birth date.", num=other.number
                    )
                )
                if not same:
                    other.wrong.setdefault(
                        "nhs",
                        gettext(
                            "Line %(num)s has the same number, with another name or birth date.",
                            num=line.number,
                        ),
                    )
            numbers[line.nhs].append(line)
        if line.born:
            _same_day(line, days[line.born])
            days[line.born].append(line)


def _same_day(line: Line, others: list[Line]) -> None:
    for other in others:
        if names.same(line.full_name, other.full_name):
            if "nhs" not in line.wrong:
                line.alike = (
                    gettext(
                        "The same name and birth date as line %(num)s, with another NHS number.",
                        num=other.number,
                    )
                    if line.nhs and other.nhs
                    else gettext("The same as line %(num)s. One is enough.", num=other.number)
                )
        elif line.family_name and fold(line.family_name) == fold(other.family_name):
            line.note = gettext("The same birth date as line %(num)s. Twins?", num=other.number)


def _beside_who_is_here(seat: Seat, lines: Sequence[Line]) -> None:
    """Who is on the team's list already, by number, or by name and birth date. Of other teams nothing is said."""
    numbers = {line.nhs for line in lines if line.nhs}
    born = {line.born for line in lines if line.born}
    rows = session().execute(
        select(Person, Relationship.since, Account.name)
        .join(Relationship, Relationship.person_id == Person.id)
        .outerjoin(Account, Account.id == Relationship.account_id)
        .where(
            Relationship.team_id == seat.team.id,
            Relationship.kind == Role.PROFESSIONAL.value,
            Relationship.state == "active",
            Person.mistaken_at.is_(None),
            or_(Person.nhs_number.in_(numbers), and_(Person.born.in_(born))),
        )
    )
    here = [(person, since, name) for person, since, name in rows]
    for line in lines:
        for person, since, name in here:
            alike = is_of(line, person.born, person.full_name)
            if line.nhs and person.nhs_number == line.nhs:
                line.wrong["nhs"] = (
                    _already(since, name)
                    if alike
                    else gettext("Somebody here has this number, with another name or birth date.")
                )
            elif alike and "nhs" not in line.wrong:
                line.alike = _already(since, name)


def _beside_who_is_suggested(seat: Seat, lines: Sequence[Line]) -> None:
    """Who waits on the team's list of suggestions, or was declined lately, by number, or by name and birth date."""
    numbers = {line.nhs for line in lines if line.nhs}
    born = {line.born for line in lines if line.born}
    query = select(SuggestedPerson).where(
        SuggestedPerson.team_id == seat.team.id,
        or_(
            SuggestedPerson.state == "waiting",
            and_(SuggestedPerson.state == "declined", SuggestedPerson.decided_at > now() - DECLINED_LASTS),
        ),
        or_(SuggestedPerson.nhs_number.in_(numbers), SuggestedPerson.born.in_(born)),
    )
    known = list(session().scalars(query.order_by(SuggestedPerson.at, SuggestedPerson.id)))
    for line in lines:
        for row in known:
            alike = is_of(line, row.born, " ".join(filter(None, (row.given_name, row.family_name))))
            same_number = bool(line.nhs) and row.nhs_number == line.nhs
            same = same_number or (alike and not (line.nhs and row.nhs_number))
            if row.state == "declined":
                line.declined = _declined(row) if same else line.declined
            elif same_number and not alike:
                line.wrong.setdefault(
                    "nhs",
                    gettext("Somebody who is suggested has this number, with another name or birth date."),
                )
            elif same:
                day = i18n.plain_day(words.local(row.at).date())
                line.waits = gettext("Suggested already by %(name)s on %(day)s.", name=row.by_name, day=day)
                line.note = line.waits


def _declined(row: SuggestedPerson) -> str:
    day = i18n.plain_day(words.local(row.decided_at).date()) if row.decided_at else ""
    return gettext(
        "Declined by %(name)s on %(day)s: %(why)s", name=row.decided_name, day=day, why=row.why_not
    )


def is_of(line: Line, born: date, full_name: str) -> bool:
    """Whether a line has this name and birth date."""
    return born == line.born and names.same(full_name, line.full_name)


def _already(since: datetime, name: str | None) -> str:
    day = i18n.plain_day(words.local(since).date())
    if not name:
        return gettext("Already here since %(day)s.", day=day)
    return gettext("Already here since %(day)s. Key contact: %(name)s.", day=day, name=name)
