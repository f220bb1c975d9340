"""The words of a hand-over can be corrected by who wrote them: what stood there before, and since when it stands so."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("handover") as handover:
        handover.add_column(sa.Column("earlier", sa.JSON(), nullable=False, server_default="[]"))
        handover.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("handover") as handover:
        handover.drop_column("changed_at")
        handover.drop_column("earlier")
