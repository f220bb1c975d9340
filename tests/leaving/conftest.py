"""A record with one of everything, a place for its copy, and whoever makes it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import delete

from selfcare.config import Settings
from selfcare.database import command, session
from selfcare.diary import actions as diary
from selfcare.notifications.models import Subscription
from selfcare.outbox import deliver
from tests import factories
from tests.factories import Household
from tests.factories.record import ago, fill, hide
from tests.harness.client import Client


@dataclass
class Home:
    """Rosa's record, also with what only she sees; her browser; where copies lie."""

    app: Flask
    house: Household
    ids: dict[Any, Any]
    rosa: Client
    data: Path
    settings: Settings

    @property
    def base(self) -> str:
        return f"/people/{self.house.person.id}/"

    def make(self) -> None:
        """What the deliverer does."""
        with self.app.app_context():
            while deliver.deliver_one() is not None:
                pass

    def ask(self) -> None:
        """Rosa asks for a copy, and it is made."""
        self.rosa.get(self.base + "export/").form("ask").submit()
        self.make()

    def fetch(self) -> ZipFile:
        page = self.rosa.get(self.base + "export/")
        answer = self.rosa.get(page.link("Fetch the file"))
        assert answer.status == 200
        return ZipFile(BytesIO(answer.response.get_data()))


@pytest.fixture
def small(home_of: Callable[..., Home]) -> Home:
    """With one entry and nothing else: for what does not hang on what is in it."""
    return home_of(lambda house: {"entry": a_note(house)})


@pytest.fixture
def home(home_of: Callable[..., Home]) -> Home:
    """With one of everything, also of what only she sees."""

    def everything(house: Household) -> dict[Any, Any]:
        ids = fill(house)
        hide(house)
        session().execute(delete(Subscription))  # no browser is asked for over the network here
        return ids

    return home_of(everything)


def a_note(house: Household) -> UUID:
    rosa = factories.permit(house.rosa, house.person)
    return diary.log(rosa, None, ago(rosa), note="Slept badly.").id


@pytest.fixture
def home_of(
    app: Flask, new_client: Callable[..., Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[Household], dict[Any, Any]]], Home]:
    def make(of: Callable[[Household], dict[Any, Any]]) -> Home:
        known: Settings = app.config["SETTINGS"]
        settings = replace(known, data=tmp_path)
        monkeypatch.setitem(app.config, "SETTINGS", settings)
        with app.test_request_context(), command():
            house = factories.household()
            ids = of(house)
        rosa = new_client()
        rosa.sign_in(house.rosa.id)
        return Home(app, house, ids, rosa, tmp_path, settings)

    return make
