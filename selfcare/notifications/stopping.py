"""The address in an e-mail that stops a recovery: whoever reads a person's mail may stop one, and do nothing else."""

from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


def path(recovery_id: UUID) -> str:
    """The address, without the app's own name."""
    return f"/stop/{_signer().dumps(recovery_id.hex)}"


def read(token: str) -> UUID | None:
    """Which recovery an address is for; None when we did not make it."""
    try:
        return UUID(_signer().loads(token))
    except (BadSignature, ValueError, TypeError, AttributeError):
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="stop a recovery")
