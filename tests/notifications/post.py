"""A mail server on this machine, which takes what it is sent or says what a test wants said."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller

from tests.harness.server import free_port


class Post:
    """`answers` says what each command is told, where that is not yes; `on` is called at each of them."""

    def __init__(self, **options: Any) -> None:
        self.messages: list[Message] = []
        self.sessions: list[Any] = []
        self.answers: dict[str, str] = {}
        self.on: Callable[[str], object] = lambda _: None
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)

    async def handle_EHLO(  # noqa: N802 - the names the server looks for
        self, server: Any, session: Any, envelope: Any, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        self.on("EHLO")
        return answers

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        self.on("MAIL")
        if "MAIL" not in self.answers:
            envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        self.on("RCPT")
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        found = message_from_bytes(envelope.content, policy=policy.default)
        if "DATA" not in self.answers:
            self.messages.append(found)
            self.sessions.append((session, list(envelope.rcpt_tos), envelope.mail_from))
        self.on("DATA")
        return self.answers.get("DATA", "250 OK")

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.on("QUIT")
        return "221 Bye"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of all that was taken, in order."""
        return [str(message["Message-ID"]) for message in self.messages]

    @contextmanager
    def listening(self) -> Iterator["Post"]:
        self._controller.start()
        try:
            yield self
        finally:
            self._controller.stop()
