"""Asks and what is added to them; voluntary bodies as teams; link workers."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

older_version_goes_on = True

_AT = sa.DateTime(timezone=True)
_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("team") as team:
        team.add_column(sa.Column("kind", sa.String(), server_default="care", nullable=False))
    with op.batch_alter_table("member") as member:
        member.add_column(sa.Column("link_worker", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "ask",
        sa.Column("about_kind", sa.String(), nullable=True),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("about_label", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_yes", sa.Boolean(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("may_pass", sa.Boolean(), nullable=False),
        sa.Column("passed_name", sa.Text(), nullable=False),
        sa.Column("passed_phone", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("body_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_id", sa.Uuid(), nullable=True),
        sa.Column("passed_by_name", sa.Text(), nullable=False),
        sa.Column("passed_at", _AT, nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("owner_title", sa.Text(), nullable=False),
        sa.Column("owned_at", _AT, nullable=True),
        sa.Column("found_at", _AT, nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("found_words", sa.Text(), nullable=False),
        sa.Column("back_at", _AT, nullable=True),
        sa.Column("back_name", sa.Text(), nullable=False),
        sa.Column("back_words", sa.Text(), nullable=False),
        sa.Column("answered_at", _AT, nullable=True),
        sa.Column("how_it_was", sa.Text(), nullable=False),
        sa.Column("tells", sa.Boolean(), nullable=False),
        sa.Column("ended_at", _AT, nullable=True),
        sa.Column("ended_name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("late_told_on", sa.Date(), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_name", sa.String(), nullable=True),
        *_record(),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_ask_team_id"), ondelete="CASCADE"),
        *(
            sa.ForeignKeyConstraint([of], [f"{table}.id"], name=op.f(f"fk_ask_{of}"), ondelete="SET NULL")
            for of, table in (
                ("body_id", "team"),
                ("proposed_id", "team"),
                ("owner_id", "account"),
            )
        ),
        *_keys("ask"),
    )
    op.create_index("ix_ask_person_id_entered_at", "ask", ["person_id", "entered_at", "id"])
    op.create_index("ix_ask_id", "ask", ["id"], unique=True)
    op.create_index("ix_ask_body_id_entered_at", "ask", ["body_id", "entered_at", "id"])
    op.create_index(
        "ix_ask_entered_at_open", "ask", ["entered_at", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_table(
        "ask_line",
        sa.Column("ask_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", _AT, nullable=True),
        sa.Column("read_name", sa.Text(), nullable=False),
        *_record(),
        sa.ForeignKeyConstraint(
            ["person_id", "ask_id"],
            ["ask.person_id", "ask.id"],
            name=op.f("fk_ask_line_person_id_ask_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["body_id"], ["team.id"], name=op.f("fk_ask_line_body_id"), ondelete="SET NULL"
        ),
        *_keys("ask_line"),
    )
    op.create_index(
        "ix_ask_line_person_id_ask_id_entered_at", "ask_line", ["person_id", "ask_id", "entered_at", "id"]
    )
    op.create_table(
        "ask_version",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("at", _AT, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "item_id"],
            ["ask.person_id", "ask.id"],
            name=op.f("fk_ask_version_person_id_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "item_id", "n", name=op.f("pk_ask_version")),
    )


def downgrade() -> None:
    for table in ("ask_version", "ask_line", "ask"):
        op.drop_table(table)
    with op.batch_alter_table("member") as member:
        member.drop_column("link_worker")
    with op.batch_alter_table("team") as team:
        team.drop_column("kind")


def _record() -> list[sa.Column[object]]:
    return [
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
