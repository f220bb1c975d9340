"""A team with somebody who runs its pages, and colleagues, by their ids."""

from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from selfcare.database import command, now
from selfcare.people import staff
from selfcare.web.access import Kind
from tests import factories
from tests.harness.client import ORIGIN, Client
from tests.harness.pages import Answer


@dataclass(frozen=True)
class Desk:
    team: UUID
    ola: UUID  # runs the pages, and opens no record
    amina: UUID
    priya: UUID
    other: UUID  # of another team, whose pages she runs


def desk(app: Flask) -> Desk:
    with app.test_request_context(), command() as work:
        amina, team = factories.nurse()
        priya, _ = factories.nurse("Priya", team)
        ola = factories.account(Kind.ADMINISTRATOR, "Ola", email="ola@example.net")
        other, hillside = factories.nurse("Owen")
        hillside.name = "Hillside team"
        staff.make_administrator(team.id, ola.id)
        staff.make_administrator(hillside.id, other.id)
        ola.way_at = now()
        for each in (amina, priya, other):
            each.email = f"{each.name.lower()}@example.net"
        work.flush()
        return Desk(team.id, ola.id, amina.id, priya.id, other.id)


def upload(client: Client, data: bytes, name: str = "list.csv") -> Answer:
    """Choose a file on the page for lists, and press."""
    pairs = client.get("/team/import/").form("upload").sent()
    boundary, body = encode_multipart({**dict(pairs), "file": FileStorage(BytesIO(data), filename=name)})
    answer = Answer(
        client.raw.post(
            "/team/import/",
            base_url=ORIGIN,
            data=body,
            content_type=f"multipart/form-data; boundary={boundary}",
            headers=client._headers("POST", False, ORIGIN + "/team/import/"),
        ),
        ORIGIN + "/team/import/",
        client.send,
    )
    client.judge(answer)
    return client.get(answer.location) if answer.status == 303 else answer
