"""What the key contact would like to talk about at a visit, and what else is going on in the person's life."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("appointment") as visit:
        visit.add_column(sa.Column("details_at", _MOMENT, nullable=True))
        visit.add_column(sa.Column("life", sa.JSON(), nullable=False, server_default="[]"))
        visit.add_column(sa.Column("life_words", sa.Text(), nullable=False, server_default=""))
        visit.add_column(sa.Column("life_version", sa.Integer(), nullable=False, server_default="1"))
        visit.add_column(sa.Column("life_sitting", sa.String(), nullable=True))
        visit.add_column(sa.Column("agenda", sa.Text(), nullable=False, server_default=""))
        visit.add_column(sa.Column("agenda_at", _MOMENT, nullable=True))
        visit.add_column(sa.Column("agenda_name", sa.String(), nullable=True))
        visit.add_column(sa.Column("agenda_title", sa.String(), nullable=True))
        visit.add_column(sa.Column("agenda_version", sa.Integer(), nullable=False, server_default="1"))
        visit.add_column(sa.Column("agenda_read_at", _MOMENT, nullable=True))
        visit.add_column(sa.Column("agenda_read_name", sa.String(), nullable=True))
    # Which part was changed last is not known any more: as before, it is taken for when or how.
    op.execute("UPDATE appointment SET details_at = changed_at WHERE details_version > 1")


def downgrade() -> None:
    with op.batch_alter_table("appointment") as visit:
        visit.drop_column("details_at")
        for name in ("read_name", "read_at", "version", "title", "name", "at"):
            visit.drop_column(f"agenda_{name}")
        for name in ("agenda", "life_sitting", "life_version", "life_words", "life"):
            visit.drop_column(name)
