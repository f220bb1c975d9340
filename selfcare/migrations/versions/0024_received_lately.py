"""What a team received lately is found without reading all it ever received. And what a device measured is known by its
11073 code whoever sends it, also where it came before that was so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

DEVICES = "urn:iso:std:iso:11073:10101"


def upgrade() -> None:
    op.create_index("ix_receipt_team_id_at", "receipt", ["team_id", "at"])
    carry_over()


def downgrade() -> None:
    op.drop_index("ix_receipt_team_id_at", "receipt")


def carry_over() -> None:
    result = sa.table(
        "result",
        *(sa.column(name, sa.Uuid()) for name in ("person_id", "id")),
        sa.column("code_key", sa.Text()),
        sa.column("same", sa.JSON()),
    )
    old = sa.select(result).where(
        result.c.code_key.is_(None), sa.cast(result.c.same, sa.Text()).contains(DEVICES)
    )
    for row in op.get_bind().execute(old).mappings().all():
        if codes := row["same"]["codes"].get(DEVICES):
            here = (result.c.person_id == row["person_id"], result.c.id == row["id"])
            op.get_bind().execute(
                sa.update(result).where(*here).values(code_key=f"{DEVICES}|{codes[0]}"[:200])
            )
