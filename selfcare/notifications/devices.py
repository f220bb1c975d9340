"""Browsers that asked to be told: adding them, removing them, and noting what their push services said."""

from base64 import urlsafe_b64decode
from collections.abc import Iterable
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account, SignIn
from selfcare.database import command, database, now, session, writing
from selfcare.notifications import push, push_hosts
from selfcare.notifications.models import Subscription
from selfcare.web.access import SignedIn

MOST = 20  # of one account
LOOK_UP = 3.0  # seconds for a name, while somebody waits
MOST_REFUSALS = 5  # in a row, until a subscription is given up


NotAllowed = push_hosts.NotAllowed


class BadKeys(ValueError):
    """Keys that nothing can be encrypted for."""


class TooMany(ValueError):
    """The account has as many devices as it can have."""


def add(user: SignedIn, endpoint: str, p256dh: str, auth: str) -> UUID:
    """Tell this browser from now on. Called outside a turn to write: a name is looked up first.

    Where another account was told in this browser, this one is told instead: a phone that is shared.

    :raises NotAllowed: the endpoint is not that of a push service. :raises BadKeys: :raises TooMany:
    """
    check_keys(p256dh, auth)
    where = push_hosts.place(endpoint)
    session().rollback()
    push_hosts.refuse_internal(where, LOOK_UP)
    writing()
    session().get_one(Account, user.account_id, with_for_update={"key_share": True})  # one after another
    known = session().scalars(select(Subscription).where(Subscription.endpoint == endpoint)).first()
    if known is None or known.account_id != user.account_id:
        held = select(func.count()).where(Subscription.account_id == user.account_id)
        if (session().scalar(held) or 0) >= MOST:
            raise TooMany
    here = session().get(SignIn, user.session_id)
    values = {
        "account_id": user.account_id,
        "p256dh": p256dh,
        "auth": auth,
        "device": here.device if here else "",
        "fails": 0,
        "not_before": None,
    }
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    row = {"id": uuid4(), "endpoint": endpoint, "made_at": now(), "told_at": None, **values}
    kept = session().scalar(
        insert(Subscription)
        .values(row)
        .on_conflict_do_update(index_elements=["endpoint"], set_=values)
        .returning(Subscription.id)
    )
    return UUID(str(kept))


def remove(user: SignedIn, subscription_id: UUID) -> None:
    """Do not tell this browser any more. :raises NotFound: when it is not the account's."""
    done = session().execute(
        delete(Subscription).where(
            Subscription.id == subscription_id, Subscription.account_id == user.account_id
        )
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound


def remove_here(user: SignedIn, endpoint: str) -> bool:
    """Do not tell the browser with this endpoint any more. False, and nothing done, where another account is told."""
    done = session().execute(
        delete(Subscription).where(
            Subscription.endpoint == endpoint, Subscription.account_id == user.account_id
        )
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def check_keys(p256dh: str, auth: str) -> None:
    """Keys are an uncompressed point on P-256 and 16 bytes (RFC 8291, 3.1 and 3.2), in base64url.

    :raises BadKeys: when they are not.
    """
    try:
        point, secret = _bytes(p256dh), _bytes(auth)
        if len(point) != 65 or point[0] != 4 or len(secret) != 16:
            raise BadKeys
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except BadKeys:
        raise
    except ValueError:
        raise BadKeys from None


def _bytes(text: str) -> bytes:
    plain = text.rstrip("=")
    if len(plain) > 100 or not all(c.isascii() and (c.isalnum() or c in "-_") for c in plain):
        raise BadKeys
    return urlsafe_b64decode(plain + "=" * (-len(plain) % 4))


def note(results: Iterable[tuple[UUID, push.Result]]) -> list[UUID]:
    """Keep what push services said, in one transaction of its own. :returns: what was given up after refusals."""
    given_up = []
    with command() as work:
        for subscription_id, result in results:
            row = work.get(Subscription, subscription_id, with_for_update=True, populate_existing=True)
            if row is None:
                continue  # removed meanwhile
            if result.what == push.TAKEN:
                row.told_at, row.fails, row.not_before = now(), 0, None
            elif result.what == push.GONE:
                work.delete(row)
            else:
                row.fails, row.not_before = row.fails + 1, result.until
                if result.what == push.REFUSED and row.fails >= MOST_REFUSALS:
                    given_up.append(row.id)
                    work.delete(row)
    return given_up
