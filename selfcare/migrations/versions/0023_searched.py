"""A search of the diary finds numbers however they are typed, and who entered them."""

import sqlalchemy as sa
from alembic import op

from selfcare.diary.searching import searched

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_WORDS = ("note", "tried", "lasted", "first", "second", "entered_as", "entered_name", "searched")


def upgrade() -> None:
    entry = sa.table(
        "entry",
        *(sa.column(name, sa.Uuid()) for name in ("person_id", "id")),
        *(sa.column(name, sa.Text()) for name in _WORDS),
        sa.column("severity", sa.Integer()),
    )
    for row in op.get_bind().execute(sa.select(entry)).mappings().all():
        found = searched(
            words=(row["note"], row["tried"], row["lasted"]),
            first=row["first"],
            second=row["second"],
            severity=row["severity"],
            author="" if row["entered_as"] == "self" else row["entered_name"],
        )
        here = (entry.c.person_id == row["person_id"], entry.c.id == row["id"])
        op.get_bind().execute(sa.update(entry).where(*here).values(searched=found))


def downgrade() -> None:
    pass
