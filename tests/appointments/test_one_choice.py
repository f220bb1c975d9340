"""Whom a question is for: one choice of three, who sees what then, and every way from one to another."""

from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from selfcare import database, migrations
from selfcare.appointments import actions, models, queries, question_actions
from selfcare.appointments.states import Move
from selfcare.database import Database, session
from selfcare.notifications.kinds import REPLY
from selfcare.notifications.models import Notice
from selfcare.people.models import Relationship
from selfcare.phone.offline_pages import _ask
from selfcare.sharing import actions as sharing
from tests.appointments.conftest import World
from tests.house.test_migrations import Old

one_engine = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

# From how a question stands, by what is chosen, to how it stands then; `.` is not offered. `both`: asked now, and in a
# summary as well.
WAYS = """
          me   helpers  now
me        me   kept     now
kept      me   kept     now
shared    me   shared   both
now       me   kept     now
both      me   shared   both
replied   me   .        replied
"""
# Who opens its page, by how it stands: leon helps, and may add questions; amina is the key contact.
SEEN = """
          rosa  leon  amina  stranger
me        +     .     .      .
kept      +     +     .      .
shared    +     +     +      .
now       +     +     +      .
both      +     +     +      .
replied   +     +     +      .
"""


def cells(table: str) -> dict[tuple[str, str], str]:
    head, *lines = (line.split() for line in table.strip().splitlines())
    return {(name, column): cell for name, *found in lines for column, cell in zip(head, found, strict=True)}


def standing(row: models.Question) -> str:
    if row.only_me:
        assert {row.sent_at, row.asked_at, row.sent_to, row.sent_with, row.read_at} == {None}
        return "me"
    if row.replied_at:
        return "replied"
    if row.asked_at:
        return "both" if row.sent_with else "now"
    return "shared" if row.sent_at else "kept"


def brought_to(world: World, name: str) -> UUID:
    """A question of Rosa's that stands so."""
    visit = world.visit(3)
    asked = world.ask("Can I drive?", appointment_id=visit.id, only_me=name == "me")
    with world.acting() as permit:
        if name in ("shared", "both"):
            actions.send_questions(permit, visit.id, uuid4())
        if name in ("now", "both", "replied"):
            actions.send_question(permit, asked)
    if name == "replied":
        with world.acting("amina") as permit:
            actions.reply(permit, asked, "Yes.")
    assert standing(world.row(asked)) == name
    return asked


@one_engine
@pytest.mark.parametrize("name", [line.split()[0] for line in SEEN.strip().splitlines()[1:]])
def test_every_way_from_one_choice_to_another(world: World, name: str) -> None:
    """Alone catches: a choice that leaves something of another behind, and a reader who sees what was chosen away."""
    for chosen in ("me", "helpers", "now"):
        asked = brought_to(world, name)
        one = f"{world.base}questions/{asked}/"
        for who in ("rosa", "leon", "amina", "stranger"):
            opens = getattr(world, who).get(one).status == 200
            assert opens is (cells(SEEN)[name, who] == "+"), (name, who)
        page = world.rosa.get(f"{one}change")
        offered = {tag["value"] for tag in page.html.select("[name=readers]")}
        then = cells(WAYS)[name, chosen]
        assert (chosen in offered) is (then != "."), (name, chosen)
        if then == ".":
            continue
        page.form("question").submit(readers=chosen)
        assert standing(world.row(asked)) == then, (name, chosen)
        assert (world.amina.get(one).status == 200) is (cells(SEEN)[then, "amina"] == "+")
        assert (world.leon.get(one).status == 200) is (cells(SEEN)[then, "leon"] == "+")


@pytest.mark.parametrize("facts", list(product((False, True), repeat=3)))
def test_the_database_knows_no_other_choice(world: World, facts: tuple[bool, bool, bool]) -> None:
    only_me, sent, waits = facts
    asked = world.ask("Can I drive?")
    values = {"only_me": only_me, "sent_at": database.now() if sent else None}
    values |= {"asked_at": database.now() if waits else None}
    change = sa.update(models.Question).where(models.Question.id == asked).values(**values)
    if (only_me and sent) or (waits and not sent):
        with pytest.raises(IntegrityError), world.acting():
            session().execute(change)
    else:
        with world.acting():
            session().execute(change)


@one_engine
def test_what_was_read_cannot_be_unread_and_the_form_and_the_page_say_so(world: World) -> None:
    """Alone catches: "from then on only you can see it" of what somebody knows, and a read that is forgotten."""
    asked = brought_to(world, "now")
    one = f"{world.base}questions/{asked}/"
    assert "Who has read it already knows it." in world.rosa.get(f"{one}change")
    world.amina.get(one).form("/seen").submit()
    page = world.rosa.get(f"{one}change")
    assert (
        page.text.count("Amina has read it. That cannot be undone.") == 2
    )  # as only me, and as asked no more
    assert "No reply comes any more." in page
    page = page.form("question").submit(readers="me")
    assert "Amina read it as it was before," in page
    assert "Only you can see this." in page
    page.click("Change this question").form("question").submit(readers="now")
    assert "Amina read it as it was before," in world.rosa.get(one)
    assert "I have read it" in world.amina.get(one)  # sent anew, it is unread
    assert "as it was before" not in world.amina.get(one)


@one_engine
def test_reading_a_summary_is_reading_its_questions_as_they_are_worded(world: World) -> None:
    """Alone catches: a question that was read where it was shared, and counts as known to nobody."""
    visit = world.visit(3)
    same, other = (world.ask(text, appointment_id=visit.id) for text in ("Can I drive?", "May I fly?"))
    with world.acting() as permit:
        today = permit.today()
        made = sharing.share(
            permit, sections=("questions",), first=today, last=today, appointment_id=visit.id
        )
        row = session().get_one(models.Question, (permit.person_id, other))
        actions.change_question(permit, other, row.version, text="May I?", why="", appointment_id=visit.id)
    there = f"{world.base}summary/{made}/"
    world.amina.get(there).form("/seen").submit()
    assert world.row(same).read_name == "Amina"
    assert world.row(other).read_at is None
    assert "I have read it" not in world.amina.get(there)


@one_engine
def test_a_question_that_waited_on_a_phone_is_for_whom_it_was_chosen(world: World) -> None:
    """Alone catches: a form kept for later without the choice, one that promises a day, or *Ask now* taken silently for
    something else where nobody is left to ask."""
    with world.app.test_request_context(), world.reading() as permit:
        kept = _ask(permit)
    text = str(kept)
    for said in ("Only you can see this.", "Days count from then.", "Those you let see your questions"):
        assert said in text
    assert "replies by" not in text
    form = world.rosa.get(f"{world.base}questions/add").form("question")
    with world.acting():
        for row in session().query(Relationship).filter_by(kind="professional"):
            row.lead = False
    answer = form.submit(text="Keep my words", readers="now")
    assert answer.status == 422
    assert "There is nobody to ask now. Choose again." in answer
    assert "Keep my words" in answer
    assert world.open() == []


@one_engine
def test_asked_no_more_after_a_reply_is_refused(world: World) -> None:
    """The page was drawn before there was a reply: nobody takes back what was answered."""
    asked = brought_to(world, "now")
    form = world.rosa.get(f"{world.base}questions/{asked}/change").form("question")
    with world.acting("amina") as permit:
        actions.reply(permit, asked, "Yes.")
    answer = form.submit(text="Can I drive at night?", readers="helpers")
    assert answer.status == 422
    assert "Can I drive at night?" in answer
    assert standing(world.row(asked)) == "replied"
    assert not world.ask_of(queries.question, asked).can(Move.UNASK)


def test_questions_of_before_keep_their_meaning(empty_database_url: str) -> None:
    """Alone catches: a row that the constraint refuses, and one carried over to more readers than it had."""
    base = Database(empty_database_url)
    old = Old(base, "0028")
    rosa, moment = uuid4(), database.now()
    old.put("person", {"id": rosa, "nhs_number": "9990000018"})
    own, other = uuid4(), uuid4()
    old.put("account", *({"id": each, "email": f"{each}@example.org"} for each in (own, other)))
    old.put(
        "relationship",
        {"id": uuid4(), "person_id": rosa, "account_id": own, "kind": "self", "state": "active"},
    )
    ids = {name: uuid4() for name in ("hidden", "asked", "both", "shared", "kept")}
    facts = {
        "hidden": {"only_me": True, "sent_at": moment, "asked_at": moment, "sent_to": "Amina", "read_at": moment,
                   "read_name": "Amina"},
        "asked": {"asked_at": moment},
        "both": {"asked_at": moment, "sent_at": moment},
        "shared": {"sent_at": moment, "sent_to": "Amina"},
        "kept": {},
    }  # fmt: skip
    for name, values in facts.items():
        old.put("question", {"person_id": rosa, "id": ids[name], "only_me": False} | values)
    made = [uuid4() for _ in range(3)]
    for number, each in enumerate(made):  # the newest that stands: the last one was withdrawn
        body = {"questions": [{"id": str(ids["both"])}]}
        gone = moment if number == 2 else None
        at = moment + timedelta(minutes=number)
        old.put(
            "summary",
            {"person_id": rosa, "id": each, "as_of": at, "withdrawn_at": gone, "body": body, "sections": []},
        )
    for account in (own, other):
        old.put(
            "notice", {"id": uuid4(), "account_id": account, "person_id": rosa, "about_id": ids["hidden"]}
        )
    migrations.upgrade(base.engine)
    question = sa.table(
        "question",
        *(sa.column(name) for name in ("only_me", "sent_at", "asked_at", "known_name", "hidden_at")),
        *(sa.column(name, sa.Uuid()) for name in ("id", "sent_with")),
    )
    notice = sa.table("notice", sa.column("account_id", sa.Uuid()))
    with base.engine.connect() as work:
        found = {row.id: row for row in work.execute(sa.select(question))}
        assert work.scalars(sa.select(notice.c.account_id)).all() == [
            own
        ]  # what they were told themselves stays
    assert {name for name, one in ids.items() if found[one].sent_with} == {"both"}
    assert found[ids["both"]].sent_with == made[1]
    assert {name for name, one in ids.items() if found[one].hidden_at} == {"hidden"}
    base.close()
    read = {
        name: (bool(found[one].only_me), bool(found[one].sent_at), bool(found[one].asked_at))
        for name, one in ids.items()
    }
    assert read == {
        "hidden": (True, False, False),
        "asked": (False, True, True),
        "both": (False, True, True),
        "shared": (False, True, False),
        "kept": (False, False, False),
    }
    assert found[ids["hidden"]].known_name == "Amina"


@one_engine
def test_who_hides_a_question_keeps_their_own_notice_of_the_reply(world: World) -> None:
    """Alone catches: the inbox line, and a message that waits for the morning, gone with what the team was told."""
    asked = world.ask("May I drive?", send_now=True)
    with world.acting("amina") as amina:
        actions.reply(amina, asked, "Yes.")
    with world.acting() as rosa:
        question_actions.hide(rosa, question_actions.locked(rosa, asked))
        new = sa.select(Notice.kind).where(Notice.about_id == asked)
        assert list(session().scalars(new)) == [REPLY]
