"""What a search finds, in which order, over how many pages, and by how many statements: on both engines."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from selfcare.community import searching
from selfcare.community.models import ENDED, PAUSED, Service
from selfcare.community.searching import PAGE
from selfcare.community.sought import Key, Sought
from selfcare.database import command, session
from selfcare.web.access import Permit
from tests import factories
from tests.factories import Household, near_by
from tests.harness.client import Client
from tests.harness.places import PROOF
from tests.harness.statements import counted

MANY = 20_000 if PROOF else 1_000
NAMES = (
    "Zoë’s straße café", "Don't stop: walking & talking", "O’Brien’s over-60s club", "Łukasz sings", "خواتین کا گروپ",
    "Ten % off (free!)", "Walk 12 miles",
)  # fmt: skip
# What is typed, and which of the names it finds, by their numbers.
FOLDED = {
    "zoe": {0}, "ZOË": {0}, "Zoe\u0308": {0}, "strasse": {0}, "Straße": {0}, "cafe stras": {0},
    "dont": {1}, "don’t": {1}, "don't": {1}, "don`t stop": {1}, "talking walking": {1}, "talking swimming": set(),
    "obrien": {2}, "o'briens": {2}, "over 60s": {2}, "over-60s": {2}, "lukasz": {3}, "Łukasz": {3},
    "خواتین": {4}, "خواتين": {4}, "گروپ خوا": {4}, "wal": {1, 6}, "w": {1, 6}, "alk": set(), "walk ۱۲": {6},
    "": set(range(7)), "   ": set(range(7)), "%": set(range(7)), "10% off": set(), "ten off": {5},
    # Signs that a search of an engine reads as its own, and words that are its operators.
    '"walk" AND OR NOT (': set(), "walk*": {1, 6}, "walk -miles": {6}, "NEAR(walk": set(), "walk:miles": {6},
    "'": set(range(7)), "\\": set(range(7)), "walk & miles": {6}, "walk | miles": {6}, "!walk": {1, 6},
    "walk:*": {1, 6}, "words:walk": set(), "^walk": {1, 6}, "😀": set(range(7)), "<b>walk</b>": set(),
    "walk\u200f": {1, 6},
    "x" * 10_000: set(), "walk " * 400: {1, 6},
}  # fmt: skip


@contextmanager
def reading(app: Flask, house: Household) -> Iterator[Permit]:
    with app.test_request_context(), command():
        yield factories.permit(house.rosa, house.person)


@pytest.fixture
def house(app: Flask) -> Household:
    with app.test_request_context(), command():
        return factories.household()


def names(permit: Permit, sought: Sought) -> list[str]:
    return [one.service.name for one in searching.find(permit, sought).rows]


def test_words_are_found_however_they_are_typed(app: Flask, house: Household) -> None:
    """Alone catches: a folding that the two engines or the two sides do not share, and typed signs that one of them
    takes for its own: an error, or all services.
    """
    with reading(app, house) as permit:
        listed = near_by.a_list()
        for name in NAMES:
            near_by.a_service(listed, name)
        wrong = {}
        for typed, wanted in FOLDED.items():
            found = names(permit, Sought(words=typed))
            if set(found) != {NAMES[n] for n in wanted}:
                wrong[typed[:30]] = found
        assert not wrong


def test_each_filter_alone_and_together(app: Flask, house: Household) -> None:
    """Alone catches: a filter that finds nothing or everything, needs that must all be met, and something for a way in
    that is only half there.
    """
    with reading(app, house) as permit:
        listed = near_by.a_list()
        for name, tags, more in (
            (
                "A",
                {"need": ["move"], "getting_in": ["no_steps", "loop"], "language": ["ur"]},
                {"cost": "free"},
            ),
            ("B", {"need": ["company"], "way": ["peer", "online"]}, {"youngest": 60}),
            ("C", {"need": ["money", "move"], "getting_in": ["no_steps"]}, {"oldest": 25, "youngest": 16}),
            ("D", {"language": ["cy", "en"], "way": ["peer"]}, {"sessions": [near_by.on("tu we")]}),
            ("closed", {"need": ["move"]}, {"state": PAUSED}),
            ("over", {"need": ["food"], "language": ["pl"]}, {"state": ENDED}),
        ):
            near_by.a_service(listed, name, tags=tags, **more)
        table: dict[str, Sought] = {
            "ABCD": Sought(), "AC": Sought(need=("move",)), "ABC": Sought(need=("move", "company")),
            "A": Sought(free=True), "D": Sought(day=("tu", "su")), "AD": Sought(language=("cy", "ur")),
            "C": Sought(age=20, need=("money",)),
            "AD ": Sought(age=30), "ABD": Sought(age=60), "B": Sought(way=("peer", "online")),
            "BD": Sought(way=("peer",)),
            "A ": Sought(getting_in=("no_steps", "loop")), "": Sought(need=("move",), day=("we",)),
            " ": Sought(need=("food",)), "  ": Sought(language=("pl",)), "   ": Sought(need=("'; --",)),
        }  # fmt: skip
        assert {wanted: "".join(sorted(names(permit, sought))) for wanted, sought in table.items()} == {
            wanted: wanted.strip() for wanted in table
        }
        offered = searching.offered(permit)
        assert (offered.need, offered.language) == (["company", "money", "move"], ["cy", "en", "ur"])
        looser = searching.loosened(permit, Sought(need=("move",), day=("we",), words="zzz"))
        assert looser == {}
        assert searching.loosened(permit, Sought(need=("move",), day=("we",))) == {"need": 1, "day": 2}


def test_the_nearest_day_stands_first_and_by_the_clock_of_the_person(
    app: Flask, house: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: days that begin with Monday whatever day it is, the server's day, one that stands twice for two
    days, and anything by rank.
    """
    with reading(app, house) as permit:
        listed = near_by.a_list()
        for name, days in (("b", "mo"), ("A", "we su"), ("c", "tu"), ("d", ""), ("a2", "sa")):
            near_by.a_service(listed, f"{name} walk walk", sessions=[near_by.on(days)] if days else [])
        near_by.a_service(listed, "Walk", sessions=[near_by.on("fr")])
        for today, wanted in ((date(2026, 12, 2), "AWa2bcd"), (date(2026, 12, 5), "a2AbcWd")):
            monkeypatch.setattr(Permit, "today", lambda _, day=today: day)
            assert (
                "".join(
                    each.split()[0][:2] if each[0] != "W" else "W"
                    for each in names(permit, Sought(words="walk"))
                )
                == wanted
            )


def test_what_is_over_today_is_a_week_off_by_the_clock_of_the_person(app: Flask, house: Household) -> None:
    """Alone catches: a class of this morning above one of tomorrow, at noon; one that goes down while it lasts, or of
    which nobody told when it ends; and a second page that begins at another moment than the first."""
    with reading(app, house):
        listed = near_by.a_list()
        for name, session_ in (
            ("over", near_by.on("we", "09:00", "10:00")),
            ("lasts", near_by.on("we", "11:30", "12:30")),
            ("untold", near_by.on("we", "09:00")),
            ("next", near_by.on("th", "09:00", "10:00")),
            ("undated", near_by.on("")),
        ):
            near_by.a_service(listed, name, sessions=[session_])
        near_by.a_service(
            listed, "twice", sessions=[near_by.on("we", "09:00", "10:00"), near_by.on("we", "18:00", "19:00")]
        )
    with time_machine.travel("2026-12-02 12:00", tick=False), reading(app, house) as permit:
        page = searching.find(permit, Sought())
        found = {one.service.name: one.near for one in page.rows}
        assert found == {"lasts": 0, "twice": 0, "untold": 0, "next": 1, "over": 7, "undated": 8}
        assert [one.service.name for one in page.rows][-2:] == ["over", "undated"]
        begun_before_ten = Key(2, 9 * 60, 0, page.rows[0].service.id)
        assert [one.near for one in searching.find(permit, Sought(), begun_before_ten).rows] == [
            0,
            0,
            0,
            1,
            8,
        ]


@pytest.mark.parametrize("same", [False, True])
def test_pages_go_on_without_gaps_or_doubles_while_services_end(
    app: Flask, house: Household, same: bool
) -> None:
    """Alone catches: paging by offset, by a day alone where names are the same, and one that loses its place when the
    service that it goes on from has ended, or the day has turned.
    """
    with reading(app, house):
        near_by.many(listed := near_by.a_list(), 3 * PAGE)
        if same:
            session().query(Service).where(Service.list_id == listed.id).update(
                {"name": "Tea", "sessions": []}
            )
    with reading(app, house) as permit:
        every = {one.id for one in session().query(Service)}
        seen, gone, after = [], set(), None
        while True:
            page = searching.find(permit, Sought(), after)
            seen += [one.service.id for one in page.rows]
            if page.next is None:
                break
            # The last one shown ends, and one that comes later.
            later = next(each for each in every if each not in seen and each not in gone)
            for ending in (page.rows[-1].service.id, later):
                session().get_one(Service, ending).state = ENDED
            gone.add(later)
            session().flush()
            after = Key.read(str(page.next))
            assert after == page.next
        assert len(seen) == len(set(seen))
        assert every - gone <= set(seen)
        back = searching.find(permit, Sought(), until=Key.read(str(page.until)))
        assert [one.service.id for one in back.rows] == [
            each for each in seen if each in {one.service.id for one in back.rows}
        ]
        assert back.next is None


@pytest.mark.parametrize(
    "key",
    [
        "",
        "~",
        "9~0~0~x",
        "1~0~9~" + "0" * 32,
        "1~1440~1~" + "0" * 32,
        "1~1~" + "0" * 32,
        "1~0~1~" + "0" * 32,
        "x" * 5000,
    ],
)
def test_a_key_that_cannot_be_read_begins_anew(
    app: Flask, house: Household, client: Client, key: str
) -> None:
    """Alone catches: an address from elsewhere that is answered with a fault."""
    with reading(app, house):
        near_by.movement_class(near_by.a_list())
    client.sign_in(house.rosa.id)
    for name in ("more", "until"):
        assert client.get(f"/people/{house.person.id}/community/?{name}={key}").status == 200


def test_few_statements_however_many_services(app: Flask, house: Household, client: Client) -> None:
    """Alone catches: a statement for each service, list or value, and pages that grow with a directory."""
    with reading(app, house):
        near_by.many(near_by.a_list(), MANY)
    client.sign_in(house.rosa.id)
    base = f"/people/{house.person.id}/community/"
    client.get(base)
    for address, found in (
        ("", f"{MANY} found"),
        ("?q=walking+tea&need=move&day=tu&free=y&language=ur", "found"),
        ("?getting_in=no_steps&way=peer", "None found"),
    ):
        with counted(app) as statements:
            page = client.get(base + address)
        assert found in page
        assert len(statements) <= 6, str(statements)
        assert len(page.text) < 60_000
        assert len(page.html.select("#found .row")) <= PAGE
    further = client.get(base).click("Show more")
    assert len(further.html.select("#found .row")) == PAGE


def test_nothing_of_a_search_is_kept(
    app: Flask, house: Household, client: Client, capsys: pytest.CaptureFixture
) -> None:  # type: ignore[type-arg]
    """Alone catches: words that somebody looked for in the trail, a row of any table, the cookie or the log."""
    with reading(app, house):
        near_by.movement_class(near_by.a_list())
    for account in (house.amina, house.rosa):  # hers is the session that is looked into
        client.sign_in(account.id)
        client.strict = False
        client.get(f"/people/{house.person.id}/community/?more=zwischenkanarie&age=zwischenkanarie")
        answer = client.get(
            f"/people/{house.person.id}/community/?q=zwischenkanarie&need=kanarienvogel", follow=False
        )
        assert answer.headers["Cache-Control"] == "no-store"
    with app.app_context():
        for table in Service.metadata.sorted_tables:
            for row in session().execute(table.select()).mappings():
                kept = " ".join(str(value) for value in row.values()).lower()
                assert "kanarie" not in kept, table.name
    said = capsys.readouterr()
    assert "kanarie" not in said.out + said.err
    name = str(app.config["SESSION_COOKIE_NAME"])
    cookie = client.raw.get_cookie(name)
    assert cookie
    held = app.session_interface.get_signing_serializer(app).loads(cookie.value)  # type: ignore[attr-defined]
    assert "kanarie" not in str(held)


def test_a_check_of_half_a_year_ago_is_said(app: Flask, house: Household, client: Client) -> None:
    """Alone catches: a service that nobody looked at for long and that reads like the others."""
    with reading(app, house) as permit:
        listed, today = near_by.a_list(), permit.today()
        near_by.movement_class(listed, assured_on=today - timedelta(days=20))
        near_by.a_service(listed, "Garden mornings", assured_on=today - timedelta(days=200))
    client.sign_in(house.rosa.id)
    page = client.get(f"/people/{house.person.id}/community/")
    rows = {
        one.select_one("a").text: one.get_text(" ", strip=True) for one in page.html.select("#found .row")
    }
    assert "Tuesdays 10:00. Free. English, Urdu. Checked" in rows["Hill Street movement class"]
    assert "Move to music, sitting or standing" in rows["Hill Street movement class"]
    assert "You can stop" not in rows["Hill Street movement class"]
    assert "Not checked since" in rows["Garden mornings"]
