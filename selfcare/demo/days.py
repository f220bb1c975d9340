"""The calendar of the demonstration: everything is told from today, backwards and forwards."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from selfcare.database import now
from selfcare.web.when import When, at, at_instant


class Days:
    """Days counted from today where the invented people live."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.now = now()
        self.today = self.now.astimezone(self.zone).date()

    def day(self, ago: int) -> date:
        return self.today - timedelta(days=ago)

    def weekday(self, ago: int) -> date:
        """That day, or the Friday before it: laboratories and teams work Monday to Friday."""
        day = self.day(ago)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def coming_weekday(self, ahead: int) -> date:
        """That day, or the weekday next to it: the Friday before a Saturday, the Monday after a Sunday."""
        day = self.day(-ahead)
        return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))

    def when(self, day: date, clock: str) -> When:
        """A time of day, such as `08:10`."""
        return at(datetime.combine(day, time.fromisoformat(clock)), self.zone)

    def before_now(self, day: date, clock: str) -> When:
        """The same, or an hour ago when that is still to come."""
        found = self.when(day, clock)
        return found if found.utc < self.now else at_instant(self.now - timedelta(hours=1), self.zone)
