"""Good information: pages beside decisions and the plan, what is known of a page beside a report, and of one on a
team's list."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

older_version_goes_on = True

_AT = sa.DateTime(timezone=True)


def _known() -> list[sa.Column[object]]:
    """What is known of a page since it is on a list."""
    return [
        sa.Column("checked_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("language", sa.String(), nullable=False, server_default=""),
        sa.Column("reading_age", sa.Integer(), nullable=True),
        sa.Column("list_id", sa.Uuid(), nullable=True),
    ]


def upgrade() -> None:
    for column in _known():
        op.add_column("report_link", column)
    # Who put it there is who checked it: until now it was typed by them on the day.
    op.execute("UPDATE report_link SET checked_by = entered_name")
    op.create_table(
        "information",
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        *_known(),
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
            ["entered_by"], ["account.id"], name=op.f("fk_information_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_information_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_information")),
    )
    op.create_index("ix_information_person_id_about", "information", ["person_id", "about_kind", "about_id"])
    op.create_index("ix_information_person_id_entered_at", "information", ["person_id", "entered_at", "id"])
    op.create_table(
        "team_link",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("asked_at", _AT, nullable=True),
        sa.Column("off_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_team_link_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", "url", name=op.f("pk_team_link")),
    )


def downgrade() -> None:
    op.drop_table("team_link")
    op.drop_index("ix_information_person_id_entered_at", table_name="information")
    op.drop_index("ix_information_person_id_about", table_name="information")
    op.drop_table("information")
    for name in ("list_id", "reading_age", "language", "checked_by"):
        op.drop_column("report_link", name)
