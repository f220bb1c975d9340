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
