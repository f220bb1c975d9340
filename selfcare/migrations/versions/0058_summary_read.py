"""Who of the team read a shared summary first, and when; and which ones nobody has read."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

older_version_goes_on = True

_SUMMARY = sa.table(
    "summary", *(sa.column(each) for each in ("person_id", "id", "unread", "read_at", "read_name"))
)
_NOTICE = sa.table(
    "notice", *(sa.column(each) for each in ("account_id", "person_id", "about_id", "kind", "seen_at"))
)
_ACCOUNT = sa.table("account", *(sa.column(each) for each in ("id", "kind", "name")))
_TOLD = sa.and_(
    _ACCOUNT.c.id == _NOTICE.c.account_id,
    _ACCOUNT.c.kind == "professional",
    _NOTICE.c.person_id == _SUMMARY.c.person_id,
    _NOTICE.c.about_id == _SUMMARY.c.id,
    _NOTICE.c.kind == "summary",
)


def upgrade() -> None:
    with op.batch_alter_table("summary") as summary:
        summary.add_column(sa.Column("unread", sa.Boolean(), nullable=False, server_default=sa.false()))
        summary.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
        summary.add_column(sa.Column("read_name", sa.String(), nullable=True))
    # From before, only the notices know. Where there is none, nobody can say: then it does not count as unread.
    row, told, who = _SUMMARY.c, _NOTICE.c, _ACCOUNT.c
    first = sa.select(sa.func.min(told.seen_at)).where(_TOLD).scalar_subquery()
    name = sa.select(sa.func.min(who.name)).where(_TOLD, told.seen_at == row.read_at).scalar_subquery()
    op.execute(sa.update(_SUMMARY).values(read_at=first))
    op.execute(sa.update(_SUMMARY).where(row.read_at.is_not(None)).values(read_name=name))
    nobody = row.read_at.is_(None), sa.select(told.kind).where(_TOLD).exists()
    op.execute(sa.update(_SUMMARY).where(*nobody).values(unread=sa.true()))


def downgrade() -> None:
    with op.batch_alter_table("summary") as summary:
        for name in ("read_name", "read_at", "unread"):
            summary.drop_column(name)
