"""Sending an e-mail, once or not at all. The words are generic; see `words`.

A message that was handed to a mail server cannot be taken back, and sent again it comes twice. So the moment before its
content leaves is kept first; from there on it is never begun anew.
"""

import smtplib
import socket
import ssl
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from uuid import UUID

import structlog
from flask import current_app

from selfcare.config import Smtp
from selfcare.database import now
from selfcare.notifications.words import Letter
from selfcare.web.deadline import Deadline

log = structlog.get_logger()

POLICY = SMTP.clone(cte_type="7bit")  # whatever lies between may be old
LIMIT = 30.0  # seconds for all of it

# How it ended. LATER: nothing was handed over. NEVER: the address or the content is refused for good. LOST: another
# worker has it. UNSURE: handed over, and no answer came.
TAKEN, LATER, NEVER, LOST, UNSURE = "taken", "later", "never", "lost", "unsure"


class _Refused(Exception):
    """The server said no to a command."""


def is_set_up() -> bool:
    """Whether this app can send e-mail at all. Without, the settings page says so."""
    return current_app.config["SETTINGS"].smtp is not None


def send(to: str, letter: Letter, delivery_id: UUID, hand_over: Callable[[], bool]) -> str:
    """Send one e-mail, in half a minute at most. :returns: TAKEN, LATER, NEVER, LOST or UNSURE.

    :param delivery_id: makes the Message-ID, the same for the same message.
    :param hand_over: keeps that the content leaves now; where it says False, it must not.
    """
    settings = current_app.config["SETTINGS"]
    try:
        message = written(to, letter, delivery_id)
    except ValueError:  # an address that cannot stand in a header
        return NEVER
    handed = False
    with Deadline(LIMIT) as deadline:
        try:
            with _Connection(settings.smtp, deadline) as server:
                _introduce(server, settings.smtp)
                sender = parseaddr(settings.mail_from)[1]
                international = not to.isascii()
                if international and not server.has_extn("smtputf8"):
                    return NEVER
                _take(server.mail(sender, ["SMTPUTF8"] if international else []))
                code, _ = server.rcpt(to)
                if code not in (250, 251):
                    return NEVER if 500 <= code < 600 else LATER
                # The answer to DATA only says that the server listens; the content is what cannot be taken back.
                code, _ = server.docmd("DATA")
                if code != 354:
                    return NEVER if code in (552, 554) else LATER
                if not hand_over():
                    server.close()  # without the closing dot nothing was sent
                    return LOST
                handed = True
                server.send(_dotted(message.as_bytes(policy=POLICY.clone(utf8=international))))
                code, _ = server.getreply()
                if code == 250:
                    return TAKEN
                return NEVER if 500 <= code < 600 else LATER if 400 <= code < 500 else UNSURE
        except (OSError, smtplib.SMTPException, _Refused, ValueError) as fault:
            # The text of a mail server's answer may hold the address: only its kind is written down.
            log.info("e-mail not sent", delivery=str(delivery_id), fault=type(fault).__name__, handed=handed)
            return UNSURE if handed else LATER


def written(to: str, letter: Letter, delivery_id: UUID) -> EmailMessage:
    """The e-mail as it is sent. :raises ValueError: when the address cannot stand in it."""
    settings = current_app.config["SETTINGS"]
    name, sender = parseaddr(settings.mail_from)
    message = EmailMessage(policy=POLICY)
    message["From"] = Address(name or "Selfcare", addr_spec=sender)
    try:
        message["To"] = Address(addr_spec=to)
    except Exception as fault:  # the header parser has faults of several kinds for an address that is none
        raise ValueError("address") from fault
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{delivery_id}@{sender.rsplit('@', 1)[1]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nothing answers it by itself
    message.set_content(letter.text, charset="utf-8")  # it clears what was said of the content before
    message["Content-Language"] = letter.language
    return message


def _introduce(server: "_Connection", smtp: Smtp) -> None:
    server.ehlo_or_helo_if_needed()
    if smtp.tls == "first":
        # Required, not hoped for: without it, whoever stands in between would only have to strike the offer out.
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
    if smtp.user:
        server.login(smtp.user, smtp.password)


def _take(answer: tuple[int, bytes]) -> None:
    """A refusal of the sender is our own setting's fault, not the address's: it is tried again later."""
    if answer[0] != 250:
        raise _Refused


def _dotted(content: bytes) -> bytes:
    """The content as it goes over the wire: a line's first dot is doubled (RFC 5321, 4.5.2), and the end is marked."""
    lines = content.replace(b"\r\n", b"\n").split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines) + b".\r\n"


class _Connection(smtplib.SMTP):
    """A connection to the mail server, opened through the deadline, and closed at the end of a `with` in any case."""

    def __init__(self, smtp: Smtp, deadline: Deadline) -> None:
        self._smtp, self._deadline = smtp, deadline
        domain = parseaddr(current_app.config["SETTINGS"].mail_from)[1].rsplit("@", 1)[1]
        super().__init__(local_hostname=domain, timeout=deadline.left())  # this machine's own name stays here
        try:
            code, _ = self.connect(smtp.host, smtp.port)
            _take((250 if code == 220 else code, b""))
        except BaseException:
            self.close()
            raise

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        # The operator named the host, so any address of it will do: mail servers often stand inside a network.
        plain = self._deadline.connect(host, port, lambda _: True)
        self._host = host  # what STARTTLS checks the certificate against
        if self._smtp.tls != "at once":
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)

    def __exit__(self, fault: object, *_: object) -> None:
        try:
            if self.sock is not None and fault is None:
                self.docmd("QUIT")
        except (OSError, smtplib.SMTPException):
            pass  # what was sent was sent
        finally:
            self.close()
