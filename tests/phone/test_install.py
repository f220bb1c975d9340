"""The manifest, the page that says how to install, and the shortcuts that hang on the app's icon."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask_babel import force_locale, gettext

from selfcare import database
from selfcare.accounts.models import SignIn
from selfcare.config import ROOT
from selfcare.database import now
from selfcare.i18n import LANGUAGES
from selfcare.people import actions as people
from selfcare.web.access import Area, Level, Role
from tests import factories
from tests.factories import Household
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.phone.pictures import Picture, read

BUILD = ROOT / "static" / "build"
# What a phone shows of an icon whatever shape it cuts: a circle of this part of its width.
SAFE = 0.8


@pytest.fixture
def house(app: Flask) -> Household:
    made, _ = lived_in(app)
    return made


def manifest(client: Client) -> dict[str, Any]:
    answer = client.get("/manifest.webmanifest")
    assert answer.status == 200
    assert answer.response.mimetype == "application/manifest+json"
    found: dict[str, Any] = answer.json
    return found


def fetched(client: Client, address: str) -> Picture:
    answer = client.get(address)
    assert answer.response.mimetype == "image/png"
    body = answer.response.data
    answer.response.close()  # its file
    return read(body)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_manifest_is_in_the_readers_language(
    app: Flask, new_client: Callable[..., Client], language: str
) -> None:
    found = manifest(new_client(locale=language))
    assert (found["lang"], found["dir"]) == (language, LANGUAGES[language].direction)
    with app.test_request_context(), force_locale(language):  # type: ignore[no-untyped-call]
        shortcuts = [gettext("Log a symptom"), gettext("Add a question")]
        assert found["description"] == gettext("Log how you are, get ready for visits, and see your results.")
    assert [shortcut["name"] for shortcut in found["shortcuts"]] == shortcuts


def test_the_manifest_says_nothing_about_anybody(client: Client, house: Household) -> None:
    signed_out = manifest(client)
    client.sign_in(house.rosa.id)
    assert manifest(client) == signed_out
    assert (signed_out["id"], signed_out["scope"], signed_out["display"]) == ("/", "/", "standalone")
    assert signed_out["start_url"] == "/?from=home-screen"
    assert [shortcut["url"] for shortcut in signed_out["shortcuts"]] == ["/log", "/ask"]


def test_its_colours_are_those_of_the_app(client: Client) -> None:
    light = (ROOT / "static" / "css" / "_tokens.scss").read_text().split("@media")[0]
    tokens = dict(re.findall(r"--(\w+): (#[0-9a-f]+);", light))

    def full(colour: str) -> str:
        return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])

    found = manifest(client)
    assert found["theme_color"] == full(tokens["surface"])
    assert found["background_color"] == full(tokens["paper"])


def test_every_icon_is_there_and_of_the_size_it_says(client: Client) -> None:
    found = manifest(client)
    icons = found["icons"] + [icon for shortcut in found["shortcuts"] for icon in shortcut["icons"]]
    sizes = set()
    for icon in icons:
        picture = fetched(client, icon["src"])
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
        sizes.add((icon["sizes"], icon["purpose"]))
    assert sizes >= {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
        ("512x512", "monochrome"),
    }
    touch = client.get("/sign-in").html.select_one("link[rel=apple-touch-icon]")
    assert touch is not None
    picture = fetched(client, str(touch["href"]))
    assert (picture.width, picture.height) == (180, 180)
    # An iPhone shows what is see-through as black.
    assert {pixel[3] for pixel in picture.pixels} == {255}


@pytest.mark.parametrize("name", ["maskable", "monochrome"])
def test_no_phone_cuts_the_mark(name: str) -> None:
    (path,) = BUILD.glob(f"{name}-512.*.png")
    picture = read(path.read_bytes())
    ground, middle = picture.pixels[0], (picture.width - 1) / 2
    marked = [number for number, pixel in enumerate(picture.pixels) if pixel != ground]
    assert len(marked) > 10_000
    if name == "maskable":
        assert ground[3] == 255  # colour to the edge
    furthest = max(
        ((n % picture.width - middle) ** 2 + (n // picture.width - middle) ** 2) ** 0.5 for n in marked
    )
    assert furthest <= SAFE * picture.width / 2


# ------------------------------------------------------------------------------------------------------- the shortcuts


@pytest.mark.parametrize(("shortcut", "there"), [("/log", "diary/add"), ("/ask", "questions/add")])
def test_a_shortcut_leads_to_the_one_record_there_is(
    client: Client, house: Household, shortcut: str, there: str
) -> None:
    for account in (house.rosa, house.leon):
        client.sign_in(account.id)
        answer = client.get(shortcut)
        assert (answer.status, urlsplit(answer.url).path) == (200, f"/people/{house.person.id}/{there}")


@pytest.mark.parametrize(("shortcut", "there"), [("/log", "diary/add"), ("/ask", "questions/add")])
def test_who_helps_several_is_asked_and_the_wish_is_kept(
    app: Flask, client: Client, house: Household, shortcut: str, there: str
) -> None:
    rights = {Area.DIARY: Level.ADD, Area.QUESTIONS: Level.ADD}
    with app.app_context(), database.command():
        daniel = factories.person(house.amina, house.team, "Daniel")
        people.relate(daniel.id, kind=Role.CARER, account_id=house.leon.id, rights=rights)
        seen_only = factories.person(house.amina, house.team, "Sara")
        people.relate(seen_only.id, kind=Role.CARER, account_id=house.leon.id, rights={Area.DIARY: Level.SEE})
    client.sign_in(house.leon.id)
    page = client.get(shortcut)
    assert page.h1 == "Who is this for?"
    assert page.all(".who__title") == ["Help Daniel", "Help Rosa"]
    assert page.link("Help Daniel") == f"/people/{daniel.id}/{there}"
    assert page.click("Help Rosa").status == 200


def test_who_may_add_nothing_comes_to_their_first_page(app: Flask, client: Client, house: Household) -> None:
    with app.app_context(), database.command():
        reader = factories.account(name="Reader")
        people.relate(
            house.person.id, kind=Role.CARER, account_id=reader.id, rights=dict.fromkeys(Area, Level.SEE)
        )
    for account in (reader.id, house.stranger.id, house.amina.id):
        client.sign_in(account)
        assert client.get("/log", follow=False).location == "/"
        assert client.get("/ask", follow=False).location == "/"


def test_signed_out_the_wish_waits_for_the_sign_in(client: Client) -> None:
    answer = client.get("/log", follow=False)
    assert (answer.status, answer.location) == (303, "/sign-in?next=/log")


# ------------------------------------------------------------------------------------------------ the page and the card


def test_anybody_can_read_how_to_install(client: Client, house: Household) -> None:
    for account in (None, house.rosa, house.leon, house.amina):
        if account:
            client.sign_in(account.id)
        page = client.get("/install")
        assert page.h1 == "Selfcare on the home screen"
        assert "Press Add to Home Screen: the square with a plus." in page
        assert "Press Add to home screen, then Install." in page


def test_more_leads_there(client: Client, house: Household) -> None:
    client.sign_in(house.rosa.id)
    more = client.get(f"/people/{house.person.id}/more/")
    assert more.click("Selfcare on the home screen").h1 == "Selfcare on the home screen"


def test_the_card_is_for_the_second_day_on(app: Flask, client: Client, house: Household) -> None:
    client.sign_in(house.rosa.id)
    pages = ("/", f"/people/{house.person.id}/more/")
    assert [client.get(page).all("#install h2") for page in pages] == [[], []]
    with app.app_context(), database.command() as work:
        work.query(SignIn).filter_by(account_id=house.rosa.id).update(
            {"proved_at": now() - timedelta(days=1)}
        )
    assert [client.get(page).all("#install h2") for page in pages] == [["Selfcare on the home screen"]] * 2
    # Without JavaScript nothing could be pressed, so nothing is shown.
    assert client.get("/").html.select("#install[hidden]")
