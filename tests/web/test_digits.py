"""Numbers as people type them."""

from decimal import Decimal

import pytest

from selfcare.web.digits import Ambiguous, BadNumber, read_number, western


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
        ("0,125", "0.125"),
        ("71.425", "71.425"),
        ("10 000", "10000"),
        ("10\u202f000", "10000"),
        ("10\u00a0000,5", "10000.5"),
        ("10’000", "10000"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,000,000", "1000000"),
        ("۱۰٬۰۰۰", "10000"),
        ("١٠٬٠٠٠٫٥", "10000.5"),
        ("1٫500", "1.5"),
    ],
)
def test_a_number_is_understood_in_the_way_it_is_written(typed: str, number: str) -> None:
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1.2.3",
        "1e5",
        "NaN",
        "inf",
        "seven",
        "½",
        "²",
        "1234567890",
        "1.1234567",
        "12 34",
        "1 0000",
        "0 000",
        "1,00,000",
        "1,234,5",
    ],
)
def test_what_is_not_one_plain_number_is_refused(typed: str) -> None:
    with pytest.raises(BadNumber):
        read_number(typed)


@pytest.mark.parametrize("typed", ["10,000", "10.000", "10 000", "۱۰٬۰۰۰", "١٠،٠٠٠", "10’000"])
def test_what_is_counted_in_whole_numbers_is_grouped_by_any_sign(typed: str) -> None:
    """Ten thousand steps were kept as ten."""
    assert read_number(typed, whole=True) == 10000


@pytest.mark.parametrize(
    ("typed", "grouped", "parted"), [("1,500", "1500", "1.5"), ("۱۰،۰۰۰", "10000", "10")]
)
def test_where_either_can_be_meant_it_is_asked_about(typed: str, grouped: str, parted: str) -> None:
    with pytest.raises(Ambiguous) as asked:
        read_number(typed)
    assert (asked.value.grouped, asked.value.parted) == (grouped, parted)


def test_only_digits_become_western() -> None:
    assert western("ب ۱۲:۳۰ x²") == "ب 12:30 x²"
