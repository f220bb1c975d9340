"""Visits: keeping them, whose they are, and the calendar file."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from selfcare import database
from selfcare.appointments import actions, queries
from selfcare.appointments.for_summary import for_summary
from selfcare.web.access import Area, Level
from tests import factories
from tests.appointments.conftest import World, past
from tests.appointments.test_ics import parsed

CANARY = "Canary: the clinic nobody knows of"
SOON = (date.today() + timedelta(days=20)).isoformat()  # noqa: DTZ011


def add(world: World, who: str = "rosa", **fields: object):  # type: ignore[no-untyped-def]
    values = {"with_whom": "Dr Khan", "day": SOON, "time": "10:30", "how": "place", **fields}
    return getattr(world, who).get(world.base + "appointments/add").form("visit").submit(**values)


def test_a_visit_is_written_down_changed_and_taken_out(world: World) -> None:
    page = world.rosa.get(world.base + "appointments/")
    assert "No visit to come" in page
    form = page.click("Add a visit").form("visit")
    assert "Nobody watches what you write here." in form.page
    assert form.value("with_whom") == "Amina"  # the key contact is the likely one
    page = add(
        world, place="Riverside clinic", phone="01632 960118", purpose="Yearly check", wanted="Kidney tests"
    )
    assert "Saved." in page
    for words in ("Visit with Dr Khan", "Riverside clinic", "Yearly check", "Kidney tests"):
        assert words in page
    assert "960118" not in page  # only what belongs to the way it will be
    page = page.click("Change this visit").form("visit").submit(how="phone", phone="01632 960118")
    assert "Phone call with Dr Khan" in page
    assert page.link("01632 960118") == "tel:01632960118"
    assert "Riverside clinic" not in page
    page = page.click("Remove")
    assert "This does not cancel it" in page
    page = page.form("remove").submit()
    assert "No visit to come" in page


def test_a_video_link_is_a_link_and_nothing_else(world: World) -> None:
    page = add(world, how="video", link="https://meet.example.org/room?a=1&b=2")
    assert page.link("Open the video call") == "https://meet.example.org/room?a=1&b=2"
    world.rosa.strict = False  # the page gives back what was typed, as text in its field
    for bad in (
        "javascript:alert(1)",
        "meet.example.org",
        "https://a b",
        "data:text/html,x",
        'https://x"onclick=1',
    ):
        answer = add(world, how="video", link=bad)
        assert answer.status == 422, bad
        assert answer.form("visit").value("link") == bad


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"day": ""}, "Choose the day."),
        ({"time": ""}, "Choose the time."),
        ({"how": None}, "Choose how it will be."),
        ({"with_whom": "  "}, "Say with whom"),
        ({"day": "2027-02-31"}, "This is not a date."),
        ({"time": "25:00"}, "This is not a time."),
        ({"day": "2027-03-28", "time": "01:30"}, "The clocks go forward that night"),
        ({"day": "9999-12-31", "time": "23:59"}, "more than ten years away"),
        ({"day": "0001-01-01"}, "This is not a date."),
        ({"with_whom": "a\0b"}, "cannot be kept"),
        ({"with_whom": "x" * 201}, "too long"),
    ],
)
def test_what_cannot_be_is_said_kindly_and_the_typing_kept(
    world: World, fields: dict[str, str], said: str
) -> None:
    answer = add(world, purpose="my own words", **fields)
    assert answer.status == 422
    assert said in answer
    assert answer.form("visit").value("purpose") == "my own words"
    assert world.ask_of(queries.upcoming) == []


def test_both_clock_changes_keep_their_wall_time(world: World) -> None:
    add(world, day="2027-03-28", time="02:00")
    add(world, day="2027-10-31", time="01:30")
    spring, autumn = world.ask_of(queries.upcoming)
    assert (spring.wall.isoformat(), spring.utc.isoformat()) == (
        "2027-03-28T02:00:00",
        "2027-03-28T01:00:00+00:00",
    )
    assert (autumn.wall.isoformat(), autumn.utc.isoformat()) == (
        "2027-10-31T01:30:00",
        "2027-10-31T00:30:00+00:00",
    )


def test_arabic_digits_are_digits(world: World) -> None:
    page = add(world, time="۱۰:۳۰")
    assert "10:30" in page.h1


def test_the_calendar_file_can_be_read(world: World) -> None:
    page = add(world, with_whom="Khan; Amina, both", place="Room 3,\\ floor; 2", purpose="Secret purpose")
    answer = world.rosa.get(page.link("Put it in my calendar"))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert SOON in answer.headers["Content-Disposition"]
    found = parsed(answer.response.get_data(as_text=True))
    assert found["SUMMARY"] == "Visit with Khan; Amina, both"
    assert found["LOCATION"] == "Room 3,\\ floor; 2"
    assert found["DTSTART"] == world.ask_of(queries.upcoming)[0].utc.strftime("%Y%m%dT%H%M%SZ")
    assert "Secret purpose" not in answer.text
    assert world.stranger.get(page.link("Put it in my calendar")).status == 404


def test_the_same_form_sent_twice_is_one_visit(world: World) -> None:
    form = world.rosa.get(world.base + "appointments/add").form("visit")
    for _ in range(2):
        form.submit(with_whom="Dr Khan", day=SOON, time="10:30", how="phone")
    assert len(world.ask_of(queries.upcoming)) == 1


def test_two_people_moving_one_visit_are_asked(world: World) -> None:
    visit = world.visit(5)
    address = f"{world.base}appointments/{visit.id}/change"
    mine, hers = world.rosa.get(address).form("visit"), world.amina.get(address).form("visit")
    assert hers.submit(time="09:00").status == 200
    answer = mine.submit(time="16:45", follow=False)
    assert answer.status == 409
    assert "Amina changed this while you were writing" in answer
    assert "16:45" in answer
    assert "09:00" in answer
    answer.form("Keep what I chose").submit(keep="mine")
    assert world.ask_of(queries.visit, visit.id).wall.strftime("%H:%M") == "16:45"


def test_words_and_times_are_changed_side_by_side_without_a_quarrel(world: World) -> None:
    visit = world.visit(5)
    form = world.amina.get(f"{world.base}appointments/{visit.id}/change").form("visit")
    with world.acting() as permit:
        version = actions.set_matters(permit, visit.id, 1, "My sister")
        actions.set_words(permit, visit.id, 1, "Tired")
    assert version == 2
    assert form.submit(time="09:00").status == 200
    found = world.ask_of(queries.visit, visit.id)
    assert (found.matters, found.words, found.wall.strftime("%H:%M")) == ("My sister", "Tired", "09:00")


@pytest.mark.parametrize("rights", [{Area.APPOINTMENTS: Level.ADD, Area.QUESTIONS: Level.ADD}])
def test_who_may_change_what(world: World) -> None:
    hers, nurses, his = world.visit(3), world.visit(4, "amina"), world.visit(5, "leon")
    may = {"rosa": {hers.id, nurses.id, his.id}, "amina": {hers.id, nurses.id, his.id}, "leon": {his.id}}
    for who, own in may.items():
        for visit in (hers, nurses, his):
            for what in ("change", "remove"):
                status = getattr(world, who).get(f"{world.base}appointments/{visit.id}/{what}").status
                assert status == (200 if visit.id in own else 404), (who, what)
    page = world.rosa.get(world.base + "appointments/")
    assert "Entered by Leon for you" in page
    assert world.leon.post(f"{world.base}appointments/{hers.id}/remove").status in (400, 404)


def test_who_may_only_see_changes_nothing(world: World) -> None:
    visit = world.visit(3)
    assert world.leon.get(f"{world.base}appointments/{visit.id}/").status == 200
    assert world.leon.get(world.base + "appointments/add").status == 404
    for path in ("change", "remove", "prepare/matters", "prepare/words", "prepare/ready"):
        assert world.leon.get(f"{world.base}appointments/{visit.id}/{path}").status == 404


def test_an_only_me_visit_does_not_exist_for_anyone_else(world: World) -> None:
    page = add(world, with_whom=CANARY, purpose=CANARY, only_me=True)
    assert CANARY in page
    [visit] = world.ask_of(queries.upcoming)
    assert CANARY in world.rosa.get(world.base + "appointments/").text
    for client in (world.leon, world.amina):
        for path in ("appointments/", "questions/", "questions/add"):
            answer = client.get(world.base + path)
            assert CANARY not in answer.text
        for path in ("", "calendar.ics", "prepare/", "prepare/paper", "change", "remove", "prepare/ready"):
            assert client.get(f"{world.base}appointments/{visit.id}/{path}").status == 404
    with world.app.app_context():
        assert queries.next_for_panel(factories.panel(world.home.amina)) == {}
    assert world.ask_of(for_summary, visit.id)["visit"] is None
    prepare = world.rosa.get(f"{world.base}appointments/{visit.id}/prepare/")
    assert "Only you can see this visit" in prepare
    assert "I’m ready" not in prepare
    assert world.rosa.get(f"{world.base}appointments/{visit.id}/prepare/ready").status == 404


def test_hiding_a_visit_hides_the_questions_written_for_it(world: World) -> None:
    visit = world.visit(5)
    asked = world.ask("for this one", appointment_id=visit.id, send_now=True)
    loose = world.ask("for any")
    world.rosa.get(f"{world.base}appointments/{visit.id}/change").form("visit").submit(only_me=True)
    assert world.row(asked).only_me
    assert not world.row(loose).only_me
    assert world.open("amina") == []
    assert world.open("leon") == ["for any"]


def test_only_the_person_hides_and_only_what_they_entered(world: World) -> None:
    nurses = world.visit(4, "amina")
    form = world.rosa.get(f"{world.base}appointments/{nurses.id}/change").form("visit")
    assert form.value("only_me") is None
    form.values.append(("only_me", "y"))
    form.submit()
    assert not world.ask_of(queries.visit, nurses.id).only_me
    with world.acting("amina") as permit:
        hidden = actions.add_visit(permit, when=nurses.when, how="phone", with_whom="x", only_me=True)
    assert not hidden.only_me


def test_past_visits_are_paged_by_key(world: World) -> None:
    visits = [world.visit(1) for _ in range(45)]
    for number, visit in enumerate(visits):
        past(visit.id, world, days=10 + number // 3)  # many at nearly the same time
    page = world.rosa.get(world.base + "appointments/")
    hrefs = [
        tag["href"] for tag in page.html.select(".rows .row__title a") if "appointments" in str(tag["href"])
    ]
    while "Show earlier visits" in page:
        page = page.click("Show earlier visits")
        hrefs += [
            tag["href"]
            for tag in page.html.select(".rows .row__title a")
            if "appointments" in str(tag["href"])
        ]
    assert len(hrefs) == len(set(hrefs)) == 45
    assert world.rosa.get(world.base + "appointments/?before=x-y").status == 200


def test_strangers_and_guesses_find_nothing(world: World) -> None:
    visit = world.visit(3)
    for path in ("", "add", f"{visit.id}/", f"{visit.id}/change", f"{visit.id}/prepare/"):
        assert world.stranger.get(f"{world.base}appointments/{path}").status == 404
    for path in (
        "",
        "change",
        "remove",
        "calendar.ics",
        "prepare/",
        "prepare/words",
        "prepare/ready",
        "prepare/paper",
    ):
        assert world.rosa.get(f"{world.base}appointments/{uuid4()}/{path}").status == 404


def test_the_panel_knows_each_next_visit_in_two_statements(world: World) -> None:
    old, coming = world.visit(1), world.visit(6)
    past(old.id, world, days=30)
    world.visit(20)
    with world.acting() as permit:
        actions.set_matters(permit, coming.id, None, "My sister")
        actions.mark_ready(permit, coming.id)
    world.ask("not sent yet")
    with world.app.app_context():
        from tests.harness.statements import counted

        panel = factories.panel(world.home.amina)
        with counted(world.app) as statements:
            found = queries.next_for_panel(panel)[world.home.person.id]
        assert len(statements) == 2
    assert found.id == coming.id
    assert (found.has_matters, found.has_words, found.questions) == (True, False, 1)
    assert found.ready_at is not None
    assert found.since is not None
    assert abs((database.now() - found.since) - timedelta(days=30)) < timedelta(minutes=5)
