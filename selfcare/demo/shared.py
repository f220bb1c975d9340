"""What Rosa shared: a summary, one in its place, and a link for the eye clinic that nobody here can open any more."""

import base64
import json
import secrets
from datetime import timedelta
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from selfcare.accounts import passwords
from selfcare.database import session
from selfcare.demo.days import Days
from selfcare.links import actions as links
from selfcare.links.forms import end_of
from selfcare.sharing import actions as sharing
from selfcare.sharing import ips, snapshot
from selfcare.sharing.models import Summary
from selfcare.web.access import Permit

AGO = 31  # when the first one was shared
SECTIONS = ("been", "results", "goals", "about", "plan", "health")
_HEAD = {"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json"}


def live(days: Days, own: Permit) -> None:
    """After all that can stand in them."""
    first, last = days.day(AGO + 90), days.day(AGO)
    earlier = sharing.share(own, sections=("been",), first=first, last=last, appointment_id=None)
    row = session().get_one(Summary, (own.person_id, earlier))
    moment = days.when(last, "18:20")
    row.as_of = row.entered_at = moment.utc
    row.body = row.body | {"as_of": moment.wall.isoformat()}
    sharing.share(own, sections=SECTIONS, first=last, last=days.today, appointment_id=None, notes=True)
    _link(days, own)


def _link(days: Days, own: Permit) -> None:
    """Sealed as a browser seals it. Key and passcode are nowhere from here on, as with every link."""
    first = days.day(AGO)
    choice = snapshot.Choice(("results", "health"), first, days.today)
    body = snapshot.gather(own, first, days.today, None).take(choice)
    terms = links.Terms(
        label="For the eye clinic",
        flag="P",
        until=end_of(days.today + timedelta(days=7), days.zone),
        once=False,
        passcode_hash=passwords.hashed(f"{secrets.randbelow(10**6):06}"),
    )
    head, nonce = _text(json.dumps(_HEAD).encode()), secrets.token_bytes(12)
    plain = json.dumps(ips.given_away(own, body), ensure_ascii=False).encode()
    sealed = AESGCM(AESGCM.generate_key(256)).encrypt(nonce, plain, head.encode())
    file = ".".join((head, "", _text(nonce), _text(sealed[:-16]), _text(sealed[-16:])))
    links.make(own, links.address_of(own.account_id, str(uuid4())), terms, file, body)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
