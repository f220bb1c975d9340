"""Whose words an agreed line is in."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agreed_line", sa.Column("words_by", sa.Uuid(), nullable=True))
    # Who only ticked it is not told apart any more: then it is nobody's but the person's to change.
    op.execute("UPDATE agreed_line SET words_by = coalesce(changed_by, entered_by)")


def downgrade() -> None:
    op.drop_column("agreed_line", "words_by")
