"""Access that is put on hold, and who of a team may do so; on what it rests that somebody acts for another."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("relationship", schema=None) as batch_op:
        batch_op.add_column(sa.Column("held_by", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("basis_seen", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("basis_on", sa.Date(), nullable=True))
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("basis", sa.String(), server_default="consent", nullable=False))
        batch_op.add_column(sa.Column("basis_seen", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("basis_on", sa.Date(), nullable=True))
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("safeguards", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("safeguards")
    for table in ("invitation", "relationship"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("basis_on")
            batch_op.drop_column("basis_seen")
            batch_op.drop_column("basis" if table == "invitation" else "held_by")
