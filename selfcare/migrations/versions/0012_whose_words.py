"""Whose words they are: who wrote what matters, how somebody has been, and the answer to a question."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PARTS = {"appointment": ("matters", "words"), "question": ("answer",)}


def upgrade() -> None:
    for table, parts in PARTS.items():
        with op.batch_alter_table(table) as batch_op:
            for part in parts:
                batch_op.add_column(sa.Column(f"{part}_as", sa.String(), nullable=True))
                batch_op.add_column(sa.Column(f"{part}_name", sa.String(), nullable=True))
    for table, parts in PARTS.items():
        _fill(op.get_bind(), table, parts)


def _fill(work: sa.Connection, table: str, parts: tuple[str, ...]) -> None:
    """Say of words that stand there who wrote them: the writer of the first version that had them, up to now."""
    columns = ["person_id", "id", "entered_by", "entered_name", "changed_by", "changed_name", *parts]
    item = sa.table(
        table,
        *(sa.column(name) for name in columns),
        *(sa.column(f"{part}_{end}") for part in parts for end in ("as", "name")),
    )
    earlier = sa.table(
        f"{table}_version",
        *(sa.column(name) for name in ("person_id", "item_id", "n", "by", "by_account")),
        sa.column("body", sa.JSON),
    )
    written = [sa.func.coalesce(item.c[part], "") != "" for part in parts]
    for row in work.execute(sa.select(item).where(sa.or_(*written))).mappings().all():
        states = [
            (version.body, version.by_account, version.by)
            for version in work.execute(
                sa.select(earlier)
                .where(earlier.c.person_id == row["person_id"], earlier.c.item_id == row["id"])
                .order_by(earlier.c.n)
            )
        ]
        present = {part: row[part] for part in parts}
        if row["changed_name"] is None:
            states.append((present, row["entered_by"], row["entered_name"]))
        else:
            states.append((present, row["changed_by"], row["changed_name"]))
        found: dict[str, Any] = {}
        for part in parts:
            if not row[part]:
                continue
            account, name = _writer(states, part, row[part])
            found |= {f"{part}_as": _role(work, row["person_id"], account), f"{part}_name": name}
        work.execute(
            sa.update(item)
            .where(item.c.person_id == row["person_id"], item.c.id == row["id"])
            .values(**found)
        )


def _writer(states: list[tuple[dict[str, Any], Any, str]], part: str, text: str) -> tuple[Any, str]:
    account, name = states[-1][1:]
    for body, by_account, by in reversed(states):
        if (body.get(part) or "") != text:
            break
        account, name = by_account, by
    return account, name


def _role(work: sa.Connection, person: Any, account: Any) -> str:
    """As whom an account writes in a record."""
    related = sa.table("relationship", *(sa.column(name) for name in ("person_id", "account_id", "kind")))
    kinds = set(
        work.scalars(
            sa.select(related.c.kind).where(
                related.c.person_id == person,
                related.c.account_id == account,
                related.c.kind.in_(("self", "carer")),
            )
        )
    )
    return "self" if "self" in kinds else "carer" if kinds else "professional"


def downgrade() -> None:
    for table, parts in PARTS.items():
        with op.batch_alter_table(table) as batch_op:
            for part in parts:
                batch_op.drop_column(f"{part}_name")
                batch_op.drop_column(f"{part}_as")
