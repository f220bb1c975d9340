"""Requests to get in touch, and what is added to them; who read a question."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("question") as question:
        question.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
        question.add_column(sa.Column("read_name", sa.String(), nullable=True))
    op.create_table(
        "contact_request",
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("good_time", sa.String(), nullable=False),
        sa.Column("own_time", sa.Text(), nullable=False),
        sa.Column("asked_me", sa.Boolean(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_name", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("planned_from", sa.Time(), nullable=True),
        sa.Column("planned_until", sa.Time(), nullable=True),
        sa.Column("planned_how", sa.String(), nullable=False),
        sa.Column("planned_name", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_name", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_name", sa.String(), nullable=True),
        *_record(),
        sa.ForeignKeyConstraint(
            ["person_id", "contact_id"],
            ["contact.person_id", "contact.id"],
            name=op.f("fk_contact_request_person_id_contact_id"),
        ),
        *_keys("contact_request"),
    )
    op.create_index(
        "ix_contact_request_person_id_entered_at", "contact_request", ["person_id", "entered_at", "id"]
    )
    op.create_table(
        "request_line",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_name", sa.Text(), nullable=False),
        *_record(),
        sa.ForeignKeyConstraint(
            ["person_id", "request_id"],
            ["contact_request.person_id", "contact_request.id"],
            name=op.f("fk_request_line_person_id_request_id"),
            ondelete="CASCADE",
        ),
        *_keys("request_line"),
    )
    op.create_index(
        "ix_request_line_person_id_request_id_entered_at",
        "request_line",
        ["person_id", "request_id", "entered_at", "id"],
    )
    op.create_table(
        "contact_request_version",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "item_id"],
            ["contact_request.person_id", "contact_request.id"],
            name=op.f("fk_contact_request_version_person_id_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "item_id", "n", name=op.f("pk_contact_request_version")),
    )


def downgrade() -> None:
    op.drop_table("contact_request_version")
    op.drop_table("request_line")
    op.drop_table("contact_request")
    with op.batch_alter_table("question") as question:
        question.drop_column("read_name")
        question.drop_column("read_at")


def _record() -> list[sa.Column[object]]:
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
    ]


def _keys(table: str) -> list[sa.schema.ColumnCollectionConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f(f"fk_{table}_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f(f"pk_{table}")),
    ]
