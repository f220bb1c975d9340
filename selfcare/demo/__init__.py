"""Invented people: a believable record for a first look, and a whole town for measuring."""

from sqlalchemy import or_, select

from selfcare.accounts.models import Account
from selfcare.database import session
from selfcare.demo import cast, message, rosa, town
from selfcare.people.models import Person

SIGN_INS = cast.SIGN_INS
make_town, AlreadyThere = town.make, town.AlreadyThere


def first_look() -> bool:
    """Make the invented people, inside a transaction.

    :returns: False, having made nothing, where there are people or accounts already.
    """
    if session().scalar(select(Account.id).limit(1)) or session().scalar(select(Person.id).limit(1)):
        return False
    made = cast.make()
    laboratory = message.laboratory(made)
    rosa.live(made, laboratory)
    cast.fill_the_list(made)
    message.one_waits(made, laboratory)
    return True


def is_here() -> bool:
    """Whether one of the invented people has an account: its password is known to everybody."""
    ours = or_(Account.email.in_(SIGN_INS), Account.email == town.FIRST_NURSE)
    return session().scalar(select(Account.id).where(ours).limit(1)) is not None


def holds_others() -> bool:
    """Whether accounts are here, and none of them is the demonstration's: second factors must then not be off."""
    any_account = session().scalar(select(Account.id).limit(1)) is not None
    return any_account and not is_here()
