"""What a request may cost: a megabyte that is made to be dear is refused before it is."""

import threading

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from selfcare.accounts import passwords
from selfcare.config import Settings
from selfcare.database import command, session
from selfcare.goals.models import Goal
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.harness.work import counting

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

AT_MOST = 100_000  # calls of functions: a megabyte that is taken apart takes ten times as many
# Each sign is read once, as it must be to know what was typed.
MORE = {"signs that are written out": 2_000_000}
MEGABYTE = 999_000
WORDS = "application/x-www-form-urlencoded"
PARTS = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
DEAR = {
    "many fields": (WORDS, b"a=1&" * (MEGABYTE // 4)),
    "many fields without values": (WORDS, b"&" * MEGABYTE),
    "fields of different names": (WORDS, b"&".join(b"%d=" % n for n in range(120_000))),
    "signs that are written out": (WORDS, b"a=" + b"%41" * (MEGABYTE // 3)),
    "many parts": ("multipart/form-data; boundary=x", PARTS * (MEGABYTE // len(PARTS)) + b"--x--\r\n"),
    "one part that does not end": ("multipart/form-data; boundary=x", PARTS[:-3] + b"\r\n-" * 300_000),
    "deep JSON": ("application/json", b"[" * MEGABYTE),
    "wide JSON": ("application/json", b"[" + b"1," * 400_000 + b"1]"),
}


@pytest.mark.parametrize("what", DEAR)
def test_a_megabyte_of_it_costs_little(app: Flask, client: Client, what: str) -> None:
    """At a page that anybody can reach, and at one that keeps words of somebody signed in."""
    house, ids = lived_in(app)
    rosa = house.rosa.id
    client.strict = False
    pages = ["/sign-in", f"/people/{house.person.id}/goals/{ids['goal_id']}/change"]
    client.get("/sign-in")  # what is only made once is not the request's
    client.sign_in(rosa)
    token = str(client.get(pages[1]).html.find("input", {"name": "csrf_token"})["value"])  # type: ignore[index]
    kind, body = DEAR[what]
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": token}
    client.raw.post("/sign-in", data=b"&" * 600, content_type=WORDS, headers=headers)
    for url in pages:
        answer, took = counting(client.raw.post, url, data=body, content_type=kind, headers=headers)
        assert 400 <= answer.status_code < 500, url
        assert len(answer.data) < 100_000, url
        assert took < MORE.get(what, AT_MOST), url


def test_an_address_of_many_fields_is_refused(app: Flask, client: Client) -> None:
    client.get("/sign-in")
    answer, took = counting(client.raw.get, "/sign-in?" + "a=1&" * 15_000)
    assert answer.status_code == 400
    assert took < 300_000


def test_both_versions_carry_the_forms_own_fields_and_nothing_else(app: Flask, client: Client) -> None:
    """Would fail where a 409 sends back whatever was sent."""
    house, ids = lived_in(app)
    with app.test_request_context(), command():
        session().scalars(select(Goal).where(Goal.id == ids["goal_id"])).one().version = 7
    client.sign_in(house.rosa.id)
    form = client.get(f"/people/{house.person.id}/goals/{ids['goal_id']}/change").form("goal")
    sent = [pair for pair in form.fill(text="Mine").sent() if pair[0] != "version"]
    both = client.post(
        str(form.page.url), [*sent, ("version", "6"), ("canary", "canary"), ("canary-2", "canary")]
    )
    assert both.status == 409
    assert "canary" not in both.text


def test_a_crowd_of_passwords_waits_for_itself_alone(app: Flask) -> None:
    """Would fail where every thread that answers can be hashing at once: 64 MiB and a core each."""
    inside, most, guard = 0, 0, threading.Lock()
    real = PasswordHasher(*Settings.password_cost)
    kept = real.hash("three words together")

    class Watched:
        def verify(self, stored: str, password: str) -> bool:
            nonlocal inside, most
            with guard:
                inside, most = inside + 1, max(most, inside + 1)
            try:
                return bool(real.verify(stored, password))
            finally:
                with guard:
                    inside -= 1

    def one(n: int) -> None:
        with app.app_context():
            passwords.verify(kept, f"word {n}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", Watched)
        threads = [threading.Thread(target=one, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert most == passwords._AT_ONCE
