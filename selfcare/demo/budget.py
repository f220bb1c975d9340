"""Rosa's budget (picture 29): a year's money for getting out, what she spent of it, and what she asked before."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from selfcare.budget import actions, ask_actions
from selfcare.budget.models import Budget, SpendAsk
from selfcare.database import session
from selfcare.demo.cast import Cast
from selfcare.people import actions as people
from selfcare.people import queries
from selfcare.web.access import Area, Level, Permit
from selfcare.web.photo_file import look

YEAR = 120_000  # pence
_BEFORE = {Area.PLAN: Level.ADD, Area.DECISIONS: Level.ADD, Area.HEALTH: Level.SEE}
# Days ago, what for, pence. With the class, every two weeks, it leaves £412.50.
SPENDS = (
    (310, "Trousers for the class", 3_450),
    (248, "Day out with my sister, train", 4_160),
    (201, "Swimming, ten times", 5_500),
    (154, "Walking poles", 4_290),
    (97, "Bus pass, three months", 9_600),
    (63, "Warm coat", 6_710),
)
CLASS, TAXI = 1_600, 740


def make(cast: Cast, own: Permit, desk: Permit, carer: Permit) -> None:
    """Write it through the rooms' own actions, then let it be as old as the story says."""
    days = cast.days
    team = next(one for one in queries.grants(own) if one.kind == "professional")
    # With all that the team was let see before: what is not named ends.
    people.set_rights(own, team.id, {**_BEFORE, Area.BUDGET: Level.ADD})
    desk = replace(desk, rights={**desk.rights, Area.BUDGET: Level.ADD})

    began = days.day(336)
    row = actions.begin(
        desk, kind="health", pence=YEAR, from_on=began, until_on=began + timedelta(days=364),
        purpose="For getting out, and for moving more.", agreed_with="", agreed_on=began,
        look_on=days.coming_weekday(21),
    )  # fmt: skip
    actions.agree(own, row.id, row.version)
    row.entered_at = days.when(began, "10:40").utc
    _spends(cast, own, carer, row)
    _asked(cast, own, desk, row)
    session().flush()


def _spends(cast: Cast, own: Permit, carer: Permit, row: Budget) -> None:
    days = cast.days
    for ago, what, pence in SPENDS:
        actions.spend(own, row.id, what=what, pence=pence, day=days.day(ago))
    for ago in range(302, 20, -14):
        actions.spend(own, row.id, what="Movement class, two weeks", pence=CLASS, day=days.day(ago))
    shoes = actions.spend(carer, row.id, what="Walking shoes", pence=3_800, day=days.day(11))
    actions.keep_receipt(carer, row.id, shoes.id, look(_receipt(days.day(11))))
    actions.spend(own, row.id, what="Taxi to the class", pence=TAXI, day=days.day(7))
    # Small things between, so that what is left is the sum of the picture.
    spent = sum(pence for _, _, pence in SPENDS) + 21 * CLASS + 3_800 + TAXI
    actions.spend(own, row.id, what="Lunch out, and the bus", pence=78_750 - spent, day=days.day(17))


def _asked(cast: Cast, own: Permit, desk: Permit, row: Budget) -> None:
    things = ask_actions.ask(own, row.id, what="Swimming things", pence=2_500)
    ask_actions.answer(desk, things.id, None, answer="yes", words="It fits what the money is for.")
    asked, told = cast.days.weekday(6), cast.days.weekday(5)
    _back(cast, things, asked, "17:20")
    things.answered_at = things.changed_at = cast.days.when(told, "09:15").utc
    seat = ask_actions.ask(own, row.id, what="A garden seat", pence=6_000)
    _back(cast, seat, cast.days.day(1), "18:05")


def _back(cast: Cast, row: SpendAsk, day: date, clock: str) -> None:
    row.entered_at = cast.days.when(day, clock).utc


def _receipt(day: date) -> bytes:
    """A till receipt, as a phone sees it."""
    paper = Image.new("RGB", (620, 900), "#f7f5ef")
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(34)
    lines = (
        "High Street Shoes",
        day.strftime("%d/%m/%Y"),
        "",
        "Walking shoes   38.00",
        "",
        "Total   38.00",
        "Thank you",
    )
    for place, line in enumerate(lines):
        pen.text((60, 80 + 70 * place), line, "#333333", font)
    made = BytesIO()
    paper.save(made, "JPEG", quality=80)
    return made.getvalue()
