"""Rows that nobody types: a browser’s session, one that asked to be told, a message that could not be sent."""

from datetime import timedelta
from uuid import UUID, uuid4

from selfcare.accounts.models import Passkey, SignIn
from selfcare.database import now, session
from selfcare.notifications.models import Subscription
from selfcare.outbox.models import Outbox
from tests.factories import Household


def a_session(house: Household) -> UUID:
    row = SignIn(
        token_hash=uuid4().hex, account_id=house.rosa.id, device="iPhone", complete=True, started_at=now(),
        seen_at=now(), proved_at=now(), began="password", ends_at=now() + timedelta(days=1),
    )  # fmt: skip
    session().add(row)
    session().flush()
    return row.id


def a_passkey(account_id: UUID) -> UUID:
    """One that nobody has: two of them, so that none is the last way in."""
    rows = [
        Passkey(
            account_id=account_id, credential_id=uuid4().bytes, public_key=b"", sign_count=0, transports="",
            backed_up=False, name="iPhone", made_at=now(),
        )
        for _ in range(2)
    ]  # fmt: skip
    session().add_all(rows)
    session().flush()
    return rows[0].id


def a_subscription(account_id: UUID, endpoint: str = "") -> Subscription:
    """A browser that asked to be told."""
    row = Subscription(
        account_id=account_id,
        endpoint=endpoint or f"https://fcm.googleapis.com/fcm/send/{uuid4()}",
        p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth="BTBZMqHH6r4Tts7J_aSIgg",
        device="Android",
        made_at=now(),
    )
    session().add(row)
    session().flush()
    return row


def a_failed_delivery(house: Household, kind: str = "result") -> UUID:
    """A message to the person that could not be sent, which their key contact is to tell."""
    row = Outbox(
        dedupe=f"{house.rosa.id}:{kind}:{uuid4()}", account_id=house.rosa.id, person_id=house.person.id, kind=kind,
        about={}, not_before=now(), tries=8, state="failed", reason="email", owner=house.amina.id, made_at=now(),
        ended_at=now(),
    )  # fmt: skip
    session().add(row)
    session().flush()
    return row.id
