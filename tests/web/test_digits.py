"""Numbers as people type them."""

from decimal import Decimal

import pytest

from selfcare.web.digits import BadNumber, read_number, western


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("71.4", "71.4"),
        ("71,4", "71.4"),
        (" 71 ", "71"),
        ("۷۱٫۴", "71.4"),
        ("٧١,٤", "71.4"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("0.000001", "0.000001"),
    ],
)
def test_a_number_is_understood_in_the_way_it_is_written(typed: str, number: str) -> None:
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    ["", "1.2.3", "1e5", "NaN", "inf", "seven", "1,000.5", "½", "²", "1234567890", "1.1234567", "12 34"],
)
def test_what_is_not_one_plain_number_is_refused(typed: str) -> None:
    with pytest.raises(BadNumber):
        read_number(typed)


def test_only_digits_become_western() -> None:
    assert western("ب ۱۲:۳۰ x²") == "ب 12:30 x²"
