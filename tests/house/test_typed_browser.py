"""Nothing typed is lost in a browser: every form keeps what was typed, over a reload and the browser's way back.

Every form that a person and their key contact are shown is filled in, field by field; then its page is loaded anew, and
left and gone back to; what was typed is offered, and put back it stands in every field as it did. With a worker for the
person, without one for the professional. Without JavaScript: test_typed.
"""

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from selfcare.web.access import Area, Level
from tests.conftest import Browse
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.harness.places import PROOF
from tests.house.crawl import addresses, few_with_all, made_of
from tests.web.test_drafts_browser import drafts

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

# What is saved as it is typed stands in the page again, and needs no draft.
FORMS = """const forms = () => [...document.forms].filter((form) => form.elements.draft && !("autosave" in form.dataset)
  && !form.querySelector("[type=password], [autocomplete=one-time-code]")
  && [...form.elements].some(({ name, type }) => name && !["hidden", "file", "submit", "button"].includes(type)));
const content = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string"
  && !/^(csrf_token|draft|outbox.*)$/.test(name)).map(String);
"""
TYPE = f"""() => {{
  {FORMS}
  const digits = /^(decimal|numeric)$/;
  const values = {{ date: "2026-02-03", time: "10:30", email: "sam@example.net", number: "12" }};
  return forms().map((form) => {{
    const before = String(content(form));
    for (const [n, field] of [...form.elements].entries()) {{
      const {{ type, name }} = field;
      if (!name || ["hidden", "file", "submit", "button"].includes(type)) continue;
      if (type === "radio") field.checked = true;
      else if (type === "checkbox") field.checked = !field.checked;
      else if (type.startsWith("select")) field.selectedIndex = field.options.length - 1;
      else field.value = values[type] || (digits.test(field.inputMode) ? `${{n + 1}}` : `Some words ${{n}}`);
      for (const what of ["input", "change"]) field.dispatchEvent(new Event(what, {{ bubbles: true }}));
    }}
    const typed = content(form);
    return {{ typed, changed: String(typed) !== before }};
  }});
}}"""
PUT_BACK = f"""async (count) => {{
  {FORMS}
  const offers = () => [...document.querySelectorAll("[data-draft=back]")];
  for (let frame = 0; frame < 200 && offers().length < count; frame++) await new Promise(requestAnimationFrame);
  for (const offer of offers()) offer.click();
  return forms().map(content);
}}"""


def pages_with_forms(app: Flask, client: Client, ids: dict[str, Any]) -> dict[str, set[str]]:
    """Address of a page → the forms it is the first to have, by where they go.

    What puts words back is one script for all forms: `make test` asks few that together have every part that any has.
    """
    parts: dict[tuple[str, str], set[tuple[str, str]]] = {}
    known: set[str] = set()
    for _, url in addresses(app, ids):
        page = client.get(url, follow=False)
        for form in page.forms() if page.status == 200 and page.is_html else []:
            if form.value("draft") is not None and form.action not in known:
                known.add(form.action)
                parts[url, form.action] = made_of(form.tag)
    chosen = set(parts) if PROOF else few_with_all(parts)
    found: dict[str, set[str]] = {}
    for url, action in parts:
        if (url, action) in chosen:
            found.setdefault(url, set()).add(action)
    return found


def lost(page: Page, url: str, kept: int) -> tuple[list[str], int]:
    """What is wrong with the forms of a page, and how many drafts the browser keeps then."""
    page.goto(url)
    typed = page.evaluate(TYPE)
    if not typed:
        return [], kept
    changed = sum(
        each["changed"] for each in typed
    )  # where everything was chosen so already there is nothing to keep
    drafts(page, kept + changed, url)
    page.reload()
    wrong = _other(typed, page.evaluate(PUT_BACK, changed), f"{url} loaded anew")
    page.goto("/account/")
    page.go_back()
    wrong += _other(typed, page.evaluate(PUT_BACK, changed), f"{url} gone back to")
    return wrong, kept + changed


def _other(typed: list[dict[str, Any]], after: list[list[str]], where: str) -> list[str]:
    return [
        f"{where}: {sorted(set(each['typed']) ^ set(now))[:6]}"
        for each, now in zip(typed, after, strict=True)
        if each["changed"] and sorted(each["typed"]) != sorted(now)
    ]


READERS = [("rosa", "phone", "allow", 20), ("amina", "desk", "block", 12)]


@pytest.mark.parametrize(("who", "device", "worker", "least"), READERS, ids=["rosa", "amina"])
def test_every_form_keeps_what_was_typed(
    app: Flask, client: Client, browse: Browse, who: str, device: str, worker: str, least: int
) -> None:
    house, ids = lived_in(app, dict.fromkeys(Area, Level.MANAGE))
    account = getattr(house, who).id
    client.strict = False
    client.sign_in(account)
    found = pages_with_forms(app, client, ids)
    page = browse(device, account=account, service_workers=worker)
    wrong, kept = [], 0
    for url in found:
        said, kept = lost(page, url, kept)
        wrong += said
    print(f"\n{who}: {kept} forms on {len(found)} pages")  # noqa: T201
    assert not wrong, "\n".join(wrong)
    assert kept >= (least if PROOF else 6)
