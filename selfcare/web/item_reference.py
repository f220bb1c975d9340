"""A reference to another room's item: a signed (kind, id, label), so that an address cannot make one up."""

from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


@dataclass(frozen=True)
class About:
    """What something is about: a result, a decision, a goal. The label is a copy, as it read then."""

    kind: str
    id: UUID
    label: str


def sign(person_id: UUID, kind: str, item_id: UUID, label: str) -> str:
    """A token for an address or a hidden field. It only fits the record of `person_id`."""
    return _serializer(person_id).dumps([kind, str(item_id), label[:200]])


def read(person_id: UUID, token: str | None) -> About | None:
    """What a token is about; None for no token, or one that is not ours."""
    try:
        kind, item_id, label = _serializer(person_id).loads(token or "")
        return About(kind, UUID(item_id), label)
    except (BadSignature, ValueError, TypeError):
        return None


def _serializer(person_id: UUID) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"about {person_id}")
