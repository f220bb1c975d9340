"""What the last look at a page from here found, in words for the team. No person is told of it."""

from flask_babel import gettext

from selfcare import i18n
from selfcare.information.team_list import Listed
from selfcare.people import teams

# What `checking` finds.
ANSWERS, MOVED, ELSEWHERE, GONE, REFUSED, FAILED, SILENT, UNSAFE, CLOSED = (
    "answers", "moved", "elsewhere", "gone", "refused", "failed", "silent", "unsafe", "closed",
)  # fmt: skip
# With these somebody has to look at the page.
BROKEN = frozenset({ELSEWHERE, GONE, FAILED, SILENT, UNSAFE, CLOSED})


def said(listed: Listed) -> tuple[str, bool] | None:
    """What was found and when, and whether somebody has to look; None where nothing was looked at yet."""
    if not listed.found or listed.asked_at is None:
        return None
    day = i18n.plain_day(teams.day_of(listed.asked_at), today=teams.today())
    sentence = {
        ANSWERS: gettext("Answered on %(day)s", day=day),
        MOVED: gettext("On %(day)s it was at a new address on the same site", day=day),
        ELSEWHERE: gettext("Led to another place on %(day)s", day=day),
        GONE: gettext("The page was not there on %(day)s", day=day),
        REFUSED: gettext("On %(day)s it answered browsers only, so nothing is known", day=day),
        FAILED: gettext("Answered with a fault on %(day)s", day=day),
        SILENT: gettext("Did not answer on %(day)s", day=day),
        UNSAFE: gettext("The connection was not safe on %(day)s", day=day),
        CLOSED: gettext("Led into a closed network on %(day)s", day=day),
    }.get(listed.found)
    return (sentence, listed.found in BROKEN) if sentence else None
