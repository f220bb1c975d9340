"""A summary goes to somebody without an account: a link is made, opened by its passcode, seen in who looked, ended."""

import base64
import json
import re

import pytest
from flask import Flask
from playwright.sync_api import Request, Route, expect

from tests.conftest import Browse
from tests.harness.axe import axe
from tests.sharing.scenes import scene

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_a_link_is_made_opened_by_a_passcode_seen_and_ended(app: Flask, browse: Browse) -> None:
    """Alone catches: a link that nobody outside can open, a look that the person is not shown, an end that ends
    nothing, and a key, or the words it seals, in anything that the browser sends;
    a tap before the script is there, which sends a form with nothing in it.
    """
    rosa = scene(app)
    sent: list[Request] = []
    page = browse("phone", account=rosa.rosa)
    page.context.on("request", lambda one: sent.append(one))
    page.goto(f"{rosa.base}/summary/")
    late: list[Route] = []  # a slow line: the page is there before its script
    page.route("**/links.*.js", lambda route: late.append(route), times=1)
    page.get_by_role("button", name="A link with a QR code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Make a link")
    expect(page.get_by_role("button", name="Make the link")).to_be_hidden()
    late[0].continue_()
    page.get_by_label("What is it for?").fill("For the eye clinic")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your link is ready")
    link = page.get_by_label("The link", exact=True).input_value()
    passcode = page.locator("[data-part=passcode]").inner_text()
    assert re.fullmatch(r"\d{4} \d\d", passcode)
    expect(page.get_by_role("img", name="The link as a QR code")).to_be_visible()
    page.emulate_media(media="print")  # on paper, whoever has only the link sees nothing
    expect(page.locator("[data-part=passcode]")).to_be_hidden()
    expect(page.get_by_role("img", name="The link as a QR code")).to_be_visible()
    page.emulate_media(media="screen")

    ada = browse("phone")
    ada.context.on("request", lambda one: sent.append(one))
    ada.goto(link)
    expect(ada.locator("#about-label")).to_have_text("For the eye clinic")
    ada.get_by_label("Who is looking?").fill("Dr Ada Obi, eye clinic")
    ada.get_by_label("Passcode").fill("000 000")
    ada.get_by_role("button", name="Open it").click()
    expect(ada.get_by_role("alert")).to_contain_text("4 tries left")
    ada.get_by_label("Passcode").fill(passcode)
    ada.get_by_role("button", name="Open it").click()
    expect(ada.get_by_role("heading", level=1)).to_contain_text("Rosa Hill")
    expect(ada.locator("#shown")).to_contain_text("We cannot check who wrote this")
    expect(ada.locator("#shown")).to_contain_text("I want to be well enough for my sister’s visit in April.")
    nowhere_sent(sent, link, passcode)
    axe(ada)
    axe(page)

    page.get_by_role("link", name="Done").click()
    expect(page.locator(".rows").first).to_contain_text("Opened 1 time.")
    page.goto(f"{rosa.base}/who-looked/")
    expect(page.locator(".rows").first).to_contain_text(
        "Somebody with a link, who wrote: “\u2068Dr Ada Obi, eye clinic\u2069”"
    )
    expect(page.locator(".rows").first).to_contain_text("The link “For the eye clinic”")
    expect(page.locator(".rows").first).to_contain_text(re.compile(r"\d\d:\d\d"))
    page.goto(f"{rosa.base}/links/")
    page.get_by_role("link", name="End the link").click()
    page.get_by_role("button", name="End it now").click()
    expect(page.locator(".rows").first).to_contain_text("Ended on")

    ada.goto("about:blank")
    ada.goto(link)
    ada.get_by_label("Who is looking?").fill("Dr Ada Obi")
    ada.get_by_label("Passcode").fill(passcode)
    ada.get_by_role("button", name="Open it").click()
    expect(ada.get_by_role("alert")).to_contain_text("This link has ended.")
    expect(ada.locator("#open")).to_be_hidden()


def nowhere_sent(sent: list[Request], link: str, passcode: str) -> None:
    """What the browsers sent holds neither the link's key, nor its fragment, nor a word of what was sealed."""
    key = json.loads(_unpacked(link.partition("shlink:/")[2]))["key"]
    for request in sent:
        said = request.url + json.dumps(request.headers) + (request.post_data_buffer or b"").decode("latin-1")
        assert key not in said, request.url
        assert link.partition("#")[2] not in said
        assert "sister" not in said
    (body,) = [
        one.post_data_buffer for one in sent if one.url.endswith("/links/make") and one.method == "POST"
    ]
    assert body is not None, "what was sent is what is looked through"
    assert passcode.replace(" ", "").encode() in body
    assert b'name="file"' in body
    posts = [one for one in sent if one.method == "POST"]
    assert [one.url.partition("/links/")[2] for one in posts if "/links/" in one.url] == ["begin", "make"]


def _unpacked(text: str) -> str:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
