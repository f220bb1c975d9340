"""What the invented people said about their visits and this app, and what their team made of it (picture 33)."""

from datetime import timedelta
from typing import cast as known
from uuid import UUID, uuid4

from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.appointments import after_visit
from selfcare.appointments.models import Appointment
from selfcare.database import now, session
from selfcare.demo.cast import Cast
from selfcare.feedback import actions as feedback
from selfcare.feedback.models import Answer
from selfcare.feedback.words import DID, DONE, MAKING, NOT_NOW, NOT_YET
from selfcare.people.queries import lead
from selfcare.team import heard, ideas
from selfcare.team.seat import Seat
from selfcare.web.access import Kind, Permit, SignedIn

EVENING = (
    "Could somebody call me in the evening? I work in the day.",
    "Evenings would be easier for me than mornings.",
)
SHEET = (
    "The diet sheet is hard to read. Is there one in large print?",
    "I could not read the small letters on the diet sheet.",
    "Good talk. But the sheet about food: the print is too small.",
)
LATE = (
    "The call came late, and I had to wait by the phone.",
    "It was to be at half past. It was nearly an hour later.",
    "I did not know whether the call would still come.",
    "All fine, only late again.",
)
HOW = ("very_good", "good", "good", "between", "good", "very_good", "poor")


def make(cast: Cast) -> None:
    """Thirty texts of fifteen people, three themes with an answer each, three ideas, and one who would help."""
    rosa = cast.as_self(cast.rosa, cast.rosa_account)
    everybody = [*cast.others, rosa]
    for first, text in ((True, EVENING), (True, SHEET), (False, LATE)):
        for number, own in enumerate(everybody):
            is_evening = number < 5 or own is rosa
            if not first or (text == EVENING) == is_evening:
                _say(own, 0 if first else 1, text[number % len(text)], HOW[number % len(HOW)])
    seat = Seat(cast.amina.id, cast.amina.name, cast.team, works=True, administers=True, teams=())
    today = cast.days.today
    for said, text, answer in (
        ("Can we have evening calls?", EVENING,
         Answer(state=NOT_YET, words="We are asking who could do them.", day=today + timedelta(days=52))),
        ("I want the diet sheet in large print.", SHEET,
         Answer(state=DID, words="It is in large print now. Ask for it.", day=today - timedelta(days=26))),
        ("The phone calls start late.", LATE,
         Answer(state=DID, words="We now leave 10 minutes between calls, and text you if we are late.",
                day=today - timedelta(days=8))),
    ):  # fmt: skip
        found = [one.id for one in _texts(seat) if one.text in text]
        theme = heard.gather(seat, found, None, said)
        heard.change(seat, theme.id, 1, said, True, answer)
    _ideas(cast, seat, everybody)
    samuel = cast.others[0]
    feedback.offer(samuel, cast.team.id, "phone", "07700 900462")


def _say(own: Permit, which: int, text: str, how: str) -> None:
    before = select(Appointment.id).where(Appointment.person_id == own.person_id, Appointment.utc < now())
    visit = session().scalars(before.order_by(Appointment.utc.desc()).offset(which).limit(1)).one()
    after_visit.been_through(own, visit, how)
    contact = lead(own)
    feedback.say(own, visit, 0, text, contact.team_id if contact else None, read=True)


def _texts(seat: Seat) -> list[heard.Heard]:
    return [one for batch in heard.batches(seat, size=30) for one in batch.texts]


def _ideas(cast: Cast, seat: Seat, everybody: list[Permit]) -> None:
    today, accounts = cast.days.today, [known(UUID, one.account_id) for one in everybody]
    for title, state, why, on, people in (
        ("A sound when it saves", NOT_NOW, "some of you said no sounds.", None, 5),
        ("Log all at once", MAKING, "", None, 11),
        ("Bigger numbers to tap", DONE, "", today - timedelta(days=9), 8),
    ):
        idea = ideas.add(seat, title, "")
        for account in accounts[:people]:
            feedback.want(_user(account), idea.id, True)
        ideas.change(seat, idea.id, 1, title=title, words="", state=state, why=why, on=on)
    feedback.suggest(_user(cast.rosa_account.id), cast.team.id, "Show the day of the week in my diary", "")


def _user(account_id: UUID) -> SignedIn:
    row = session().get_one(Account, account_id)
    return SignedIn(
        account_id=row.id, session_id=uuid4(), token="", kind=Kind(row.kind), name=row.name, title=row.title,
        locale=row.locale, email=row.email, proved_at=now(), complete=True,
    )  # fmt: skip
