"""One folding for every search: what people type finds what stands in the record."""

import pytest

from selfcare.web.folding import fold, words


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("obrien", "O’Brien"), ("o'brien", "OʼBrien"), ("dont", "don't"), ("don’t", "don`t"),
        ("zoe", "Zoë"), ("Zoe\u0308", "Zoë"), ("STRASSE", "straße"), ("lukasz", "Łukasz"), ("oeuvre", "œuvre"),
        ("office", "o\ufb03ce"), ("bjorn", "Bjørn"), ("istanbul", "İstanbul"), ("anne marie", "Anne‑Marie"),
        ("12", "١٢"), ("12", "۱۲"), ("علي", "علی"), ("soft hyphen", "soft hy\u00adphen"), ("a b", " a\u00a0 b\n"),
    ],
)  # fmt: skip
def test_both_ways_of_writing_are_one(typed: str, written: str) -> None:
    assert fold(typed) == fold(written)


def test_what_differs_stays_apart() -> None:
    """A fold that drops every sign would find 714 for 71.4, and one without vowel signs would mix Hindi words."""
    assert fold("71.4") != fold("714")
    assert fold("कि") != fold("की")
    assert words("how long?  71.4") == ["how", "long", "71", "4"]
