"""What is watched is called, watched and reminded of in parts, each with the version when it last changed."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

PARTS = ("name_version", "watch_version", "remind_version")


def upgrade() -> None:
    with op.batch_alter_table("tracker") as tracker:
        for part in PARTS:
            tracker.add_column(sa.Column(part, sa.Integer(), nullable=False, server_default="1"))
    # Which part was changed last is not known any more: a page from before its last change is asked about all three.
    op.execute("UPDATE tracker SET name_version = version, watch_version = version, remind_version = version")


def downgrade() -> None:
    with op.batch_alter_table("tracker") as tracker:
        for part in reversed(PARTS):
            tracker.drop_column(part)
