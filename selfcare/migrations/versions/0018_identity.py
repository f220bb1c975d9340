"""Which report a received one is: every name it came with, the series it belongs to, the message and its sender."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

receipt = sa.table(
    "receipt",
    sa.column("id", sa.Uuid()),
    sa.column("report_key", sa.Text()),
    sa.column("content_hash", sa.String()),
    sa.column("sender_id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("report_id", sa.Uuid()),
    sa.column("team_id", sa.Uuid()),
    sa.column("message_id", sa.Uuid()),
    sa.column("sender_key", sa.String()),
    sa.column("series_id", sa.Uuid()),
    sa.column("facts", sa.JSON()),
)
receipt_name = sa.table("receipt_name", sa.column("receipt_id", sa.Uuid()), sa.column("name", sa.Text()))
report = sa.table(
    "report",
    sa.column("id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("report_key", sa.Text()),
    sa.column("asked_for", sa.Text()),
    sa.column("status", sa.String()),
    sa.column("codes", sa.JSON()),
    sa.column("identifiers", sa.JSON()),
    sa.column("taken_utc", sa.DateTime(timezone=True)),
    sa.column("taken_wall", sa.DateTime()),
    sa.column("taken_to_the_day", sa.Boolean()),
)
result = sa.table(
    "result",
    sa.column("person_id", sa.Uuid()),
    sa.column("report_id", sa.Uuid()),
    sa.column("name_key", sa.Text()),
)
sender = sa.table("sender", sa.column("id", sa.Uuid()), sa.column("team_id", sa.Uuid()))
team = sa.table("team", sa.column("id", sa.Uuid()))
incoming = sa.table("incoming", sa.column("receipt_id", sa.Uuid()), sa.column("team_id", sa.Uuid()))
# Codes that say what kind of laboratory it was, kept beside those of the test until now.
SECTIONS = ("v2-0074", "observation-category")


def upgrade() -> None:
    op.create_table(
        "sender_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_sender_token_sender_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sender_token_token_hash")),
    )
    with op.batch_alter_table("sender_token") as batch_op:
        batch_op.create_index(batch_op.f("ix_sender_token_sender_id"), ["sender_id"], unique=False)
    op.execute(
        "INSERT INTO sender_token (id, sender_id, token_hash, made_at, used_at, ended_at)"
        " SELECT id, id, token_hash, made_at, used_at, withdrawn_at FROM sender"
    )
    with op.batch_alter_table("sender") as batch_op:
        batch_op.drop_constraint("uq_sender_token_hash", type_="unique")
        batch_op.drop_column("token_hash")
        batch_op.drop_column("used_at")
    with op.batch_alter_table("receipt") as batch_op:
        batch_op.add_column(sa.Column("team_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("message_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("sender_key", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("series_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("facts", sa.JSON(), nullable=True))
    op.create_table(
        "receipt_name",
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["receipt.id"], name=op.f("fk_receipt_name_receipt_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("receipt_id", "name", name=op.f("pk_receipt_name")),
    )
    with op.batch_alter_table("receipt_name") as batch_op:
        batch_op.create_index("ix_receipt_name_name", ["name"], unique=False)
    _carry_over(op.get_bind())
    with op.batch_alter_table("receipt") as batch_op:
        batch_op.drop_constraint("uq_receipt_report_key_content_hash", type_="unique")
        batch_op.drop_column("report_key")
        batch_op.alter_column("team_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("message_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("sender_key", existing_type=sa.String(), nullable=False)
        batch_op.create_unique_constraint("uq_receipt_team_id_content_hash", ["team_id", "content_hash"])
        batch_op.create_foreign_key("fk_receipt_team_id", "team", ["team_id"], ["id"], ondelete="CASCADE")
        batch_op.create_index("ix_receipt_series_id", ["series_id"], unique=False)
        batch_op.create_index("ix_receipt_message_id", ["message_id"], unique=False)
    with op.batch_alter_table("incoming") as batch_op:
        batch_op.drop_index("ix_incoming_report_key")
        batch_op.drop_column("report_key")
    with op.batch_alter_table("report") as batch_op:
        batch_op.drop_index("ix_report_person_id_report_key")
        batch_op.drop_column("report_key")


def _carry_over(bind: sa.Connection) -> None:
    """Every receipt gets its team, sender and a message of its own; what is filed, its series, names and facts."""
    teams = {row.id: row.team_id for row in bind.execute(sa.select(sender))}
    waiting = {row.receipt_id: row.team_id for row in bind.execute(sa.select(incoming))}
    any_team = bind.scalar(sa.select(team.c.id).limit(1))
    reports = {(row.person_id, row.id): row for row in bind.execute(sa.select(report))}
    series: dict[tuple[UUID, str], UUID] = {}
    filed: set[UUID] = set()
    seen: set[tuple[UUID | None, str]] = set()
    for row in bind.execute(sa.select(*list(receipt.c)[:6])).all():
        whose = teams.get(row.sender_id) or waiting.get(row.id) or _team(row.report_key) or any_team
        if (whose, row.content_hash) in seen:  # it came under two names of one report
            bind.execute(sa.delete(receipt).where(receipt.c.id == row.id))
            continue
        seen.add((whose, row.content_hash))
        values = {
            "team_id": whose,
            "message_id": row.id,
            "sender_key": f"sender:{row.sender_id}" if row.sender_id else f"team:{whose}",
        }
        there = reports.get((row.person_id, row.report_id))
        if there is not None and there.id not in filed:
            filed.add(there.id)
            name = (
                (there.person_id, there.report_key) if there.report_key else (there.person_id, str(there.id))
            )
            values |= {"series_id": series.setdefault(name, uuid4()), "facts": _facts(bind, there)}
            names = {f"v|{one['value']}" for one in there.identifiers or () if one.get("value")}
            names |= {
                f"s|{one['system']}|{one['value']}" for one in there.identifiers or () if one.get("system")
            }
            for one in names:
                if len(one) <= 400:
                    bind.execute(sa.insert(receipt_name).values(receipt_id=row.id, name=one))
        bind.execute(sa.update(receipt).where(receipt.c.id == row.id).values(**values))


def _team(report_key: str) -> UUID | None:
    try:
        return UUID(report_key[:36])
    except ValueError:
        return None


def _facts(bind: sa.Connection, row: sa.Row[Any]) -> dict[str, object]:
    tests = bind.scalars(
        sa.select(result.c.name_key).where(result.c.person_id == row.person_id, result.c.report_id == row.id)
    )
    codes = {f"n|{' '.join(row.asked_for.casefold().split())[:200]}"}
    for one in row.codes or ():
        if one.get("code") and not any(part in one.get("system", "") for part in SECTIONS):
            codes.add(f"c|{one['system']}|{one['code']}")
    to_the_day = row.taken_to_the_day and row.taken_wall
    return {
        "identifiers": [
            [one.get("system", ""), one["value"]] for one in row.identifiers or () if one.get("value")
        ],
        "addresses": [],
        "local": "",
        "codes": sorted(codes),
        "results": sorted({f"n|{name}" for name in tests}),
        "instant": _utc(row.taken_utc).isoformat() if row.taken_utc and not to_the_day else None,
        "day": row.taken_wall.date().isoformat() if to_the_day else None,
        "status": row.status,
    }


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def downgrade() -> None:
    with op.batch_alter_table("report") as batch_op:
        batch_op.add_column(sa.Column("report_key", sa.Text(), nullable=True))
        batch_op.create_index("ix_report_person_id_report_key", ["person_id", "report_key"], unique=False)
    with op.batch_alter_table("incoming") as batch_op:
        batch_op.add_column(sa.Column("report_key", sa.Text(), nullable=False, server_default=""))
        batch_op.create_index("ix_incoming_report_key", ["report_key"], unique=False)
    with op.batch_alter_table("receipt") as batch_op:
        batch_op.drop_index("ix_receipt_message_id")
        batch_op.drop_index("ix_receipt_series_id")
        batch_op.drop_constraint("fk_receipt_team_id", type_="foreignkey")
        batch_op.drop_constraint("uq_receipt_team_id_content_hash", type_="unique")
        batch_op.add_column(sa.Column("report_key", sa.Text(), nullable=False, server_default=""))
        for name in ("team_id", "message_id", "sender_key", "series_id", "facts"):
            batch_op.drop_column(name)
        batch_op.create_unique_constraint(
            "uq_receipt_report_key_content_hash", ["report_key", "content_hash"]
        )
    op.drop_table("receipt_name")
    with op.batch_alter_table("sender") as batch_op:
        batch_op.add_column(sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("token_hash", sa.String(), nullable=True))
    op.execute(
        "UPDATE sender SET token_hash = (SELECT max(token_hash) FROM sender_token WHERE sender_id = sender.id)"
    )
    with op.batch_alter_table("sender") as batch_op:
        batch_op.alter_column("token_hash", existing_type=sa.String(), nullable=False)
        batch_op.create_unique_constraint("uq_sender_token_hash", ["token_hash"])
    op.drop_table("sender_token")
