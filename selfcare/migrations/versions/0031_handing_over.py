"""Until when a code lets somebody help; the lead passed on, with a note; admissions as told."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("invitation") as invitation:
        invitation.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=True),
        sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("to_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *[
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_handover_{name}"), ondelete=gone)
            for name, table, gone in (
                ("person_id", "person", "CASCADE"),
                ("team_id", "team", "CASCADE"),
                ("from_id", "account", "SET NULL"),
                ("to_id", "account", "SET NULL"),
                ("by", "account", "SET NULL"),
            )
        ],
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index("ix_handover_person_id_at", "handover", ["person_id", "at"])
    op.create_table(
        "admission",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("came_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("planned", sa.String(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("told_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_name", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("entered_as", sa.String(), nullable=False),
        sa.Column("entered_name", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("only_me", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f("fk_admission_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_admission_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_admission")),
    )
    op.create_index("ix_admission_person_id_came_on", "admission", ["person_id", "came_on", "id"])
    op.create_table(
        "admission_version",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "item_id"],
            ["admission.person_id", "admission.id"],
            name=op.f("fk_admission_version_person_id_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "item_id", "n", name=op.f("pk_admission_version")),
    )


def downgrade() -> None:
    op.drop_table("admission_version")
    op.drop_table("admission")
    op.drop_table("handover")
    with op.batch_alter_table("invitation") as invitation:
        invitation.drop_column("until")
