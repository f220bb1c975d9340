"""Names that many threads share know all their columns before any thread asks."""

import sys

from sqlalchemy import inspect
from sqlalchemy.orm.util import AliasedClass

from selfcare import migrations


def test_every_second_name_was_asked_for_a_column_while_its_module_was_read() -> None:
    """Alone catches: a page that answers 500 for as long as a process lives, because two people came in the moment
    after it began: a name made with `aliased` itself, or one that was not asked."""
    migrations.models()
    rooms = {name: module for name, module in sys.modules.items() if name.startswith("selfcare.")}
    names = {
        f"{room}.{key}": value
        for room, module in rooms.items()
        for key, value in vars(module).items()
        if isinstance(value, AliasedClass)
    }
    assert len(names) > 20
    # The index that SQLAlchemy fills when it is first asked; it has no public name.
    assert [key for key, value in names.items() if not inspect(value).selectable.c._proxy_index] == []
