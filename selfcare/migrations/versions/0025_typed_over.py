"""What a professional typed over a laboratory's words carries their name: each result, and the report around them."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report", sa.Column("typed_over", sa.JSON(), nullable=True))
    op.add_column("result", sa.Column("typed_by", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("result", "typed_by")
    op.drop_column("report", "typed_over")
