"""Watching something for a while, pausing it, and the times somebody wants to be reminded of logging it."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tracker") as tracker:
        for name in ("watch_from", "watch_until", "paused_at", "remind_from"):
            tracker.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        # The default stays: what ran before this puts things on the list until the last of it has stopped.
        tracker.add_column(sa.Column("remind_at", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "watch",
        sa.Column("tracker_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("preset", sa.String(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("for_visit", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_name", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_name", sa.String(), nullable=True),
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
            ["person_id", "tracker_id"],
            ["tracker.person_id", "tracker.id"],
            name=op.f("fk_watch_person_id_tracker_id"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f("fk_watch_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_watch_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_watch")),
    )
    op.create_index("ix_watch_person_id_entered_at", "watch", ["person_id", "entered_at", "id"])
    op.create_table(
        "watch_version",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "item_id"],
            ["watch.person_id", "watch.id"],
            name=op.f("fk_watch_version_person_id_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "item_id", "n", name=op.f("pk_watch_version")),
    )


def downgrade() -> None:
    op.drop_table("watch_version")
    op.drop_table("watch")
    with op.batch_alter_table("tracker") as tracker:
        for name in ("remind_from", "remind_at", "paused_at", "watch_until", "watch_from"):
            tracker.drop_column(name)
