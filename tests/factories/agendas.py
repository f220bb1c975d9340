"""Both agendas of a visit, what was told for it, and what the person says beside what was written: parts of the record
`fill` makes."""

from typing import Any
from uuid import UUID

from selfcare.appointments import actions as appointments
from selfcare.appointments import queries as visits
from selfcare.appointments import telling_actions
from selfcare.own_view import actions as own_view
from selfcare.web.access import Permit

AGENDA = "How the new tablets are going\nIf the day of your blood test still suits you"


def before_visit(rosa: Permit, amina: Permit, visit_id: UUID) -> None:
    """What matters, how it has been, what the key contact would like to talk about, and what else is going on."""
    appointments.set_matters(rosa, visit_id, None, "To be well for my sister’s visit.")
    appointments.set_words(rosa, visit_id, None, "Mornings are the worst.")
    appointments.set_agenda(amina, visit_id, None, AGENDA, "specialist nurse")
    appointments.set_life(rosa, visit_id, ("sleep", "about"), "The new neighbours")


def own_views(rosa: Permit, contact: Any, note_id: UUID) -> None:
    """Words beside a contact and beside a note."""
    said = f"{contact.said}\n{contact.next_step}"
    own_view.put(rosa, "contact", contact.id, None, "I was not settling in: I lay awake.", said, "Amina")
    words = "Haemoglobin carries oxygen round your body."
    own_view.put(rosa, "report_note", note_id, None, "I would rather hear it by phone.", words, "Amina")


def hide_life(rosa: Permit, words: str) -> None:
    """What else is going on at each visit to come: nobody else may see it."""
    for each in visits.upcoming(rosa):
        appointments.set_life(rosa, each.id, ("money",), words)


def told(amina: Permit, visit_id: UUID) -> UUID:
    """What Rosa told Amina on the phone for a visit. :returns: its id."""
    return telling_actions.write(
        amina, visit_id, how="phone", share="look", matters="To be rested for the journey.", words="Better now.",
        life=("sleep",), life_words="The lift is broken", questions=("May I travel by train?",),
    ).id  # fmt: skip


def hide_told(amina: Permit, rosa: Permit, words: str) -> UUID:
    """What she told her, and kept for herself. :returns: its id."""
    visit = next(each for each in visits.upcoming(rosa) if not each.only_me)
    return telling_actions.write(
        amina, visit.id, how="phone", share="only", matters=f"{words} matters", words=f"{words} told",
        life=("money",), life_words=f"{words} told life", questions=(f"{words} told question",),
    ).id  # fmt: skip
