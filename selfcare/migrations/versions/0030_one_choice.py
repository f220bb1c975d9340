"""Who a question is for is one choice of three, and the database knows no other; that it was read once stays known, and
when something was made *only me*.
"""

from typing import Any
from uuid import UUID

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
_NOTICE = sa.table(
    "notice", *(sa.column(name, sa.Uuid()) for name in ("person_id", "about_id", "account_id"))
)
_TIE = sa.table(
    "relationship",
    sa.column("person_id", sa.Uuid()),
    sa.column("account_id", sa.Uuid()),
    sa.column("kind", sa.String()),
)
_SUMMARY = sa.table(
    "summary",
    sa.column("id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("as_of", _MOMENT),
    sa.column("withdrawn_at", _MOMENT),
    sa.column("body", sa.JSON()),
)
# What can be in a summary, and marked afterwards.
_HIDES = ("appointment", "question", "entry", "tracker", "goal", "check_in", "agreed_line")
_ONE = "(NOT only_me OR sent_at IS NULL) AND (asked_at IS NULL OR sent_at IS NOT NULL)"


def upgrade() -> None:
    with op.batch_alter_table("question") as question:
        question.add_column(sa.Column("known_at", _MOMENT, nullable=True))
        question.add_column(sa.Column("known_name", sa.String(), nullable=True))
    one = _QUESTION.c
    # Nobody but the person has seen these for as long as they were marked: what else stood there was said to nobody.
    both = sa.and_(one.only_me, sa.or_(one.sent_at.is_not(None), one.asked_at.is_not(None)))
    told = sa.exists().where(one.person_id == _NOTICE.c.person_id, one.id == _NOTICE.c.about_id, both)
    tie = _TIE.c
    own = sa.exists().where(
        tie.person_id == _NOTICE.c.person_id, tie.account_id == _NOTICE.c.account_id, tie.kind == "self"
    )
    op.execute(_NOTICE.delete().where(told, ~own))  # their own, of a reply, stays
    nothing = dict.fromkeys(("sent_at", "asked_at", "sent_to", "sent_with", "read_at", "read_name"))
    known = {"known_at": one.read_at, "known_name": one.read_name}
    op.execute(_QUESTION.update().where(both).values(known | nothing))
    op.execute(
        _QUESTION.update()
        .where(one.asked_at.is_not(None), one.sent_at.is_(None))
        .values(sent_at=one.asked_at)
    )
    _went_along(op.get_bind())
    with op.batch_alter_table("question") as question:
        question.create_check_constraint(op.f("ck_question_one_choice"), _ONE)
    for name in _HIDES:
        op.add_column(name, sa.Column("hidden_at", _MOMENT, nullable=True))
        op.execute(f"UPDATE {name} SET hidden_at = coalesce(changed_at, entered_at) WHERE only_me")  # noqa: S608


def _went_along(work: sa.Connection) -> None:
    """What was asked now forgot the summary it had gone along with: the newest that stands and holds it."""
    one, made = _QUESTION.c, _SUMMARY.c
    asked = work.execute(
        sa.select(one.person_id, one.id).where(one.asked_at.is_not(None), one.sent_with.is_(None))
    ).all()
    found: dict[tuple[Any, Any], Any] = {}
    standing = (
        sa.select(made.person_id, made.id, made.body)
        .where(made.withdrawn_at.is_(None), made.person_id.in_({row.person_id for row in asked}))
        .order_by(made.as_of, made.id)
    )
    for summary in work.execute(standing).all() if asked else ():
        for each in summary.body.get("questions", ()):
            if each.get("id"):
                found[summary.person_id, UUID(each["id"])] = summary.id
    for row in asked:
        if with_it := found.get((row.person_id, row.id)):
            this = (one.person_id == row.person_id, one.id == row.id)
            work.execute(_QUESTION.update().where(*this).values(sent_with=with_it))


def downgrade() -> None:
    for name in _HIDES:
        with op.batch_alter_table(name) as table:
            table.drop_column("hidden_at")
    with op.batch_alter_table("question") as question:
        question.drop_constraint(op.f("ck_question_one_choice"), type_="check")
        question.drop_column("known_name")
        question.drop_column("known_at")
