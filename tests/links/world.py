"""Rosa's household, and any software out there that asks for a link."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from selfcare.database import command
from tests import factories
from tests.factories.links import Made, make
from tests.harness.client import ORIGIN


@dataclass
class World:
    """The household, and ways to ask for its links."""

    app: Flask
    home: factories.Household

    @property
    def base(self) -> str:
        return f"/people/{self.home.person.id}"

    def link(self, by: str = "rosa", **terms: Any) -> Made:
        with self.app.test_request_context(), command():
            return make(factories.permit(getattr(self.home, by), self.home.person), **terms)

    def ask(self, link: Made, said: Any = None, *, raw: bytes | None = None) -> TestResponse:
        """A manifest, asked for by a page of another origin, without a cookie."""
        body = (
            raw
            if raw is not None
            else json.dumps({"recipient": "Dr Ada Obi"} if said is None else said).encode()
        )
        headers = {
            "Origin": "https://viewer.example",
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "cors",
        }
        send = self.app.test_client().post
        return send(link.path, data=body, base_url=ORIGIN, headers=headers, content_type="application/json")

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.app.test_client().get(path, base_url=ORIGIN, **options)
