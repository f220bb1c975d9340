"""Whose words they are: what a person writes for a visit is theirs until they share it."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from selfcare import database
from selfcare.appointments import actions, models
from selfcare.sharing import queries as sharing
from selfcare.web.access import Area, Level
from tests.appointments.conftest import World
from tests.harness.client import Client
from tests.harness.pages import Answer

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
WRITES = {Area.APPOINTMENTS: Level.ADD, Area.QUESTIONS: Level.MANAGE, Area.SHARING: Level.ADD}
CHANGES = WRITES | {Area.APPOINTMENTS: Level.MANAGE}
READS = dict.fromkeys(WRITES, Level.SEE)
OTHER = {Area.DIARY: Level.ADD}

# A word of each text that is the person's own.
TEXTS = {
    "matters": "Sister-canary",
    "words": "Mornings-canary",
    "question": "Tablets-canary",
    "why": "Afternoons-canary",
    "answer": "Breakfast-canary",
}


@dataclass
class Written:
    visit: UUID
    asked: UUID
    answered: UUID

    def pages(self, base: str) -> list[str]:
        one, asked = f"{base}appointments/{self.visit}/", f"{base}questions/"
        parts = ("", "matters", "words", "ready", "keep", "paper", "paper?blank=1")
        return [
            base,
            f"{base}appointments/",
            one,
            f"{one}change",
            *(f"{one}prepare/{part}" for part in parts),
            asked,
            *(f"{asked}{each}/{part}" for each in (self.asked, self.answered) for part in ("", "answer", "change")),
            f"{base}contacts/log",
            "/kept/",
            "/caseload/",
            "/caseload/questions",
        ]  # fmt: skip


@pytest.fixture
def written(world: World) -> Written:
    """Everything a person writes for a visit; nothing of it sent. Amina may see what a person can let her see."""
    visit = world.visit(5).id
    asked = world.ask(TEXTS["question"], why=TEXTS["why"], appointment_id=visit)
    answered = world.ask("How are things?", appointment_id=visit, send_now=True)
    with world.acting() as permit:
        actions.set_matters(permit, visit, None, TEXTS["matters"])
        actions.set_words(permit, visit, None, TEXTS["words"])
        actions.answer(permit, answered, 1, TEXTS["answer"])
    return Written(visit, asked, answered)


def seen(client: Client, addresses: list[str]) -> set[str]:
    """Which of the texts somebody reads on any of the pages."""
    found: set[str] = set()
    client.strict = False  # their markup is judged elsewhere
    for address in addresses:
        answer = client.get(address)
        if answer.status == 200:
            found |= {name for name, canary in TEXTS.items() if canary in answer.text}
    return found


@pytest.mark.parametrize(
    ("rights", "who", "before", "after"),
    [
        (WRITES, "rosa", set(TEXTS), set(TEXTS)),
        (WRITES, "leon", set(TEXTS), set(TEXTS)),
        (READS, "leon", set(TEXTS), set(TEXTS)),
        (OTHER, "leon", set(), set()),
        # Sent with the summary, the questions are the nurse's to answer; the rest she reads in what was shared.
        (WRITES, "amina", set(), {"question", "why"}),
        (WRITES, "stranger", set(), set()),
    ],
)
def test_who_reads_them_live(
    world: World, written: Written, who: str, before: set[str], after: set[str]
) -> None:
    """Alone catches: a professional reading the person's words on a page that is not the summary."""
    client = getattr(world, who)
    addresses = written.pages(world.base)
    assert seen(client, addresses) == before
    ready = f"{world.base}appointments/{written.visit}/prepare/ready"
    world.rosa.get(ready).form("ready").submit()
    assert seen(client, addresses) == after
    page = world.amina.get(f"{world.base}summary/")
    assert page.status == 200
    assert {name for name, canary in TEXTS.items() if canary in page} == set(TEXTS) - {"answer"}


@pytest.mark.parametrize(
    ("rights", "who", "writes"),
    [
        (WRITES, "rosa", {"matters", "words", "answer"}),
        (CHANGES, "leon", {"matters", "words", "answer"}),
        (WRITES, "leon", {"answer"}),  # who may add writes over nothing of hers
        (READS, "leon", set()),
        (OTHER, "leon", set()),
        (WRITES, "amina", set()),
        (WRITES, "stranger", set()),
    ],
)
@pytest.mark.parametrize("shared", [False, True])
def test_who_writes_them(world: World, written: Written, who: str, writes: set[str], shared: bool) -> None:
    """Alone catches: an endpoint that puts other words in the place of hers, by hand or as it is typed."""
    prepare = f"{world.base}appointments/{written.visit}/prepare/"
    if shared:
        world.rosa.get(prepare + "ready").form("ready").submit()
    client = getattr(world, who)
    token = client.get("/account/").html.select_one("input[name=csrf_token]")["value"]
    sent = {"csrf_token": token, "version": "99"}
    answers = [
        client.post(prepare + "matters", sent | {"matters": "Theirs"}, htmx=True),
        client.post(prepare + "matters", sent | {"matters": "Theirs"}),
        client.post(prepare + "words", sent | {"words": "Theirs", "form_id": str(uuid4())}),
        client.post(
            f"{world.base}questions/{written.answered}/answer",
            sent | {"answer": "Theirs", "form_id": str(uuid4())},
        ),
    ]
    if not writes:
        assert [answer.status for answer in answers] == [404] * 4
    with world.app.app_context():
        row = database.session().get_one(models.Appointment, (world.home.person.id, written.visit))
        kept = {"matters": row.matters, "words": row.words, "answer": world.row(written.answered).answer}
    assert kept == {part: "Theirs" if part in writes else TEXTS[part] for part in kept}


def tags(page: Answer) -> list[str]:
    return page.all(".tag")


@pytest.mark.parametrize("rights", [WRITES])
def test_who_may_only_add_fills_what_is_empty_and_loses_no_typing(world: World) -> None:
    """Alone catches: a form that stands where its words would be refused, and words that go with the refusal."""
    visit = world.visit(5).id
    prepare = f"{world.base}appointments/{visit}/prepare/"
    form = world.leon.get(prepare + "words").form("words-form")
    assert form.submit("Save", words="Slept badly.").status == 200
    form = world.leon.get(prepare + "words").form("words-form")  # his own words are his to change
    with world.acting() as permit:
        actions.set_words(permit, visit, None, TEXTS["words"])
    refused = form.submit("Save", words="Slept well.")
    assert refused.status == 409
    assert ("Slept well." in refused, TEXTS["words"] in refused) == (True, True)
    assert refused.all("form#words-form") == []
    page = world.leon.get(prepare)
    assert "Change these words" not in page
    assert page.all("#matters-form") != []


@pytest.mark.parametrize("rights", [CHANGES])
def test_a_carers_words_carry_their_name_wherever_they_stand(world: World, written: Written) -> None:
    """Alone catches: words that a carer wrote, read as the person's own, live or in what was shared."""
    with world.acting("leon") as permit:
        actions.set_matters(permit, written.visit, None, "Leon thinks so")
        actions.set_words(permit, written.visit, None, "Leon saw this")
        actions.answer(permit, written.answered, 99, "Leon heard this")
    visit = world.rosa.get(f"{world.base}appointments/{written.visit}/")
    assert tags(visit).count("Entered by Leon for you") == 3
    prepare = f"{world.base}appointments/{written.visit}/prepare/"
    assert tags(world.rosa.get(prepare)).count("Entered by Leon for you") == 2
    assert tags(world.leon.get(prepare + "paper")).count("Entered by Leon for Rosa") == 2
    assert tags(world.rosa.get(prepare + "ready")).count("Entered by Leon for you") == 2
    world.rosa.get(prepare + "ready").form("ready").submit()
    page = world.amina.get(f"{world.base}summary/")
    assert tags(page).count("Entered by Leon for Rosa") == 2
    found = world.ask_of(sharing.newest, who="amina")
    assert found
    text = world.amina.get(f"{world.base}summary/{found.id}/text").text
    assert text.count("(entered by Leon)") == 2
    # What Rosa writes over it is hers again.
    with world.acting() as permit:
        actions.set_matters(permit, written.visit, None, "Mine again")
    assert tags(world.rosa.get(prepare)).count("Entered by Leon for you") == 1


def test_a_professional_reads_who_is_ready_and_not_the_words(world: World, written: Written) -> None:
    """Alone catches: hiding the words with the fact that they are there, which the nurse's list needs."""
    page = world.amina.get(f"{world.base}appointments/{written.visit}/prepare/")
    assert page.status == 200
    assert "4 of 5 steps done." in page
    assert "You see it when they share it with you." in page
    answered = world.amina.get(f"{world.base}questions/{written.answered}/")
    assert "Answered." in answered
