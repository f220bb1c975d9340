"""What 0 and 10 mean on each scale; what a search of the diary looks through; thousands that were kept as units."""

import sqlalchemy as sa
from alembic import op

from selfcare.migrations.as_it_was_searched import fold, number

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tracker", schema=None) as batch_op:
        # Until now every scale was asked for with the same two ends, and its numbers mean those.
        batch_op.add_column(sa.Column("ends", sa.String(), nullable=False, server_default="bad"))
        batch_op.add_column(sa.Column("low", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("high", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("searched", sa.Text(), nullable=False, server_default=""))
    for table, columns in (("tracker", ("ends", "low", "high")), ("entry", ("searched",))):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in columns:
                batch_op.alter_column(name, server_default=None)
    _carry_over()


def _carry_over() -> None:
    entry = sa.table(
        "entry",
        *(sa.column(name, sa.Uuid()) for name in ("person_id", "id", "tracker_id")),
        *(sa.column(name, sa.Text()) for name in ("first", "second", "note", "tried", "lasted", "searched")),
        sa.column("severity", sa.Integer()),
        *(sa.column(name, sa.Numeric(18, 6)) for name in ("first_number", "second_number")),
    )
    tracker = sa.table(
        "tracker",
        *(sa.column(name, sa.Uuid()) for name in ("person_id", "id")),
        sa.column("decimals", sa.Integer()),
    )
    rows = op.get_bind().execute(
        sa.select(entry, tracker.c.decimals).outerjoin(
            tracker, sa.and_(tracker.c.person_id == entry.c.person_id, tracker.c.id == entry.c.tracker_id)
        )
    )
    for row in rows.mappings().all():
        first, second = row["first"], row["second"]
        said = (
            f"{first}/{second}" if second else first or ("" if row["severity"] is None else row["severity"])
        )
        values: dict[str, object] = {"searched": fold(f"{row['note']} {row['tried']} {row['lasted']} {said}")}
        if row["decimals"] == 0:
            values |= {
                f"{name}_number": _number(row[name], row[f"{name}_number"]) for name in ("first", "second")
            }
        here = (entry.c.person_id == row["person_id"], entry.c.id == row["id"])
        op.get_bind().execute(sa.update(entry).where(*here).values(**values))


def _number(text: str, kept: object) -> object:
    if not text:
        return None
    found = number(text, whole=True)
    return kept if found is None else found


def downgrade() -> None:
    with op.batch_alter_table("entry", schema=None) as batch_op:
        batch_op.drop_column("searched")
    with op.batch_alter_table("tracker", schema=None) as batch_op:
        for name in ("high", "low", "ends"):
            batch_op.drop_column(name)
