"""A person's details beside their name: how to reach them, in which language, what they need, and what stood there
before. Contacts that reached nobody, and the day that was due before one was written down."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TEXTS = ("phone", "email", "address", "language", "interpreter", "best_time")


def upgrade() -> None:
    with op.batch_alter_table("person") as batch_op:
        for name in TEXTS:
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("needs", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("needs_asked_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("needs_review_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("mistaken_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        # Who had one name only was given a sign for the other, because the form asked for it.
        "update person set family_name = '' where trim(family_name) in ('-', '–', '—', '.', '--', '?', 'n/a', 'N/A')"
    )
    op.create_table(
        "person_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("by_role", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_change_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["account.id"], name=op.f("fk_person_change_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_change")),
    )
    op.create_index("ix_person_change_person_id_at", "person_change", ["person_id", "at"])
    with op.batch_alter_table("contact") as batch_op:
        batch_op.add_column(sa.Column("outcome", sa.String(), nullable=False, server_default="talked"))
        batch_op.add_column(sa.Column("due_before", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("contact") as batch_op:
        batch_op.drop_column("due_before")
        batch_op.drop_column("outcome")
    op.drop_index("ix_person_change_person_id_at", table_name="person_change")
    op.drop_table("person_change")
    with op.batch_alter_table("person") as batch_op:
        for name in (
            "mistaken_at",
            "version",
            "needs_review_on",
            "needs_asked_on",
            "needs",
            *reversed(TEXTS),
        ):
            batch_op.drop_column(name)
