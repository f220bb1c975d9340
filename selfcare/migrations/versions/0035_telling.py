"""Getting ready on behalf: what a person told somebody who wrote it down, and the questions in it."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "telling",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("identity", sa.Boolean(), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("share", sa.String(), nullable=False),
        sa.Column("matters", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("life", sa.JSON(), nullable=False),
        sa.Column("life_words", sa.Text(), nullable=False),
        sa.Column("summary_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("corrected_at", _MOMENT, nullable=True),
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
        sa.CheckConstraint("identity AND consent", name=op.f("ck_telling_both_asked")),
        sa.CheckConstraint("only_me = (share = 'only')", name=op.f("ck_telling_one_choice")),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f("fk_telling_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_telling_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "appointment_id"],
            ["appointment.person_id", "appointment.id"],
            name=op.f("fk_telling_person_id_appointment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_telling")),
    )
    op.create_index("ix_telling_person_id_appointment_id", "telling", ["person_id", "appointment_id"])
    op.create_table(
        "telling_version",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "item_id"],
            ["telling.person_id", "telling.id"],
            name=op.f("fk_telling_version_person_id_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "item_id", "n", name=op.f("pk_telling_version")),
    )
    with op.batch_alter_table("question") as question:
        question.add_column(sa.Column("told_id", sa.Uuid(), nullable=True))
        question.add_column(sa.Column("told_how", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("question") as question:
        question.drop_column("told_how")
        question.drop_column("told_id")
    op.drop_table("telling_version")
    op.drop_table("telling")
