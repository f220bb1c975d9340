"""Of how many people an idea is stays as it was said for a day; what a hidden line of the plan was called leaves the
asks that are about it, and what was agreed about those."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

older_version_goes_on = True


def upgrade() -> None:
    op.add_column("app_idea", sa.Column("said_people", sa.Integer(), nullable=True))
    op.add_column("app_idea", sa.Column("said_on", sa.Date(), nullable=True))

    op.execute(
        "UPDATE ask SET about_label = NULL WHERE about_kind = 'plan' AND EXISTS (SELECT 1 FROM plan_change AS hidden"
        " WHERE hidden.person_id = ask.person_id AND hidden.id = ask.about_id AND hidden.only_me)"
    )
    op.execute(
        "UPDATE agreed_line SET from_label = NULL WHERE from_kind = 'ask' AND EXISTS (SELECT 1 FROM ask AS asked"
        " WHERE asked.person_id = agreed_line.person_id AND asked.id = agreed_line.from_id"
        " AND asked.about_kind = 'plan')"
    )


def downgrade() -> None:
    op.drop_column("app_idea", "said_on")
    op.drop_column("app_idea", "said_people")
