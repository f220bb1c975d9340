"""The NHS number and its check digit (NHS Data Dictionary, modulus 11)."""

from selfcare.web import codes


def tidy(typed: str) -> str | None:
    """The ten digits of a valid NHS number, or None. Spaces, dashes of all kinds and invisible marks are left out."""
    digits = codes.fold(typed)
    return digits if is_valid(digits) else None


def is_valid(digits: str) -> bool:
    """Whether ten digits end in the right check digit; 10 as a check digit is never issued."""
    if len(digits) != 10 or not digits.isascii() or not digits.isdigit():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True))
    check = (11 - total % 11) % 11
    return check != 10 and check == int(digits[9])


def spaced(digits: str) -> str:
    """As people read it: 943 476 5919."""
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"
