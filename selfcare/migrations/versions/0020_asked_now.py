"""What was asked now, and waits for a reply, is told apart from what goes along for the visit; and to whom it went."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_QUESTION = sa.table(
    "question",
    sa.column("id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("entered_as", sa.String()),
    sa.column("sent_at", sa.DateTime(timezone=True)),
    sa.column("asked_at", sa.DateTime(timezone=True)),
)
_NOTICE = sa.table(
    "notice",
    sa.column("person_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("about_id", sa.Uuid()),
)


def upgrade() -> None:
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent_to", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    # Only *Ask now* told somebody of the question itself, and what a professional wrote down counted as asked.
    told = sa.exists().where(
        _NOTICE.c.person_id == _QUESTION.c.person_id,
        _NOTICE.c.about_id == _QUESTION.c.id,
        _NOTICE.c.kind == "question",
    )
    op.execute(
        _QUESTION.update()
        .where(_QUESTION.c.sent_at.is_not(None), sa.or_(told, _QUESTION.c.entered_as == "professional"))
        .values(asked_at=_QUESTION.c.sent_at)
    )


def downgrade() -> None:
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_column("asked_at")
        batch_op.drop_column("sent_to")
