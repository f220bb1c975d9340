"""Who a question is for is one choice of three, and the database knows no other; that it was read once stays known."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_QUESTION = sa.table(
    "question",
    sa.column("id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("only_me", sa.Boolean()),
    sa.column("sent_at", _MOMENT),
    sa.column("asked_at", _MOMENT),
    sa.column("sent_to", sa.String()),
    sa.column("sent_with", sa.Uuid()),
    sa.column("read_at", _MOMENT),
    sa.column("read_name", sa.String()),
    sa.column("known_at", _MOMENT),
    sa.column("known_name", sa.String()),
)
_NOTICE = sa.table("notice", sa.column("person_id", sa.Uuid()), sa.column("about_id", sa.Uuid()))
_ONE = "(NOT only_me OR sent_at IS NULL) AND (asked_at IS NULL OR sent_at IS NOT NULL)"


def upgrade() -> None:
    with op.batch_alter_table("question") as question:
        question.add_column(sa.Column("known_at", _MOMENT, nullable=True))
        question.add_column(sa.Column("known_name", sa.String(), nullable=True))
    one = _QUESTION.c
    # Nobody but the person has seen these for as long as they were marked: what else stood there was said to nobody.
    both = sa.and_(one.only_me, sa.or_(one.sent_at.is_not(None), one.asked_at.is_not(None)))
    told = sa.exists().where(one.person_id == _NOTICE.c.person_id, one.id == _NOTICE.c.about_id, both)
    op.execute(_NOTICE.delete().where(told))
    nothing = dict.fromkeys(("sent_at", "asked_at", "sent_to", "sent_with", "read_at", "read_name"))
    known = {"known_at": one.read_at, "known_name": one.read_name}
    op.execute(_QUESTION.update().where(both).values(known | nothing))
    op.execute(
        _QUESTION.update()
        .where(one.asked_at.is_not(None), one.sent_at.is_(None))
        .values(sent_at=one.asked_at)
    )
    with op.batch_alter_table("question") as question:
        question.create_check_constraint(op.f("ck_question_one_choice"), _ONE)


def downgrade() -> None:
    with op.batch_alter_table("question") as question:
        question.drop_constraint(op.f("ck_question_one_choice"), type_="check")
        question.drop_column("known_name")
        question.drop_column("known_at")
