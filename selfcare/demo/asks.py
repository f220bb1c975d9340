"""What Rosa asked for near by (picture 28c): one with a place, one that is looked for, and two that are over."""

from flask import current_app

from selfcare.accounts import actions as accounts
from selfcare.accounts.models import Account
from selfcare.asks import actions as asks
from selfcare.asks import desk_actions
from selfcare.asks.models import Ask
from selfcare.database import session
from selfcare.demo.cast import Cast
from selfcare.demo.days import Days
from selfcare.people import actions as people
from selfcare.people import ask_access, queries
from selfcare.people.models import Member, Team
from selfcare.web.access import Area, AskPermit, Kind, Level

WORKER = "volunteer@example.org"


def a_body() -> tuple[Account, Team]:
    """An invented voluntary body, and who works there."""
    body = people.make_team(
        "Riverside Leisure, a charity", phone="01632 960204", hours="Monday to Thursday, 10 to 2", kind="body"
    )
    password = current_app.config["SETTINGS"].demo_password
    account = accounts.make(Kind.BODY, "Bo", title="volunteer", email=WORKER, password=password)
    people.join_team(body, account)
    return account, body


def live(cast: Cast) -> None:
    """Ask, and answer, through the room's own actions; then put each on its day."""
    days, priya, team = cast.days, cast.priya, cast.team
    own = cast.as_self(cast.rosa, cast.rosa_account)
    session().get_one(Member, (team.id, priya.id)).link_worker = True
    sees = next(one for one in queries.grants(own) if one.kind == "professional")
    people.set_rights(own, sees.id, {**sees.rights, Area.COMMUNITY: Level.ADD})
    bo, body = a_body()
    lunch = asks.ask(own, words="Lunch club")
    desk_actions.accept(_work(priya, lunch))
    desk_actions.found(_work(priya, lunch), None, place="St John’s, Mondays")
    asks.not_for_me(own, lunch.id)
    _days(days, lunch, 92, 90, 88)
    walkers = asks.ask(own, words="Slow walkers")
    desk_actions.accept(_work(priya, walkers))
    desk_actions.found(_work(priya, walkers), None, place="The park gate")
    asks.go(own, walkers.id, None)
    asks.went(own, walkers.id, how_it_was="Good company.", tells=True)
    _days(days, walkers, 58, 57, 44)
    bill = asks.ask(own, words="Help with the heating bill")
    desk_actions.accept(_work(priya, bill))
    _days(days, bill, 1, 1)
    move = asks.ask(own, words="Hill Street movement class", may_pass=True, with_phone=True)
    desk_actions.offer(_work(priya, move), body.id)
    held = _work(bo, move)
    desk_actions.accept(held)
    desk_actions.found(
        held, None, place="Hill Street Hall", words="Move to music, sitting or standing. Tea after.",
        on=days.coming_weekday(7), at=days.when(days.today, "10:00").wall.time(),
    )  # fmt: skip
    _days(days, move, 7, 6)


def _work(account: Account, row: Ask) -> AskPermit:
    session().flush()
    found = ask_access.held_by(account, row.id)
    if found is None:
        raise LookupError(account.name)
    return found


def _days(days: Days, row: Ask, asked: int, taken: int, ended: int | None = None) -> None:
    """When it was asked, taken and over, in days before today."""
    row.entered_at = days.before_now(days.weekday(asked), "10:20").utc
    row.owned_at = days.before_now(days.weekday(taken), "11:40").utc
    if ended:
        row.ended_at = days.before_now(days.weekday(ended), "16:10").utc
    session().flush()
