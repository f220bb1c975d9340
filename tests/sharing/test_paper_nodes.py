"""The paper of a summary as nodes."""

from selfcare.sharing import paper_nodes


def test_a_page_of_the_app_becomes_plain_values_and_nothing_else() -> None:
    """A script, a link or a picture from elsewhere that comes through to the paper; what stands on a screen only."""
    html = (
        "<div class='screen-only'><p>No</p></div><p class='words' dir='auto'>One\n two&lt;<b>three</b></p>"
        "<svg class='chart__svg' viewbox='0 0 9 9' aria-label='Said'><image href='x'/><script>y</script>"
        "<line x1='1' onclick='z' x2='2'/></svg>"
    )
    words, picture = paper_nodes.nodes(html)
    assert words == {
        "kind": "words", "look": "", "way": "ltr",
        "parts": ["One", {"kind": "break"}, " two<", {"kind": "strong", "parts": ["three"]}],
    }  # fmt: skip
    assert picture["said"] == "Said"
    assert '<line x1="1" x2="2"/>' in picture["svg"]
    assert not [word for word in ("image", "script", "onclick") if word in picture["svg"]]


def test_lines_of_somebody_inside_a_line_run_their_own_way_each() -> None:
    """Alone catches: the second line of what a nurse wrote, English on an Urdu page, with its full stop before it."""
    (line,) = paper_nodes.nodes("<p><b>Amina:</b> <span class='words' dir='auto'>One.\nTwo.</span></p>")
    assert line["parts"][2:] == ["\u2066", "One.", "\u2069", {"kind": "break"}, "\u2066", "Two.", "\u2069"]


def test_what_is_never_seen_is_no_line() -> None:
    """Alone catches: a question of signs that nobody sees, which is no paragraph in the file: the words of all others
    would then be told to nobody, and Urdu be read out backwards.
    """
    unseen = "\u200c", "\u200d \u200c", "\ufe0f", "\u034f", "\U000e0067", "\u2066\u2069", "\n\n"
    html = "".join(f"<p class='words' dir='auto'>{one}</p><p><bdi>{one}</bdi></p>" for one in unseen)
    assert paper_nodes.nodes(html + "<p>Seen</p>") == [
        {"kind": "words", "look": "", "way": None, "parts": ["Seen"]}
    ]
