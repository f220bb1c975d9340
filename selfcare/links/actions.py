"""Making a link, and ending it. What outsiders do with one is in `opening`."""

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.links import queries
from selfcare.links.bones import bones
from selfcare.links.models import BY_HAND, SharedLink, SharedLinkFile
from selfcare.sharing import snapshot
from selfcare.web.access import Area, Level, Permit, Role, visible

LARGEST = 500_000  # letters of a file: a summary of sixty questions has a tenth of them
MOST_OPEN = 20  # links of one record that can be opened at once


class NotAFile(ValueError):
    """What was sent is no JWE of the kind that a link has."""


class TooMany(ValueError):
    """So many links are open that nobody could say who has them."""


class HasDied(ValueError):
    """The person has died: nothing new is shared about them."""


@dataclass(frozen=True)
class Terms:
    """What was chosen for a link. `passcode_hash`: of `accounts.passwords`; None where none is asked for."""

    label: str
    flag: str
    until: datetime
    once: bool
    passcode_hash: str | None


def address_of(account_id: UUID | None, form_id: str) -> str:
    """The part of a link's address that nobody can guess: 256 bits, the same for one filled-in form however often it
    is sent. Base64url (RFC 4648, section 5) without padding.
    """
    key = current_app.config["SECRET_KEY"].encode()
    made = hmac.new(key, f"link\0{account_id}\0{form_id}".encode(), sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def make(permit: Permit, address: str, terms: Terms, file: str, body: snapshot.Body) -> SharedLink:
    """Keep a link whose file was made in the browser.

    :param address: of `address_of`. :param body: the snapshot that is in the file; of it only ids are kept.
    :raises NotAFile: :raises TooMany: :raises HasDied:
    """
    permit.require(Area.SHARING, Level.ADD)
    if permit.role is Role.PROFESSIONAL:
        raise NotFound
    if permit.subject.died_on:
        raise HasDied
    if not is_file(file):
        raise NotAFile
    if queries.count_open(permit) >= MOST_OPEN:
        raise TooMany
    row = SharedLink(
        **permit.stamp(),
        address_hash=queries.digest(address),
        label=terms.label,
        flag=terms.flag,
        until=terms.until,
        once=terms.once,
        passcode_hash=terms.passcode_hash,
        bones=bones(body),
    )
    session().add(row)
    session().flush()
    session().add(SharedLinkFile(person_id=row.person_id, link_id=row.id, body=file.encode()))
    trail.record(permit, "shared", "shared_link", row.id)
    session().flush()
    return row


def end(permit: Permit, link_id: UUID) -> None:
    """End a link: from now on nobody opens it, and its file is gone. Twice is once.

    :raises NotFound: unknown, or not theirs to end.
    """
    permit.require(Area.SHARING, Level.ADD)
    query = select(SharedLink).where(visible(permit, SharedLink), SharedLink.id == link_id)
    row = session().scalars(query.with_for_update()).first()
    if row is None or not queries.may_end(permit, row):
        raise NotFound
    if row.ended_at is None:
        row.ended_at, row.ended_why = now(), BY_HAND
        trail.record(permit, "ended", "shared_link", row.id)
    # Also of one that ended by itself a moment ago, and whose file somebody could still fetch.
    mine = SharedLinkFile.person_id == permit.person_id, SharedLinkFile.link_id == link_id
    session().execute(delete(SharedLinkFile).where(*mine))
    session().flush()


def is_file(text: str) -> bool:
    """Whether a text is a compact JWE with `dir` and A256GCM, as the specification of SMART Health Links asks: what is
    inside nobody here can tell.
    """
    parts = text.split(".")
    if len(text) > LARGEST or not text.isascii() or len(parts) != 5 or parts[1]:
        return False
    try:
        head, nonce, sealed, tag = (_bytes(parts[place]) for place in (0, 2, 3, 4))
        said = json.loads(head)
    except (ValueError, RecursionError):
        return False
    kinds = isinstance(said, dict) and (said.get("alg"), said.get("enc"), said.get("cty"))
    known = kinds == ("dir", "A256GCM", "application/fhir+json") and "crit" not in said
    return known and said.get("zip", "DEF") == "DEF" and (len(nonce), len(tag)) == (12, 16) and bool(sealed)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
