"""A visit and a question as plain values, and who may change them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from selfcare import i18n
from selfcare.appointments import models, states, tellings
from selfcare.appointments.telling_words import as_told
from selfcare.database import now
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, Role
from selfcare.web.when import When

# Of which area a question's other thing is. What it is called is of that area too.
ABOUT = {
    "question": Area.QUESTIONS,
    "report": Area.RESULTS,
    "result": Area.RESULTS,
    "agreed_line": Area.APPOINTMENTS,
    "agenda": Area.APPOINTMENTS,
    "decision": Area.DECISIONS,
    "plan": Area.PLAN,
}

# In the room the visit is still the one people prepared for.
STILL = timedelta(hours=4)
LABEL = 200  # what a question is about, in a line


@dataclass(frozen=True)
class Visit:
    """An appointment, as plain values.

    `matters` and `words` are the person's own: empty for a professional, who reads them in what was shared. That they
    are there is a fact of getting ready, and no secret.
    """

    id: UUID
    wall: datetime
    zone: str
    utc: datetime
    how: str
    with_whom: str
    place: str
    phone: str
    link: str
    purpose: str
    wanted: str
    matters: str
    matters_by: str | None  # who wrote it, where it was not the person
    has_matters: bool
    words: str
    words_by: str | None
    has_words: bool
    told: tuple[tellings.Told, ...]  # what was written down for the person, oldest first
    wrote: frozenset[str]  # which of `matters` and `words` stand there as somebody wrote them by themselves
    may_write: frozenset[str]  # which of `matters` and `words` are this account's to write, or to write over
    life: tuple[str, ...]  # what else is going on: the person's alone
    life_words: str
    life_version: int
    agenda: str
    agenda_at: datetime | None
    agenda_name: str | None
    agenda_title: str | None
    agenda_read_at: datetime | None
    agenda_read_name: str | None
    ready_at: datetime | None
    version: int
    entered_as: str
    entered_name: str
    entered_at: datetime
    changed_at: datetime | None
    only_me: bool
    begun: bool
    over: bool
    may_change: bool
    may_remove: bool

    @property
    def agenda_lines(self) -> list[str]:
        """What the key contact would like to talk about; none where it was written after the visit."""
        if self.agenda_at is None or self.agenda_at >= self.utc:
            return []
        return [line.strip() for line in self.agenda.split("\n") if line.strip()]

    @property
    def when(self) -> When:
        return When(self.wall, self.zone, self.utc)


@dataclass(frozen=True)
class Question:
    """A question, as plain values. `carried_from` is the day of the past visit it comes from, and `about_label` what it
    is about: each None for who may not see that.

    `answer` is in the person's own words, and theirs: None for a professional.
    """

    id: UUID
    text: str
    why: str
    about_kind: str | None
    about_id: UUID | None
    about_label: str | None
    reply: str | None
    reply_to: str | None
    reply_name: str | None
    reply_title: str | None
    replied_at: datetime | None
    reply_seen_at: datetime | None
    answer: str | None
    answer_by: str | None  # who wrote it, where it was not the person
    answered_at: datetime | None
    carried_from: date | None
    sent_at: datetime | None
    sent_to: str | None
    asked_at: datetime | None
    read_at: datetime | None
    read_name: str | None
    known_at: datetime | None  # read last before it was worded anew or taken back
    known_name: str | None
    sent_with: UUID | None  # the first summary it went along with
    closed_at: datetime | None
    state: states.State
    entered_as: str
    entered_name: str
    entered_at: datetime
    only_me: bool
    version: int
    appointment_id: UUID | None
    place: int
    may_change: bool
    may_remove: bool
    may_answer: bool  # to write an answer, or over the one that stands; to take it away
    was_told: bool  # to whoever wrote it down
    told: tuple[str, datetime] | None  # how and when; None once the words are the person's own

    def can(self, move: str) -> bool:
        """Whether `move` is possible where the question stands (whoever asks)."""
        return states.Move(move) in states.MOVES[self.state]

    @property
    def told_line(self) -> str | None:
        """Whose words these are, where they were told to who wrote them down."""
        return as_told(self.entered_name, *self.told) if self.told else None

    @property
    def group(self) -> str:
        """Where it stands in a list of open questions: for the visit, in the person's order; asked now; replied to."""
        return "reply" if self.reply is not None else "now" if self.asked_at else "visit"

    @property
    def reworded(self) -> bool:
        """Whether the reply is to earlier words."""
        return self.reply is not None and self.reply_to != self.text


def may_change(permit: Permit, item: models.Appointment | models.Question, area: Area) -> bool:
    """The person may change everything; others what is in their own words, or with MANAGE everything they see."""
    if permit.is_self or permit.may(area, Level.MANAGE):
        return True
    words = item.text_version if isinstance(item, models.Question) else item.details_version
    return permit.may(area, Level.ADD) and versions.is_own(permit, item, words)


def may_remove_visit(permit: Permit, row: models.Appointment) -> bool:
    theirs = holds_their_words(permit, row, Area.APPOINTMENTS, "matters", "words")
    return may_change(permit, row, Area.APPOINTMENTS) and not theirs


def may_remove_question(permit: Permit, row: models.Question) -> bool:
    theirs = holds_their_words(permit, row, Area.QUESTIONS, "answer")
    return may_change(permit, row, Area.QUESTIONS) and not theirs


def may_know(permit: Permit, about_kind: str | None) -> bool:
    """Whether somebody may be told what a question is about."""
    area = ABOUT.get(about_kind or "")
    return area is not None and permit.may(area)


def holds_their_words(
    permit: Permit, row: models.Appointment | models.Question, area: Area, *parts: str
) -> bool:
    """Whether the person's own words would go with an item, and are not this account's to take out: a professional's
    never are, a helper's only where the person lets them change what they wrote.
    """
    if permit.role not in (Role.CARER, Role.PROFESSIONAL):
        return False
    staff = permit.role is Role.PROFESSIONAL
    if not staff and permit.may(area, Level.MANAGE):
        return False
    return any((getattr(row, part) or "").strip() and (staff or not writer(row, part)) for part in parts)


def may_write(permit: Permit, row: models.Appointment | models.Question, part: str) -> bool:
    """Whether `matters`, `words` or `answer` may be written, written over or taken away: by the person, by whoever they
    let change what they wrote, and by a helper who may add where nothing stands, or their own.
    """
    area = Area.QUESTIONS if isinstance(row, models.Question) else Area.APPOINTMENTS
    if permit.role is Role.PROFESSIONAL or not permit.may(area, Level.ADD):
        return False
    if permit.is_self or permit.may(area, Level.MANAGE) or not (getattr(row, part) or "").strip():
        return True
    named = writer(row, part) == permit.account_name and getattr(row, f"{part}_as") == permit.role
    return named and versions.wrote(permit, row, getattr(row, f"{part}_version"))


def writer(row: models.Appointment | models.Question, part: str) -> str | None:
    """The name of who wrote `matters`, `words` or `answer`, where it was not the person."""
    written_as = getattr(row, f"{part}_as")
    return None if written_as in (None, Role.SELF) else getattr(row, f"{part}_name")


def plain_visit(permit: Permit, row: models.Appointment) -> Visit:
    own = permit.role is not Role.PROFESSIONAL
    return Visit(
        id=row.id,
        wall=row.wall,
        zone=row.zone,
        utc=row.utc,
        how=row.how,
        with_whom=row.with_whom,
        place=row.place,
        phone=row.phone,
        link=row.link,
        purpose=row.purpose,
        wanted=row.wanted,
        matters=row.matters if own else "",
        matters_by=writer(row, "matters"),
        has_matters=bool(row.matters.strip()) or tellings.counts(row, "matters"),
        words=row.words if own else "",
        words_by=writer(row, "words"),
        has_words=bool(row.words.strip()) or tellings.counts(row, "words"),
        told=tellings.told(permit, row),
        wrote=frozenset(part for part in ("matters", "words") if getattr(row, part).strip()),
        may_write=frozenset(part for part in ("matters", "words") if may_write(permit, row, part)),
        life=tuple(row.life) if permit.sees_only_me else (),
        life_version=row.life_version,
        life_words=row.life_words if permit.sees_only_me else "",
        agenda=row.agenda,
        agenda_at=row.agenda_at,
        agenda_name=i18n.listed(models.agenda_names(row)) or None,
        agenda_title=row.agenda_title,
        agenda_read_at=row.agenda_read_at,
        agenda_read_name=row.agenda_read_name,
        ready_at=None if row.only_me else row.ready_at,  # what was shared for it has left the summary
        version=row.version,
        entered_as=row.entered_as,
        entered_name=row.entered_name,
        entered_at=row.entered_at,
        changed_at=row.changed_at,
        only_me=row.only_me,
        begun=row.utc <= now(),
        over=row.utc < now() - STILL,
        may_change=may_change(permit, row, Area.APPOINTMENTS),
        may_remove=may_remove_visit(permit, row),
    )


def plain_question(
    permit: Permit, row: models.Question, wall: datetime | None, utc: datetime | None, first: str | None
) -> Question:
    """:param wall, utc: of the visit it was written for. :param first: the words of the question it asks more about."""
    known = may_know(permit, row.about_kind)
    label = first if row.about_kind == "question" else row.about_label
    over = utc is not None and utc < now() - STILL
    return Question(
        id=row.id,
        text=row.text,
        why=row.why,
        about_kind=row.about_kind if known else None,
        about_id=row.about_id if known else None,
        about_label=i18n.beginning(label, LABEL) if known and label else None,
        reply=row.reply,
        reply_to=row.reply_to,
        reply_name=row.reply_name,
        reply_title=row.reply_title,
        replied_at=row.replied_at,
        reply_seen_at=row.reply_seen_at,
        answer=row.answer if permit.role is not Role.PROFESSIONAL else None,
        answer_by=writer(row, "answer"),
        answered_at=row.answered_at,
        carried_from=wall.date() if wall and over and row.closed_at is None else None,
        sent_at=row.sent_at,
        sent_to=row.sent_to,
        asked_at=row.asked_at,
        read_at=row.read_at,
        read_name=row.read_name,
        known_at=row.known_at,
        known_name=row.known_name,
        sent_with=row.sent_with,
        closed_at=row.closed_at,
        state=state_of(row),
        entered_as=row.entered_as,
        entered_name=row.entered_name,
        entered_at=row.entered_at,
        only_me=row.only_me,
        version=row.version,
        appointment_id=row.appointment_id if wall else None,
        place=row.place,
        may_change=may_change(permit, row, Area.QUESTIONS),
        may_remove=may_remove_question(permit, row),
        may_answer=may_write(permit, row, "answer"),
        was_told=row.told_id is not None,
        told=(row.told_how, permit.local(row.entered_at)) if row.told_how else None,
    )


def state_of(row: models.Question) -> states.State:
    """Where a question's row stands."""
    return states.state(
        sent_at=row.sent_at,
        asked_at=row.asked_at,
        replied_at=row.replied_at,
        discussed_at=row.discussed_at,
        answered_at=row.answered_at,
    )
