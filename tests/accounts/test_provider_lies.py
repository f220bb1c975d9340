"""A provider that lies, or is not there: what somebody reads then, and that nothing comes of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from selfcare.accounts import enrolment, links, provider
from selfcare.accounts.models import Account, ProviderLink
from selfcare.accounts.models import SignIn as Row
from selfcare.accounts.provider import Said
from selfcare.database import command, now, session
from selfcare.settings_sign_in import SignIns
from selfcare.web.access import Kind
from tests import factories
from tests.accounts.conftest import Made, Make
from tests.accounts.providers import Liar, liar
from tests.harness.client import Client
from tests.harness.pages import Answer, Form

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

# Each lie, and what comes of it for who signs in, who is asked again who they are, and who links their account:
# `in`, or the status and what the page says. Wherever it is not `in`, there is no session, no proof and no link.
TABLE = """
                         signs-in       again          links
honest                   in             in             in
methods-in-words         400-unchecked  400-unchecked  400-unchecked
nobody-there             503-quiet      503-quiet      503-quiet
leads-elsewhere          503-quiet      503-quiet      503-quiet
leads-on                 503-quiet      503-quiet      503-quiet
in-trouble               503-quiet      503-quiet      503-quiet
says-nothing             503-quiet      503-quiet      503-quiet
endless                  503-quiet      503-quiet      503-quiet
in-no-hurry              503-quiet      503-quiet      503-quiet
does-not-know-us         503-quiet      503-quiet      503-quiet
used-before              400-late       400-late       400-late
another-name             400-unchecked  400-unchecked  400-unchecked
plain-address            400-unchecked  400-unchecked  400-unchecked
weak-only                400-unchecked  400-unchecked  400-unchecked
keys-in-words            400-unchecked  400-unchecked  400-unchecked
shows-no-key             400-unchecked  400-unchecked  400-unchecked
unknown-key              400-unchecked  400-unchecked  400-unchecked
signed-by-nobody         400-unchecked  400-unchecked  400-unchecked
signed-by-our-secret     400-unchecked  400-unchecked  400-unchecked
signed-by-its-shown-key  400-unchecked  400-unchecked  400-unchecked
signed-by-another        400-unchecked  400-unchecked  400-unchecked
torn                     400-unchecked  400-unchecked  400-unchecked
no-token                 400-unchecked  400-unchecked  400-unchecked
no-iss                   400-unchecked  400-unchecked  400-unchecked
no-aud                   400-unchecked  400-unchecked  400-unchecked
no-sub                   400-unchecked  400-unchecked  400-unchecked
no-exp                   400-unchecked  400-unchecked  400-unchecked
no-iat                   400-unchecked  400-unchecked  400-unchecked
no-nonce                 400-unchecked  400-unchecked  400-unchecked
no-auth_time             in             400-unchecked  400-unchecked
another-issuer           400-unchecked  400-unchecked  400-unchecked
another-names-itself     400-unchecked  400-unchecked  400-unchecked
does-not-name-itself     400-unchecked  400-unchecked  400-unchecked
another-audience         400-unchecked  400-unchecked  400-unchecked
audience-of-numbers      400-unchecked  400-unchecked  400-unchecked
many-audiences           400-unchecked  400-unchecked  400-unchecked
another-made-for-us      400-unchecked  400-unchecked  400-unchecked
made-for-another         400-unchecked  400-unchecked  400-unchecked
another-nonce            400-unchecked  400-unchecked  400-unchecked
another-access-token     400-unchecked  400-unchecked  400-unchecked
run-out                  400-unchecked  400-unchecked  400-unchecked
not-yet                  400-unchecked  400-unchecked  400-unchecked
signed-in-long-ago       in             400-unchecked  400-unchecked
words-for-a-time         400-unchecked  400-unchecked  400-unchecked
number-for-a-name        400-unchecked  400-unchecked  400-unchecked
endless-name             400-unchecked  400-unchecked  400-unchecked
empty-name               400-unchecked  400-unchecked  400-unchecked
unseen-signs             400-unchecked  400-unchecked  400-unchecked
somebody-else            403-unknown    403-else       409-taken
"""
SAID = {
    "unchecked": "We could not check what Riverside sign-in told us, so it lets nobody in. Nothing is lost.",
    "quiet": "Riverside sign-in does not answer just now. Nothing is lost.",
    "late": "That took too long, or it was used before, or it began in another browser. Nothing is lost.",
    "unknown": "Selfcare does not know yet who you are at Riverside sign-in.",
    "else": "You signed in at Riverside sign-in as somebody else. Nothing is lost.",
    "taken": "Your account at Riverside sign-in is used for another account here",
}
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
STARTS = {
    "signs-in": "/sign-in?next=/account/",
    "again": "/sign-in/again?next=/account/",
    "links": "/account/provider/",
}
# Whose pages are judged, too.
LOOKED_AT = ("honest", "nobody-there", "used-before", "no-iss", "somebody-else")


@pytest.fixture(scope="module")
def lies() -> Iterator[Liar]:
    with liar() as found:
        yield found


def trust(app: Flask, monkeypatch: pytest.MonkeyPatch, found: Liar, lie: str) -> None:
    own = found.provider(lie)
    if lie == "nobody-there":
        own = replace(own, issuer="http://127.0.0.1:9/nobody-there")
    changed = replace(app.config["SETTINGS"], sign_ins=SignIns((own,)))
    monkeypatch.setitem(app.config, "SETTINGS", changed)


def linked(app: Flask, account_id: UUID, issuer: str, sub: str = "rosa") -> None:
    with app.test_request_context(), command() as work:
        links.add(work.get_one(Account, account_id), Said(issuer, sub, None))


def button(page: Answer) -> Form:
    return next(form for form in page.forms() if "provider" in form.action or "/with/" in form.action)


def goes(browser: Client, url: str) -> Answer:
    """Presses the button that leads to the provider."""
    return button(browser.get(url)).submit()


def address(page: Answer) -> str:
    return str(page.headers["Refresh"]).removeprefix("0; url=")


def comes(browser: Client, said: dict[str, str], key: str = "people") -> Answer:
    """Opens the address that the provider sends them back by, and presses on."""
    return browser.get(f"/sign-in/with/{key}/back", data=said).form("back").submit()


def state(app: Flask, account_id: UUID) -> tuple[object, ...]:
    with app.app_context():
        return (
            session().scalar(select(func.count(Row.id))),
            sorted(session().scalars(select(ProviderLink.subject))),
            session().scalars(select(Row.proved_at).order_by(Row.started_at.desc())).first(),
        )


def comes_of_it(
    app: Flask, found: Liar, lie: str, way: str, owner: Made, new_client: Callable[..., Client]
) -> str:
    """What a cell of the table says."""
    browser = new_client(strict=lie in LOOKED_AT)
    long_ago = now() - timedelta(minutes=9 if way == "links" else 20)
    if way != "signs-in":
        with time_machine.travel(long_ago, tick=False):
            browser.sign_in(owner.id)
    before = state(app, owner.id)
    form = button(browser.get(STARTS[way]))
    page = form.submit()
    if "Refresh" in page.headers:
        said = found.back(address(page), lie, "leon" if lie == "somebody-else" else "rosa")
        if lie in LOOKED_AT:
            page = comes(browser, said)
        else:
            said["csrf_token"] = form.value("csrf_token")
            page = browser.post("/sign-in/with/people/back", said)
    after = state(app, owner.id)
    if page.status == 200:
        assert page.h1 == ("Riverside sign-in" if way == "links" else "Account")
        assert after != before
        return "in"
    assert after == before, (lie, way)
    assert page.headers.get("Retry-After", "") == ("60" if page.status == 503 else "")
    [word] = [word for word, text in SAID.items() if text in page] or ["?"]
    return f"{page.status}-{word}"


@pytest.mark.parametrize("way", list(STARTS))
def test_every_lie_and_what_comes_of_it(
    app: Flask,
    make: Make,
    new_client: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    lies: Liar,
    way: str,
) -> None:
    """Alone catches: a check of the ID token, of the answer or of the provider that is not made."""
    monkeypatch.setattr(provider, "LIMIT", 0.5)
    rosa, leon = make(), make("Leon")
    drawn, expected = {}, {lie: cells[list(STARTS).index(way)] for lie, *cells in ROWS}
    for lie in expected:
        trust(app, monkeypatch, lies, lie)
        issuer = app.config["SETTINGS"].sign_ins.whole[0].issuer
        if way != "links":
            linked(app, rosa.id, issuer)
        if lie == "somebody-else" and way != "signs-in":
            linked(app, leon.id, issuer, "leon")
        drawn[lie] = comes_of_it(app, lies, lie, way, rosa, new_client)
    assert {lie: cell for lie, cell in drawn.items() if cell != expected[lie]} == {}


def test_a_second_step_counts_for_a_day_at_work_and_a_link_is_used_by_who_signed_in_now(
    app: Flask, make: Make, new_client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, lies: Liar
) -> None:
    """Alone catches: a second step of last week that lets a professional in; an enrolment link that is used with the
    word of whoever was signed in there before, at a shared computer.
    """
    own = lies.provider("honest", "staff", second_step=frozenset({("amr", "mfa")}))
    changed = replace(app.config["SETTINGS"], sign_ins=SignIns((own,)))
    monkeypatch.setitem(app.config, "SETTINGS", changed)
    amina = make("Amina", Kind.PROFESSIONAL)
    linked(app, amina.id, own.issuer, "a1")
    hour, moment = 3600, int(now().timestamp())
    for at, heading in (
        (moment - 11 * hour, "Account"),
        (moment - 13 * hour, "Your second step is missing"),
        (None, "Your second step is missing"),
    ):
        browser = new_client()
        where = address(goes(browser, "/sign-in?next=/account/"))
        assert "max_age=43200" in where
        assert "prompt=" not in where
        said = lies.back(where, "honest", "a1", amr=["mfa"], auth_time=at)
        assert comes(browser, said, "staff").h1 == heading, at
        if heading == "Account":
            with app.app_context():
                left = session().scalars(select(Row.ends_at)).one() - now()
            assert timedelta(minutes=55) < left <= timedelta(hours=1), "12 hours in all since the second step"
    with app.test_request_context(), command():
        owen = factories.account(Kind.PROFESSIONAL, "Owen")
        owen_id, code = owen.id, enrolment.make(owen)
    for at, status in ((moment - hour, 400), (moment, 200)):
        browser = new_client()
        page = browser.get("/enrol").form("enrol").submit(code=code, provider="staff")
        said = lies.back(address(page), "honest", "o1", amr=["mfa"], auth_time=at)
        page = comes(browser, said, "staff")
        assert (page.status, SAID["unchecked"] in page) == (status, status == 400)
        with app.app_context():
            theirs = select(func.count(ProviderLink.id)).where(ProviderLink.account_id == owen_id)
            assert session().scalar(theirs) == (status == 200)
