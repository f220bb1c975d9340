"""What is said of a budget, in the reader's language. What is left is said in words and one number: no bar, no pace."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext, pgettext
from markupsafe import Markup

from selfcare import i18n
from selfcare.budget.models import Budget, SpendAsk
from selfcare.budget.money import money
from selfcare.budget.queries import Kept
from selfcare.budget.states import State
from selfcare.people.queries import KeyContact, lead
from selfcare.web.access import Permit
from selfcare.web.pages import bdi

HEALTH, DIRECT, SOCIAL, OTHER = KINDS = ("health", "direct", "social", "other")
_YEAR = (365, 366)  # days


def kind(code: str) -> str:
    """What kind of money it is, to choose."""
    return {
        HEALTH: gettext("Personal health budget"),
        DIRECT: gettext("Direct payment"),
        SOCIAL: gettext("Money from the council"),
        OTHER: pgettext("kind of budget", "Another kind"),
    }[code]


def title(permit: Permit) -> str:
    """What the budget is called, to the person or about them."""
    return (
        gettext("My budget") if permit.is_self else gettext("The budget of %(name)s", name=permit.person_name)
    )


def left(pence: int) -> tuple[str, str]:
    """What is left: the number, and the word behind it."""
    if pence < 0:
        return money(-pence), pgettext("£12 more than there is", "more than there is")
    return money(pence), pgettext("£412.50 left", "left")


def period(row: Budget, today: date, *, own: bool = False) -> str:
    """Until when it is there, and how much it was. :param own: said to the person, where it is there now."""
    amount, until = money(row.pence), i18n.plain_day(row.until_on, today=date.min)
    if row.until_on < today:
        return gettext("It ended on %(day)s. It was %(amount)s.", day=until, amount=amount)
    first = i18n.plain_day(row.from_on, today=date.min)
    if row.from_on > today:
        return gettext(
            "It begins on %(first)s and goes on until %(last)s. It is %(amount)s.",
            first=first,
            last=until,
            amount=amount,
        )
    values = {"amount": amount, "first": first, "last": until, "day": until}
    if (row.until_on - row.from_on).days + 1 in _YEAR:
        if own:
            return gettext("You have this until %(day)s. It was %(amount)s for the year.", **values)
        return gettext("It is there until %(day)s. It was %(amount)s for the year.", **values)
    if own:
        return gettext("You have this until %(last)s. It was %(amount)s from %(first)s.", **values)
    return gettext("It is there until %(last)s. It was %(amount)s from %(first)s.", **values)


def agreed(permit: Permit, row: Budget) -> str:
    """By whom it was agreed, as far as they said so here; else as whose it stands here."""
    if row.own_at and row.team_at:
        on = row.agreed_on or permit.local(max(row.own_at, row.team_at)).date()
        day = i18n.plain_day(on, today=permit.today())
        if permit.is_self and not row.own_name:
            return gettext("Agreed by you and %(name)s on %(day)s.", name=row.team_name, day=day)
        return gettext(
            "Agreed by %(person)s and %(name)s on %(day)s.",
            person=row.own_name or permit.person_name,
            name=row.team_name,
            day=day,
        )
    if row.team_at:
        if permit.is_self:
            return gettext("%(name)s wrote this down. You have not said yes to it yet.", name=row.team_name)
        return gettext(
            "%(name)s wrote this down. %(person)s has not said yes to it yet.",
            name=row.team_name,
            person=permit.person_name,
        )
    kept = (
        gettext("As you keep it. Nobody of the team has said yes to it here.")
        if permit.is_self
        else gettext(
            "As %(name)s keeps it. Nobody of the team has said yes to it here.", name=permit.person_name
        )
    )
    return f"{kept} {_outside(row, permit.today())}".strip()


def _outside(row: Budget, today: date) -> str:
    if not row.agreed_with:
        return ""
    if row.agreed_on is None:
        return gettext("Agreed with %(name)s, as it was written down.", name=row.agreed_with)
    return gettext(
        "Agreed with %(name)s on %(day)s, as it was written down.",
        name=row.agreed_with,
        day=i18n.plain_day(row.agreed_on, today=today),
    )


def line(one: Kept, today: date) -> str:
    """A budget among others: what is left of it, and until when it is there."""
    number, word = left(one.left)
    day = i18n.plain_day(one.row.until_on, today=date.min)
    until = (
        gettext("Until %(day)s", day=day)
        if one.row.until_on >= today
        else gettext("Ended on %(day)s", day=day)
    )
    return i18n.comma().join((until, f"{number} {word}"))


def sum_line(what: str, pence: int) -> str:
    """What somebody asks about, and how much it costs: Swimming things, £25."""
    return i18n.comma().join((what, money(pence)))


def asked(permit: Permit, row: SpendAsk) -> str:
    """Who asked, and when: You asked yesterday. You asked on 5 March."""
    found, today = permit.local(row.entered_at).date(), permit.today()
    day = i18n.near_day(found, today)
    if (today - found).days not in (0, 1):
        day = gettext("on %(day)s", day=i18n.plain_day(found, today=today))
    if permit.is_self and row.entered_as == "self":
        return gettext("You asked %(day)s.", day=day)
    return gettext("%(name)s asked %(day)s.", name=row.entered_name, day=day)


def standing(permit: Permit, row: SpendAsk, today: date) -> str:
    """What comes of an ask, or came of it; of a day that has gone, that it did not happen."""
    state = row.state
    if state is State.WITHDRAWN:
        return gettext("%(name)s took it back.", name=row.withdrawn_name)
    if state is not State.ASKED:
        return ""
    day = i18n.day(row.answer_by)
    if row.is_missed(today):
        return gettext("We said by %(day)s. That did not happen.", day=day)
    return gettext("Answer by %(day)s.", day=day)


def answer(code: str) -> str:
    """What the team says, to choose; and as a tag."""
    return {
        State.YES: pgettext("answer to: May I spend on this?", "Yes"),
        State.NO: pgettext("answer to: May I spend on this?", "No"),
        State.ASKED: pgettext("state of an ask", "Asked"),
        State.WITHDRAWN: pgettext("state of an ask", "Taken back"),
    }[State(code)]


def decides(contact: KeyContact) -> str:
    """Who decides, and how soon."""
    return ngettext(
        "%(name)s or a colleague decides, within %(num)s working day.",
        "%(name)s or a colleague decides, within %(num)s working days.",
        contact.reply_days,
        name=contact.name,
    )


def part(helping: str | None) -> str:
    """What a budget is called as a part of a summary."""
    return gettext("My budget") if helping is None else gettext("The budget of %(name)s", name=helping)


def facts(found: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """A budget, or an ask that waits, of a summary: its line, and what stands below."""
    if "answer_by" in found:
        day = i18n.plain_day(date.fromisoformat(str(found["answer_by"])[:10]), today=date.min)
        return sum_line(str(found["what"]), int(found["pence"])), [
            (gettext("May I spend on this?"), gettext("Asked. Answer by %(day)s.", day=day))
        ]
    number, word = left(int(found["left"]))
    first, last = (
        i18n.plain_day(date.fromisoformat(str(found[name])[:10]), today=date.min)
        for name in ("from_on", "until_on")
    )
    there = gettext(
        "It is there until %(last)s. It was %(amount)s from %(first)s.",
        last=last,
        amount=money(int(found["pence"])),
        first=first,
    )
    return str(found["purpose"]), [("", f"{number} {word}."), ("", there), ("", kind(str(found["kind"])))]


def of_period(row: Budget) -> str:
    """Which budget it is, to choose."""
    first, last = (i18n.plain_day(day, today=date.min) for day in (row.from_on, row.until_on))
    return gettext("In the budget from %(first)s to %(last)s", first=first, last=last)


def outside(row: Budget, day: date) -> str:
    """That a day is outside of a budget, as a question."""
    said = i18n.plain_day(day, today=date.min)
    if day < row.from_on:
        return gettext(
            "%(day)s is before this budget began, on %(first)s. Is the day right?",
            day=said,
            first=i18n.plain_day(row.from_on, today=date.min),
        )
    return gettext(
        "%(day)s is after this budget ended, on %(last)s. Is the day right?",
        day=said,
        last=i18n.plain_day(row.until_on, today=date.min),
    )


def nobody(permit: Permit) -> str:
    """That nobody can be asked, and what to do about it."""
    contact = lead(permit)
    if contact is None:
        return gettext("There is no key contact to ask right now.")
    if permit.is_self:
        return gettext(
            "%(name)s cannot see your budget yet, so nobody can say yes or no. "
            "You can let them in: go to People and sharing.",
            name=contact.name,
        )
    return gettext("%(name)s cannot see this budget yet, so nobody can say yes or no.", name=contact.name)


def too_many() -> str:
    """That no more can be asked now."""
    return gettext("A lot waits for a yes or no already. Take one back, or wait.")


def answered(permit: Permit, row: SpendAsk) -> Markup:
    """Who answered, and when: Amina, 6 March:"""
    on = permit.local(row.answered_at).date() if row.answered_at else permit.today()
    day = i18n.plain_day(on, today=permit.today())
    said = gettext("%(name)s, %(day)s:")
    return Markup(said) % {"name": bdi(row.answered_name), "day": day}  # noqa: S704 - the sentence is ours


def look_again(row: Budget, today: date) -> str:
    """When it is looked at again; that it is time, once the day has come."""
    if row.look_on is None:
        return ""
    if row.look_on <= today:
        return gettext("It is time to look at it again.")
    return gettext("Look again on %(day)s.", day=i18n.plain_day(row.look_on, today=today))


def before(body: Mapping[str, Any]) -> str:
    """A spend as it was, in a line."""
    day = i18n.day(date.fromisoformat(str(body["day"])), year=True)
    return i18n.comma().join((str(body["what"]), money(int(body["pence"]), exact=True), day))
