"""Reports that were received, files and links beside them, sentences a team keeps ready, its own release defaults."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phrase",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("test", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=True),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_phrase_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_phrase_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
    )
    with op.batch_alter_table("phrase", schema=None) as batch_op:
        batch_op.create_index("ix_phrase_team_id", ["team_id"], unique=False)

    op.create_table(
        "sender",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_sender_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender")),
        sa.UniqueConstraint("name", name=op.f("uq_sender_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sender_token_hash")),
    )
    op.create_table(
        "team_release",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_team_release_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", "kind", name=op.f("pk_team_release")),
    )
    op.create_table(
        "phrase_version",
        sa.Column("phrase_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("test", sa.Text(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["phrase_id"], ["phrase.id"], name=op.f("fk_phrase_version_phrase_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("phrase_id", "n", name=op.f("pk_phrase_version")),
    )
    op.create_table(
        "receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_key", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_receipt_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_receipt_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_receipt_sender_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("report_key", "content_hash", name=op.f("uq_receipt_report_key_content_hash")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_person_id"), ["person_id"], unique=False)

    op.create_table(
        "report_file",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
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
            ["entered_by"], ["account.id"], name=op.f("fk_report_file_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "report_id"],
            ["report.person_id", "report.id"],
            name=op.f("fk_report_file_person_id_report_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_report_file_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_report_file")),
    )
    with op.batch_alter_table("report_file", schema=None) as batch_op:
        batch_op.create_index(
            "ix_report_file_person_id_report_id", ["person_id", "report_id", "place"], unique=False
        )

    op.create_table(
        "incoming",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("report_key", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_name", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_incoming_decided_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_incoming_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipt.id"], name=op.f("fk_incoming_receipt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_incoming_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming")),
        sa.UniqueConstraint("receipt_id", name=op.f("uq_incoming_receipt_id")),
    )
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incoming_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_incoming_report_key", ["report_key"], unique=False)
        batch_op.create_index("ix_incoming_team_id_state", ["team_id", "state", "received_at"], unique=False)

    op.create_table(
        "report_link",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("result_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
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
            ["entered_by"], ["account.id"], name=op.f("fk_report_link_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "report_id"],
            ["report.person_id", "report.id"],
            name=op.f("fk_report_link_person_id_report_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "result_id"],
            ["result.person_id", "result.id"],
            name=op.f("fk_report_link_person_id_result_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_report_link_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_report_link")),
    )
    with op.batch_alter_table("report_link", schema=None) as batch_op:
        batch_op.create_index("ix_report_link_person_id_report_id", ["person_id", "report_id"], unique=False)

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("report_key", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
        batch_op.create_index("ix_report_person_id_report_key", ["person_id", "report_key"], unique=False)

    with op.batch_alter_table("report_note", schema=None) as batch_op:
        batch_op.add_column(sa.Column("texts", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("phrase_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("phrase_n", sa.Integer(), nullable=True))

    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.add_column(sa.Column("method", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("specimen", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("taken_wall", sa.DateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("taken_to_the_day", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_born"), ["born"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_born"))

    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.drop_column("taken_to_the_day")
        batch_op.drop_column("taken_wall")
        batch_op.drop_column("specimen")
        batch_op.drop_column("method")

    with op.batch_alter_table("report_note", schema=None) as batch_op:
        batch_op.drop_column("phrase_n")
        batch_op.drop_column("phrase_id")
        batch_op.drop_column("texts")

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index("ix_report_person_id_report_key")
        batch_op.drop_column("note")
        batch_op.drop_column("report_key")

    with op.batch_alter_table("report_link", schema=None) as batch_op:
        batch_op.drop_index("ix_report_link_person_id_report_id")

    op.drop_table("report_link")
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.drop_index("ix_incoming_team_id_state")
        batch_op.drop_index("ix_incoming_report_key")
        batch_op.drop_index(batch_op.f("ix_incoming_person_id"))

    op.drop_table("incoming")
    with op.batch_alter_table("report_file", schema=None) as batch_op:
        batch_op.drop_index("ix_report_file_person_id_report_id")

    op.drop_table("report_file")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_person_id"))

    op.drop_table("receipt")
    op.drop_table("phrase_version")
    op.drop_table("team_release")
    op.drop_table("sender")
    with op.batch_alter_table("phrase", schema=None) as batch_op:
        batch_op.drop_index("ix_phrase_team_id")

    op.drop_table("phrase")
