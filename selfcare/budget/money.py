"""Money as people type it, in whole pence; and pence as money. The budgets are of the United Kingdom: it is pounds.

Rests on the one reader of numbers (`web.digits`): comma or point, grouped or not, digits of any script.
"""

import re
from decimal import Decimal

from flask_babel import format_currency, gettext

from selfcare import i18n
from selfcare.web.digits import Ambiguous, BadNumber, read_number, western

MOST = 999_999_999  # pence: £9,999,999.99, so that no sum of them leaves what a database counts in
# A point before three digits may group them, or be a slip of the pen.
_POINT = re.compile(r"([1-9][0-9]{0,2})[.٫]([0-9]{3})")
_LONG = re.compile(r"[0-9][0-9 .,٫٬'’]*")  # nothing but a number, whose size alone is wrong


class BadMoney(ValueError):
    """Text that is no amount of pounds and pence. Its one argument is what to do about it, in the reader's language."""


def read_pence(text: str) -> int:
    """An amount in pence: `7.40`, `7,4`, `£1,200`, `1 200,50`, `۷٫۴۰`. :raises BadMoney: with what to do."""
    plain = western(text).strip().removeprefix("£").removesuffix("£").strip()
    if plain.startswith(("-", "−", "–")):
        raise BadMoney(gettext("Write the amount without a minus."))
    if either := _POINT.fullmatch(plain):
        raise BadMoney(
            gettext(
                "Is this %(amount)s? Then leave the point out. Pence have two digits, for example 7.40.",
                amount=money(int(either[1] + either[2]) * 100),
            )
        )
    try:
        number = read_number(plain)
    except Ambiguous as grouped:  # a comma before three digits: money has no third one behind it
        number = Decimal(grouped.grouped)
    except BadNumber:
        digits = sum(c.isdigit() for c in plain)
        if _LONG.fullmatch(plain) and digits > len(str(MOST)):
            raise _too_much() from None
        raise BadMoney(gettext("Write it in pounds, with numbers, like 7.40.")) from None
    if -int(number.as_tuple().exponent) > 2:
        raise BadMoney(gettext("Pence have two digits, for example 7.40."))
    pence = number * 100
    if pence == 0:
        raise BadMoney(gettext("Write how much it was, for example 7.40."))
    if pence > MOST:
        raise _too_much()
    return int(pence)


def _too_much() -> BadMoney:
    return BadMoney(
        gettext("This is more than can be kept here: up to %(most)s. Check the number.", most=money(MOST))
    )


def money(pence: int, *, exact: bool = False) -> str:
    """An amount in the reader's language: £7.40; £25 where it is whole pounds, £25.00 where that is `exact`."""
    short = pence % 100 == 0 and not exact
    pattern = "¤#,##0" if short else "¤#,##0.00"
    found = format_currency(Decimal(pence) / 100, "GBP", format=pattern, currency_digits=False)
    # Among words from right to left the sign would go to the other end of its number.
    return f"\u2066{found}\u2069" if i18n.direction() == "rtl" else str(found)


def typed(pence: int) -> str:
    """An amount as it stands in its field: 7.40, 25."""
    pounds, rest = divmod(pence, 100)
    return f"{pounds}.{rest:02}" if rest else str(pounds)
