"""Until when a code lets somebody help; the lead passed on, with a note, and whose a request is; admissions as told."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_REQUEST = sa.table("contact_request", sa.column("planned_name"), sa.column("planned_by", sa.Uuid()))
_ACCOUNT = sa.table("account", sa.column("id", sa.Uuid()), sa.column("name"), sa.column("kind"))
_CHANGE = sa.table("change", sa.column("reason"))


def upgrade() -> None:
    with op.batch_alter_table("invitation") as invitation:
        invitation.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("contact_request") as request:
        request.add_column(sa.Column("planned_by", sa.Uuid(), nullable=True))
        request.create_foreign_key(
            op.f("fk_contact_request_planned_by"), "account", ["planned_by"], ["id"], ondelete="SET NULL"
        )
    # Until now the name alone was kept. Of two with that name nobody knows who it was.
    alike = sa.and_(_ACCOUNT.c.name == _REQUEST.c.planned_name, _ACCOUNT.c.kind == "professional")
    ids = sa.select(_ACCOUNT.c.id).where(alike)
    one = sa.select(sa.func.count()).select_from(_ACCOUNT).where(alike).scalar_subquery() == 1
    op.execute(_REQUEST.update().where(one).values(planned_by=ids.scalar_subquery()))
    # That whoever helped ended it themself is said of those who did so before, too.
    op.execute(_CHANGE.update().where(_CHANGE.c.reason == "stopped helping").values(reason="gave back"))
    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=True),
        sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=True),
        sa.Column("to_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *[
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_handover_{name}"), ondelete=gone)
            for name, table, gone in (
                ("person_id", "person", "CASCADE"),
                ("team_id", "team", "CASCADE"),
                ("from_id", "account", "SET NULL"),
                ("to_id", "account", "SET NULL"),
                ("by", "account", "SET NULL"),
            )
        ],
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index("ix_handover_person_id_at", "handover", ["person_id", "at"])
    op.create_table(
        "admission",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("came_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("planned", sa.String(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("told_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_name", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("entered_as", sa.String(), nullable=False),
        sa.Column("entered_name", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("only_me", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f("fk_admission_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_admission_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_admission")),
    )
    op.create_index("ix_admission_person_id_came_on", "admission", ["person_id", "came_on", "id"])
    op.create_table(
        "admission_version",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "item_id"],
            ["admission.person_id", "admission.id"],
            name=op.f("fk_admission_version_person_id_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "item_id", "n", name=op.f("pk_admission_version")),
    )


def downgrade() -> None:
    op.drop_table("admission_version")
    op.drop_table("admission")
    op.drop_table("handover")
    op.execute(_CHANGE.update().where(_CHANGE.c.reason == "gave back").values(reason="stopped helping"))
    with op.batch_alter_table("contact_request") as request:
        request.drop_constraint(op.f("fk_contact_request_planned_by"), type_="foreignkey")
        request.drop_column("planned_by")
    with op.batch_alter_table("invitation") as invitation:
        invitation.drop_column("until")
