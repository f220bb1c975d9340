"""Passkeys, codes by e-mail, and what was said to keeping a way in."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        # Nobody knows any more which addresses were proved: each is asked once more before it is a way in.
        batch_op.add_column(sa.Column("email_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("way_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("way_asked", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column("way_asked", server_default=None)
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("passkey_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("device_hash", sa.String(), nullable=True))
    with op.batch_alter_table("pending_address", schema=None) as batch_op:
        batch_op.alter_column("password_hash", existing_type=sa.String(), nullable=True)
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.String(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("copied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_passkey_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"])
    op.create_table(
        "passkey_challenge",
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("bound_to", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_passkey_challenge_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("challenge", name=op.f("pk_passkey_challenge")),
    )
    op.create_index(op.f("ix_passkey_challenge_account_id"), "passkey_challenge", ["account_id"])
    op.create_table(
        "mail_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mail_code_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_code")),
    )
    op.create_index(op.f("ix_mail_code_account_id"), "mail_code", ["account_id"])


def downgrade() -> None:
    op.drop_table("mail_code")
    op.drop_table("passkey_challenge")
    op.drop_table("recovery_code")
    op.drop_table("passkey")
    # A way in that had no password waits for its code no more.
    op.execute("delete from pending_address where password_hash is null")
    with op.batch_alter_table("pending_address", schema=None) as batch_op:
        batch_op.alter_column("password_hash", existing_type=sa.String(), nullable=False)
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_column("device_hash")
        batch_op.drop_column("passkey_id")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("way_asked")
        batch_op.drop_column("way_asked_at")
        batch_op.drop_column("email_at")
