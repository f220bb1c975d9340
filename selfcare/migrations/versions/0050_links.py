"""Links that open a summary anywhere: what they are, the file that only their key opens, and who opened them."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

older_version_goes_on = True

_AT = sa.DateTime(timezone=True)


def _of_link(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id", "link_id"],
        ["shared_link.person_id", "shared_link.id"],
        name=op.f(f"fk_{table}_person_id_link_id"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "shared_link",
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("flag", sa.String(), nullable=False),
        sa.Column("until", _AT, nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("passcode_hash", sa.String(), nullable=True),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("bones", sa.JSON(), nullable=False),
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
            ["entered_by"], ["account.id"], name=op.f("fk_shared_link_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_shared_link_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_shared_link")),
        sa.UniqueConstraint("address_hash", name=op.f("uq_shared_link_address_hash")),
    )
    op.create_index("ix_shared_link_person_id_entered_at", "shared_link", ["person_id", "entered_at", "id"])
    op.create_table(
        "shared_link_file",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _of_link("shared_link_file"),
        sa.PrimaryKeyConstraint("person_id", "link_id", name=op.f("pk_shared_link_file")),
    )
    op.create_table(
        "shared_link_view",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("file_hash", sa.String(), nullable=True),
        sa.Column("file_until", _AT, nullable=True),
        _of_link("shared_link_view"),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_shared_link_view")),
        sa.UniqueConstraint("file_hash", name=op.f("uq_shared_link_view_file_hash")),
    )
    op.create_index(
        "ix_shared_link_view_person_id_link_id", "shared_link_view", ["person_id", "link_id", "at"]
    )


def downgrade() -> None:
    for table in ("shared_link_view", "shared_link_file", "shared_link"):
        op.drop_table(table)
