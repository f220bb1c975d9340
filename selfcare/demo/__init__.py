"""Invented people: a believable record for a first look, and a whole town for measuring."""

from sqlalchemy import select, update

from selfcare.accounts.models import Account
from selfcare.database import session
from selfcare.demo import asks, cast, message, near_by, rosa, said, town
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
    asks.live(made)
    cast.fill_the_list(made)
    said.make(made)
    message.one_waits(made, laboratory)
    near_by.live(made.days)
    session().execute(update(Account).values(invented=True))
    return True
