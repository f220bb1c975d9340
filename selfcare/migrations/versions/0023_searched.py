"""A search of the diary finds numbers however they are typed, and who entered them."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from selfcare.migrations.as_it_was_searched import fold, number

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

AT_ONCE = 1000
WORDS = ("note", "tried", "lasted", "first", "second", "entered_as", "entered_name", "searched")
entry = sa.table(
    "entry",
    *(sa.column(name, sa.Uuid()) for name in ("person_id", "id")),
    *(sa.column(name, sa.Text()) for name in WORDS),
    sa.column("severity", sa.Integer()),
)
KEY = (entry.c.person_id, entry.c.id)


def upgrade() -> None:
    work = op.get_bind()
    this = (entry.c.person_id == sa.bindparam("whose"), entry.c.id == sa.bindparam("which"))
    change = sa.update(entry).where(*this).values(searched=sa.bindparam("found"))
    for rows in _pages(work):
        found = [{"whose": row.person_id, "which": row.id, "found": _searched(row)} for row in rows]
        others = [new for new, row in zip(found, rows, strict=True) if new["found"] != row.searched]
        if others:
            work.execute(change, others)


def _pages(work: sa.Connection) -> Iterator[list[sa.Row[tuple[object, ...]]]]:
    """All entries, by their key, a page at a time: a diary of years does not stand in memory at once."""
    page = sa.select(entry).order_by(*KEY).limit(AT_ONCE)
    rows = list(work.execute(page))
    while rows:
        yield rows
        last = (sa.literal(part, sa.Uuid()) for part in (rows[-1].person_id, rows[-1].id))
        rows = list(work.execute(page.where(sa.tuple_(*KEY) > sa.tuple_(*last))))


def _searched(row: sa.Row[tuple[object, ...]]) -> str:
    said = (
        f"{row.first}/{row.second}"
        if row.second
        else row.first or ("" if row.severity is None else str(row.severity))
    )
    plain = [number(text, whole=whole) for text in (row.first, row.second) for whole in (False, True)]
    numbers = dict.fromkeys([said, *(f"{one.normalize():f}" for one in plain if one is not None)])
    author = "" if row.entered_as == "self" else row.entered_name
    return fold(" ".join((row.note, row.tried, row.lasted, *numbers, author)))


def downgrade() -> None:
    pass
