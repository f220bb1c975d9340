"""What was chosen stays chosen, is shown whole, and is what is sent; taken back, it takes its questions with it."""

import unicodedata
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from selfcare.about_me import actions as about_me
from selfcare.appointments import actions as appointments
from selfcare.appointments import queries
from selfcare.database import session
from selfcare.diary import actions as diary
from selfcare.people.models import Person
from selfcare.sharing import plain_text
from selfcare.sharing.models import Summary
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.sharing.scenes import Scene, acting, scene, share, when

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
SHARE = "Share with Amina"
EXACTLY = "Share exactly this with Amina"


@pytest.fixture
def rosas(app: Flask) -> Scene:
    made = scene(app)
    with acting(app, made.rosa, made.person) as rosa:
        person = session().get_one(Person, made.person)
        diary.log(rosa, None, when(person, -2), note="Slept in the chair")
        diary.log(rosa, made.weight, when(person, -4), first="72", note="New scales")
    return made


@pytest.fixture
def rosa(rosas: Scene, client: Client) -> Client:
    client.sign_in(rosas.rosa)
    return client


def body(app: Flask, made: Scene) -> dict:  # type: ignore[type-arg]
    with acting(app, made.rosa, made.person):
        return dict(session().query(Summary).order_by(Summary.as_of.desc()).first().body)


def ticked(page: Answer, name: str) -> list[str]:
    """The labels of what is ticked."""
    boxes = page.html.select(f"#share input[name={name}][checked]")
    return [page.html.select_one(f"label[for={box['id']}]").get_text(strip=True) for box in boxes]  # type: ignore[union-attr]


def test_choices_come_back_after_looking_at_the_whole_page(app: Flask, rosas: Scene, rosa: Client) -> None:
    """Alone catches: a choice that is ticked anew when somebody comes back from looking."""
    form = rosa.get(f"{rosas.base}/summary/").form("share")
    trackers = [value for name, value in form.values if name == "been"]
    page = form.submit(
        "Show it with these choices", sections=["matters", "been"], been=[trackers[0], "notes"], far="months"
    )
    assert ticked(page, "sections") == ["What matters to me", "How I have been"]
    assert ticked(page, "been") == ["Tiredness", "My notes in the diary"]
    whole = page.click("Open the whole page")
    back = whole.click("Share my summary")
    for each in (back, rosa.get(back.url)):
        assert ticked(each, "sections") == ["What matters to me", "How I have been"]
        assert ticked(each, "been") == ["Tiredness", "My notes in the diary"]
    assert "left" in parse_qs(urlsplit(back.url).query)
    done = whole.form("share").submit(EXACTLY)
    assert "Shared with Amina." in done
    sent = body(app, rosas)
    assert sent["sections"] == ["matters", "been"]
    assert [one["name"] for one in sent["been"]["trackers"]] == ["Tiredness"]
    assert [note["text"] for note in sent["been"]["notes"]["notes"]] == ["Slept in the chair"]
    # And it is where one starts the next time.
    assert ticked(rosa.get(f"{rosas.base}/summary/"), "been") == ["Tiredness", "My notes in the diary"]


def test_htmx_keeps_the_choice_in_the_address(rosas: Scene, rosa: Client) -> None:
    """Alone catches: a choice made with JavaScript that leaving the page and coming back loses."""
    form = rosa.get(f"{rosas.base}/summary/").form("share")
    tracker = next(value for name, value in form.values if name == "been")
    was = form.value("was")
    part = rosa.get(
        f"{rosas.base}/summary/preview?sections=been&been={tracker}&offered={form.value('offered')}"
        f"&far=visit&was={was}&appointment={rosas.visit}",
        htmx=True,
    )
    address = part.headers["HX-Replace-Url"]
    assert ticked(rosa.get(address), "been") == ["Tiredness"]
    assert 'id="what"' not in part.text  # the ticks under the finger stay
    other = rosa.get(f"{rosas.base}/summary/preview?sections=been&far=months&was=2020-01-01", htmx=True)
    assert 'data-hx-swap-oob="true"' in other.text  # other days: other counts beside the ticks


@pytest.mark.parametrize("way", ["box", "whole"])
def test_what_was_previewed_is_what_is_sent(app: Flask, rosas: Scene, rosa: Client, way: str) -> None:
    """Alone catches: something written between the look and the press that goes along unseen."""
    page = rosa.get(f"{rosas.base}/summary/")
    form = page.form("share") if way == "box" else page.click("Open the whole page").form("share")
    with acting(app, rosas.rosa, rosas.person) as permit:
        appointments.ask(permit, text="Written in between")
    refused = form.submit(SHARE if way == "box" else EXACTLY)
    assert refused.status == 409
    assert "Written in between" in refused.html.select_one("#preview").get_text()  # type: ignore[union-attr]
    with acting(app, rosas.rosa, rosas.person):
        assert session().query(Summary).count() == 0
    assert "Shared with Amina." in refused.form("share").submit(SHARE)


def test_the_box_is_exactly_what_the_nurse_sees(
    rosas: Scene, rosa: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a box headed "Exactly what Amina will see" without its charts and values."""
    page = rosa.get(f"{rosas.base}/summary/")

    def sheet(answer: Answer) -> str:
        found = answer.html.select_one(".sheet")
        assert found is not None
        for beside in found.select(".screen-only, .print-only"):
            beside.decompose()
        return " ".join(found.get_text(" ").split())

    assert page.html.select("#preview svg.chart, #preview .chart svg")
    assert "118" in page.html.select_one("#preview").get_text()  # type: ignore[union-attr]
    page.form("share").submit(SHARE)
    amina = new_client()
    amina.sign_in(rosas.amina)
    assert sheet(page) == sheet(amina.get(f"{rosas.base}/summary/"))


def test_notes_are_told_of_and_go_only_when_ticked(app: Flask, rosas: Scene, rosa: Client) -> None:
    """Alone catches: notes that are left out without a word, or that go without a tick."""
    page = rosa.get(f"{rosas.base}/summary/")
    assert "2 notes" in page
    page.form("share").submit(SHARE)
    assert body(app, rosas)["been"]["notes"] is None
    ready = rosa.get(f"{rosas.base}/appointments/{rosas.visit}/prepare/ready")
    assert "2 notes from the diary are not in it." in ready


def test_a_day_of_ones_own_is_not_scolded_before_it_is_chosen(rosas: Scene, rosa: Client) -> None:
    """Alone catches: an error in red for a day that nobody has had the time to choose."""
    part = rosa.get(f"{rosas.base}/summary/preview?sections=been&far=own&since=", htmx=True)
    assert part.status == 200
    assert "Choose the first day, and it stands here." in part
    assert "nhsuk-error-message" not in part.text


def test_withdrawing_takes_back_the_questions_it_alone_sent(
    app: Flask, rosas: Scene, rosa: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a summary withdrawn whose questions stay in the nurse's list."""
    amina = new_client()
    amina.sign_in(rosas.amina)
    with acting(app, rosas.rosa, rosas.person) as permit:
        by_itself = appointments.ask(permit, text="Asked by itself", send_now=True)
    made = share(app, rosas)
    with acting(app, rosas.amina, rosas.person) as permit:
        appointments.reply(permit, rosas.question, "Not likely.")
    assert "What happens if we leave things" in amina.get("/caseload/questions/")
    page = rosa.get(f"{rosas.base}/summary/{made}/withdraw")
    assert "nobody but you can open it" in page
    assert "1 question that went with it is taken back too." in page
    stays = page.all("main li")
    assert stays == [
        "Is the tiredness from the new tablets? Amina replied.",
        "Asked by itself It was asked by itself.",
    ]
    page.form("withdraw").submit()
    for address in ("/caseload/questions/", f"{rosas.base}/questions/"):
        assert "What happens if we leave things" not in amina.get(address), address
    with acting(app, rosas.amina, rosas.person) as permit:
        assert {one.text for one in queries.open_questions(permit)} == {
            "Is the tiredness from the new tablets?", "Asked by itself"
        }  # fmt: skip
    with acting(app, rosas.rosa, rosas.person) as permit:
        assert queries.question(permit, by_itself.id).sent_at
    # Shared again, they go again.
    share(app, rosas)
    assert "What happens if we leave things" in amina.get("/caseload/questions/")


def test_a_question_in_two_summaries_goes_back_with_the_last(app: Flask, rosas: Scene, rosa: Client) -> None:
    """Alone catches: a question taken back while another summary still shows it, or never taken back at all."""
    first = share(app, rosas)
    second = share(app, rosas)
    page = rosa.get(f"{rosas.base}/summary/{first}/withdraw")
    assert str(page.text).count("It is in another summary too.") == 2
    page.form("withdraw").submit()
    with acting(app, rosas.rosa, rosas.person) as permit:
        assert queries.question(permit, rosas.question).sent_at
    rosa.get(f"{rosas.base}/summary/{second}/withdraw").form("withdraw").submit()
    with acting(app, rosas.rosa, rosas.person) as permit:
        assert queries.question(permit, rosas.question).sent_at is None


@pytest.mark.parametrize("sent", ["3.5 - 5.3", "<5", "+4", ">= 90", "10*9/L", "-2.5", "118 g/L", "120/80"])
def test_ranges_and_signs_stay_in_their_order_in_urdu(app: Flask, sent: str) -> None:
    """Alone catches: a range or a sign that is drawn the wrong way round in text that runs from right to left."""
    with app.test_request_context(headers={"Accept-Language": "ur"}):
        line = plain_text.isolated(f"لیب کی حد {sent} ہے")
        plainly = plain_text.isolated(f"Haemoglobin {sent}")
    start, end = line.index("\u2066"), line.index("\u2069")
    assert line[start + 1 : end] == sent
    assert "\u2066" not in plainly
    assert unicodedata.bidirectional(line[0]) == "AL"


def test_the_text_in_urdu_sets_what_the_laboratory_sent_apart(
    app: Flask, rosas: Scene, new_client: Callable[..., Client]
) -> None:
    """Alone catches: the copy for a clinical system without the marks that keep a range in its order."""
    made = share(app, rosas)
    amina = new_client(locale="ur")
    amina.sign_in(rosas.amina)
    with acting(app, rosas.rosa, rosas.person):
        session().get_one(Person, rosas.person).nhs_number = "9434765919"
    text = amina.get(f"{rosas.base}/summary/{made}/text").html.select_one("pre")
    assert text is not None
    assert "\u2066120 - 150\u2069" in text.get_text()
    assert "\u2066118 g/L\u2069" in text.get_text()
    assert "\u2066943 476 5919\u2069" in text.get_text()


@pytest.mark.parametrize(
    ("came", "title"),
    [
        ("appointments/{visit}/prepare/ready", "I’m ready"),
        ("about-me/", "About me"),
        ("ways/", "Ways I want care"),
        ("links/", "Links you made"),
        ("sharing/", "Sharing"),
    ],
)
def test_the_way_back_leads_where_somebody_came_from(
    app: Flask, rosas: Scene, rosa: Client, came: str, title: str
) -> None:
    """Alone catches: *Share my summary* opened from *About me*, whose way back opens *Getting ready*; and one that
    forgets where somebody came from once they looked at the whole page, or pressed without ticking."""
    with acting(app, rosas.rosa, rosas.person) as permit:
        for question in ("most", "where"):
            about_me.add(permit, question, text="In the mornings")
    address = f"/people/{rosas.person}/{came.format(visit=rosas.visit)}"
    opened = rosa.get(address)
    link = opened.html.select_one("main a[href*='/summary/?']") or opened.html.select_one(
        "main a[href$='/summary/']"
    )
    assert link is not None
    choose = rosa.get(str(link["href"]))
    assert choose.h1 == "Share my summary"
    again = rosa.get(str(choose.click("Open the whole page").html.select_one("a.back")["href"]))  # type: ignore[index]
    refused = again.form("share").submit(far="own", since="")
    for page in (choose, again, refused):
        back = page.html.select_one("a.back")
        assert back is not None
        assert (back.get_text(strip=True), back["href"]) == (title, address)
