"""One chain of migrations makes, on either engine, exactly the tables that the code speaks of."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from selfcare import migrations
from selfcare.database import Base, Database


def test_the_chain_makes_the_tables_of_the_models(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    migrations.upgrade(database.engine)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == migrations.head()
    database.close()


def test_migrating_again_changes_nothing(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    migrations.upgrade(database.engine)
    migrations.upgrade(database.engine)
    database.close()


def test_every_record_table_is_keyed_and_indexed_by_the_person() -> None:
    migrations.models()
    for table in Base.metadata.tables.values():
        if {"person_id", "entered_by"} <= set(table.columns.keys()):
            assert [column.name for column in table.primary_key] == ["person_id", "id"], table.name
            for index in table.indexes:
                assert next(iter(index.columns)).name == "person_id", f"{table.name}: {index.name}"
