"""Lists of services as others keep them, and what stands in the tables after one was read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from click.testing import Result
from flask import Flask
from sqlalchemy import select

from selfcare.community.models import ListReading, Service, ServiceList, ServiceTag
from selfcare.database import session

Import = Callable[..., Result]
Told = dict[str, Any]


def ident(name: str) -> str:
    """The id of a service."""
    return str(uuid5(NAMESPACE_URL, name))


def service(name: str, **fields: Any) -> Told:
    """A service of a list; `id=None` leaves a field out."""
    told = {"id": ident(name), "name": name, "status": "active", "description": f"About {name}."} | fields
    return {field: value for field, value in told.items() if value is not None}


def page(services: list[Any], **head: Any) -> Told:
    """All of a list, on one page."""
    counts = {"total_items": len(services), "total_pages": 1, "page_number": 1, "size": len(services)}
    return (
        counts
        | {"first_page": True, "last_page": True, "empty": not services}
        | head
        | {"contents": services}
    )


def write(path: Path, body: Any) -> Path:
    path.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    return path


def kept(app: Flask, *, of: str = "list") -> dict[str, Service]:
    """The services of a list, by name."""
    with app.app_context():
        rows = session().scalars(select(Service).join(ServiceList).where(ServiceList.name == of))
        return {row.name: row for row in rows}


def tags(app: Flask, name: str) -> set[str]:
    """By what a service is found: `day:tu`."""
    with app.app_context():
        rows = session().execute(
            select(ServiceTag.kind, ServiceTag.value).join(Service, Service.id == ServiceTag.service_id)
            .where(Service.name == name)
        )  # fmt: skip
        return {f"{kind}:{value}" for kind, value in rows}


def readings(app: Flask) -> list[ListReading]:
    """How lists were read, the first time first."""
    with app.app_context():
        return list(session().scalars(select(ListReading).order_by(ListReading.started_at)))


def rows(app: Flask) -> dict[str, Any]:
    """All of every service, by id: to see whether anything was touched."""
    with app.app_context():
        return {row.id: tuple(row) for row in session().execute(select(Service.__table__))}
