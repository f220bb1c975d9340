"""Settings from the environment, checked once at start.

Every setting is a `SELFCARE_…` variable (and `DATABASE_URL`). A wrong value stops the start with a sentence that
names the variable, rather than failing later in front of a person.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO_PASSWORD = "otter-lantern-meadow"  # noqa: S105 - printed at start; the demo only ever listens on loopback


class BadSetting(Exception):
    """A setting that cannot be used. The message names the variable and says what it takes."""


@dataclass(frozen=True)
class Settings:
    """Everything the app is told from outside. Times are seconds unless the name says otherwise."""

    database_url: str
    secret_key: str = field(repr=False)
    demo: bool = False
    demo_password: str = field(default=DEMO_PASSWORD, repr=False)
    static_build: Path = ROOT / "static" / "build"
    translations: Path = ROOT / "translations"
    templates: Path = ROOT / "templates"
    quick_exit_url: str = "https://www.bbc.co.uk/weather"
    emergency_phone: str = "999"
    urgent_phone: str = "111"
    zone: str = "Europe/London"
    body_limit: int = 1_000_000
    testing: bool = False

    @classmethod
    def from_environment(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read and check the settings.

        :param env: a mapping like ``os.environ``; that one when left out.
        :raises BadSetting: when a value cannot be used.
        """
        env = os.environ if env is None else env
        url = env.get("DATABASE_URL") or f"sqlite:///{_data_folder(env) / 'selfcare.db'}"
        if url.startswith(("postgres://", "postgresql://")):
            url = "postgresql+psycopg://" + url.split("://", 1)[1]
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise BadSetting("DATABASE_URL takes a sqlite:/// or postgresql:// address.")
        return cls(
            database_url=url,
            secret_key=env.get("SELFCARE_SECRET_KEY") or _kept_secret(_data_folder(env)),
            demo=env.get("SELFCARE_DEMO", "0") not in ("", "0", "no", "false"),
            demo_password=env.get("SELFCARE_DEMO_PASSWORD") or DEMO_PASSWORD,
            quick_exit_url=env.get("SELFCARE_QUICK_EXIT", cls.quick_exit_url),
            emergency_phone=_phone(env, "SELFCARE_EMERGENCY_PHONE", cls.emergency_phone),
            urgent_phone=_phone(env, "SELFCARE_URGENT_PHONE", cls.urgent_phone),
            zone=env.get("SELFCARE_ZONE", cls.zone),
        )


def is_loopback(host: str) -> bool:
    """Whether `host` can only be reached from this machine. The demo refuses any other."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _data_folder(env: Mapping[str, str]) -> Path:
    folder = Path(env.get("SELFCARE_DATA") or ROOT / "instance")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _kept_secret(folder: Path) -> str:
    """The key that signs cookies, made at the first start and kept readable by its owner alone."""
    path = folder / "secret-key"
    try:
        # O_EXCL: of two workers starting at once, one makes the key and the other reads it.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    return path.read_text().strip()


def _phone(env: Mapping[str, str], name: str, default: str) -> str:
    value = env.get(name, default)
    if not value or set(value) - set("0123456789+ "):
        raise BadSetting(f"{name} takes a telephone number.")
    return value
