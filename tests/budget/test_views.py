"""A budget as the person, who helps and the nurse meet it."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from selfcare.budget import actions, queries
from selfcare.budget.models import Spend, SpendReceipt
from selfcare.database import command, session
from selfcare.web.access import Area, Level
from tests import factories
from tests.budget.conftest import World
from tests.factories import budgets, plans
from tests.factories.letters import A_PDF, a_photo
from tests.harness.client import Client
from tests.letters.hostile import SCRIPTED, STRANGE
from tests.letters.world import sent

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_a_budget_that_the_team_writes_down_and_the_person_says_yes_to(world: World) -> None:
    """Alone catches: a budget said to be agreed that nobody said yes to, a yes to other money than was read, and a
    change that keeps the other's yes."""
    today = world.house.person.born.replace(year=2090)
    form = world.amina.get(f"{world.record}budget/add").form("budget")
    said = {"kind": "direct", "pounds": "1.200,50", "purpose": "For a helper", "from_on": str(today)}
    wrong = form.submit(**said, until_on=str(today - timedelta(days=1)))
    assert wrong.errors == ["This is before it begins. Check both days."]
    page = wrong.form("budget").submit(until_on=str(today + timedelta(days=364)))
    assert "It begins on" in page
    assert "£1,200.50" in page
    assert "Rosa has not said yes to it yet." in page
    there = page.url.split("?")[0]
    ask = world.rosa.get(there).click("Read it, and say yes")
    world.amina.get(f"{there}change").form("budget").submit(pounds="900")
    late = ask.form("agree").submit()
    assert late.status == 409
    assert "Amina has changed this" in late
    assert "£900" in late
    assert "Agreed by you and Amina on" in late.form("agree").submit()
    assert "Read it, and say yes" not in world.amina.get(there)
    page = world.rosa.get(f"{there}change").form("budget").submit(pounds="950")
    assert "As you keep it. Nobody of the team has said yes to it here." in page
    page = world.amina.get(there).click("Read it, and say yes").form("agree").submit()
    assert "Agreed by Rosa and Amina on" in page
    assert world.leon.get(f"{there}agree").status == 404
    gone = world.rosa.get(f"{there}remove").form("remove").submit()
    assert "For a helper" not in gone


def test_what_is_left_in_words_and_overspent_kindly(world: World) -> None:
    """Alone catches: a bar or a pace, a spend that is refused for want of money, one that cannot be undone, and
    whose it was."""
    page = world.spend(world.leon, pounds="£1,112", what="A bed")
    assert "£88" in page
    page = world.rosa.get(world.there)
    assert page.html.select_one(".amount").get_text(" ", strip=True) == "£88 left"
    assert "Entered by Leon for you" in page
    assert "Amina’s team and Leon can see this." in page
    page = world.spend(pounds="100")
    assert page.html.select_one(".amount").get_text(" ", strip=True) == "£12 more than there is"
    assert "Tell Amina." in page
    assert not page.html.select("main meter, main progress, main [style]")
    spend = page.click("Taxi to the class")
    page = spend.click("Remove").form("remove").submit()
    assert "£88" in page
    page = page.form("Undo that you removed this").submit()
    assert page.h1 == "Spend"
    assert world.spends() == [("A bed", 111_200), ("Taxi to the class", 10_000)]
    assert world.leon.get(page.url.split("?")[0] + "change").status == 404, "it is Rosa's"
    assert world.amina.get(f"{world.there}spends/add").status == 404, "a team does not spend"


def test_a_form_that_is_refused_keeps_every_word_and_a_day_outside_is_asked_about(world: World) -> None:
    """Alone catches: words that are lost with a wrong amount, a spend of last year lost or counted here."""
    page = world.spend(pounds="twelve", what="<b>Bus</b> ۱۲")
    assert page.errors == ["Write it in pounds, with numbers, like 7.40."]
    form = page.form("spend")
    assert (form.value("pounds"), form.value("what")) == ("twelve", "<b>Bus</b> ۱۲")
    with world.app.test_request_context(), command():
        rosa = world.permit()
        before = budgets.begin(rosa, 5_000, rosa.today() - timedelta(days=600), purpose="Last year’s")
        day, old = rosa.today() - timedelta(days=300), before.id
        ahead = rosa.today() + timedelta(days=2)
    assert "still to come" in form.submit(pounds="12", day_on=str(ahead)).errors[0]
    asked = form.submit(pounds="12", day_on=str(day))
    assert asked.status == 422
    assert "is before this budget began" in asked.errors[0]
    assert world.spends() == []
    page = asked.form("spend").submit(counts=str(old))
    assert "£38" in page
    assert "<b>Bus</b> ۱۲" in page
    page = asked.form("spend").submit(counts="here")
    assert page.status == 422, "the same form with another answer is another form"
    page = page.form("spend").submit(counts="here")
    assert "£1,188" in page
    assert "Last year’s" in page, "the other one stands in the fold"


def test_two_who_change_a_spend_are_asked_and_a_form_sent_twice_is_one(world: World) -> None:
    """Alone catches: a spend written down twice by a second press, and one amount written over another unread."""
    form = world.rosa.get(world.there).form("spend").fill(pounds="7.40", what="Taxi")
    for _ in range(2):
        assert form.submit().status == 200
    assert world.spends() == [("Taxi", 740)]
    page = world.rosa.get(world.there).click("Taxi").click("Change what you wrote")
    first, second = page.form("spend"), world.rosa.get(page.url).form("spend")
    first.submit(pounds="8")
    late = second.submit(pounds="9")
    assert late.status == 409
    assert "8" in late
    assert late.form().submit(keep="mine").status == 200
    assert world.spends() == [("Taxi", 900)]


def test_every_spend_in_a_table_that_runs_nothing(world: World) -> None:
    """Alone catches: a formula in somebody's spreadsheet, a sum that is text there, and a file without some of them."""
    for what in ('=HYPERLINK("http://x")', "+1", "@SUM(A1)", 'Bus, and "lunch"', "دوا کی دکان"):
        world.spend(what=what, pounds="1,200.05")
    answer = world.rosa.raw.get(f"{world.there}spends.csv", base_url="http://localhost")
    rows = answer.data.decode("utf-8-sig").splitlines()
    assert answer.mimetype == "text/csv"
    assert rows[0] == "Day,What for,Pounds,Written down by"
    assert len(rows) == 6
    assert not [row for row in rows if row.split(",")[1].lstrip('"').startswith(("=", "+", "@"))]
    assert all(",1200.05,Rosa" in row for row in rows[1:])


def test_a_table_has_an_end_and_the_next_one_begins_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a file as long as somebody likes, made while others wait; and spends that no file has."""
    monkeypatch.setattr(queries, "IN_TABLE", 15)
    monkeypatch.setattr(queries, "PAGE", 15)
    for number in range(20):
        world.spend(what=f"Bus {number}", pounds="1")
    page, found = world.rosa.get(f"{world.there}spends/"), []
    for _ in range(2):
        assert "A table has 15 spends" in page
        link = page.link("Get them as a table (CSV)")
        rows = world.rosa.raw.get(link, base_url="http://localhost").data.decode("utf-8-sig").splitlines()
        found.append({row.split(",")[1] for row in rows[1:]})
        page = page.click("Show earlier spends") if len(found) == 1 else page
    assert [len(each) for each in found] == [15, 5]
    assert len(found[0] | found[1]) == 20


def test_a_receipt_is_drawn_anew_and_nothing_else_is_kept(world: World) -> None:
    """Alone catches: where a photo was taken kept with it, a file that is no photo, a receipt that stays when it is
    taken out, and one that others' rights do not reach."""
    page = (
        world.rosa.get(world.there)
        .form("spend")
        .submit("Add it, and then the receipt", pounds="38", what="Shoes")
    )
    assert page.h1 == "Receipt"
    where = page.url.split("?")[0]
    form = page.form("receipt")
    for name, body in STRANGE.items():
        refused = sent(world.rosa, where, world.rosa.get(where).form("receipt").sent(), file=[body])
        assert refused.status == 422, name
        assert refused.errors, name
    taken = Image.Exif()
    taken[0x8825] = {1: "N", 2: (51.0, 30.0, 0.0)}
    photo = BytesIO()
    Image.open(BytesIO(a_photo())).save(photo, "JPEG", exif=taken)
    kept = sent(world.rosa, where, form.sent(), file=[photo.getvalue()])
    assert kept.status == 303
    page = world.rosa.get(kept.location)
    shown = page.html.select_one("img.sheet__photo")["src"]
    answer = world.amina.raw.get(shown, base_url="http://localhost")
    assert answer.mimetype == "image/jpeg"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert not Image.open(BytesIO(answer.data)).getexif()
    assert "with a receipt" in world.rosa.get(world.there)
    page.click("Remove the receipt").form("Remove the receipt").submit()
    with world.app.app_context():
        assert session().scalars(select(SpendReceipt.id)).all() == []
        assert session().scalars(select(Spend.what)).all() == ["Shoes"]


def test_a_pdf_is_kept_as_it_came_and_only_ever_handed_out(world: World) -> None:
    """Alone catches: a receipt of a shop on the web that is refused; a PDF that is opened in a page of the app, with
    what runs in it; half a one, and one whose name says that it is a picture."""
    world.spend(what="Shoes", pounds="38")
    page = world.rosa.get(world.there).click("Shoes").click("Add the receipt")
    where, form = page.url.split("?")[0], page.form("receipt")
    refused = sent(world.rosa, where, form.sent(), file=[A_PDF[: len(A_PDF) // 2]])
    assert (refused.status, refused.errors) == (
        422, ["This file is damaged, or not whole. Choose it again, or take a new photo."],
    )  # fmt: skip
    kept = sent(world.rosa, where, page.form("receipt").sent(), file=[SCRIPTED])
    assert kept.status == 303
    page = world.rosa.get(kept.location)
    assert not page.html.select("img.sheet__photo, iframe, object, embed")
    answer = world.amina.raw.get(page.link("Get the PDF"), base_url="http://localhost")
    assert (answer.data, answer.mimetype) == (SCRIPTED, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=receipt-")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with world.app.app_context():
        row = session().scalars(select(SpendReceipt)).one()
        assert (row.content_type, row.size, row.wide) == ("application/pdf", len(SCRIPTED), 0)


def test_a_budget_is_absent_where_nothing_is_and_nobody_was_invited(
    world: World, new_client: type[Client]
) -> None:
    """Alone catches: a row for people without a budget, one that a helper sees without the right, and an offer to begin
    for who may not."""
    with world.app.test_request_context(), command():
        other = factories.household({Area.BUDGET: Level.MANAGE, Area.DIARY: Level.SEE, Area.PLAN: Level.SEE})
    record = f"/people/{other.person.id}/"
    rosa, leon = new_client(), new_client()
    rosa.sign_in(other.rosa.id)
    leon.sign_in(other.leon.id)
    assert "budget" not in rosa.get(f"{record}mine/").html.select_one("main").get_text().lower()
    assert "udget" not in rosa.get(record)
    with world.app.test_request_context(), command():
        plans.let_team(other, area=Area.BUDGET)
    assert "My budget" in rosa.get(f"{record}mine/"), "the team was let in: it is offered"
    assert "budget" not in leon.get(f"{record}mine/").html.select_one("main").get_text().lower()
    page = leon.get(f"{record}budget/")
    assert "Write down the budget" not in page
    page = rosa.get(f"{record}mine/").click("My budget").click("Write down the budget")
    today = other.person.born.replace(year=2090)
    page.form("budget").submit(
        kind="health", pounds="100", purpose="Walks", from_on=str(today), until_on=str(today)
    )
    assert "The budget of Rosa" in leon.get(f"{record}mine/")
    with world.app.test_request_context(), command():
        permit = factories.permit(other.rosa, other.person)
        one = queries.budgets(permit)[0]
        actions.spend(permit, one.row.id, what="Bus", pence=1, day=permit.today())
        with pytest.raises(actions.NotEmpty):
            actions.remove(permit, one.row.id)
