"""What a summary sent, and the ids of what is in it, so that both can be taken back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Sharing sends its questions in the same transaction, a moment after the instant it is as of.
AT_ONCE = timedelta(seconds=60)


def _table(name: str, *columns: str, **typed: Any) -> Any:
    return sa.table(
        name, *(sa.column(each) for each in columns), *(sa.column(each, kind) for each, kind in typed.items())
    )


def upgrade() -> None:
    with op.batch_alter_table("question") as batch_op:
        batch_op.add_column(sa.Column("sent_with", sa.Uuid(), nullable=True))
    _carry(op.get_bind())


def _carry(work: sa.Connection) -> None:
    moment = sa.DateTime(timezone=True)
    summary = _table("summary", as_of=moment, body=sa.JSON(), id=sa.Uuid(), person_id=sa.Uuid())
    for row in work.execute(sa.select(summary).order_by(summary.c.as_of)).mappings().all():
        body = row["body"]
        _sent(work, row["person_id"], row["id"], row["as_of"], body)
        if _named(work, row["person_id"], body):
            this = (summary.c.person_id == row["person_id"], summary.c.id == row["id"])
            work.execute(sa.update(summary).where(*this).values(body=body))


def _sent(work: sa.Connection, person: Any, summary: Any, as_of: datetime, body: dict[str, Any]) -> None:
    """The questions of a summary that were sent with it say so."""
    moment = sa.DateTime(timezone=True)
    question = _table("question", id=sa.Uuid(), person_id=sa.Uuid(), sent_with=sa.Uuid(), sent_at=moment)
    for one in body.get("questions", []):
        work.execute(
            sa.update(question)
            .where(
                question.c.person_id == person,
                question.c.id == sa.literal(_id(one["id"]), sa.Uuid()),
                question.c.sent_with.is_(None),
                question.c.sent_at >= sa.literal(as_of, moment),
                question.c.sent_at <= sa.literal(as_of + AT_ONCE, moment),
            )
            .values(sent_with=summary)
        )


def _id(text: str) -> UUID:
    return UUID(text)


def _named(work: sa.Connection, person: Any, body: dict[str, Any]) -> bool:
    """Give what is in an older body the ids it was read from, as far as one item alone fits. Whether any was given."""
    given = False
    entry = _table(
        "entry", "severity", "first", "second", id=sa.Uuid(), person_id=sa.Uuid(), tracker_id=sa.Uuid(),
        wall=sa.DateTime(),
    )  # fmt: skip
    for tracker in body.get("been", {}).get("trackers", []):
        trackers: set[Any] = set()
        for reading in tracker["readings"]:
            if "id" in reading:
                continue
            rows = work.execute(
                sa.select(entry).where(
                    entry.c.person_id == person,
                    entry.c.tracker_id.is_not(None),
                    entry.c.wall == sa.literal(datetime.fromisoformat(reading["wall"]), sa.DateTime()),
                )
            ).mappings()
            fits = [row for row in rows if _value(row) == (reading["value"], reading["second"])]
            if len(fits) == 1:
                reading["id"], given = str(fits[0]["id"]), True
                trackers.add(str(fits[0]["tracker_id"]))
        if len(trackers) == 1:
            tracker["id"] = trackers.pop()
    goal = _table("goal", "text", id=sa.Uuid(), person_id=sa.Uuid())
    for one in body.get("goals", []):
        if "id" in one:
            continue
        same = sa.select(goal.c.id).where(goal.c.person_id == person, goal.c.text == one["text"])
        ids = work.scalars(same).all()
        if len(ids) == 1:
            one["id"], given = str(ids[0]), True
    return given


def _value(row: Any) -> tuple[Any, Any]:
    return row["first"] if row["severity"] is None else str(row["severity"]), row["second"] or None


def downgrade() -> None:
    with op.batch_alter_table("question") as batch_op:
        batch_op.drop_column("sent_with")
