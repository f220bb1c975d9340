"""Links that we make, opened by software that others wrote (npm kill-the-clipboard)."""

import json
import subprocess
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from selfcare.database import command
from tests import factories
from tests.conftest import Browse
from tests.factories.links import b64, make, shlink
from tests.harness.places import ROOT
from tests.harness.server import Server
from tests.sharing.scenes import Scene, scene

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def made(page: Page, rosa: Scene, *, passcode: bool) -> tuple[str, str]:
    """A link made by the page: as it stands there, and its passcode."""
    page.goto(f"{rosa.base}/summary/")
    page.get_by_role("button", name="A link with a QR code").click()
    page.get_by_label("What is it for?").fill("For the physio")
    if not passcode:
        page.get_by_role("switch", name="With a passcode").uncheck()
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your link is ready")
    return page.locator("#made-link").input_value(), page.locator(
        "[data-part=passcode]"
    ).inner_text().replace(" ", "")


def opened(*asked: dict[str, Any]) -> list[dict[str, Any]]:
    lines = "\n".join(map(json.dumps, asked))
    command_ = ["node", str(ROOT / "tests" / "links" / "open_elsewhere.mjs")]
    found = subprocess.run(
        command_, input=lines, capture_output=True, text=True, cwd=ROOT, check=True, timeout=60
    )
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_others_open_what_we_make(app: Flask, browse: Browse, live_server: Server) -> None:
    """Alone catches: a link, a manifest or a seal that only we can read: with a passcode and without one (direct), the
    file in the manifest and at an address of its own; a wrong passcode that their client does not understand.
    """
    rosa = scene(app)
    page = browse("phone", account=rosa.rosa)
    (locked, code), (direct, _) = (made(page, rosa, passcode=each) for each in (True, False))
    found = opened(
        {"link": locked, "passcode": "000000"},
        {"link": locked, "passcode": code},
        {"link": locked, "passcode": code, "most": 10},
        {"link": direct},
    )
    assert found[0] == {"error": "SHLInvalidPasscodeError"}
    for each in found[1:]:
        assert each["label"] == "For the physio"
        (bundle,) = each["fhirResources"]
        composition, patient = (one["resource"] for one in bundle["entry"][:2])
        assert (bundle["type"], composition["resourceType"]) == ("document", "Composition")
        assert patient["name"][0]["text"].startswith("Rosa Hill")
        assert "I want to be well enough" in json.dumps(composition, ensure_ascii=False)
        assert "canary" not in json.dumps(bundle)
    with app.test_request_context(), command():
        house = factories.household()
        plain = make(factories.permit(house.rosa, house.person))
    (found_plain,) = opened({"link": shlink(live_server.url + plain.path, plain.key)})
    assert found_plain["fhirResources"][0]["type"] == "collection"
    assert b64(plain.key) not in plain.path
