"""An NHS number is one person's within a team, and no team learns from it whom another looks after."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_constraint("uq_person_nhs_number", type_="unique")
        batch_op.create_index("ix_person_nhs_number", ["nhs_number"])


def downgrade() -> None:
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_index("ix_person_nhs_number")
        batch_op.create_unique_constraint("uq_person_nhs_number", ["nhs_number"])
