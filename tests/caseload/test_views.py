"""The caseload: facts in the order contact is due, and the same cost for many as for few."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from selfcare import database
from selfcare.appointments import actions as appointments
from selfcare.audit.models import Trail
from selfcare.caseload import queries
from selfcare.diary import actions as diary
from selfcare.people.models import Person
from selfcare.web.when import at_instant
from tests import factories
from tests.caseload.town import Town, fill
from tests.harness.client import Client
from tests.harness.pages import Answer, words
from tests.harness.statements import Statements


def rows(page: Answer) -> dict[str, str]:
    """What the list says of each person, in its order."""
    found = {}
    for row in page.html.select(".caseload tbody tr:not(.caseload__group)"):
        cells = [words(cell) for cell in row.select("th, td")]
        found[words(row.select_one("th a"))] = " | ".join(cells)
    return found


def names(page: Answer) -> list[str]:
    return list(rows(page))


def chip(page: Answer, text: str) -> str:
    """A filter with its count."""
    return next(said for said in page.all(".chip-link") if said.startswith(text))


def test_an_empty_caseload_says_what_to_do_first(amina: Client) -> None:
    page = amina.get("/caseload/")
    assert "Nobody is on your list yet" in page
    assert page.html.select('main a[href="/caseload/add"]')


def test_only_professionals(town: Town, new_client: Callable[..., Client]) -> None:
    with town.open():
        rosa = factories.account(name="Rosa")
    browser = new_client()
    for path in ("/caseload/", "/caseload/questions/", "/caseload/results/", "/caseload/find/"):
        assert browser.get(path, follow=False).status == 303
    browser.sign_in(rosa.id)
    for path in ("/caseload/", "/caseload/questions/", "/caseload/results/", "/caseload/find/"):
        assert browser.get(path).status == 404


def test_people_stand_in_the_order_contact_is_due(town: Town, amina: Client) -> None:
    with town.open():
        for name, due in (("Wen", 3), ("Harjit", 0), ("Samuel", -3), ("Ines", -2), ("Bel", 3), ("New", None)):
            town.add(name, lead=town.priya if name == "Ines" else None)
            if name != "New":
                town.contact(
                    name,
                    days_ago=13 if name != "Wen" else 88,
                    due_in=due,
                    how="visit" if name == "Ines" else "phone",
                )
        town.rhythm("Wen", "lighter", 91)
        town.rhythm("Bel", "own", 10)
    mine = amina.get("/caseload/")
    assert names(mine) == ["Samuel", "New", "Harjit", "Bel", "Wen"]
    team = amina.get("/caseload/?view=team")
    assert names(team) == ["Samuel", "Ines", "New", "Harjit", "Bel", "Wen"]
    assert [heading.split()[0] for heading in team.all(".caseload__group")][:3] == ["Late", "No", "Today"]
    assert team.all(".caseload__group")[0] == "Late 2"
    said = rows(team)
    assert "for Priya" in said["Ines"]
    assert "Visit," in said["Ines"]
    assert "since " in said["Samuel"]
    assert "Lighter" in said["Wen"]
    assert "Every 10 days" in said["Bel"]
    assert "None yet" in said["New"]
    assert "5 active, 1 lighter, 1 for Priya" in team
    assert chip(team, "Mine") == "Mine 5"
    assert chip(team, "Whole team") == "Whole team 6"


def test_filters_count_facts(town: Town, amina: Client) -> None:
    with town.open():
        for name in ("Calm", "Soon", "Ready", "Far", "Unread", "Asked", "Quiet", "Logging"):
            town.add(name)
            quiet = name in ("Quiet", "Logging")
            town.contact(name, days_ago=20 if quiet else 1, due_in=30)
        town.contact("Calm", days_ago=1, due_in=-1)
        for name, days in (("Soon", 6), ("Ready", 6), ("Far", 9)):
            town.visit(name, days)
        _make_ready(town, "Ready")
        town.report("Unread")
        town.ask("Asked")
        own = town.own("Logging")
        tracker = diary.add_tracker(own, kind="symptom", name="Tiredness")
        diary.log(own, tracker.id, at_instant(datetime.now(UTC) - timedelta(days=2), own.zone), severity=9)
    expected = {
        "All": ("all", 8, None),
        "Contact due this week": ("due", 1, ["Calm"]),
        "Visit soon, not ready": ("soon", 1, ["Soon"]),
        "Result unread": ("unread", 1, ["Unread"]),
        "Question waiting": ("asked", 1, ["Asked"]),
        "Gone quiet": ("quiet", 1, ["Quiet"]),
    }
    page = amina.get("/caseload/")
    for text, (key, count, who) in expected.items():
        assert chip(page, text) == f"{text} {count}"
        if who:
            assert names(amina.get(f"/caseload/?show={key}")) == who
    said = rows(page)
    assert "quiet 20 days" in said["Quiet"]
    assert "quiet 20 days, since" in rows(amina.get("/caseload/?show=quiet"))["Quiet"]
    assert "Since " in said["Unread"]
    assert "1, today" in said["Asked"]
    assert "1 of 5" in said["Soon"]
    assert "Ready" in said["Ready"].split("|")[2]


def _make_ready(town: Town, name: str) -> None:
    from selfcare.appointments import actions
    from selfcare.appointments import queries as visits

    own = town.own(name)
    visit = visits.next_visit(own)
    assert visit is not None
    actions.mark_ready(own, visit.id)


def test_an_entry_marked_only_me_does_not_speak(town: Town, amina: Client) -> None:
    with town.open():
        town.add("Rosa")
        town.contact("Rosa", days_ago=20, due_in=5)
        own = town.own("Rosa")
        diary.log(own, None, at_instant(datetime.now(UTC), own.zone), note="Secret", only_me=True)
    assert "quiet 20 days" in rows(amina.get("/caseload/"))["Rosa"]


def test_a_visit_marked_only_me_is_not_the_next_one(town: Town, amina: Client) -> None:
    """Counts for many people have a condition of their own, which must leave out what is *only me* too."""
    with town.open():
        town.add("Rosa")
        own = town.own("Rosa")
        when = at_instant(datetime.now(UTC) + timedelta(days=2), own.zone)
        appointments.add_visit(own, when=when, how="place", with_whom="A clinic", purpose="", only_me=True)
    assert rows(amina.get("/caseload/"))["Rosa"].split("|")[2].strip() == "None"


def test_what_was_logged_before_the_last_visit_is_not_how_it_has_been(town: Town, amina: Client) -> None:
    """The list must count from where the person's own page counts: the visit before."""
    with town.open():
        for name, logged in (("Before", 12), ("After", 2)):
            town.add(name)
            town.visit(name, -10)
            town.visit(name, 6)
            own = town.own(name)
            diary.log(
                own, None, at_instant(datetime.now(UTC) - timedelta(days=logged), own.zone), note="So-so"
            )
    said = rows(amina.get("/caseload/"))
    assert "1 of 5" in said["Before"]  # no result waits to be opened
    assert "2 of 5" in said["After"]


def test_two_with_one_name_can_be_told_apart(town: Town, amina: Client) -> None:
    with town.open():
        town.add("Rosa")
        first = town.people["Rosa"]
        town.add("rosa ")
        second = town.people["rosa "]
        town.add("Maud")
        maud = town.people["Maud"]
    said = " ".join(amina.get("/caseload/").all(".caseload__note"))
    assert first.family_name in said
    assert second.family_name in said
    assert maud.family_name not in said


def test_log_stands_beside_the_list_and_goes_on_to_the_next(town: Town, amina: Client) -> None:
    with town.open():
        for name, due in (("Ada", -3), ("Bel", -2), ("Cai", 0), ("Dot", 2)):
            town.add(name)
            town.contact(name, days_ago=14, due_in=due)
    page = amina.get("/caseload/")
    plain = page.html.select('.caseload a[href*="/contacts/add"]')
    assert len(plain) == 4
    assert amina.get(str(plain[0]["href"])).h1 == "Log a contact: Ada"
    part = amina.get(str(plain[0]["data-hx-get"]), htmx=True)
    assert part.html.find("html") is None
    assert part.all(".is-chosen th a") == ["Ada"]
    assert part.all(".panel__title") == ["Log a contact: Ada"]
    for name in ("Bel", "Cai", "Dot"):
        part = part.form("contact").submit("Save, and next person", said="Fine")
        assert part.all(".panel__title") == [f"Log a contact: {name}"]
    page = part.form("contact").submit("Save, and next person", said="Fine")
    assert page.all(".panel__title") == []
    assert "That was the last one here." in page
    assert names(page) == ["Ada", "Bel", "Cai", "Dot"]


def test_the_next_person_of_a_filter_when_the_logged_one_has_left_it(town: Town, amina: Client) -> None:
    with town.open():
        for name, due in (("Ada", -3), ("Bel", -2), ("Cai", 60)):
            town.add(name)
            town.contact(name, days_ago=14, due_in=due)
    page = amina.get("/caseload/?show=due")
    link = page.html.select_one(".caseload a[data-hx-get]")
    assert link is not None
    part = amina.get(str(link["data-hx-get"]), htmx=True)
    page = part.form("contact").submit(due=_option(part, 28), said="Hello")
    assert page.all(".panel__title") == ["Log a contact: Bel"]
    assert names(page) == ["Bel"]


def _option(part: Answer, days: int) -> str:
    values = [str(tag["value"]) for tag in part.html.select("#due option")]
    day = (datetime.now(UTC).date() + timedelta(days=days)).isoformat()
    return day if day in values else values[-2]


def test_next_after_names_who_comes_next(town: Town) -> None:
    with town.open():
        ids = {}
        for name, due in (("Ada", -3), ("Bel", -2), ("Ina", -1), ("Cai", 0)):
            ids[name] = town.add(name, lead=town.priya if name == "Ina" else None)
            town.contact(name, days_ago=14, due_in=due)
        panel = factories.panel(town.amina)
        found = {name: queries.next_after(panel, person) for name, person in ids.items()}
    assert {name: next_one.name if next_one else None for name, next_one in found.items()} == {
        "Ada": "Bel", "Bel": "Cai", "Ina": "Cai", "Cai": None,
    }  # fmt: skip


def test_an_address_that_names_nobody_shows_the_list(town: Town, amina: Client) -> None:
    with town.open():
        stranger, team = factories.nurse("Zed")
        theirs = factories.person(stranger, team, known_as="Hidden")
        town.add("Ada")
    for query in (
        f"log={theirs.id}",
        f"after={theirs.id}",
        "log=x",
        "after=x&due=9999-99-99",
        "show=x&view=y",
    ):
        page = amina.get("/caseload/?" + query)
        assert page.status == 200
        assert "Hidden" not in page.text
        assert names(page) == ["Ada"]


def test_a_person_is_found_however_it_is_typed(town: Town, amina: Client, app: Flask) -> None:
    with town.open():
        town.add("Zoë")
        town.add("Ada")
        stranger, team = factories.nurse("Zed")
        theirs = factories.person(stranger, team, known_as="Zoë")
        work = database.session()
        for person, number in ((town.people["Zoë"], "9434765919"), (theirs, "9434765870")):
            work.get_one(Person, person.id).nhs_number = number
    family = town.people["Zoë"].family_name

    def found(who: str) -> list[str]:
        page = amina.get("/caseload/find/").form("find").submit(who=who)
        assert page.status == 200
        return page.all(".rows .row__title")

    for typed in ("zoe", f"{family} zo", "9434765919", "943 476 5919", "۹۴۳-۴۷۶-۵۹۱۹"):
        assert found(typed) == [f"Zoë {family}"], typed
    for typed in (
        "27 3 1962",
        "27/03/1962",
        "1962-03-27",
        "27031962",
        "19620327",
        "27 March 1962",
        "۲۷ ۳ ۱۹۶۲",
    ):
        assert len(found(typed)) == 2, typed
    for typed in ("9434765870", theirs.family_name, "31 2 1962", "%", "_", "zoe ada", "²" * 8, "፩" * 8):
        assert found(typed) == [], typed
    for unseen in (" ", "\u202e"):
        assert amina.get("/caseload/find/").form("find").submit(who=unseen).status == 422
    assert amina.get("/caseload/find/").form("find").submit(who="a\0").status == 422


def test_the_list_is_in_the_trail_once_a_day(town: Town, amina: Client, app: Flask) -> None:
    with town.open():
        town.add("Ada")
    amina.get("/caseload/")
    amina.get("/caseload/")
    with app.app_context():
        noted = database.session().query(Trail).filter_by(verb="listed", kind="caseload").all()
    assert [row.person_id for row in noted] == [town.people["Ada"].id]


def test_statements_are_as_many_for_20_as_for_80(town: Town, amina: Client, statements: Statements) -> None:
    paths = ("/caseload/?view=team", "/caseload/questions/", "/caseload/results/")

    def cost(people: int) -> list[int]:
        found = []
        for path in paths:
            amina.get(path)  # the day's note in the trail is made once
            statements.clear()
            page = amina.get(path)
            found.append(len(statements))
            assert "Person 1" in page
        assert len(rows(amina.get("/caseload/?view=team"))) == people
        return found

    with town.open():
        fill(town, 20)
    few = cost(20)
    with town.open():
        fill(town, 60)
    assert cost(80) == few
    assert max(few) <= 10, statements


@pytest.mark.parametrize("locale", ["cy", "ur"])
def test_every_language_has_the_page(town: Town, new_client: Callable[..., Client], locale: str) -> None:
    with town.open():
        fill(town, 10)
        town.rhythm("Person 3", "lighter", 91)
        town.rhythm("Person 4", "own", 10)
    browser = new_client(locale=locale)
    browser.sign_in(town.amina.id)
    page = browser.get("/caseload/?view=team&log=" + str(town.people["Person 2"].id))
    assert len(rows(page)) == 10
    assert page.html.find(id="panel") is not None
    for path in ("questions/", "results/", "find/"):
        assert browser.get("/caseload/" + path).status == 200


def test_eighty_people_are_a_small_page(town: Town, amina: Client) -> None:
    with town.open():
        fill(town, 80)
    page = amina.get("/caseload/?view=team")
    assert len(rows(page)) == 80
    assert len(gzip.compress(page.text.encode(), 6)) <= 14 * 1024


def test_nurse_and_person_see_as_many_steps(
    town: Town, amina: Client, new_client: Callable[..., Client]
) -> None:
    with town.open():
        town.add("Rosa")
        town.contact("Rosa", days_ago=1, due_in=1)
        rosa = factories.account(name="Rosa")
        factories.people.relate(town.people["Rosa"].id, kind=factories.Role.SELF, account_id=rosa.id)
        visit = town.visit("Rosa", days=3)
        own = town.own("Rosa")
        diary.log(own, None, at_instant(datetime.now(UTC) - timedelta(days=40), own.zone), note="Weeks ago")
        town.ask("Rosa")
    browser = new_client()
    browser.sign_in(rosa.id)
    for opens in (3, 2):
        assert f"{opens} of 5" in rows(amina.get("/caseload/"))["Rosa"]
        assert (
            f"{opens} of 5"
            in browser.get(f"/people/{town.people['Rosa'].id}/appointments/{visit}/prepare/").text
        )
        with town.open():
            town.report("Rosa")
