"""What is said of a page, in the reader's language."""

from flask_babel import gettext

from selfcare.information.reading_age import OLDEST

EASY = 11  # up to which this app's own texts are written


def reading(age: int) -> str:
    """How easy a page is to read, as it was counted."""
    if age >= OLDEST:
        return gettext("Harder to read: age %(num)s or more", num=age)
    if age > EASY:
        return gettext("Harder to read: about age %(num)s", num=age)
    return gettext("Easy to read: about age %(num)s", num=age)
