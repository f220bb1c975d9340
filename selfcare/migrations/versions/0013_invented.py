"""Accounts of a demonstration are known as such: they open nothing anywhere else."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("invented", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Of the demonstration that was there: the names that are reserved for examples (RFC 2606), and, beside its nurse,
    # the colleagues who never had a way in.
    columns: list[sa.ColumnClause[str]] = [sa.column(name) for name in ("email", "invented", "password_hash")]
    account = sa.table("account", *columns)
    example = sa.or_(account.c.email.like("%@example.org"), account.c.email.like("%@town.example.org"))
    op.execute(account.update().where(example).values(invented=True))
    nurse = account.alias("nurse")
    there = sa.exists().where(nurse.c.email == "nurse@example.org")
    nobody = sa.and_(account.c.email.is_(None), account.c.password_hash.is_(None))
    op.execute(account.update().where(nobody, there).values(invented=True))
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column("invented", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("invented")
