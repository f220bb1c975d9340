"""A text is asked for in one way: a catalogue that holds it with a plural does not find it without one."""

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords

from tests.harness.places import ROOT
from tools.catalogues import KEYWORDS

OPTIONS = {
    "**.html": {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "newstyle_gettext": "true", "silent": "false"}
}


def test_no_text_is_asked_for_both_with_and_without_a_plural() -> None:
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(KEYWORDS)}
    alone, counted = set(), set()
    for folder in ("selfcare", "templates"):
        found = extract_from_dir(
            ROOT / folder,
            [("**.py", "python"), ("**.html", "jinja2")],
            OPTIONS,
            keywords=keywords,
        )
        for _, _, message, _, context in found:
            if isinstance(message, tuple):
                counted.add((context, message[0]))
            else:
                alone.add((context, message))
    assert len(alone) > 800
    assert len(counted) > 20
    assert alone & counted == set()
