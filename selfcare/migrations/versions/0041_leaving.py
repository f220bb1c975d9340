"""Taking everything away, and having it erased."""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("erase_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("erase_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_export_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_export_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
        sa.UniqueConstraint("person_id", "account_id", name=op.f("uq_export_person_id_account_id")),
    )
    op.create_index(op.f("ix_export_account_id"), "export", ["account_id"])
    op.create_table(
        "erased",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erased")),
    )
    op.create_index(op.f("ix_result_person_id_within_id"), "result", ["person_id", "within_id"])
    with op.batch_alter_table("trail_anchor") as batch:
        batch.add_column(sa.Column("line", sa.String(), nullable=True))
    _chain_by_lines()
    with op.batch_alter_table("trail_anchor") as batch:
        batch.alter_column("line", existing_type=sa.String(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("trail_anchor") as batch:
        batch.drop_column("line")
    op.drop_index(op.f("ix_result_person_id_within_id"), table_name="result")
    op.drop_table("erased")
    op.drop_table("export")
    with op.batch_alter_table("person") as batch:
        batch.drop_column("erase_at")
        batch.drop_column("erase_asked_at")


_anchor = sa.table(
    "trail_anchor",
    *(sa.column(name, kind) for name, kind in (("person_id", sa.Uuid()), ("line", sa.String()))),
    *(sa.column(name) for name in ("number", "upto", "head")),
)
_anchoring = sa.table("trail_anchoring", sa.column("number"), sa.column("head"))


def _chain_by_lines() -> None:
    """The head of an anchoring is made of the digests of its lines from now on: one of them can go on standing for a
    person whose id is another by then. Heads that were printed before are made anew.
    """
    here, before = op.get_bind(), ""
    for (number,) in here.execute(sa.select(_anchoring.c.number).order_by(_anchoring.c.number)).all():
        lines = []
        rows = here.execute(
            sa.select(_anchor.c.person_id, _anchor.c.upto, _anchor.c.head).where(_anchor.c.number == number)
        )
        for person, upto, head in rows.all():
            line = sha256(f"{person} {upto} {head}".encode()).hexdigest()
            mine = _anchor.c.person_id == person, _anchor.c.number == number
            here.execute(sa.update(_anchor).where(*mine).values(line=line))
            lines.append(line)
        before = sha256("\n".join((before, *sorted(lines))).encode()).hexdigest()
        here.execute(sa.update(_anchoring).where(_anchoring.c.number == number).values(head=before))
