"""Ways to reach somebody, inside a line that somebody typed."""

from pathlib import Path

import pytest

from selfcare.web.reach import is_mail, letter, mail, reach


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Ada, 01632 960100", "Ada, 01632 960100"),
        ("mailto:a@b.example", '<a href="mailto:a@b.example">a@b.example</a>'),
        ("tel:+441632960100", "+441632960100"),
        ("a@b.example.", '<a href="mailto:a@b.example">a@b.example</a>.'),
        (
            "Ada <a@b.example>, or https://b.example/say.",
            (
                'Ada &lt;<a href="mailto:a@b.example">a@b.example</a>&gt;, or '
                '<a href="https://b.example/say">https://b.example/say</a>.'
            ),
        ),
        ('<script>"x"</script>', "&lt;script&gt;&#34;x&#34;&lt;/script&gt;"),
        ("javascript:alert(1) http://b.example", "javascript:alert(1) http://b.example"),
    ],
)
def test_addresses_can_be_pressed_and_nothing_else_is_made_of_the_line(line: str, shown: str) -> None:
    """Alone catches: a full stop in an address, and a line from a setting that becomes part of the page."""
    assert str(reach(line)) == shown


@pytest.mark.parametrize(
    ("typed", "one"),
    [
        ("rosa+home&x=1?@example.org", True),
        ("rosa@example.org?bcc=all@example.org", False),
        ("rosa@example.org?cc=x", False),
        ("rosa@example.org&x.y", False),
        ("rosa@example.org#x", False),
        ("rosa@exa%3Fmple.org", False),
        ("rosa@example", False),
        ("@example.org", False),
    ],
)
def test_a_letter_goes_to_the_address_and_to_nobody_else(typed: str, one: bool) -> None:
    """Alone catches: an address with a `?` in it that is taken, or that copies each letter to somebody else."""
    assert is_mail(typed) is one
    for there in (mail(typed), letter("Hello", "x", typed).partition("?subject=")[0]):
        assert not set(there.removeprefix("mailto:")) & set("?&#")
    assert mail("a@b.example") == "mailto:a@b.example"


def test_no_page_makes_such_a_link_by_itself() -> None:
    """Alone catches: an address in a link as it was typed."""
    pages = Path(__file__).parents[2].joinpath("templates").rglob("*.html")
    assert [page.name for page in pages if "mailto:" in page.read_text(encoding="utf-8")] == []
