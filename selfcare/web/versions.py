"""Earlier versions of an item, and the 409 that keeps both when two people change one thing."""

from datetime import timedelta
from typing import Any, ClassVar, NoReturn
from uuid import UUID

from sqlalchemy import JSON, DateTime, ForeignKeyConstraint, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import Conflict, NotFound

from selfcare.database import Base, Record, now, session
from selfcare.web.access import AskPermit, Permit

# What one author saves within this time is one version.
ONE_SITTING = timedelta(minutes=30)


class Stale(Exception):
    """The item was changed since the form was filled. `item` is the row as it is now; `by` who changed it."""

    def __init__(self, item: Any, by: str) -> None:
        super().__init__(type(item).__name__)
        self.item, self.by = item, by


class Reworded(Conflict):
    """What this account entered has been worded anew by somebody else: it is not theirs to change any more."""

    def __init__(self, by: str) -> None:
        super().__init__()
        self.by = by


class Version:
    """Columns of an `<item>_version` table: the body that was replaced, by whom it had been written, and when."""

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[str]
    by_account: Mapped[UUID | None]
    at: Mapped[Any] = mapped_column(DateTime(timezone=True))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


def version_table(item: str) -> type[Version]:
    """The mapped class of a table `<item>_version`, gone with its item."""
    name = f"{item}_version"
    key = ForeignKeyConstraint(
        ["person_id", "item_id"], [f"{item}.person_id", f"{item}.id"], ondelete="CASCADE"
    )
    return type(
        name.title().replace("_", ""), (Version, Base), {"__tablename__": name, "__table_args__": (key,)}
    )


class Versioned(Record):
    """A record item that keeps its earlier versions. `changed_by`/`changed_name`: who wrote the present one.

    A class names its version table in `versions` and the columns a version keeps in `kept`.
    """

    versions: ClassVar[Any]
    kept: ClassVar[tuple[str, ...]]
    changed_by: Mapped[UUID | None]
    changed_name: Mapped[str | None]


def change(permit: Permit, item: Any, version: int | None, **values: Any) -> bool:
    """Change an item, keeping what stood there.

    What one author saves in one sitting is one version: a typo mended is no change that anybody need read.

    :param version: the version the form was filled from; None skips the check (a change that reads nothing).
    :returns: whether anything was different.
    :raises Stale: when somebody changed it since.
    """
    return _change(permit, item, version, values, sitting=ONE_SITTING)


def turn(permit: Permit | AskPermit, item: Any, version: int | None, **values: Any) -> bool:
    """Change what somebody else may have acted on, such as a state or words to the person: how it stood is kept
    in any case. As `change`."""
    return _change(permit, item, version, values, sitting=timedelta(0))


def _change(
    permit: Permit | AskPermit, item: Any, version: int | None, values: dict[str, Any], sitting: timedelta
) -> bool:
    differ = {name for name, value in values.items() if getattr(item, name) != value}
    if not differ:
        return False
    if not _hides_alone(differ, values):
        unchanged(item, version)
    moment = now()
    writer = item.changed_by if item.changed_at else item.entered_by
    written = item.changed_at or item.entered_at
    own = writer is not None and writer == permit.account_id
    if not own or moment - written >= sitting:
        session().add(
            item.versions(
                person_id=item.person_id,
                item_id=item.id,
                n=item.version,
                by=item.changed_name or item.entered_name,
                by_account=writer,
                at=written,
                body={name: _plain(getattr(item, name)) for name in item.kept},
            )
        )
    for name, value in values.items():
        setattr(item, name, value)
    item.version += 1
    item.changed_at, item.changed_by, item.changed_name = moment, permit.account_id, permit.account_name
    session().flush()
    return True


def change_part(permit: Permit, item: Any, part: str, version: int | None, **values: Any) -> bool:
    """As `change`, of one part of an item: only what changed in that part since `version` is a quarrel.

    :param part: the column that keeps the item's version when that part last changed.
    """
    differ = {name for name, value in values.items() if getattr(item, name) != value}
    if differ and not _hides_alone(differ, values):
        part_unchanged(item, part, version)
    if not change(permit, item, None, **values):
        return False
    setattr(item, part, item.version)
    session().flush()
    return True


def part_unchanged(item: Any, part: str, version: int | None) -> None:
    """:raises Stale: when somebody changed this part since the item was shown as `version`; None skips the check."""
    changed = getattr(item, part)
    if version is not None and changed > version:
        unchanged(item, version, changed)


def _hides_alone(differ: set[str], values: dict[str, Any]) -> bool:
    """Whether all that changes is that it is *only me* from now on: that writes over nobody's words."""
    return differ == {"only_me"} and bool(values["only_me"])


def unchanged(item: Any, version: int | None, part: int | None = None) -> None:
    """:raises Stale: when somebody changed an item since it was shown as `version`; None skips the check.

    :param part: the item's version when the part last changed that is asked for: whoever wrote that is named.
    """
    if version is not None and version != item.version:
        raise Stale(item, writer(item, part) if part else item.changed_name or item.entered_name)


def writer(item: Any, n: int) -> str:
    """Who wrote what an item was as version `n`: one of another hand after it keeps what stood there, by its writer."""
    return written(item, n)[0]


def wrote(permit: Permit, item: Any, n: int) -> bool:
    """Whether this account wrote what an item was as version `n`; of two people with one name, whichever it was."""
    return permit.account_id is not None and written(item, n)[1] == permit.account_id


def is_own(permit: Permit, item: Any, part: int | None = None) -> bool:
    """Whether an item is this account's own: entered by it, and since then nobody else has put words of theirs into it.

    :param part: the item's version when its words last changed, where others change other parts of it too.
    """
    if permit.account_id is None or item.entered_by != permit.account_id:
        return False
    if item.changed_at is None or item.changed_by == permit.account_id:
        return True
    return part is not None and wrote(permit, item, part)


def refuse(permit: Permit, item: Any) -> NoReturn:
    """Refuse it to who sees an item. :raises Reworded: it was theirs. :raises NotFound: it never was."""
    mine = permit.account_id is not None and item.entered_by == permit.account_id
    if mine and item.changed_at and item.changed_by != permit.account_id:
        raise Reworded(item.changed_name or item.entered_name)
    raise NotFound


def written(item: Any, n: int) -> tuple[str, UUID | None]:
    """Who wrote what an item was as version `n`: name, and account."""
    table = item.versions
    kept = (
        select(table.by, table.by_account)
        .where(table.person_id == item.person_id, table.item_id == item.id, table.n >= n)
        .order_by(table.n)
        .limit(1)
    )
    if found := session().execute(kept).first():
        return found.by, found.by_account
    if item.changed_at:
        return item.changed_name or item.entered_name, item.changed_by
    return item.entered_name, item.entered_by


def number(text: str | None) -> int:
    """The version a form was filled from; 0, which fits none, for anything unreadable."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def earlier(permit: Permit, item: Any) -> list[Any]:
    """The versions of an item before the present one, newest first; what was *only me* then is the person's alone."""
    table = item.versions
    found = session().scalars(
        select(table)
        .where(table.person_id == permit.person_id, table.item_id == item.id)
        .order_by(table.n.desc())
    )
    return [version for version in found if permit.sees_only_me or not version.body.get("only_me")]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)
