"""Help near by: lists that others keep, their services, how they are searched; what people save of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

older_version_goes_on = True

_AT = sa.DateTime(timezone=True)
# SQLite's index keeps no words of its own: it reads them from `service_words`, and is told by triggers of each change.
_FTS5 = (
    """create virtual table service_search using fts5(
        words, content='service_words', content_rowid='number', prefix='2 3 4',
        tokenize="unicode61 remove_diacritics 0 tokenchars '_'")""",
    """create trigger service_words_added after insert on service_words begin
        insert into service_search(rowid, words) values (new.number, new.words);
    end""",
    """create trigger service_words_gone after delete on service_words begin
        insert into service_search(service_search, rowid, words) values ('delete', old.number, old.words);
    end""",
    """create trigger service_words_changed after update on service_words begin
        insert into service_search(service_search, rowid, words) values ('delete', old.number, old.words);
        insert into service_search(rowid, words) values (new.number, new.words);
    end""",
)


def _record(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("entered_as", sa.String(), nullable=False),
        sa.Column("entered_name", sa.String(), nullable=False),
        sa.Column("entered_at", _AT, nullable=False),
        sa.Column("only_me", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", _AT, nullable=True),
        sa.Column("removed_at", _AT, nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f(f"fk_{table}_entered_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f(f"fk_{table}_service_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    op.create_table(
        "service_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("owner_email", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("added_at", _AT, nullable=False),
        sa.Column("checked_at", _AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_list")),
        sa.UniqueConstraint("name", name=op.f("uq_service_list_name")),
    )
    op.create_table(
        "list_reading",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", _AT, nullable=False),
        sa.Column("ended_at", _AT, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        *(
            sa.Column(count, sa.Integer(), nullable=False)
            for count in ("found", "added", "changed", "same", "merged", "refused", "ended", "left_out")
        ),
        sa.Column("refusals", sa.JSON(), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["service_list.id"],
            name=op.f("fk_list_reading_list_id_service_list"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_reading")),
    )
    op.create_index("ix_list_reading_list_id_started_at", "list_reading", ["list_id", "started_at"])
    op.create_table(
        "service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("organisation_kind", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phones", sa.JSON(), nullable=False),
        sa.Column("cost", sa.String(), nullable=False),
        sa.Column("fees", sa.Text(), nullable=False),
        sa.Column("costs", sa.JSON(), nullable=False),
        sa.Column("youngest", sa.Integer(), nullable=True),
        sa.Column("oldest", sa.Integer(), nullable=True),
        sa.Column("for_whom", sa.Text(), nullable=False),
        sa.Column("how_to_join", sa.Text(), nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("getting_in", sa.JSON(), nullable=False),
        sa.Column("alert", sa.Text(), nullable=False),
        sa.Column("assured_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("added_at", _AT, nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
        sa.Column("ended_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"], ["service_list.id"], name=op.f("fk_service_list_id_service_list"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("list_id", "key", name=op.f("uq_service_list_id_key")),
    )
    op.create_index("ix_service_state_name", "service", ["state", "name", "id"])
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "service_words",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("words", TSVECTOR() if postgresql else sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["service.id"],
            name=op.f("fk_service_words_service_id_service"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_service_words")),
        sa.UniqueConstraint("service_id", name=op.f("uq_service_words_service_id")),
    )
    if postgresql:
        # Read far more often than written: what is new in it is not put aside for later.
        op.create_index(
            "ix_service_words_words",
            "service_words",
            ["words"],
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        )
    else:
        for statement in _FTS5:
            op.execute(statement)
    op.create_table(
        "service_tag",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_tag_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", "kind", "value", name=op.f("pk_service_tag")),
    )
    op.create_index("ix_service_tag_kind_value_service_id", "service_tag", ["kind", "value", "service_id"])
    op.create_table(
        "saved_service",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_name", sa.String(), nullable=True),
        sa.Column("hidden_at", _AT, nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        *_record("saved_service"),
    )
    op.create_index(
        "ix_saved_service_person_id_state_entered_at",
        "saved_service",
        ["person_id", "state", "entered_at", "id"],
    )
    op.create_index("ix_saved_service_person_id_service_id", "saved_service", ["person_id", "service_id"])
    op.create_table(
        "saved_service_version",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_account", sa.Uuid(), nullable=True),
        sa.Column("at", _AT, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "item_id"],
            ["saved_service.person_id", "saved_service.id"],
            name=op.f("fk_saved_service_version_person_id_item_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "item_id", "n", name=op.f("pk_saved_service_version")),
    )
    op.create_table(
        "service_problem",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("list_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", _AT, nullable=False),
        sa.Column("told_at", _AT, nullable=True),
        sa.Column("closed_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["service.id"],
            name=op.f("fk_service_problem_service_id_service"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_problem")),
    )
    op.create_index("ix_service_problem_closed_at_at", "service_problem", ["closed_at", "at", "id"])


def downgrade() -> None:
    for table in ("service_problem", "saved_service_version", "saved_service", "service_tag"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "postgresql":
        op.execute("drop table service_search")
    for table in ("service_words", "service", "list_reading", "service_list"):
        op.drop_table(table)
