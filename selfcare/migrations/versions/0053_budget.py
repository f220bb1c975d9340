"""Budgets: what there is, what was spent with its receipts, and what was asked before."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

older_version_goes_on = True

_AT = sa.DateTime(timezone=True)


def _record(table: str) -> list[sa.schema.SchemaItem]:
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
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f(f"fk_{table}_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f(f"pk_{table}")),
    ]


def _versioned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_name", sa.String(), nullable=True),
        *_record(table),
    ]


def _versions(table: str) -> None:
    op.create_table(
        f"{table}_version",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("at", _AT, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "item_id"],
            [f"{table}.person_id", f"{table}.id"],
            name=op.f(f"fk_{table}_version_person_id_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "item_id", "n", name=op.f(f"pk_{table}_version")),
    )


def _of_budget(table: str) -> sa.schema.SchemaItem:
    return sa.ForeignKeyConstraint(
        ["person_id", "budget_id"],
        ["budget.person_id", "budget.id"],
        name=op.f(f"fk_{table}_person_id_budget_id"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "budget",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("agreed_with", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("own_at", _AT, nullable=True),
        sa.Column("own_name", sa.Text(), nullable=False),
        sa.Column("team_at", _AT, nullable=True),
        sa.Column("team_name", sa.Text(), nullable=False),
        *_versioned("budget"),
    )
    op.create_index("ix_budget_person_id_from_on", "budget", ["person_id", "from_on", "id"])
    _versions("budget")
    op.create_table(
        "spend_ask",
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_at", _AT, nullable=True),
        sa.Column("answered_name", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", _AT, nullable=True),
        sa.Column("withdrawn_name", sa.Text(), nullable=False),
        *_versioned("spend_ask"),
        _of_budget("spend_ask"),
    )
    op.create_index(
        "ix_spend_ask_person_id_budget_id_entered_at",
        "spend_ask",
        ["person_id", "budget_id", "entered_at", "id"],
    )
    _versions("spend_ask")
    op.create_table(
        "spend",
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ask_id", sa.Uuid(), nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        *_versioned("spend"),
        _of_budget("spend"),
    )
    op.create_index("ix_spend_person_id_budget_id_day", "spend", ["person_id", "budget_id", "day", "id"])
    _versions("spend")
    op.create_table(
        "spend_receipt",
        sa.Column("spend_id", sa.Uuid(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("wide", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        *_record("spend_receipt"),
        sa.ForeignKeyConstraint(
            ["person_id", "spend_id"],
            ["spend.person_id", "spend.id"],
            name=op.f("fk_spend_receipt_person_id_spend_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "uq_spend_receipt_person_id_spend_id", "spend_receipt", ["person_id", "spend_id"], unique=True
    )


def downgrade() -> None:
    for table in (
        "spend_receipt",
        "spend_version",
        "spend",
        "spend_ask_version",
        "spend_ask",
        "budget_version",
        "budget",
    ):
        op.drop_table(table)
