"""The person's own view beside what a professional wrote."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "own_view",
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("quoted_name", sa.String(), nullable=False),
        sa.Column("read_at", _MOMENT, nullable=True),
        sa.Column("read_name", sa.String(), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_name", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("entered_as", sa.String(), nullable=False),
        sa.Column("entered_name", sa.String(), nullable=False),
        sa.Column("entered_at", _MOMENT, nullable=False),
        sa.Column("only_me", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=True),
        sa.Column("removed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f("fk_own_view_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_own_view_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_own_view")),
        sa.UniqueConstraint(
            "person_id", "about_kind", "about_id", name=op.f("uq_own_view_person_id_about_kind_about_id")
        ),
    )
    op.create_table(
        "own_view_version",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "item_id"],
            ["own_view.person_id", "own_view.id"],
            name=op.f("fk_own_view_version_person_id_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "item_id", "n", name=op.f("pk_own_view_version")),
    )


def downgrade() -> None:
    op.drop_table("own_view_version")
    op.drop_table("own_view")
