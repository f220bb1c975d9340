"""A result stands among the others of its test at its own time, where the laboratory said one; else at its report's.
And what was taken back lends its name to no question any more. Whom somebody stood in for is written down with what
they looked at.
"""

from datetime import UTC
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report", sa.Column("sooner_by", sa.Uuid(), nullable=True))
    with op.batch_alter_table("trail") as batch_op:
        batch_op.add_column(sa.Column("covers", sa.Uuid(), nullable=True))
    with op.batch_alter_table("result") as batch_op:
        batch_op.add_column(sa.Column("on_utc", sa.DateTime(timezone=True), nullable=True))
    carry_over()
    with op.batch_alter_table("result") as batch_op:
        batch_op.alter_column("on_utc", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("result") as batch_op:
        batch_op.drop_column("on_utc")
    with op.batch_alter_table("trail") as batch_op:
        batch_op.drop_column("covers")
    op.drop_column("report", "sooner_by")


def carry_over() -> None:
    op.execute(
        'UPDATE report SET sooner_by = (SELECT trail."by" FROM trail WHERE trail.person_id = report.person_id'
        " AND trail.item_id = report.id AND trail.verb = 'asked sooner' ORDER BY trail.seq DESC LIMIT 1)"
        " WHERE sooner_at IS NOT NULL"
    )
    void = "(SELECT report.id FROM report WHERE report.void_at IS NOT NULL)"
    op.execute(
        f"UPDATE question SET about_label = NULL WHERE about_id IN {void}"  # noqa: S608 - a constant
        f" OR about_id IN (SELECT result.id FROM result WHERE result.report_id IN {void})"
    )
    op.execute(
        "UPDATE result SET on_utc = (SELECT report.on_utc FROM report"
        " WHERE report.person_id = result.person_id AND report.id = result.report_id)"
    )
    result = _table("result", "person_id", "id", "report_id")
    result.append_column(sa.column("taken_wall", sa.DateTime()))
    result.append_column(sa.column("on_utc", sa.DateTime(timezone=True)))
    report = _table("report", "person_id", "id", zones=("taken_zone", "issued_zone"))
    person = _table("person", "id", zones=("zone",))
    own = (
        sa.select(
            result, sa.func.coalesce(report.c.taken_zone, report.c.issued_zone, person.c.zone).label("zone")
        )
        .join(report, sa.and_(report.c.person_id == result.c.person_id, report.c.id == result.c.report_id))
        .join(person, person.c.id == result.c.person_id)
        .where(result.c.taken_wall.is_not(None))
    )
    for row in op.get_bind().execute(own).mappings().all():
        moment = row["taken_wall"].replace(tzinfo=ZoneInfo(row["zone"])).astimezone(UTC)
        here = (result.c.person_id == row["person_id"], result.c.id == row["id"])
        op.get_bind().execute(sa.update(result).where(*here).values(on_utc=moment))


def _table(name: str, *ids: str, zones: tuple[str, ...] = ()) -> sa.TableClause:
    return sa.table(
        name,
        *(sa.column(one, sa.Uuid()) for one in ids),
        *(sa.column(one, sa.Text()) for one in zones),
    )
