"""Who opened a link, in words. The room of links stands a floor above: its tables are known here by their names."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import and_, select

from selfcare.database import Base, session
from selfcare.web.access import Permit


@dataclass(frozen=True)
class Opened:
    """One time that a link was opened: who they said they are, and which link it was."""

    who: str
    what: str


def known(permit: Permit, views: Iterable[UUID | None]) -> dict[UUID, Opened]:
    """By the id of the view. One statement; none where nothing was opened."""
    wanted = [one for one in views if one]
    if not wanted:
        return {}
    view, link = (Base.metadata.tables[name] for name in ("shared_link_view", "shared_link"))
    same = and_(link.c.person_id == view.c.person_id, link.c.id == view.c.link_id)
    found = session().execute(
        select(view.c.id, view.c.recipient, link.c.label)
        .join(link, same)
        .where(view.c.person_id == permit.person_id, view.c.id.in_(wanted))
    )
    return {one: Opened(_who(recipient), _what(label)) for one, recipient, label in found}


def _who(recipient: str) -> str:
    words = f"\u2068{recipient}\u2069"  # their own words turn nothing round
    # Translators: who opened a link, in their own words. Nobody checked who they are.
    return gettext("Somebody with a link, who wrote: “%(words)s”", words=words)


def _what(label: str) -> str:
    return gettext("The link “%(label)s”", label=label) if label else gettext("A link to a summary")
