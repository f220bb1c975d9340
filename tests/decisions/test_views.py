"""A decision, as the person, a carer and the nurse meet it."""

from typing import Any

import pytest

from selfcare.decisions import queries, words
from tests.decisions.conftest import World

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_a_decision_from_asking_to_having_decided_and_open_again(world: World) -> None:
    """Alone catches: a step of it that leads nowhere, *not told* that reads 0, a best option, an end that is lost."""
    page = world.rosa.get(f"{world.record}mine/").click("Decisions").click("Add a decision")
    assert "“Leave it as it is” is always one of them." in page
    there = world.add()
    page = world.tell(
        there,
        cell_a="45 of 100",
        cell_b="30",
        of="100",
        told_by="Amina",
        told_on=str(world.house.person.born),
    )
    table = page.html.select_one("table.choices")
    heads = [one.get_text(strip=True) for one in table.select("thead th")]
    assert heads == ["A class", "At home", "Leave it as it is"]
    said = table.select("tbody")[1].select("td")
    assert [" ".join(one.text.split()) for one in said] == ["45 of 100", "30 of 100", "Not told"]
    for cell, head in zip(
        said, heads, strict=True
    ):  # what a screen reader says before it: the option, and of what
        known = [
            table.select_one(f"[id='{one}']").get_text(" ", strip=True)
            for one in cell.get_attribute_list("headers")
        ]
        assert known[0] == head
        assert known[1].startswith("Walk further")
    assert "As Amina told it on" in page
    assert "Numbers are out of 100 people." in page
    assert not page.html.select("table.choices [style], table.choices [class*=best], meter, progress")

    page = page.form("say").submit(matters="My sister", lean="not_yet")
    assert page.html.select_one("[name=lean][value=not_yet]").has_attr("checked")
    assert "Not decided yet" in world.rosa.get(f"{world.record}decisions/")
    page = page.form("say").submit(lean="b")
    assert "Leans to: At home" in world.rosa.get(f"{world.record}decisions/")

    decide = page.click("Say what was decided")
    assert not decide.html.select("[name=chosen][checked]"), "what they lean to is chosen for nobody"
    assert "Choose one." in decide.form("decide").submit(words="For the winter").errors[0]
    look = world.house.person.born.replace(year=2090)
    page = decide.form("decide").submit(
        chosen="leave", words="For the winter", with_whom="Amina", look_on=str(look)
    )
    assert [one.get_text(" ", strip=True) for one in page.html.select("h2")][-2:] == [
        "What was decided", "Leave it as it is"
    ]  # fmt: skip
    for text in ("Leave it as it is", "For the winter", "Amina", "2090"):
        assert text in page
    assert not page.html.select("#say"), "what was decided is not leaned to"
    assert "Decided: Leave it as it is" in world.rosa.get(f"{world.record}decisions/")
    page = page.click("Open it again").form("Open it again").submit()
    assert page.html.select_one("[name=lean][value=b]").has_attr("checked"), "what they leaned to stands"
    assert "For the winter" in page  # among what it was before


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"cell_a": "45 of 100", "cell_b": "300 of 1,000"}, "Use the same “out of” for all, or write words."),
        ({"cell_a": "101", "of": "100"}, "This is more than the 100 it is out of."),
        ({"cell_a": "0 of 0", "cell_b": "0 of 0"}, "Nothing can be out of 0."),
        ({"cell_a": "4.5 of 100", "cell_b": "3 of 100"}, "Use whole numbers"),
        ({"of": "100", "cell_a": "many"}, "There is no number to go with this."),
        ({"told_by": "Amina"}, "Write down what you were told of one of them at least."),
        ({"cell_a": "x" * 100_000}, "This is too long."),
        ({"kind": False, "cell_a": "People"}, "Choose one of the two."),
    ],
)
def test_what_cannot_be_held_against_each_other_is_asked_about(
    world: World, fields: dict[str, Any], error: str
) -> None:
    """Alone catches: numbers that look alike and are not; what was typed that is gone when it is refused."""
    there = world.add()
    page = world.tell(there, **fields)
    assert page.status == 422
    assert any(error in one for one in page.errors), page.errors
    for name, typed in fields.items():
        if name.startswith("cell_"):
            assert page.form("fact").value(name) == typed
    assert world.row(there).facts == []


def test_one_way_alone_is_nothing_to_choose_and_leaving_it_cannot_be_taken_out(world: World) -> None:
    """Alone catches: a decision with one option; *leave it as it is* that is typed again, or can go."""
    form = world.rosa.get(f"{world.record}decisions/add").form("decision")
    page = form.submit(question="How?")
    assert page.status == 422
    assert "Say one thing you could do." in page.errors[0]
    page = page.form("decision").submit(option_a="leave it AS it is")
    assert "This is there already." in page.errors[0]
    page = page.form("decision").submit(option_a="A class", option_b="a class")
    assert "This is there already." in page.errors[0]
    there = world.add(option_c="Swimming")
    world.tell(there, cell_a="45 of 100", cell_c="20 of 100")
    world.rosa.get(there).form("say").submit(lean="c")
    page = world.rosa.get(f"{there}change").form("decision").submit(option_c="")
    assert "Swimming" not in page.html.select_one("table.choices").text
    assert "Leave it as it is" in page.html.select_one("table.choices thead").text
    row = world.row(there)
    assert (row.state, row.lean, set(row.facts[0]["cells"])) == ("open", "", {"a"})
    bare = (
        world.rosa.get(f"{there}told/add").form("fact").submit(kind="good", what="x", cell_leave="20 of 100")
    )
    assert "20 of 100" in bare


def test_two_change_one_row_and_two_change_another(world: World) -> None:
    """Alone catches: words of somebody lost under another's, and a quarrel over rows that have nothing to do with each
    other."""
    there = world.add()
    world.tell(there, cell_a="45 of 100")
    world.tell(there, what="Also", cell_a="People")
    first, second = (world.row(there).facts[n]["id"] for n in (0, 1))
    mine, other = (world.rosa.get(f"{there}told/{fact}/change") for fact in (first, second))
    world.rosa.get(f"{there}told/{first}/change").form("fact").submit(cell_a="46 of 100", follow=False)
    page = mine.form("fact").submit(cell_a="47 of 100")
    assert page.status == 409
    assert "46 of 100" in page
    assert "47 of 100" in page
    kept = page.form("Keep what I chose").submit(keep="mine")
    assert "47 of 100" in kept
    assert other.form("fact").submit(cell_a="Friends").status == 200, "another row is nobody's quarrel"
    say = world.rosa.get(there)
    world.rosa.get(there).form("say").submit(lean="a")
    assert say.form("say").submit(lean="b").status == 409


def test_other_words_for_what_could_be_done_take_nothing_along_that_was_told_of_another_thing(
    world: World,
) -> None:
    """Alone catches: what was told of one thing, or a lean to it, that stands under another, or goes unasked."""
    there = world.add()
    world.tell(there, cell_a="45 of 100", cell_b="30 of 100")
    world.rosa.get(there).form("say").submit(lean="a")
    known = world.row(there).facts[0]
    stale = world.rosa.get(f"{there}told/{known['id']}/change"), world.rosa.get(f"{there}told/add")
    form = world.rosa.get(f"{there}change").form("decision")
    form.submit(option_a="At home", option_b="A class", follow=False)  # they change places
    row = world.row(there)
    assert (row.lean, {code: cell["n"] for code, cell in row.facts[0]["cells"].items()}) == (
        "b",
        {"a": 30, "b": 45},
    )
    assert stale[0].form("fact").submit(cell_a="46 of 100").status == 409, (
        "told of another than its page said"
    )
    late = stale[1].form("fact").submit(kind="good", what="Also", cell_a="Friends")
    assert late.status == 409
    assert "Friends" in late
    page = world.rosa.get(f"{there}change")
    assert "same thing" not in page
    page = page.form("decision").submit(option_a="Swimming", option_b="A class on Tuesdays")
    assert page.status == 422
    for text in (
        "Is “Swimming” the same thing as “At home”?",
        "Is “A class on Tuesdays” the same thing as “A class”?",
    ):
        assert text in page
    assert world.row(there).option_a == "At home"
    page = page.form("decision").submit(same_a="no")  # one of two: what was said comes along
    assert page.status == 422
    page.form("decision").submit(same_b="yes", follow=False)
    row = world.row(there)
    assert (row.option_a, row.lean, set(row.facts[0]["cells"])) == ("Swimming", "b", {"b"})
    assert "30 of 100" in world.rosa.get(there), "how it stood is kept"


def test_a_press_is_for_the_words_that_were_read(world: World) -> None:
    """Alone catches: somebody who leans to, or decides, what came to stand where they pressed after they read it."""
    there = world.add()
    say, decide = world.rosa.get(there), world.rosa.get(f"{there}decide")
    world.rosa.get(f"{there}change").form("decision").submit(
        option_a="At home", option_b="A class", follow=False
    )
    page = say.form("say").submit(lean="a")
    assert page.status == 409
    assert "have changed meanwhile" in page
    assert decide.form("decide").submit(chosen="a").status == 409
    assert (world.row(there).lean, world.row(there).chosen) == ("", "")
    page.form("Keep what I chose").submit(keep="mine", follow=False)
    assert world.row(there).lean == "a"


def test_what_others_told_is_not_for_whoever_began_it_to_change_or_lose(world: World) -> None:
    """Alone catches: a nurse or a helper who rewrites, or removes with the decision, what others wrote down in it; and
    what matters, or a lean, that a helper wrote and stands there as the person's."""
    for who, name in ((world.leon, "Leon"), (world.amina, "Amina")):
        who.strict = False
        there = world.add(who, question=f"What of {name}?")
        assert who.get(f"{there}remove").status == 200
        world.tell(there, cell_b="30 of 100")
        fact = world.row(there).facts[0]["id"]
        assert who.get(f"{there}told/{fact}/change").status == 404
        assert "told/" + fact not in who.get(there).text
        assert who.get(f"{there}remove").status in (404, 409)
        page = who.get(f"{there}change").form("decision").submit(option_b="")
        assert page.status == 422
        assert "Somebody else wrote down" in page
        assert world.row(there).option_b == "At home"
    there = world.add(world.leon)
    assert "Not yet. More time is needed" in world.leon.get(there)
    world.leon.get(there).form("say").submit(matters="Her knee", lean="b")
    page = world.rosa.get(there)
    assert [one.text.strip() for one in page.html.select("#say .tag")] == ["Entered by Leon for you"] * 2
    page = page.form("say").submit(lean="a")
    assert len(page.html.select("#say .tag")) == 1, "the lean is hers"
    with world.app.test_request_context():
        facts = {name: getattr(world.row(there), name) for name in queries.SHARED}
        lines = dict(words.summary_lines(facts))
    assert lines["What matters here:"] == "Her knee (entered by Leon)"
    assert lines["Leans to:"] == "A class"


def test_what_waits_on_a_page_that_is_too_late_is_not_lost(world: World) -> None:
    """Alone catches: words that were typed while somebody else decided, and are nowhere."""
    there = world.add()
    tell, say = world.amina.get(f"{there}told/add"), world.rosa.get(there)
    world.rosa.get(f"{there}decide").form("decide").submit(chosen="not_now")
    page = tell.form("fact").submit(kind="hard", what="Sore for days", cell_a="20 of 100")
    assert page.status == 409
    assert "Sore for days" in page
    assert "put off" in page
    assert "To see people" in say.form("say").submit(matters="To see people")


def test_what_the_team_and_a_carer_can_do(world: World) -> None:
    """Alone catches: a nurse who says where somebody leans; rows that are not their own; a nurse's row unmarked."""
    there = world.add()
    page = world.amina.get(there).click("Add what I told Rosa")
    assert page.form("fact").value("told_by") == "Amina"
    page = page.form("fact").submit(kind="hard", what="Sore for days", cell_a="20 of 100")
    assert not page.html.select("#say, [name=lean]")
    mine = world.row(there).facts[0]["id"]
    assert world.amina.get(f"{there}told/{mine}/change").status == 200
    world.leon.strict = world.amina.strict = False
    assert world.leon.get(f"{there}told/{mine}/change").status == 404
    for path in ("change", "decide", "remove", "reopen"):
        assert world.amina.get(there + path).status == 404
        assert world.leon.get(there + path).status == 404
    assert world.leon.send("POST", there, data=world.rosa.get(there).form("say").sent()).status in (
        400,
        403,
        404,
    )
    begun = world.add(world.leon, question="Whom do we ask?")
    page = world.rosa.get(begun)
    assert "Entered by Leon for you" in page
    world.leon.get(begun).form("say").submit(lean="a", matters="Her knee")
    page = world.rosa.get(begun).form("say").submit(lean="b")
    assert world.leon.get(f"{begun}decide").status in (404, 409), "since Rosa wrote in it, it is hers"
