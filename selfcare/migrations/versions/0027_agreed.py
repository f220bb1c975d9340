"""What was agreed, and how a visit was."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreed_line",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner_kind", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("by_kind", sa.String(), nullable=False),
        sa.Column("by_on", sa.Date(), nullable=True),
        sa.Column("by_visit_id", sa.Uuid(), nullable=True),
        sa.Column("from_kind", sa.String(), nullable=True),
        sa.Column("from_id", sa.Uuid(), nullable=True),
        sa.Column("from_label", sa.Text(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("done_name", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_name", sa.String(), nullable=True),
        *_record("agreed_line"),
        sa.ForeignKeyConstraint(
            ["person_id", "by_visit_id"],
            ["appointment.person_id", "appointment.id"],
            name=op.f("fk_agreed_line_person_id_by_visit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_agreed_line_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["account.id"], name=op.f("fk_agreed_line_done_by"), ondelete="SET NULL"
        ),
    )
    with op.batch_alter_table("agreed_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_agreed_line_person_id_state_entered_at",
            ["person_id", "state", "entered_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_agreed_line_person_id_owner_id_state", ["person_id", "owner_id", "state"], unique=False
        )
    _versions("agreed_line")
    op.create_table(
        "visit_after",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(), nullable=True),
        *_record("visit_after"),
        sa.ForeignKeyConstraint(
            ["person_id", "appointment_id"],
            ["appointment.person_id", "appointment.id"],
            name=op.f("fk_visit_after_person_id_appointment_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "person_id",
            "appointment_id",
            "entered_by",
            name=op.f("uq_visit_after_person_id_appointment_id_entered_by"),
        ),
    )


def downgrade() -> None:
    op.drop_table("visit_after")
    op.drop_table("agreed_line_version")
    op.drop_table("agreed_line")


def _record(table: str) -> list[sa.schema.SchemaItem]:
    """The columns of a record item, and what ties it to its person."""
    return [
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
            ["entered_by"], ["account.id"], name=op.f(f"fk_{table}_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f(f"pk_{table}")),
    ]


def _versions(table: str) -> None:
    op.create_table(
        f"{table}_version",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "item_id"],
            [f"{table}.person_id", f"{table}.id"],
            name=op.f(f"fk_{table}_version_person_id_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "item_id", "n", name=op.f(f"pk_{table}_version")),
    )
