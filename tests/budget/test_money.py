"""Money as people type it: what it is in pence, or a sentence that says what to do."""

import pytest
from flask import Flask
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcare.budget.money import MOST, BadMoney, money, read_pence, typed
from selfcare.i18n import LANGUAGES

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

POUNDS, PENCE, MINUS, NOTHING, LARGE = "in pounds", "two digits", "minus", "how much", "more than can"
READ: dict[str, int | str] = {
    "7.40": 740, "7,4": 740, "7,40": 740, "£7.40": 740, "7.40 £": 740, " 7 ": 700, "0.05": 5, ".5": POUNDS,
    "1,200": 120_000, "£1,200": 120_000, "1 200,50": 120_050, "1\u202f200,50": 120_050, "1,200.50": 120_050,
    "1.200,50": 120_050, "1’200.50": 120_050, "1,234,567": 123_456_700, "9,999,999.99": MOST,
    "1.200": "£1,200", "7.405": "£7,405", "7.4051": PENCE, "0.125": PENCE, "0.120": PENCE, "7,4051": PENCE,
    "-5": MINUS, "−5": MINUS, "–5": MINUS, "0": NOTHING, "0.00": NOTHING,
    "10,000,000": LARGE, "123456789012": LARGE, "123 456 789 012": LARGE, "99999999": LARGE,
    "seven": POUNDS, "£": POUNDS, "12 euros": POUNDS, "€12": POUNDS, "$5": POUNDS, "12p": POUNDS, "1e3": POUNDS,
    "7..4": POUNDS, "1,20,00": POUNDS, "=1+1": POUNDS, "½": POUNDS, "\u202e04.7": 470, "\u2066£7.40\u2069": 740,
}  # fmt: skip
SCRIPTS = {"arabic": 0x660, "urdu": 0x6F0, "bengali": 0x9E6, "wide": 0xFF10}
OWN = {"۷٫۴۰": 740, "۱٬۲۰۰": 120_000, "٧٫٤": 740, "£۱۲": 1_200}


def said(text: str) -> int | str:
    try:
        return read_pence(text)
    except BadMoney as bad:
        return str(bad)


def fits(found: int | str, wanted: int | str) -> bool:
    return found == wanted if isinstance(wanted, int) else isinstance(found, str) and wanted in found


def in_script(text: str, zero: int) -> str:
    return "".join(chr(zero + int(c)) if c in "0123456789" else c for c in text)


def test_every_text_is_pence_or_says_what_to_do(app: Flask) -> None:
    """Alone catches: a thousand that is read as one pound, a third decimal that is rounded, a dead end."""
    with app.test_request_context():
        wrong = {text: said(text) for text, wanted in READ.items() if not fits(said(text), wanted)}
        # The digits of every script are the same numbers, and the signs around them too.
        for name, zero in SCRIPTS.items():
            for text, wanted in READ.items():
                if isinstance(wanted, int) and said(in_script(text, zero)) != wanted:
                    wrong[f"{name}: {text}"] = said(in_script(text, zero))
        wrong |= {text: said(text) for text, wanted in OWN.items() if said(text) != wanted}
    assert wrong == {}


def test_what_is_shown_is_read_again_as_the_same_in_every_language(app: Flask) -> None:
    """Alone catches: an amount in a field, or on a page, that is another one when it is typed as it stands there."""
    with app.test_request_context():
        for locale in LANGUAGES:
            with force_locale(locale):

                @settings(max_examples=60, deadline=None, database=None)
                @given(st.integers(1, MOST))
                def same(pence: int) -> None:
                    assert read_pence(typed(pence)) == pence
                    assert read_pence(money(pence)) == pence
                    assert read_pence(money(pence, exact=True)) == pence

                same()
