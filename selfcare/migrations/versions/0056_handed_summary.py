"""Summaries handed to one more professional, to read and nothing else."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

older_version_goes_on = True

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "handed_summary",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("works_as", sa.Text(), nullable=False),
        sa.Column("summary_id", sa.Uuid(), nullable=True),
        sa.Column("as_of", _AT, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("until", _AT, nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("code_until", _AT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", _AT, nullable=True),
        sa.Column("ended_at", _AT, nullable=True),
        sa.Column("ended_why", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("entered_as", sa.String(), nullable=False),
        sa.Column("entered_name", sa.String(), nullable=False),
        sa.Column("entered_at", _AT, nullable=False),
        sa.Column("only_me", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", _AT, nullable=True),
        sa.Column("removed_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_handed_summary_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f("fk_handed_summary_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_handed_summary_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "summary_id"],
            ["summary.person_id", "summary.id"],
            name=op.f("fk_handed_summary_person_id_summary_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_handed_summary")),
        sa.UniqueConstraint("account_id", "id", name="uq_handed_summary_account_id"),
        sa.UniqueConstraint("code_hash", name=op.f("uq_handed_summary_code_hash")),
    )
    op.create_index(
        "ix_handed_summary_person_id_entered_at", "handed_summary", ["person_id", "entered_at", "id"]
    )
    op.create_index("ix_handed_summary_person_id_summary_id", "handed_summary", ["person_id", "summary_id"])


def downgrade() -> None:
    op.drop_table("handed_summary")
