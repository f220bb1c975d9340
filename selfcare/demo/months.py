"""The months that are over: visits of everybody on the list, so that the team's figures have something to count."""

from datetime import timedelta

from selfcare.appointments import actions as appointments
from selfcare.appointments.models import Appointment
from selfcare.database import session
from selfcare.demo.days import Days
from selfcare.web.access import Permit

READY = 3  # of five people each


def visits(days: Days, desk: Permit, number: int) -> None:
    """A visit in each of the last two months, for the n-th person of the list; some said that they were ready."""
    month = days.today.replace(day=1)
    for _ in range(2):
        month = (month - timedelta(days=1)).replace(day=1)
        day = month + timedelta(days=7 + number % 14)
        when = days.when(day - timedelta(days=max(0, day.weekday() - 4)), f"{9 + number % 7:02}:30")
        made = appointments.add_visit(
            desk, when=when, how="phone", with_whom=desk.account_name, purpose="How things are going"
        )
        if number % 5 < READY:
            visit = session().get_one(Appointment, (desk.person_id, made.id))
            visit.ready_at = when.utc - timedelta(days=1)
