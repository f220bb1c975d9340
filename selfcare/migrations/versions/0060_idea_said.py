"""Of how many people an idea is stays as it was said for a day."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0056"
branch_labels = None
depends_on = None

older_version_goes_on = True


def upgrade() -> None:
    op.add_column("app_idea", sa.Column("said_people", sa.Integer(), nullable=True))
    op.add_column("app_idea", sa.Column("said_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("app_idea", "said_on")
    op.drop_column("app_idea", "said_people")
