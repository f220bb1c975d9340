"""Settings from the environment, checked once at start.

Every setting is a `SELFCARE_…` variable (and `DATABASE_URL`). A wrong value stops the start with a sentence that
names the variable, rather than failing later in front of a person.
"""

import os
import re
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

import holidays
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from selfcare import settings_network as network
from selfcare import settings_sign_in as sign_in
from selfcare.service import BadSetting, Service
from selfcare.settings_network import PUSH_HOSTS
from selfcare.settings_network import Network as Network
from selfcare.settings_network import is_loopback as is_loopback

ROOT = Path(__file__).resolve().parent.parent
DEMO_PASSWORD = "otter-lantern-meadow"  # noqa: S105 - printed at start; the demo only ever listens on loopback

ON, OFF = ("on", "yes", "true", "1"), ("off", "no", "false", "0")
PAPERS = ("A4", "Letter")
SHORTEST_KEY = 32  # characters of the key that signs cookies


@dataclass(frozen=True)
class Smtp:
    """The server that e-mail goes out by. `tls`: "at once" (smtps), "first" (STARTTLS, or nothing is sent), "none"."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)


def new_vapid_key() -> str:
    """A fresh key that push services know this app by, as PEM."""
    return _pem(ec.generate_private_key(ec.SECP256R1()))


@dataclass(frozen=True)
class Settings:
    """Everything the app is told from outside. Times are seconds unless the name says otherwise."""

    database_url: str
    secret_key: str = field(repr=False)
    demo: bool = False
    demo_password: str = field(default=DEMO_PASSWORD, repr=False)
    static_build: Path = ROOT / "static" / "build"
    data: Path = ROOT / "instance"  # the folder of the keys, and of the default database
    translations: Path = ROOT / "translations"
    templates: Path = ROOT / "templates"
    fonts: Path = ROOT / "fonts"  # that PDFs are set in; the build puts them there
    more_fonts: Path | None = None  # a folder of more of them, for more scripts
    paper: str = "A4"  # what PDFs are set for: A4, or Letter
    quick_exit_url: str = "https://www.bbc.co.uk/weather"
    emergency_phone: str = "999"
    urgent_phone: str = "111"
    zone: str = "Europe/London"
    holidays: str = "GB-ENG"  # whose bank holidays teams keep, besides days of their own; empty: nobody's
    day_ends: time = time(17)  # what is asked later than this counts from the next working day
    body_limit: int = 1_000_000
    fhir_limit: int = 10 * 1024 * 1024  # bytes of a message with reports, sent or uploaded
    set_limit: int = 300_000  # bytes of a team's starter set, uploaded
    list_limit: int = 4 * 1024 * 1024  # bytes of a list of people, uploaded
    letter_limit: int = 20_000_000  # bytes of the photos and PDFs of a letter, sent at once
    testing: bool = False
    # Argon2id, RFC 9106's second recommendation: three passes, 64 MiB (in KiB), four lanes. No variable makes it less.
    password_cost: tuple[int, int, int] = (3, 65536, 4)
    url: str | None = None  # where people reach the app, such as https://selfcare.example
    trusted_proxies: int | tuple[Network, ...] = ()  # how many stand before the app, or where they are
    contact: str = "mailto:postmaster@localhost"  # whom a push service can write to about what this app sends
    vapid_key: str = field(default_factory=new_vapid_key, repr=False)
    push_hosts: tuple[str, ...] = PUSH_HOSTS
    smtp: Smtp | None = None
    mail_from: str = ""
    backups: int = 7  # how many of the nightly backups are kept; 0: none is made
    backup_at: time = time(2, 30)  # when they are made, in `zone`
    backup_folder: Path | None = None  # where they are kept; None: `backups` in `data`
    metrics: tuple[str, int] | None = None  # the address and port that measures are read at
    log: str = ""  # where events are written: syslog, a path; empty: standard output
    newer_database: str = ""  # the migration of a later version that this one may work with
    erase_days: int = (
        14  # between asking that a record is erased and its being so: as long it can be taken back
    )
    service: Service = field(default_factory=Service)  # who answers for it
    sign_ins: sign_in.SignIns = field(default_factory=sign_in.SignIns)  # by whom else people may come in

    @classmethod
    def from_environment(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read and check the settings.

        :param env: a mapping like ``os.environ``; that one when left out.
        :raises BadSetting: when a value cannot be used.
        """
        env = os.environ if env is None else env
        folder = _data_folder(env)
        url = env.get("DATABASE_URL") or f"sqlite:///{folder / 'selfcare.db'}"
        if url.startswith(("postgres://", "postgresql://")):
            url = "postgresql+psycopg://" + url.split("://", 1)[1]
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise BadSetting("DATABASE_URL takes a sqlite:/// or postgresql:// address.")
        if url.startswith("sqlite:///"):
            _private("The folder of DATABASE_URL", Path(url.removeprefix("sqlite:///")).parent)
        address, smtp, proxies = network.address(env), _smtp(env), network.proxies(env)
        demo = _switch(env, "SELFCARE_DEMO")
        if address and not is_loopback(urlsplit(address).hostname or ""):
            if demo:
                raise BadSetting(
                    "SELFCARE_DEMO is on, and SELFCARE_URL is an address that others can open: the demonstration's "
                    "passwords are known. Leave one of them out."
                )
            if not proxies:
                raise BadSetting(
                    "SELFCARE_URL is an address that others can open. Say in SELFCARE_TRUSTED_PROXIES which proxy "
                    "brings them here: its addresses, or how many stand in a row."
                )
        mail_from = _mail_from(env, smtp)
        return cls(
            database_url=url,
            secret_key=_secret_key(env, folder),
            demo=demo,
            demo_password=env.get("SELFCARE_DEMO_PASSWORD") or DEMO_PASSWORD,
            quick_exit_url=_quick_exit(env, cls.quick_exit_url),
            emergency_phone=_phone(env, "SELFCARE_EMERGENCY_PHONE", cls.emergency_phone),
            urgent_phone=_phone(env, "SELFCARE_URGENT_PHONE", cls.urgent_phone),
            zone=_zone(env, cls.zone),
            holidays=_holidays(env),
            day_ends=_time(env, "SELFCARE_DAY_ENDS", cls.day_ends),
            fhir_limit=_number(env, "SELFCARE_FHIR_LIMIT", cls.fhir_limit, 1_000, 1_000_000_000),
            more_fonts=_fonts(env),
            paper=_paper(env),
            letter_limit=_number(env, "SELFCARE_LETTER_LIMIT", cls.letter_limit, 100_000, 100_000_000),
            url=address,
            data=folder,
            trusted_proxies=proxies,
            contact=_contact(env, address, mail_from),
            vapid_key=_vapid_key(env, folder),
            push_hosts=network.push_hosts(env),
            smtp=smtp,
            mail_from=mail_from,
            backups=_number(env, "SELFCARE_BACKUPS", cls.backups, 0, 1000),
            backup_at=_time(env, "SELFCARE_BACKUP_AT", cls.backup_at),
            backup_folder=_backup_folder(env),
            metrics=network.metrics(env),
            log=network.log(env),
            newer_database=_migration(env),
            erase_days=_number(env, "SELFCARE_ERASE_DAYS", cls.erase_days, 1, 99),
            service=Service.from_environment(env),
            sign_ins=sign_in.from_environment(env),
        )


def _data_folder(env: Mapping[str, str]) -> Path:
    folder = Path(env.get("SELFCARE_DATA") or ROOT / "instance")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as fault:
        raise BadSetting(f"SELFCARE_DATA: the folder {folder} cannot be made: {fault.strerror}.") from None
    _private("SELFCARE_DATA", folder)
    return folder


def _fonts(env: Mapping[str, str]) -> Path | None:
    given = env.get("SELFCARE_FONTS")
    if given and not Path(given).is_dir():
        raise BadSetting(f"SELFCARE_FONTS: there is no folder {given}.")
    return Path(given) if given else None


def _paper(env: Mapping[str, str]) -> str:
    given = (env.get("SELFCARE_PAPER") or "A4").strip()
    for paper in PAPERS:
        if given.lower() == paper.lower():
            return paper
    raise BadSetting(f"SELFCARE_PAPER takes {' or '.join(PAPERS)}.")


def _private(what: str, folder: Path) -> None:
    """Records and keys are for the account that runs the app, and for nobody else on the machine."""
    try:
        mode = folder.stat().st_mode
    except OSError as fault:
        raise BadSetting(f"{what}: {folder} cannot be used: {fault.strerror}.") from None
    if mode & 0o077:
        raise BadSetting(
            f"{what}: other accounts of this machine can read {folder}. Close it: chmod 700 '{folder}'. "
            "Or name another folder."
        )


def _switch(env: Mapping[str, str], name: str) -> bool:
    value = (env.get(name) or "off").strip().lower()
    if value not in ON + OFF:
        raise BadSetting(f"{name} takes one of {', '.join(ON + OFF)}.")
    return value in ON


def _secret_key(env: Mapping[str, str], folder: Path) -> str:
    given = env.get("SELFCARE_SECRET_KEY")
    key = given or _kept(folder / "secret-key", lambda: secrets.token_urlsafe(48))
    if len(key) < SHORTEST_KEY or len(set(key)) < 8:
        where = "SELFCARE_SECRET_KEY" if given else f"The file {folder / 'secret-key'}"
        raise BadSetting(
            f"{where} takes at least {SHORTEST_KEY} characters that nobody can guess. Make some with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'. Everybody signs in again afterwards."
        )
    return key


def _quick_exit(env: Mapping[str, str], default: str) -> str:
    value = env.get("SELFCARE_QUICK_EXIT") or default
    if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:\d{1,5})?([/?#][!#-&(-;=?-~]*)?", value):
        raise BadSetting(
            "SELFCARE_QUICK_EXIT takes an https:// address, such as https://www.bbc.co.uk/weather."
        )
    return value


def _zone(env: Mapping[str, str], default: str) -> str:
    value = env.get("SELFCARE_ZONE") or default
    if value not in available_timezones():
        raise BadSetting("SELFCARE_ZONE takes the name of a time zone, such as Europe/London.")
    return value


def _kept(path: Path, make: Callable[[], str]) -> str:
    """What is made at the first start and kept readable by its owner alone: the keys that sign cookies and messages."""
    while not path.exists():
        # Written whole under a name of its own, and linked: of two that start at once, one makes it and the other reads
        # it, and nobody reads half of it.
        draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        except FileExistsError:
            continue
        finally:
            draft.unlink()
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise BadSetting(f"The file {path} cannot be read. Put back the one that was there.") from None


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().strip()


def _vapid_key(env: Mapping[str, str], folder: Path) -> str:
    """SELFCARE_VAPID_KEY, as PEM or as the 32 bytes of the key in base64url; else the one kept in the data folder."""
    given = (env.get("SELFCARE_VAPID_KEY") or "").replace("\\n", "\n").strip()
    try:
        if given and not given.startswith("-----"):
            number = urlsafe_b64decode(given + "=" * (-len(given) % 4))
            if len(number) != 32:
                raise ValueError("length")
            return _pem(ec.derive_private_key(int.from_bytes(number, "big"), ec.SECP256R1()))
        key = load_pem_private_key((given or _kept(folder / "vapid-key.pem", new_vapid_key)).encode(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError("curve")
    except (ValueError, TypeError):
        where = "SELFCARE_VAPID_KEY" if given else "The file vapid-key.pem in SELFCARE_DATA"
        raise BadSetting(
            f"{where} takes a private key on the curve P-256: PEM, or its 32 bytes in base64url."
        ) from None
    return _pem(key)


def _contact(env: Mapping[str, str], address: str | None, mail_from: str) -> str:
    """Given, else the sender of e-mail, else the app's own address."""
    value = env.get("SELFCARE_CONTACT") or ""
    if not value:
        if mail_from:
            return "mailto:" + parseaddr(mail_from)[1]
        return address if address and re.fullmatch(r"https://[\w.-]+", address) else Settings.contact
    if not re.fullmatch(r"mailto:[^@\s]+@[\w.-]+|https://[\w.-]+", value):
        raise BadSetting("SELFCARE_CONTACT takes mailto: and an e-mail address, or an https:// address.")
    return value


def _smtp(env: Mapping[str, str]) -> Smtp | None:
    value = env.get("SELFCARE_SMTP")
    if not value:
        return None
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
        parts = urlsplit("")
    if not host or parts.scheme not in ("smtp", "smtps") or parts.path.strip("/") or parts.query:
        raise BadSetting(
            "SELFCARE_SMTP takes smtp://user:password@host:587 or smtps://user:password@host:465."
        )
    at_once = parts.scheme == "smtps"
    return Smtp(
        host=host,
        port=port or (465 if at_once else 587),
        tls="at once" if at_once else "none" if is_loopback(host) else "first",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _mail_from(env: Mapping[str, str], smtp: Smtp | None) -> str:
    value = env.get("SELFCARE_MAIL_FROM") or ""
    if smtp and not re.fullmatch(r"[^@\s]+@[\w.-]+", parseaddr(value)[1]):
        raise BadSetting(
            "SELFCARE_MAIL_FROM takes the address that e-mail comes from, such as Selfcare <no-reply@selfcare.example>."
        )
    return value


def _holidays(env: Mapping[str, str]) -> str:
    value = env.get("SELFCARE_HOLIDAYS", Settings.holidays).strip()
    country, _, part = value.partition("-")
    try:
        if value:
            holidays.country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        raise BadSetting(
            "SELFCARE_HOLIDAYS takes a country or a part of one, such as GB-ENG, GB-WLS or IE; empty for none."
        ) from None
    return value


def _time(env: Mapping[str, str], name: str, default: time) -> time:
    value = env.get(name) or default.isoformat(timespec="minutes")
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        raise BadSetting(f"{name} takes a time of day, such as {default:%H:%M}.")
    return time.fromisoformat(value)


def _backup_folder(env: Mapping[str, str]) -> Path | None:
    value = env.get("SELFCARE_BACKUP_FOLDER")
    if not value:
        return None
    folder = Path(value)
    if not folder.is_absolute() or not folder.is_dir():
        raise BadSetting(
            "SELFCARE_BACKUP_FOLDER takes the whole path of a folder that is there, such as /mnt/backups."
        )
    _private("SELFCARE_BACKUP_FOLDER", folder)
    return folder


def _migration(env: Mapping[str, str]) -> str:
    value = env.get("SELFCARE_NEWER_DATABASE") or ""
    if not re.fullmatch(r"([0-9]{4})?", value):
        raise BadSetting("SELFCARE_NEWER_DATABASE takes a migration as `migrate` names it, such as 0040.")
    return value


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = env.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise BadSetting(f"{name} takes a whole number, from {least} to {most}.")
    return int(value)


def _phone(env: Mapping[str, str], name: str, default: str) -> str:
    value = env.get(name) or default
    if not re.fullmatch(r"\+?[0-9](?: ?[0-9]){2,14}", value):
        raise BadSetting(f"{name} takes a telephone number.")
    return value
