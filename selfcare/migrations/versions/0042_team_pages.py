"""The team's own pages: who administers it, colleagues who are invited and leave, many people added at once."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def _key(table: str, column: str, to: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete=ondelete
    )


def upgrade() -> None:
    with op.batch_alter_table("member") as member:
        member.add_column(sa.Column("invited_at", _AT, nullable=True))
    with op.batch_alter_table("invitation") as invitation:
        invitation.add_column(sa.Column("vouched_by", sa.Uuid(), nullable=True))
        invitation.create_foreign_key(
            op.f("fk_invitation_vouched_by_account"), "account", ["vouched_by"], ["id"], ondelete="SET NULL"
        )
    op.create_table(
        "administrator",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("since", _AT, nullable=False),
        _key("administrator", "team_id", "team"),
        _key("administrator", "account_id", "account"),
        sa.PrimaryKeyConstraint("team_id", "account_id", name=op.f("pk_administrator")),
    )
    op.create_index(op.f("ix_administrator_account_id"), "administrator", ["account_id"])
    op.create_table(
        "staff_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        _key("staff_change", "team_id", "team"),
        _key("staff_change", "account_id", "account", "SET NULL"),
        _key("staff_change", "by", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_change")),
    )
    op.create_index("ix_staff_change_team_id_at", "staff_change", ["team_id", "at"])
    op.create_index(op.f("ix_staff_change_account_id"), "staff_change", ["account_id"])
    op.create_table(
        "sign_in_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_name", sa.Text(), nullable=False),
        sa.Column("asked_at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("ended_at", _AT, nullable=True),
        _key("sign_in_reset", "team_id", "team"),
        _key("sign_in_reset", "account_id", "account"),
        _key("sign_in_reset", "asked_by", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_reset")),
    )
    op.create_index(op.f("ix_sign_in_reset_team_id"), "sign_in_reset", ["team_id"])
    op.create_index(op.f("ix_sign_in_reset_account_id"), "sign_in_reset", ["account_id"])
    op.create_table(
        "list_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_at", _AT, nullable=False),
        _key("list_draft", "team_id", "team"),
        _key("list_draft", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_draft")),
    )
    op.create_index(op.f("ix_list_draft_account_id"), "list_draft", ["account_id"])
    op.create_table(
        "print_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_name", sa.Text(), nullable=False),
        sa.Column("made_at", _AT, nullable=False),
        _key("print_run", "team_id", "team"),
        _key("print_run", "made_by", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_run")),
    )
    op.create_index("ix_print_run_team_id_made_at", "print_run", ["team_id", "made_at"])
    op.create_table(
        "print_run_person",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("printed_at", _AT, nullable=True),
        _key("print_run_person", "run_id", "print_run"),
        _key("print_run_person", "person_id", "person"),
        sa.PrimaryKeyConstraint("run_id", "person_id", name=op.f("pk_print_run_person")),
    )
    op.create_index(op.f("ix_print_run_person_person_id"), "print_run_person", ["person_id"])


def downgrade() -> None:
    for table in (
        "print_run_person",
        "print_run",
        "list_draft",
        "sign_in_reset",
        "staff_change",
        "administrator",
    ):
        op.drop_table(table)
    with op.batch_alter_table("invitation") as invitation:
        invitation.drop_constraint(op.f("fk_invitation_vouched_by_account"), type_="foreignkey")
        invitation.drop_column("vouched_by")
    with op.batch_alter_table("member") as member:
        member.drop_column("invited_at")
