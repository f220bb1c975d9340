"""What a helper is told of ending their own access is so."""

from collections.abc import Callable

import pytest

from tests.harness.client import Client
from tests.home.conftest import World

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_who_ends_their_access_sees_nothing_then(world: World, new_client: Callable[..., Client]) -> None:
    rosa, leon = new_client(), new_client()
    rosa.sign_in(world.rosa)
    leon.sign_in(world.leon)
    said = "You then see nothing of Rosa here."
    assert said not in rosa.get(f"{world.url}more/").text.replace("\u2068", "")
    more = leon.get(f"{world.url}more/")
    assert said in more
    paths = ("", "diary/", "questions/", "appointments/", "goals/")
    assert {leon.get(world.url + path).status for path in paths} == {200}
    more.click("End my access").form("/stop-helping").submit()
    assert {leon.get(world.url + path).status for path in paths} == {404}
    assert "Rosa" not in leon.get("/").html.main.get_text()  # type: ignore[union-attr]
