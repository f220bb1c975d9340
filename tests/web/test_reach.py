"""Ways to reach somebody, inside a line that somebody typed."""

import pytest

from selfcare.web.reach import reach


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
