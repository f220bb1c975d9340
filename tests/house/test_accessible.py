"""axe on every page, in every language, light and dark, on a phone and at a desk; and nothing wider than the screen.

`make test` pairs them: of all pages, few that together are made of all that any page is made of are seen in English in
both schemes, and in one of the other languages, where what words change is asked: their length and direction. Of the
others is asked in one language whether they are too wide; a helper's are seen in English. `make proof` asks every pair
of every page in every language of everybody.
"""

import pytest
from flask import Flask
from playwright.sync_api import Page

from selfcare.database import command
from selfcare.i18n import LANGUAGES
from tests.conftest import Browse
from tests.factories.lived import lived_in
from tests.harness.axe import TALL, findings
from tests.harness.client import Client
from tests.harness.places import PROOF
from tests.house.crawl import READERS, Shown, addresses, shown_to

# How a page looks does not hang on the database below it.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

WIDTHS = (390, 1280)
PARTS = 3  # the pages are asked in parts, so that they spread over workers


# What sticks to the edge of the screen, on the small phone and the usual one, with text as it comes and twice as large.
SIZES, TEXT = ((360, 572), (390, 844)), (32, 16)
BARS = """async (size) => {
  const frame = () => new Promise(requestAnimationFrame)
  const text = () => parseFloat(getComputedStyle(document.documentElement).fontSize)
  while (text() !== size) await frame()  // the browser takes its time with a new size of text
  scrollTo(0, 0)
  dispatchEvent(new Event("resize"))
  document.activeElement.blur()  // what has focus already is not brought into view again
  await frame()
  await frame()
  const sticks = bar => ["sticky", "fixed"].includes(getComputedStyle(bar).position)
  const bars = [...document.querySelectorAll(".tabs, .actions, .menu-link, .desk-actions, .desk-bar")].filter(sticks)
  const over = (a, b) => a.top < b.bottom - 1 && a.bottom > b.top + 1 && a.left < b.right && a.right > b.left
  const cuts = box => bars.some(bar => over(box, bar.getBoundingClientRect()))
  const wrong = []
  scrollTo(0, 0)
  for (const group of document.querySelectorAll("main fieldset"))
    if (cuts(group.getBoundingClientRect()) && group.getBoundingClientRect().top < innerHeight - 120)
      wrong.push("cuts the group " + group.querySelector("legend")?.textContent.trim())
  const tall = bars.reduce((sum, bar) => sum + bar.getBoundingClientRect().height, 0)
  const controls = "main :is(a, button, input:not([type=hidden]), select, textarea, summary)"
  for (const one of document.querySelectorAll(controls)) {
    one.focus()
    const box = one.getBoundingClientRect()
    if (document.activeElement !== one || !box.height || box.height > innerHeight - tall) continue
    if (cuts(box) && !bars.some(bar => bar.contains(one))) wrong.push("covers " + (one.id || one.textContent.trim()))
  }
  return wrong
}"""


def covered_on(page: Page, url: str) -> list[str]:
    """What a bar covers: a control that has focus, or a part of a group of choices when the page opens."""
    said, device = [], page.context.new_cdp_session(page)
    for n, size in enumerate(TEXT):
        device.send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size}})
        for width, height in SIZES if PROOF else [SIZES[n]]:
            page.set_viewport_size({"width": width, "height": height})
            said += [f"{url} {width}×{height} {size}: a bar {line}" for line in page.evaluate(BARS, size)]
    device.detach()
    return said


def ways(locale: str, who: str, turn: int) -> list[tuple[int, str]]:
    """At which widths and in which colours axe looks.

    English stands for what all languages share, colours among it; Urdu for what direction changes; of Welsh the length
    of its words is asked. Each page is seen where its reader mostly is, in both schemes; at the other width every
    second page in English and the others, of those that are, in Urdu.

    :param turn: the page's number.
    """
    if PROOF:
        return [(width, scheme) for width in WIDTHS for scheme in ("light", "dark")]
    mostly, else_where = sorted(WIDTHS, reverse=who == "amina")
    pairs = {
        "en": [(mostly, "light"), (mostly, "dark"), *([(else_where, "dark")] if turn % 2 else [])],
        "ur": [(mostly if turn % 2 else else_where, "dark")],
    }
    return pairs.get(locale, [])


def wrong_on(page: Page, url: str, locale: str, who: str, turn: int, *, new: bool) -> list[str]:
    """What axe finds on a page, what a bar covers, and whether it scrolls sideways at 320.

    :param new: whether it is one of the few that are made of all there is. Of another is asked if it is too wide.
    """
    said: list[str] = []
    if not new:
        page.set_viewport_size({"width": 320, "height": TALL})
    page.goto(url)
    looked = 0
    for width, scheme in ways(locale, who, turn) if new else []:
        if width != looked:
            page.set_viewport_size({"width": width, "height": TALL})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        # The other scheme changes colours and nothing else.
        violations, undecided = findings(
            page, only_colours=width == looked, but_colours=locale == "ur" and not PROOF
        )
        looked = width
        said += [f"{url} {width} {scheme}: {rule} at {where}" for rule, where, _ in violations + undecided]
    if PROOF or (
        new and locale != "cy"
    ):  # its words are longer: what that does is seen below, where there is least room
        said += covered_on(page, url)
    page.set_viewport_size({"width": 320, "height": TALL})
    if page.evaluate("document.documentElement.scrollWidth > 320"):
        said.append(f"{url}: wider than 320")
    return said


OTHERS = [locale for locale in LANGUAGES if locale != "en"]
ASKED = [
    (locale, who, part)
    for locale in LANGUAGES
    for who in READERS
    for part in (range(PARTS) if who in ("rosa", "amina") or (who and PROOF) else [None])
    if who != "leon" or locale == "en" or PROOF
]


def opened(shown: list[Shown], locale: str, who: str, part: int | None) -> list[Shown]:
    """Which of the pages that somebody is shown a test opens.

    `make proof` opens all, in each language, as if each were new. `make test` opens what is new in English, and in one
    of the other languages besides; what is not, in one of the three.
    """
    if PROOF:
        return [
            Shown(each.place, new=True) for each in shown[slice(part, None, part if part is None else PARTS)]
        ]
    of_turn = list(LANGUAGES).index(locale)
    found = [
        each for turn, each in enumerate(e for e in shown if not e.new) if turn % len(LANGUAGES) == of_turn
    ]
    new = [each for each in shown if each.new]
    found += new if locale == "en" else new[OTHERS.index(locale) :: len(OTHERS)]
    return found if part is None else found[part::PARTS]


@pytest.mark.parametrize(("locale", "who", "part"), ASKED)
def test_every_page_is_accessible(
    app: Flask, browse: Browse, client: Client, locale: str, who: str, part: int | None
) -> None:
    house, ids = lived_in(app)
    with app.test_request_context(), command():
        account = getattr(house, who).id if who else None
    every = shown_to(client, app, house, ids)
    assert len(every["rosa"]) > 100
    assert len(every["amina"]) > 100
    shown = opened(every[who], locale, who, part)
    language = {"en": "en-GB"}.get(locale, locale)
    page = browse("desk", account=account, locale=language, service_workers="block")
    urls = [url for _, url in addresses(app, ids)]
    wrong = [
        line
        for turn, each in enumerate(shown)
        for line in wrong_on(page, urls[each.place], locale, who, turn, new=each.new)
    ]
    assert len(shown) >= 2
    assert not wrong, "\n".join(wrong)


def test_every_page_is_opened_and_what_is_new_in_english_and_in_another_language(engine_kind: str) -> None:
    """Alone catches: turns that leave a page out, so that nobody sees how it looks."""
    shown = [Shown(place, new=place % 5 < 2) for place in range(101)]
    met: dict[int, set[str]] = {}
    for locale, who, part in ASKED:
        for each in opened(shown, locale, who, part) if who == "rosa" else []:
            met.setdefault(each.place, set()).add(locale)
    assert set(met) == {each.place for each in shown}
    assert all("en" in met[each.place] and len(met[each.place]) > 1 for each in shown if each.new)
