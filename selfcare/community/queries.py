"""Reading services, what a person saved of them, and what was said to be wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.community.models import ENDED, SavedService, Service, ServiceList, ServiceProblem
from selfcare.database import now, session
from selfcare.web import versions, written
from selfcare.web.access import Area, Permit, visible
from selfcare.web.paging import Key

PAGE = 20
# How it stands with the person, as they think of it: what is still to come first.
STATES = ("saved", "going", "tried", "not_for_me")
SHARED = ("going", "tried")  # what a summary says
MOST_PROBLEMS = 200


@dataclass(frozen=True)
class Told:
    """A service, and the list that tells of it."""

    service: Service
    of: ServiceList

    @property
    def is_over(self) -> bool:
        return self.service.state == ENDED


def service(permit: Permit, service_id: UUID) -> Told:
    """One service; of those that are over, what was known. :raises NotFound: there is none."""
    permit.require(Area.COMMUNITY)
    query = select(Service, ServiceList).join(ServiceList).where(Service.id == service_id)
    row = session().execute(query).first()
    if row is None:
        raise NotFound
    return Told(*row)


def on_a_list(_permit: Permit, service_id: UUID) -> str | None:
    """What a service is called, as long as its list has it; None when it is over, or its list is not here any more."""
    return session().scalar(
        select(Service.name).where(Service.id == service_id, Service.state != ENDED)
    )  # fmt: skip


def saved(permit: Permit, before: Key | None = None, size: int = PAGE) -> list[SavedService]:
    """What the person saved, newest first; one more than `size` at most. One statement.

    :param before: the (entered_at, id) of the last one shown.
    """
    query = (
        select(SavedService)
        .where(visible(permit, SavedService))
        .order_by(SavedService.entered_at.desc(), SavedService.id.desc())
        .limit(size + 1)
    )
    if before:
        query = query.where(tuple_(SavedService.entered_at, SavedService.id) < before)
    return list(session().scalars(query))


def saved_of(permit: Permit, service_id: UUID) -> SavedService | None:
    """What this reader sees of whether the person saved a service: of two the newer."""
    query = (
        select(SavedService)
        .where(visible(permit, SavedService), SavedService.service_id == service_id)
        .order_by(SavedService.entered_at.desc(), SavedService.id.desc())
        .limit(1)
    )
    return session().scalars(query).first()


def one_saved(permit: Permit, saved_id: UUID) -> SavedService:
    """One that the person saved. :raises NotFound: unknown, removed or not theirs to see."""
    query = select(SavedService).where(visible(permit, SavedService), SavedService.id == saved_id)
    found = session().scalars(query).first()
    if found is None:
        raise NotFound
    return found


def taken_out(permit: Permit, saved_id: UUID) -> SavedService:
    """One that this account took out a moment ago. :raises NotFound: it is there, or was not taken out so."""
    mine = SavedService.person_id == permit.person_id, SavedService.id == saved_id
    lately = (
        SavedService.removed_by == permit.account_id,
        SavedService.removed_at > now() - versions.ONE_SITTING,
    )
    found = session().scalars(select(SavedService).where(*mine, *lately)).first()
    if found is None:
        raise NotFound
    return found


def may_change(permit: Permit, row: SavedService) -> bool:
    """Whether what was saved is theirs to change: the person's, and what they entered themselves."""
    return permit.is_self or versions.is_own(permit, row)


def for_summary(permit: Permit) -> Sequence[Select[*tuple[Any, ...]]]:
    """Where the person goes and what they tried, as a summary reads it."""
    order = (case((SavedService.state == "going", 0), else_=1), SavedService.entered_at.desc())
    facts = {"label": SavedService.label, "state": SavedService.state, "words": SavedService.words}
    return [
        written.kept(permit, SavedService, "community", SavedService.state.in_(SHARED), order=order, **facts)
    ]


def problems(size: int = MOST_PROBLEMS) -> list[ServiceProblem]:
    """What was said to be wrong and nobody has taken off the list, newest first. No record's: nothing says whose.
    One statement.
    """
    query = (
        select(ServiceProblem)
        .where(ServiceProblem.closed_at.is_(None))
        .order_by(ServiceProblem.at.desc(), ServiceProblem.id.desc())
        .limit(size)
    )
    return list(session().scalars(query))
