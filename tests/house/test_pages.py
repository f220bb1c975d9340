"""Every page, opened once as each reader in each language, and asked everything that holds of all of them.

It is strict HTML under a strict policy, and so is each of its forms sent back; it is kept nowhere; it is in the
language that was chosen; it weighs little; its foot leads to what people must be given, and it sets no cookie that is
not named there; and where somebody may write that they are unwell, it says first that nobody watches. Nothing scolds
before anybody chose, the numbers on the tabs are the same wherever they stand, and a way back is called what it opens.
"""

import re

import brotli
import pytest
from bs4 import BeautifulSoup
from flask import Flask

from selfcare import database
from selfcare.about.kept_here import COOKIES
from selfcare.database import command
from selfcare.i18n import LANGUAGES
from selfcare.links import viewer_views
from selfcare.people import staff
from selfcare.web import edge
from selfcare.web.access import Area, Kind, Level
from tests import factories
from tests.factories.lived import lived_in
from tests.factories.many import log_many
from tests.factories.typed import typed_words
from tests.harness.client import Client
from tests.harness.pages import Answer, attribute
from tests.harness.places import PROOF
from tests.house.back_links import Opened, back, called_otherwise, opened
from tests.house.crawl import addresses
from tests.house.first_touch import asked_without_more, numbers, scolds
from tests.proof_offline.kinds import not_sent

KB = 1000
HTML, DIARY = 14 * KB, 8 * KB

# Fields in which one would write how one is: several lines, and the number from 0 to 10.
WRITING = "textarea, input[name=severity]"
SAID = {"en": "Nobody watches", "cy": "Does neb yn gwylio", "ur": "نظر نہیں رکھ"}
# Where somebody will read it, but not now.
LATER = {"en": "Nobody reads this straight", "cy": "Does neb yn darllen hwn ar", "ur": "فوراً کوئی نہیں پڑھ"}
WRITERS = ("rosa", "leon")

# Names of things that have no other: the app, a code to scan, a file, units as laboratories and devices write them.
LATIN = {
    "selfcare", "nhs", "qr", "pdf", "fhir", "json", "xml", "mmhg", "kg", "l", "min", "mmol", "c", "https", "iphone",
    "http", "english", "cymraeg", "zip", "csv",
    "javascript", "shlink",
    "reason",  # a column of a file, by the name it is looked for
}  # fmt: skip
# At the foot of every page; on pages of steps Help alone, which leads to the rest (tests/about/test_pages.py).
GIVEN = {"/help", "/privacy", "/cookies", "/accessibility", "/terms", "/responsible"}
WORD = re.compile(r"[A-Za-z]{2,}")


def some(locale: str) -> slice:
    """Of Welsh every third page: its letters are those of English, and what a page is made of hangs on no language."""
    return slice(None, None, 3 if locale == "cy" and not PROOF else None)


# What a page looks like does not hang on the database below it; `test_statements.py` opens each on both.
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ["rosa", "leon", "amina", ""])
@pytest.mark.parametrize("locale", list(LANGUAGES))
def test_every_page_and_every_refused_form(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, locale: str, who: str
) -> None:
    """Would fail on a page that is not valid, kept by a browser, heavy, in another language, or lacks its warning."""
    house, ids = lived_in(app)
    ids["language"] = locale
    with app.test_request_context(), command():
        log_many(house, ids["tracker_id"], 2_000)
        typed = typed_words(house)
    if who:
        client.sign_in(getattr(house, who).id)
    client.speak(locale)
    # Nothing is committed from here on, so that each form is sent to the same record.
    monkeypatch.setattr(edge, "finish", lambda keep: database.finish(False))
    wrong, writing = [], []
    pages = 0
    forms: set[tuple[str, ...]] = set()
    touched: dict[str, None] = {}
    tabs: dict[tuple[str, ...], str] = {}
    backs: dict[str, tuple[str, str]] = {}
    known: dict[str, Opened] = {}
    for endpoint, url in list(addresses(app, ids))[some(locale)]:
        answer = client.get(url, follow=False)  # strict: the client judges each page it is given
        said = held(answer, who)
        if answer.status == 200:
            pages += 1
            said += weight(answer, endpoint)
            if locale == "en":
                said += scolds(answer)
                touched |= dict.fromkeys(asked_without_more(answer))
                known[url] = opened(app, answer)
                if (way := back(answer)) is not None:
                    backs[endpoint] = way
                if (number := numbers(answer)) is not None:
                    tabs.setdefault(number, endpoint)
                refused(app, client, answer, url, forms)
            if who in WRITERS and (before := words_before_writing(answer)) is not None:
                writing.append(endpoint)
                words = LATER if endpoint.startswith(("requests.", "asks.")) else SAID
                said += [
                    f"{words[one]!r} is not said first" for one in {"en", locale} if words[one] not in before
                ]
            said += language(answer, locale, typed)
            if locale == "en":
                said += sorted(not_sent(app, answer.html, url))
        wrong += [f"{endpoint}: {each}" for each in said]
    wrong += [f"{url}: {each}" for url in touched for each in scolds(client.get(url))]
    wrong += called_otherwise(app, client, backs, known)
    assert not wrong, "\n".join(wrong)
    assert len(backs) >= (10 if who and locale == "en" else 0)
    assert len(tabs) <= 1, tabs
    assert all(tabs) or who in ("leon", ""), "there is something new in this record"
    assert pages >= (30 if who and locale != "cy" else 2)
    assert len(forms) >= (10 if who and locale == "en" else 0)
    assert (
        who not in WRITERS
        or locale == "cy"
        or {"diary.log", "diary.note", "appointments.ask"} <= set(writing)
    )


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("locale", ["en", "ur"])
def test_every_page_of_who_runs_the_teams_pages(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    """Alone catches: the same on pages that no nurse is shown, such as the starter set."""
    house, ids = lived_in(app)
    with app.test_request_context(), command():
        ade = factories.account(Kind.ADMINISTRATOR, "Ade")
        staff.make_administrator(house.team.id, ade.id)
        typed = typed_words(house)
        client.sign_in(ade.id)
    client.speak(locale)
    monkeypatch.setattr(edge, "finish", lambda keep: database.finish(False))
    wrong, shown, forms = list[str](), set[str](), set[tuple[str, ...]]()
    for endpoint, url in addresses(app, ids):
        if not endpoint.startswith("team."):
            continue
        answer = client.get(url, follow=False)
        said = held(answer, "ade")
        if answer.status == 200 and answer.is_html:
            shown.add(endpoint)
            said += weight(answer, endpoint) + language(answer, locale, typed)
            refused(app, client, answer, url, forms)
        wrong += [f"{endpoint}: {each}" for each in said]
    assert not wrong, "\n".join(wrong)
    assert {"team.starter", "team.team_settings", "team.people", "team.suggested"} <= shown, shown


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_a_helper_who_may_do_all_sends_late_is_sent_by_the_storm(app: Flask, client: Client) -> None:
    """Alone catches: a form that can wait on a phone, on a page that only who helps is shown."""
    house, ids = lived_in(app, dict.fromkeys(Area, Level.MANAGE))
    client.strict = False
    client.sign_in(house.leon.id)
    answers = [(url, client.get(url, follow=False)) for _, url in addresses(app, ids)]
    assert not {each for url, page in answers if page.status == 200 for each in not_sent(app, page.html, url)}


def held(answer: Answer, who: str) -> list[str]:
    """What every answer carries, whatever it is."""
    said = []
    if who and answer.headers["Cache-Control"] != "no-store":
        said.append(f"may be kept: {answer.headers['Cache-Control']}")
    is_viewer = re.fullmatch(r"https?://[^/]+/view(\?.*)?", answer.url)
    promised = viewer_views.CSP if is_viewer else edge.CSP
    if answer.headers["Content-Security-Policy"] != promised:
        said.append("has another policy")
    if answer.status == 200 and answer.is_html and not_given(answer):
        said.append(f"its foot leads to {not_given(answer)}")
    set_here = {each.partition("=")[0] for each in answer.response.headers.getlist("Set-Cookie")}
    if unnamed := set_here - {one.name for one in COOKIES}:
        said.append(f"sets cookies that no page names: {unnamed}")
    return said


def not_given(answer: Answer) -> set[str] | None:
    """Where the foot of a page leads, if that is not to what people must be given."""
    links = {attribute(link, "href") for link in answer.html.select(".footer a[href]")}
    return None if links in ({"/help"}, GIVEN) else links or {"nothing"}


def weight(answer: Answer, endpoint: str) -> list[str]:
    """What the server would send, at the quality it squeezes pages with."""
    size = len(brotli.compress(answer.text.encode(), quality=4))
    return [f"weighs {size} bytes"] if size > (DIARY if endpoint == "diary.index" else HTML) else []


def refused(app: Flask, client: Client, page: Answer, url: str, sent: set[tuple[str, ...]]) -> None:
    """Send each form of a page with nothing in it but what it carries unseen; the client judges what comes back.

    :param sent: forms by where they go and what they carry: what stands on several pages is sent once.
    """
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.cookie(name)
    for form in page.html("form"):
        if attribute(form, "method").lower() != "post":
            continue
        fields = {
            attribute(each, "name"): attribute(each, "value")
            for each in form.select("input[type=hidden][name]")
        }
        kind = ((attribute(form, "action") or url).partition("?")[0], *sorted(fields))
        if kind not in sent:
            sent.add(kind)
            client.post(attribute(form, "action") or url, fields, follow=False)
            client.raw.set_cookie(name, cookie or "", domain="localhost")  # signing out is one of the forms


def words_before_writing(answer: Answer) -> str | None:
    """What stands on the page before the first field in which one would write how one is; None where there is none."""
    main = answer.html.find("main")
    field = main.select_one(WRITING) if main else None
    if field is None:
        return None
    return " ".join(text for text in field.find_all_previous(string=True) if text.find_parent("main"))


def language(answer: Answer, locale: str, typed: set[str]) -> list[str]:
    """The page is in the language that was chosen; in Urdu, nothing of the app is left in Latin letters."""
    said = [] if answer.html.html["lang"] == locale else ["says it is in another language"]  # type: ignore[index]
    left = latin(answer.html, typed) if locale == "ur" else set()
    return said + [f"Latin words: {sorted(left)}"] * bool(left)


def latin(page: BeautifulSoup, typed: set[str]) -> set[str]:
    """Latin words of a page that nobody typed. What is marked as another language is that language's."""
    for part in page.select('[lang="en"], [lang="cy"], [lang="und"], script, style, code, .qr, title, pre'):
        part.decompose()
    text = " ".join(page.stripped_strings)
    for value in page.select("input[value]"):
        if value.get("type") in ("submit", "button"):
            text += " " + str(value["value"])
    text += " ".join(str(part.get("aria-label", "")) for part in page.select("[aria-label]"))
    # In a row of several things each goes without its full stop.
    for words in sorted(typed | {one.rstrip(".") for one in typed}, key=len, reverse=True):
        text = text.replace(words, " ")
    return {word for word in WORD.findall(text) if word.lower() not in LATIN}


def test_a_latin_word_would_be_noticed() -> None:
    """The control."""
    page = BeautifulSoup("<main><h1>ڈائری</h1><p>Save Rosa</p></main>", "html.parser")
    assert latin(page, {"Rosa"}) == {"Save"}
