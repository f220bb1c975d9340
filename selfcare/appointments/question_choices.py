"""What the form of a question offers: for which visit it is, and whom it is for."""

from flask_babel import gettext

from selfcare.appointments import queries, words
from selfcare.appointments.forms import HELPERS, ME, NOW, QuestionForm
from selfcare.appointments.states import Move, readers
from selfcare.people.queries import lead
from selfcare.web.access import Area, Permit, Role

MOST = 10
LISTED = 2  # "the next visit" and one more: a list with fewer choices than that is not shown


def offer_visits(permit: Permit, form: QuestionForm) -> list[str]:
    """The visits a question can be for. :returns: their ids, as the form sends them."""
    coming = queries.upcoming(permit, MOST) if permit.may(Area.APPOINTMENTS) else []
    form.hidden_visits = {str(each.id) for each in coming if each.only_me}
    choices = [(str(each.id), words.line(each.wall, each.how, each.with_whom)) for each in coming]
    form.visit.choices = [("", gettext("The next visit")), *choices]
    return [value for value, _ in choices]


def offer_readers(
    permit: Permit, form: QuestionForm, found: queries.Question | None = None, chosen: str = HELPERS
) -> None:
    """Whom a question can be for: one of three. Where nothing is said, what was asked now stays so."""
    if found is None and _is_hidden(form):
        _offer_nobody(form)
        return
    contact = lead(permit) if permit.role is not Role.PROFESSIONAL else None
    asked = found is not None and found.asked_at is not None
    offered = {}
    if permit.is_self and (found is None or found.entered_as == Role.SELF or found.was_told):
        offered[ME] = words.only_me(found)
    if found is None or not asked:
        offered[HELPERS] = words.for_visit(permit, contact)
    elif found.can(Move.UNASK) and permit.role is not Role.PROFESSIONAL:
        offered[HELPERS] = words.asked_no_more(permit, contact, found)
    if found is not None and asked:
        offered[NOW] = words.still_asked(permit, contact, found)
    elif contact and (found is None or found.can(Move.SEND)):
        offered[NOW] = words.asked_now(permit, contact)
    if found is not None:
        chosen = readers(only_me=found.only_me, asked_at=found.asked_at)
    form.offer(offered, chosen if chosen in offered else HELPERS)


def offer_for_later(permit: Permit, form: QuestionForm) -> None:
    """The same three on a page that a phone keeps: who can see things by the time it is sent is not known yet."""
    if _is_hidden(form):
        _offer_nobody(form)
        return
    contact = lead(permit)
    offered = {ME: words.only_me(None)} if permit.is_self else {}
    offered[HELPERS] = words.helpers_later(permit)
    if contact:
        offered[NOW] = words.asked_later(contact)
    form.offer(offered, HELPERS)


def _is_hidden(form: QuestionForm) -> bool:
    """Whether it is for a visit that only the person sees, and the page offers no other."""
    return form.visit.data in form.hidden_visits and len(form.visit.choices) <= LISTED


def _offer_nobody(form: QuestionForm) -> None:
    """*Only me*, and that it is so. A page from before that had *those who help me* ticked means nobody by it."""
    form.offer({ME: words.only_me_visit()}, ME)
    if form.readers.data == HELPERS:
        form.readers.data = ME
