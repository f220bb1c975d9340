"""Both ends of a period; what a result is known by, so that only the same test stands beside it; true releases."""

import json
import re
from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SHARED = (
    "http://loinc.org",
    "urn:oid:2.16.840.1.113883.6.1",
    "http://snomed.info/sct",
    "urn:oid:2.16.840.1.113883.6.96",
)
NO_WORDS = {"specimen", "sample", "of", "from", "the"}


def upgrade() -> None:
    for table in ("report", "result"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("until_wall", sa.DateTime(), nullable=True))
            batch_op.add_column(
                sa.Column("until_to_the_day", sa.Boolean(), nullable=False, server_default=sa.false())
            )
            if table == "result":
                batch_op.add_column(sa.Column("same", sa.JSON(), nullable=True))
    carry_over()


def downgrade() -> None:
    with op.batch_alter_table("result") as batch_op:
        batch_op.drop_column("same")
    for table in ("result", "report"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("until_to_the_day")
            batch_op.drop_column("until_wall")


def carry_over() -> None:
    """What results on file are known by, which are only groups, and since when what was let out is visible.

    More careful than for new ones: a name that stands twice identifies nothing, nor does one that begins with a number;
    and a specimen is known by all of its words.
    """
    connection = op.get_bind()
    report = sa.table(
        "report", *(sa.column(name) for name in ("id", "person_id", "kind", "source", "specimen"))
    )
    names = (
        "id",
        "person_id",
        "report_id",
        "name_key",
        "unit_key",
        "value",
        "codes",
        "specimen",
        "code_key",
        "status",
    )
    result = sa.table("result", *(sa.column(name) for name in names), sa.column("same", sa.JSON()))
    reports = connection.execute(sa.select(report)).all()
    for one in reports:
        rows = connection.execute(
            sa.select(*(result.c[name] for name in names)).where(
                result.c.report_id == one.id, result.c.person_id == one.person_id
            )
        ).all()
        kind = one.kind if one.kind in ("blood", "urine") else ""
        unsaid = f"{'typed' if one.source == 'typed' else 'sent'}:{kind}"
        whole = _sample(one.specimen) or unsaid
        coded: dict[tuple[str, str], set[str]] = {}
        for row in rows:
            for pair in _pairs(row.codes):
                coded.setdefault(pair, set()).add(row.name_key)
        tests = [(row.name_key, row.unit_key, _sample(row.specimen) or whole) for row in rows]
        often = Counter(test for test, row in zip(tests, rows, strict=True) if row.value)
        for test, row in zip(tests, rows, strict=True):
            codes: dict[str, list[str]] = {}
            for pair in _pairs(row.codes):
                if len(coded[pair]) == 1:
                    codes.setdefault(pair[0], []).append(pair[1])
            known = next((f"{system}|{codes[system][0]}" for system in codes if system in SHARED), None)
            alone = often[test] < 2 and not re.match(r"\W*\d", row.name_key)
            same = {"sample": test[2], "part": "", "codes": codes} if alone else None
            connection.execute(
                result.update()
                .where(result.c.id == row.id, result.c.person_id == row.person_id)
                .values(same=sa.null() if same is None else same, code_key=known[:200] if known else None)
            )
    op.execute(
        "UPDATE result SET value_kind = 'group' WHERE value_kind = 'none' AND value = '' AND absent_reason = ''"
        " AND id IN (SELECT within_id FROM result WHERE within_id IS NOT NULL)"
    )
    # Reports that were let out by hand were dated back to before their hold.
    op.execute(
        "UPDATE report SET visible_from = released_at WHERE released_at IS NOT NULL AND visible_from < released_at"
    )


def _pairs(codes: object) -> set[tuple[str, str]]:
    found: Any = json.loads(codes) if isinstance(codes, str) else codes
    return {(one.get("system", ""), one["code"]) for one in found or () if one.get("code")}


def _sample(text: str) -> str:
    words = " ".join(word for word in re.findall(r"\w+", text.casefold()) if word not in NO_WORDS)[:200]
    return {"venous blood": "blood", "blood venous": "blood"}.get(words, words)
