"""What is left is exact, to the penny, whatever was written down, changed and taken out: on both engines."""

from datetime import timedelta

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcare.budget import actions, queries
from selfcare.budget.money import MOST
from selfcare.database import command
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories import budgets

# What is done one after another: a spend of so many pence, and whether it is kept, changed to another sum or taken out.
DONE = st.lists(
    st.tuples(st.integers(1, MOST), st.one_of(st.just(0), st.just(-1), st.integers(1, MOST))), max_size=8
)


def test_what_is_left_is_what_there_was_less_every_spend(app: Flask) -> None:
    """Alone catches: a sum in floating point, one that PostgreSQL rounds, one with what was taken out."""
    with app.test_request_context(), command():
        house = factories.household({Area.BUDGET: Level.ADD})
        rosa = factories.permit(house.rosa, house.person)
        first, years = rosa.today() - timedelta(days=182), iter(range(1, 500))

        @settings(max_examples=12, deadline=None, database=None)
        @given(st.integers(1, MOST), DONE)
        def exact(pence: int, done: list[tuple[int, int]]) -> None:
            row = budgets.begin(rosa, pence, first - timedelta(days=next(years)))
            left = pence
            for spent, then in done:
                made = actions.spend(rosa, row.id, what="Bus", pence=spent, day=rosa.today())
                if then > 0:
                    actions.change_spend(
                        rosa, row.id, made.id, made.version, what="Bus", pence=then, day=made.day
                    )
                elif then < 0:
                    actions.remove_spend(rosa, row.id, made.id)
                left -= then if then > 0 else 0 if then < 0 else spent
            found = queries.kept(rosa, row.id)
            assert (found.left, type(found.left)) == (left, int)
            assert found.spends == len([1 for _, then in done if then >= 0])
            for each in queries.in_table(rosa, row.id):
                actions.remove_spend(rosa, row.id, each.id)
            actions.remove(rosa, row.id)  # so that there is always room for another

        exact()
