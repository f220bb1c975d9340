"""What is done with the person's own view: written, changed, taken out by them alone; read by a professional."""

from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import database, now, session
from selfcare.own_view.models import OwnView
from selfcare.web import versions
from selfcare.web.access import Permit, Role


def put(
    permit: Permit, kind: str, item_id: UUID, version: int | None, text: str, quoted: str, who: str
) -> tuple[UUID, int]:
    """Write it, change it, or with no words take it out.

    :param quoted: the professional's words it stands beside, of `who`, as they stood where it was written.
    :returns: its id, and its version now. :raises Stale: it was changed on another device since `version`.
    """
    if not permit.is_self or permit.subject.died_on:
        raise NotFound
    row = _locked(permit, kind, item_id, quoted, who)
    was = row.text
    # A row that was made just now has version 1, whatever the form was told.
    read = None if version is None else max(version, 1)
    # What a professional has read is kept as it stood.
    keep = versions.turn if row.read_at else versions.change
    if keep(permit, row, read, text=text, quoted=quoted, quoted_name=who):
        row.read_at = row.read_name = None
        trail.record(permit, "added" if not was else "changed" if text else "removed", "own_view", row.id)
        session().flush()
    return row.id, row.version


def read(permit: Permit, kind: str, item_id: UUID, version: int | None) -> None:
    """A professional has it before their eyes, as it was in `version`; the first of them is kept.

    :raises Stale: nobody has read what came after the page.
    """
    if permit.role is not Role.PROFESSIONAL:
        raise NotFound
    row = session().scalar(_find(permit, kind, item_id).where(OwnView.text != "").with_for_update())
    if row is None:
        return  # taken out again: there is nothing to read
    versions.unchanged(row, version)
    if row.read_at is None:
        row.read_at, row.read_name = now(), permit.account_name
        trail.record(permit, "read", "own_view", row.id)
        session().flush()


def _find(permit: Permit, kind: str, item_id: UUID) -> Select[OwnView]:
    return select(OwnView).where(
        OwnView.person_id == permit.person_id, OwnView.about_kind == kind, OwnView.about_id == item_id
    )


def _locked(permit: Permit, kind: str, item_id: UUID, quoted: str, who: str) -> OwnView:
    """The row, made empty where there is none. Two at once make one."""
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    fresh = {
        **permit.stamp(),
        "id": uuid4(),
        "about_kind": kind,
        "about_id": item_id,
        "text": "",
        "quoted": quoted,
    }
    fresh |= {"quoted_name": who, "only_me": False, "version": 1}
    session().execute(insert(OwnView).values(fresh).on_conflict_do_nothing())
    found: OwnView = (
        session()
        .scalars(_find(permit, kind, item_id).with_for_update().execution_options(populate_existing=True))
        .one()
    )
    return found
