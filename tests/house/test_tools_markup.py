"""What judges HTML can say no: each check has an answer that must fail it."""

import pytest
from bs4 import BeautifulSoup

from tests.harness.markup import (
    POLICY,
    Validator,
    all_faults,
    elsewhere_faults,
    inline_faults,
    policy_faults,
)
from tests.house.crawl import few_with_all, made_of

PAGE = '<!DOCTYPE html>\n<html lang="en">\n<head><title>Today - Selfcare</title></head>\n<body>{}</body>\n</html>\n'
STRICT = "; ".join(f"{name} {' '.join(sorted(sources))}" for name, sources in POLICY.items())


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def rules(validator: Validator, html: str) -> set[str]:
    return {fault["rule"] for fault in validator.faults(html)}


def test_a_good_page_passes(validator: Validator) -> None:
    html = PAGE.format("<main><h1>Today</h1><p>Nothing is due.</p></main>")
    assert all_faults(html, lambda: soup(html), {"Content-Security-Policy": STRICT}, validator) == []


def test_a_page_like_a_good_one_is_judged_by_what_is_not_alike(validator: Validator) -> None:
    """Alone catches: a page let through because another with the same words, or in the same shape, was good."""

    def wrong(page: str) -> list[str]:
        return all_faults(page, lambda: soup(page), {"Content-Security-Policy": STRICT}, validator)

    page = PAGE.format("<main><h1>Today</h1><p>Nothing is due.</p></main>")
    assert wrong(page) == wrong(page.replace("Nothing", "Much")) == []
    assert wrong(page.replace("<p>", '<p style="color: red">'))
    assert wrong(page.replace("</main>", "<script>1</script></main>"))
    assert wrong(page.replace("</main>", '<img src="https://example.org/a.png" alt=""></main>'))
    assert wrong(page.replace("<p>", "<p><p>"))


def test_a_good_part_of_a_page_passes(validator: Validator) -> None:
    assert validator.faults('<section aria-labelledby="due"><h2 id="due">Due</h2></section>') == []


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        (PAGE.format('<p id="twice"></p><p id="twice"></p>'), "no-dup-id"),
        (PAGE.format("<ul><p>inside</p></ul>"), "element-permitted-content"),
        (PAGE.format("<button>Save</button>"), "no-implicit-button-type"),
        (PAGE.format("<p>open"), "no-implicit-close"),
        ("<section>", "close-order"),
    ],
)
def test_html_that_is_not_valid_is_refused(validator: Validator, html: str, rule: str) -> None:
    assert rule in rules(validator, html)


def test_line_separators_of_other_scripts_do_not_cut_a_question_in_two(validator: Validator) -> None:
    assert validator.faults("<p>one\u2028two\u0085three\nfour آج</p>") == []


@pytest.mark.parametrize(
    "header",
    [
        "",
        STRICT.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
        STRICT.replace("default-src 'none'; ", ""),
        STRICT.replace("img-src", "img-src https:"),
        STRICT + "; font-src 'self'",
    ],
)
def test_a_policy_other_than_the_promised_one_is_refused(header: str) -> None:
    assert policy_faults({"Content-Security-Policy": header})


@pytest.mark.parametrize(
    "html",
    [
        '<p style="color: red">x</p>',
        "<style>p {}</style>",
        "<script>1</script>",
        '<button onclick="x()">x</button>',
        '<a href=" JavaScript:x()">x</a>',
        '<p hx-on:click="x()">x</p>',
    ],
)
def test_anything_inline_is_refused(html: str) -> None:
    assert inline_faults(soup(html))


@pytest.mark.parametrize(
    "address", ["https://example.org/a.js", "//example.org/a.js", "http://localhost/a.js"]
)
def test_anything_from_elsewhere_is_refused(address: str) -> None:
    assert elsewhere_faults(soup(f'<script src="{address}"></script>'))
    assert not elsewhere_faults(
        soup(f'<a href="{address}">a link is not fetched</a><script src="/a.js"></script>')
    )


def test_a_page_with_another_part_is_made_of_more() -> None:
    """The control: the same parts in other words are no more, a part that stands in another one is."""
    seen = made_of(soup("<main><p>Rosa</p><ul class='rows'><li>Pain</li></ul></main>"))
    assert made_of(soup("<main><p>Leon</p><p>Two</p></main>")) <= seen
    assert not made_of(soup("<main><p>Leon</p><ul class='steps'><li>Pain</li></ul></main>")) <= seen


def test_few_pages_have_every_part_that_any_page_has() -> None:
    """Alone catches: a page left out that has a part nobody else has."""
    parts = {"a": {1, 2}, "b": {2, 3, 4}, "c": {1}, "d": {4}, "e": {5}, "f": set()}
    assert few_with_all(parts) == {"a", "b", "e"}
    assert few_with_all({}) == set()
