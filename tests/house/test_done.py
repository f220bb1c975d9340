"""What a press did is said on the page it leads to, and the focus goes there."""

import pytest
from flask import Flask

from tests.harness.client import Client
from tests.house.typed_forms import cases, prepare

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

# What was chosen to be logged is logged next: the page that follows is for that, and says so in its heading.
# *Not now* saves nothing that anybody reads: it leads to Today.
SAYS_ITSELF = {"diary.start_send", "diary.tracker_new_send", "accounts.not_now"}
# What was moved in a list is seen in its new place: the focus is on it there.
MOVES = {"appointments.question_top", "appointments.question_up"}


def test_every_press_says_what_it_did(app: Flask, client: Client) -> None:
    """Alone catches: a form whose redirect leads to a page that looks as before, also where a field has the focus."""
    record = prepare(app)
    client.strict = False
    silent: dict[str, tuple[str, str]] = {}
    pressed: set[str] = set()
    for who in ("rosa", "leon", "amina"):
        # What a helper's form leads to is what the person's leads to: it is the same view.
        found = [case for case in cases(record, client, who, but=pressed) if case.status == 303]
        cookie = client.cookie("__Host-selfcare") or ""
        for case in found:
            record.put_back()
            client.raw.set_cookie("__Host-selfcare", cookie, domain="localhost", path="/")
            page = client.send("POST", case.form.path, data=case.pairs)
            endpoint = case.form.endpoint
            pressed.add(endpoint)
            if page.h1 != "Saved." and not page.html.select("[autofocus]" if endpoint in MOVES else "#done"):
                silent[endpoint] = (page.h1, page.url.removeprefix("http://localhost"))
    said = [
        f"{name}: leads to a page that does not say it was saved, without saved=1: {where}"
        for name, where in sorted(silent.items())
        if name not in SAYS_ITSELF
    ]
    assert not said, "\n".join(said)
    assert len(pressed) >= 60
