"""What people say about visits and this app, what was done about it, and who would help shape the service."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

older_version_goes_on = True

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "app_idea",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", _AT, nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_app_idea_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_idea")),
    )
    op.create_index("ix_app_idea_made_at", "app_idea", ["made_at", "id"], unique=False)
    op.create_table(
        "said_theme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", _AT, nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("shown_at", _AT, nullable=True),
        sa.Column("removed_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_said_theme_made_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_said_theme_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_said_theme")),
    )
    op.create_index(
        "ix_said_theme_team_id_shown_at", "said_theme", ["team_id", "shown_at", "id"], unique=False
    )
    op.create_table(
        "would_help",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("reach", sa.Text(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_would_help_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_would_help_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_would_help")),
    )
    op.create_index(op.f("ix_would_help_team_id"), "would_help", ["team_id"], unique=False)
    op.create_table(
        "app_me_too",
        sa.Column("idea_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_app_me_too_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["app_idea.id"], name=op.f("fk_app_me_too_idea_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("idea_id", "account_id", name=op.f("pk_app_me_too")),
    )
    op.create_index(op.f("ix_app_me_too_account_id"), "app_me_too", ["account_id"], unique=False)
    op.create_table(
        "app_suggestion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("idea_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", _AT, nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_app_suggestion_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_app_suggestion_decided_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["idea_id"], ["app_idea.id"], name=op.f("fk_app_suggestion_idea_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_app_suggestion_team_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_suggestion")),
    )
    op.create_index("ix_app_suggestion_account_id_at", "app_suggestion", ["account_id", "at"], unique=False)
    op.create_index(op.f("ix_app_suggestion_idea_id"), "app_suggestion", ["idea_id"], unique=False)
    op.create_index(
        "ix_app_suggestion_team_id_state", "app_suggestion", ["team_id", "state", "at"], unique=False
    )
    op.create_table(
        "remark",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("batch", sa.Uuid(), nullable=True),
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
            ["entered_by"], ["account.id"], name=op.f("fk_remark_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "appointment_id"],
            ["appointment.person_id", "appointment.id"],
            name=op.f("fk_remark_person_id_appointment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_remark_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_remark_team_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_remark")),
        sa.UniqueConstraint("person_id", "appointment_id", name=op.f("uq_remark_person_id_appointment_id")),
    )
    op.create_index("ix_remark_team_id_batch", "remark", ["team_id", "batch"])
    op.create_table(
        "said_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("theme_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_said_answer_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["said_theme.id"], name=op.f("fk_said_answer_theme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_said_answer")),
    )
    op.create_index("ix_said_answer_theme_id_at", "said_answer", ["theme_id", "at"], unique=False)
    op.create_table(
        "said_gathered",
        sa.Column("theme_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("remark_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "remark_id"],
            ["remark.person_id", "remark.id"],
            name=op.f("fk_said_gathered_person_id_remark_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["theme_id"], ["said_theme.id"], name=op.f("fk_said_gathered_theme_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("theme_id", "person_id", "remark_id", name=op.f("pk_said_gathered")),
    )
    op.create_index(
        "ix_said_gathered_person_id_remark_id", "said_gathered", ["person_id", "remark_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("said_gathered")
    op.drop_table("said_answer")
    op.drop_table("remark")
    op.drop_table("app_suggestion")
    op.drop_table("app_me_too")
    op.drop_table("would_help")
    op.drop_table("said_theme")
    op.drop_table("app_idea")
