"""E-mail against a real SMTP server: what is sent, once, over what connection, and every answer a server may give."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.smtp import AuthResult
from flask import Flask
from sqlalchemy import update

from selfcare.config import Smtp
from selfcare.database import now
from selfcare.notifications import email as mail
from selfcare.notifications import words
from selfcare.outbox import queue
from selfcare.outbox.models import Outbox
from tests.notifications.conftest import Home
from tests.notifications.post import Post
from tests.notifications.world import PushService, certificate, server_context

SENDER = "Selfcare <no-reply@selfcare.example>"


@pytest.fixture
def post(set_up: Callable[..., None]) -> Iterator[Post]:
    with Post().listening() as found:
        set_up(smtp=Smtp("127.0.0.1", found.port, "none"), mail_from=SENDER, url="https://selfcare.example")
        yield found


@pytest.fixture
def by_email(home: Home) -> Home:
    """Rosa hears by e-mail alone."""
    home.address()
    home.wish(email=True)
    return home


def test_from_the_queue_to_the_letter_box(by_email: Home, post: Post) -> None:
    delivery = by_email.tell()
    assert by_email.deliver() == {"sent": 1}
    assert by_email.ended(delivery) == ("sent", "email")
    (message,) = post.messages
    ((_, to, sender),) = post.sessions
    assert (to, sender) == (["rosa@example.org"], "no-reply@selfcare.example")
    assert message["Subject"] == "There is something new for you in Selfcare"
    assert message["From"] == SENDER
    assert message["To"] == "rosa@example.org"
    assert message["Message-ID"] == f"<{delivery}@selfcare.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert message.get_content_type() == "text/plain"
    text = message.get_content()
    assert "There is something new for you." in text
    assert "https://selfcare.example/inbox/" in text
    whole = message.as_string()
    for private in ("Rosa", "result", str(by_email.house.person.id), "Amina"):
        assert private not in whole.replace("rosa@example.org", "")
    assert by_email.deliver() == {}
    assert len(post.messages) == 1


def test_every_kind_is_the_same_letter(app: Flask) -> None:
    with app.app_context():
        one, two = words.letter("en", None), words.letter(None, None)
    assert one == two
    assert "http" not in one.text


def test_urdu_begins_on_the_right(app: Flask) -> None:
    with app.app_context():
        letter = words.letter("ur", "https://selfcare.example")
    lines = [line for line in letter.text.split("\n") if line]
    assert letter.language == "ur"
    assert all(line.startswith(words.RIGHT_TO_LEFT_MARK) for line in lines if not line.startswith("https:"))
    assert "https://selfcare.example/inbox/" in lines


def test_push_first_and_e_mail_where_no_device_took_it(
    by_email: Home, post: Post, service: PushService, set_up: Callable[..., None]
) -> None:
    by_email.subscribe(service.endpoint())
    taken = by_email.tell()
    by_email.deliver()
    assert by_email.ended(taken) == ("sent", "push")
    assert post.messages == []
    service.answer = lambda _: (503, {})
    refused = by_email.tell()
    by_email.deliver()
    assert by_email.ended(refused) == ("sent", "email")
    assert len(post.messages) == 1


def test_without_push_e_mail_alone(by_email: Home, post: Post, service: PushService) -> None:
    by_email.subscribe(service.endpoint())
    by_email.wish(email=True, push=False)
    by_email.deliver()
    delivery = by_email.tell()
    by_email.deliver()
    assert by_email.ended(delivery) == ("sent", "email")
    assert service.received == []


def test_without_a_server_the_inbox_alone(by_email: Home, app: Flask) -> None:
    with app.app_context():
        assert not mail.is_set_up()
    delivery = by_email.tell()
    by_email.deliver()
    assert by_email.ended(delivery) == ("sent", "inbox")


def test_without_an_address_the_inbox_alone(home: Home, post: Post) -> None:
    home.wish(email=True)
    delivery = home.tell()
    home.deliver()
    assert home.ended(delivery) == ("sent", "inbox")


@pytest.mark.parametrize(
    ("command", "answer", "state"),
    [
        ("MAIL", "451 busy", "waiting"),
        ("MAIL", "550 you may not", "waiting"),  # our own setting's fault, not the address's
        ("RCPT", "450 later", "waiting"),
        ("RCPT", "550 no such user", "failed"),
        ("RCPT", "553 no", "failed"),
        ("DATA", "451 later", "waiting"),
        ("DATA", "554 no", "failed"),
    ],
)
def test_what_a_server_may_say(by_email: Home, post: Post, command: str, answer: str, state: str) -> None:
    post.answers[command] = answer
    delivery = by_email.tell()
    by_email.deliver()
    row = by_email.row(delivery)
    assert (row.state, row.reason) == (state, "email")
    assert row.owner == (by_email.house.amina.id if state == "failed" else None)
    assert post.messages == []


def test_a_server_in_trouble_is_tried_eight_times_over_about_two_days(
    by_email: Home, post: Post, noon: time_machine.Traveller
) -> None:
    by_email.wish(email=True, quiet_from=datetime.min.time(), quiet_until=datetime.min.time())
    post.answers["RCPT"] = "451 later"
    delivery, began, waits = by_email.tell(), now(), []
    for number in range(1, 8):
        tried = now()
        by_email.deliver()
        row = by_email.row(delivery)
        assert (row.state, row.tries) == ("waiting", number)
        waits.append(row.not_before - tried)
        noon.move_to(row.not_before + timedelta(seconds=1))
    assert all(two > one * 1.5 for one, two in pairwise(waits)), waits
    assert timedelta(days=1.5) < now() - began < timedelta(days=2.5)
    by_email.deliver()
    row = by_email.row(delivery)
    assert (row.state, row.tries, row.owner) == ("failed", 8, by_email.house.amina.id)
    assert row.ended_at is not None


def test_it_comes_at_last(by_email: Home, post: Post, noon: time_machine.Traveller) -> None:
    post.answers["DATA"] = "451 later"
    delivery = by_email.tell()
    by_email.deliver()
    post.answers.clear()
    noon.move_to(by_email.row(delivery).not_before + timedelta(seconds=1))
    by_email.deliver()
    assert by_email.ended(delivery) == ("sent", "email")
    assert [message["Message-ID"] for message in post.messages] == [f"<{delivery}@selfcare.example>"]


def test_an_answer_that_never_comes_leaves_it_open_and_somebody_is_told(
    by_email: Home, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The content is out, and nobody says that it arrived: once more could be twice, and nothing could be never."""
    monkeypatch.setattr(mail, "LIMIT", 0.7)
    over = threading.Event()
    post.on = lambda command: over.wait(3) and None if command == "DATA" else None
    delivery = by_email.tell()
    by_email.deliver()
    over.set()
    row = by_email.row(delivery)
    assert (row.state, row.owner) == ("unsure", by_email.house.amina.id)
    assert by_email.deliver() == {}


def test_another_worker_has_it_by_now_so_nothing_is_handed_over(by_email: Home, post: Post) -> None:
    """This worker was so slow that its time ran out; it stops before the content leaves."""
    delivery = by_email.tell()
    other = (
        update(Outbox).where(Outbox.id == delivery).values(lease=delivery, lease_until=now() + queue.LEASE)
    )
    post.on = lambda command: by_email.change(other) if command == "RCPT" else None
    assert by_email.deliver() == {"lost": 1}
    assert post.messages == []
    assert by_email.row(delivery).state == "sending"


def test_an_address_that_is_none_fails_for_good(by_email: Home, post: Post) -> None:
    for address in (
        "rosa@",
        "a b@example.org",
        "rosa@example.org\nBcc: all@example.org",
        "@",
        "rosa@exa\x01mple.org",
    ):
        by_email.address(email=address)
        delivery = by_email.tell()
        by_email.deliver()
        assert by_email.ended(delivery) == ("failed", "email"), address
    assert post.messages == []


def test_an_address_in_another_script(by_email: Home, post: Post) -> None:
    by_email.address(email="ਰੋਜ਼ਾ@example.org")
    delivery = by_email.tell()
    by_email.deliver()
    assert by_email.ended(delivery)[0] in ("sent", "failed")
    if post.messages:
        assert post.sessions[0][1] == ["ਰੋਜ਼ਾ@example.org"]


# ----------------------------------------------------------------------------------------------------------- TLS


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("tls", ["first", "at once"])
@pytest.mark.parametrize("known", [True, False], ids=["trusted", "unknown"])
def test_tls_with_a_certificate_that_is_checked(
    by_email: Home,
    set_up: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tls: str,
    known: bool,
) -> None:
    made = certificate(tmp_path, "localhost")
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(made[0]))
    context = server_context(made)

    def right(server: Any, session: Any, envelope: Any, mechanism: str, auth: Any) -> AuthResult:
        return AuthResult(success=auth.login == b"selfcare" and auth.password == b"a secret")

    options: dict[str, Any] = {"authenticator": right, "auth_required": True}
    options |= (
        {"tls_context": context, "require_starttls": True} if tls == "first" else {"ssl_context": context}
    )
    if tls == "at once":
        options["auth_require_tls"] = False  # the server does not count the TLS it is wrapped in
    with Post(**options).listening() as post:
        set_up(smtp=Smtp("localhost", post.port, tls, "selfcare", "a secret"), mail_from=SENDER)
        delivery = by_email.tell()
        by_email.deliver()
        assert by_email.ended(delivery) == (("sent", "email") if known else ("waiting", "email"))
        assert len(post.messages) == known


def test_a_certificate_of_another_name_is_refused(
    by_email: Home, set_up: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificate(tmp_path, "another.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(made[0]))
    with Post(tls_context=server_context(made)).listening() as post:
        set_up(smtp=Smtp("localhost", post.port, "first"), mail_from=SENDER)
        delivery = by_email.tell()
        by_email.deliver()
        assert by_email.ended(delivery) == ("waiting", "email")
        assert post.messages == []


def test_a_server_that_offers_no_tls_is_not_trusted_with_anything(
    by_email: Home, post: Post, set_up: Callable[..., None]
) -> None:
    said: list[str] = []
    post.on = said.append
    set_up(smtp=Smtp("127.0.0.1", post.port, "first", "selfcare", "a secret"), mail_from=SENDER)
    delivery = by_email.tell()
    by_email.deliver()
    assert by_email.ended(delivery) == ("waiting", "email")
    assert said == ["EHLO"], "it went on without"


def test_a_line_that_is_a_dot_does_not_end_the_letter() -> None:
    assert mail._dotted(b"one\n.\n..two\r\n") == b"one\r\n..\r\n...two\r\n.\r\n"


def test_no_address_and_no_server_s_text_is_logged(
    by_email: Home, post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    post.answers["RCPT"] = "550 rosa@example.org is unknown here"
    by_email.tell()
    by_email.deliver()
    said = capsys.readouterr()
    assert "delivery" in said.out
    assert "rosa" not in said.out + said.err
