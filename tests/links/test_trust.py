"""Who may have a link, when it opens no more, what is kept of it, and what is not."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, select, text
from werkzeug.exceptions import NotFound, TooManyRequests

from selfcare.accounts import passwords
from selfcare.appointments import question_actions
from selfcare.appointments.models import Question
from selfcare.database import command, now, session
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry
from selfcare.goals import actions as goals
from selfcare.goals.models import Goal
from selfcare.links import actions, opening, queries
from selfcare.links.models import SharedLink, SharedLinkFile, SharedLinkView
from selfcare.people import actions as people
from selfcare.people.models import Person, Relationship, Right
from selfcare.sharing import snapshot
from selfcare.upkeep import tidying
from selfcare.web.access import Area
from tests import factories
from tests.factories.links import b64, seal
from tests.factories.record import ago
from tests.links.world import World

ADA = {"recipient": "Dr Ada Obi"}
ONE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def files(world: World) -> int:
    with world.app.app_context():
        return len(session().scalars(select(SharedLinkFile.link_id)).all())


def test_wrong_passcodes_at_one_moment_are_all_counted(world: World) -> None:
    """Alone catches: tries that are read, looked at and written back, so that many at once count as a few."""
    link = world.link(passcode="482107")
    found: list[tuple[int, Any]] = []
    start = threading.Barrier(12)

    def tries(number: int) -> None:
        start.wait(30)
        for each in range(3):
            answer = world.ask(link, ADA | {"passcode": f"9{number:02}{each:03}"})
            found.append((answer.status_code, answer.json))

    threads = [threading.Thread(target=tries, args=(number,), daemon=True) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    looked = sorted(said["remainingAttempts"] for status, said in found if status == 401)
    assert looked == [0, 1, 2, 3, 4]
    assert {status for status, _ in found} <= {401, 404, 429}
    assert world.ask(link, ADA | {"passcode": "482107"}).status_code == 404
    assert files(world) == 0


def test_a_link_for_once_opens_once_also_at_one_moment(world: World) -> None:
    """Alone catches: two who ask together and both get in. On both engines."""
    link = world.link(once=True)
    found: list[int] = []
    start = threading.Barrier(6)

    def ask() -> None:
        start.wait(30)
        found.append(world.ask(link).status_code)

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert sorted(found) == [200, *[404] * 5]
    with world.app.app_context():
        assert len(session().scalars(select(SharedLinkView.id)).all()) == 1
    assert files(world) == 0


@ONE
def test_a_link_for_once_whose_file_is_fetched_apart_is_opened_once(world: World) -> None:
    """Alone catches: a manifest that is given out again and again, because its file lies at an address of its own."""
    link = world.link(once=True)
    given = world.ask(link, ADA | {"embeddedLengthMax": 0}).json["files"][0]["location"]
    assert world.ask(link, ADA | {"embeddedLengthMax": 0}).status_code == 404
    assert [world.get(given.partition("localhost")[2]).status_code for _ in range(2)] == [200, 404]


def test_two_who_may_both_open_a_link_for_once_are_not_both_given_its_file(world: World) -> None:
    """Alone catches: a link that is asked once more whether it stands only where its file lies in the answer. Both have
    been let in by the first look when one of them opens it. On both engines."""
    address = world.link(once=True).path.rpartition("/")[2]
    with world.app.test_request_context():
        way = opening._way(address, direct=False)
        assert opening._open(way, "Ada", 0).token
        with pytest.raises(NotFound):
            opening._open(way, "Bob", 0)


@ONE
def test_it_ends_at_once_and_its_file_is_gone(world: World) -> None:
    """Alone catches: an end that leaves the file, or an address of it that was given out before."""
    link = world.link()
    given = world.ask(link, ADA | {"embeddedLengthMax": 0}).json["files"][0]["location"]
    with world.app.test_request_context(), command():
        actions.end(factories.permit(world.home.rosa, world.home.person), link.id)
    assert world.ask(link).status_code == 404
    assert world.get(given.partition("localhost")[2]).status_code == 404
    assert files(world) == 0


@ONE
def test_it_opens_no_more_when_the_person_has_died(world: World) -> None:
    """Alone catches: sharing that goes on after a death; taken back, it goes on."""
    link = world.link()
    with world.app.app_context(), command() as work:
        work.get_one(Person, world.home.person.id).died_on = now().date()
    assert world.ask(link).status_code == 404
    with pytest.raises(actions.HasDied):
        world.link()


@ONE
@pytest.mark.parametrize("state", ["suspended", "ended"])
def test_it_opens_no_more_when_the_access_of_who_made_it_is_on_hold(world: World, state: str) -> None:
    """Alone catches: somebody whose access the team has put on hold, and who still shows the record by a link."""
    link = world.link(by="leon")
    assert world.ask(link).status_code == 200
    with world.app.app_context(), command() as work:
        held = select(Relationship).where(Relationship.account_id == world.home.leon.id)
        people.move(work.scalars(held).one(), state, world.home.rosa.id, "")
    assert world.ask(link).status_code == 404


def test_it_opens_no_more_when_a_helper_may_not_see_what_is_in_it(world: World) -> None:
    """Alone catches: a helper who goes on showing a diary that is shut to them. Both engines; another right changes
    nothing.
    """
    with world.app.test_request_context(), command():
        leon = factories.permit(world.home.leon, world.home.person)
        today = leon.today()
        body = snapshot.gather(leon, today, today, None).take(snapshot.Choice(("goals",), today, today))
    link = world.link(by="leon", body=body)
    for gone, status in ((None, 200), (Area.DIARY, 200), (Area.GOALS, 404)):
        with world.app.test_request_context(), command() as work:
            of_leon = select(Relationship.id).where(Relationship.account_id == world.home.leon.id)
            work.execute(delete(Right).where(Right.relationship_id.in_(of_leon), Right.area == gone))
        assert world.ask(link).status_code == status, gone


def bodied(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
    """A summary with a question, an entry and a goal in it, and their ids; made inside a transaction."""
    rosa = factories.permit(world.home.rosa, world.home.person)
    tracker = diary.add_preset(rosa, "tiredness")
    made = {
        "entry": diary.log(rosa, tracker.id, ago(rosa, days=1), severity=4).id,
        "question": question_actions.ask(rosa, text="Is it the tablets?").id,
        "goal": goals.add(rosa, text="Walk to the shop").id,
    }
    today = rosa.today()
    first = today - timedelta(days=30)
    choice = snapshot.Choice(snapshot.SECTIONS, first, today)
    return snapshot.gather(rosa, first, today, None).take(choice), made


@pytest.mark.parametrize("what", ["entry", "question", "goal"])
def test_it_opens_no_more_when_something_in_it_is_only_me_by_now(world: World, what: str) -> None:
    """Alone catches: what the person hid afterwards, shown on by a link that nobody can mend. Both engines."""
    with world.app.test_request_context(), command():
        body, ids = bodied(world)
    link = world.link(body=body)
    assert world.ask(link).status_code == 200
    with world.app.test_request_context(), command():
        row = session().get_one(
            {"entry": Entry, "question": Question, "goal": Goal}[what], (world.home.person.id, ids[what])
        )
        row.only_me = True
    assert world.ask(link).status_code == 404
    assert files(world) == 0
    with world.app.test_request_context(), command():
        rosa = factories.permit(world.home.rosa, world.home.person)
        assert queries.links(rosa)[0].ended_why == "taken back"


def _dies(world: World) -> None:
    session().get_one(Person, world.home.person.id).died_on = now().date()


def _is_on_hold(world: World) -> None:
    held = select(Relationship).where(Relationship.account_id == world.home.leon.id)
    people.move(session().scalars(held).one(), "suspended", world.home.rosa.id, "")


@ONE
@pytest.mark.parametrize("shuts", [_dies, _is_on_hold])
def test_what_shuts_a_link_shuts_the_address_of_its_file(
    world: World, shuts: Callable[[World], None]
) -> None:
    """Alone catches: a file that is fetched for half an hour more, by an address that was given out before."""
    link = world.link(by="leon")
    given = world.ask(link, ADA | {"embeddedLengthMax": 0}).json["files"][0]["location"]
    with world.app.test_request_context(), command():
        shuts(world)
    assert world.get(given.partition("localhost")[2]).status_code == 404


@ONE
def test_a_file_is_not_fetched_after_the_links_day(world: World) -> None:
    """Alone catches: an address given out a minute before midnight, and used after it."""
    link = world.link(days=1)
    with time_machine.travel(now() + timedelta(days=1, minutes=-1), tick=False):
        given = world.ask(link, ADA | {"embeddedLengthMax": 0}).json["files"][0]["location"]
    with time_machine.travel(now() + timedelta(days=1, seconds=1), tick=False):
        assert world.get(given.partition("localhost")[2]).status_code == 404


@ONE
def test_a_passcode_that_nobody_had_time_to_look_at_is_no_try(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: tries that were begun on a busy machine and never given back, so that the link opens no more."""
    link = world.link(passcode="482107")

    def busy(*_: Any) -> bool:
        raise TooManyRequests(retry_after=10)

    with monkeypatch.context() as slow:
        slow.setattr(passwords, "verify", busy)
        assert [world.ask(link, ADA | {"passcode": "1"}).status_code for _ in range(5)] == [429] * 5
    assert world.ask(link, ADA | {"passcode": "482107"}).status_code == 200


@ONE
def test_a_name_in_urdu_is_taken_as_it_is_written(world: World) -> None:
    """Alone catches: the mark between two letters of Urdu, taken for something that is hidden in a name."""
    link = world.link()
    name = "ڈاکٹر علی\u200cنواز"
    assert world.ask(link, {"recipient": name}).status_code == 200
    assert world.ask(link, {"recipient": "\u200c \u200d"}).status_code == 400
    with world.app.app_context():
        assert session().scalars(select(SharedLinkView.recipient)).all() == [name]


@ONE
def test_no_word_of_the_summary_is_kept_with_the_link(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Alone catches: a sentence of the snapshot, the key or the address among what is kept of a link, or in the log."""
    with world.app.test_request_context(), command():
        body, _ = bodied(world)
    link = world.link(body=body, plain={"resourceType": "Canary"}, passcode="482107")
    world.ask(link, ADA | {"passcode": "482107"})
    world.ask(link, ADA | {"passcode": "482108"})
    said = capsys.readouterr().out
    assert "link-wrong-passcode" in said, "what is looked through is what the app logs"
    with world.app.app_context():
        rows = [
            " ".join(map(str, tuple(row)))  # a row by itself is written short
            for table in ("shared_link", "shared_link_file", "shared_link_view", "trail", "once", "throttle")
            for row in session().execute(text(f"SELECT * FROM {table}"))
        ]
    kept = "\n".join([*rows, said])
    secret = link.path.rpartition("/")[2]
    for word in (
        "Is it the tablets",
        "Walk to the shop",
        "Tiredness",
        "Canary",
        b64(link.key),
        secret,
        "482107",
        "482108",
    ):
        assert word not in kept, word
    assert "Dr Ada Obi" in kept


@ONE
def test_who_opened_it_is_the_persons_to_see_and_no_helpers(world: World, new_client: Any) -> None:
    """Alone catches: a look without a line, or without what they said of themselves; a count that a helper reads."""
    link = world.link()
    rosa, leon = new_client(), new_client()
    rosa.sign_in(world.home.rosa.id)
    leon.sign_in(world.home.leon.id)
    assert "Nobody has opened it yet." in rosa.get(f"{world.base}/links/").text
    world.ask(link, {"recipient": "Dr <b>Ada</b> Obi"})
    looked = rosa.get(f"{world.base}/who-looked/").text
    assert "Somebody with a link, who wrote: “\u2068Dr &lt;b&gt;Ada&lt;/b&gt; Obi\u2069”" in looked
    assert "The link “For the eye clinic”" in looked
    links = rosa.get(f"{world.base}/who-looked/?who=links").text
    assert "Dr &lt;b&gt;Ada" in links
    assert "Made a link" in looked
    assert "Made a link" not in links
    assert "Dr &lt;b&gt;Ada" not in rosa.get(f"{world.base}/who-looked/?who=team").text
    assert "Opened 1 time." in rosa.get(f"{world.base}/links/").text
    assert "Opened" not in leon.get(f"{world.base}/links/").text


@ONE
def test_a_link_of_the_person_is_not_a_helpers_to_end(world: World) -> None:
    """Alone catches: somebody with the right to add, who ends what the person made."""
    link, own = world.link(), world.link(by="leon")
    with world.app.test_request_context(), command():
        leon = factories.permit(world.home.leon, world.home.person)
        with pytest.raises(NotFound):
            actions.end(leon, link.id)
        actions.end(leon, own.id)
    assert [world.ask(one).status_code for one in (link, own)] == [200, 404]


@ONE
def test_what_is_over_is_let_go_of_at_night(world: World) -> None:
    """Alone catches: files of links that are over, kept for ever."""
    world.link(days=1)
    world.link(days=3)
    with world.app.app_context():
        assert tidying.tidy(now() + timedelta(days=2), lambda: False)["files of links"] == 1
    assert files(world) == 1


@pytest.mark.parametrize(
    "head",
    [
        {"alg": "A256KW"},
        {"enc": "A128GCM"},
        {"crit": ["x"]},
        {"zip": "GZ"},
        {"cty": "text/html"},
        {"cty": None},
    ],
)
def test_a_file_of_another_seal_is_not_taken(head: dict[str, Any]) -> None:
    """Alone catches: a file that no software would open, or that another kind of seal is around."""
    assert actions.is_file(seal(b"{}", bytes(32)))
    assert not actions.is_file(seal(b"{}", bytes(32), **head))


def test_what_is_no_file_is_not_taken() -> None:
    """Alone catches: a JWS, half a file, ten megabytes, JSON that is nested without end."""
    good = seal(b"{}", bytes(32)).split(".")
    deep = b64(b"[" * 50_000)
    odd = [[], good[:4], [good[0], "x", *good[2:]], [deep, *good[1:]], [*good[:3], "é", good[4]]]
    odd += [[*good[:2], "AAAA", *good[3:]], [*good[:3], "A" * 600_000, good[4]], good[:3]]
    for parts in odd:
        assert not actions.is_file(".".join(parts)), parts[:3]


@ONE
def test_so_many_open_links_are_enough(world: World) -> None:
    """Alone catches: a record with more links than anybody could say who has."""
    for _ in range(actions.MOST_OPEN):
        world.link()
    with pytest.raises(actions.TooMany):
        world.link()


@ONE
def test_erased_with_the_record(world: World) -> None:
    """Alone catches: a link that outlives the record."""
    link = world.link()
    with world.app.test_request_context(), command() as work:
        work.delete(work.get_one(Person, world.home.person.id))
    assert world.ask(link).status_code == 404
    with world.app.app_context():
        for table in (SharedLink, SharedLinkFile, SharedLinkView):
            assert session().scalars(select(table)).all() == []
