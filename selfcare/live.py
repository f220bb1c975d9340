"""What stands between a service and going live: everything that is missing, a sentence each with what to do."""

from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from babel.messages.pofile import read_po
from sqlalchemy import inspect, select
from sqlalchemy.exc import DBAPIError

from selfcare.accounts import provider
from selfcare.accounts.models import Account
from selfcare.config import Settings, is_loopback
from selfcare.database import Database, describe, now
from selfcare.i18n import LANGUAGES

# How a translation is marked until a person who speaks the language has read it.
UNCHECKED = "Not yet checked by a person."
# Where the sentences stand that say that nobody watches, and whom to call.
SAFETY_TEXTS = (
    "selfcare/web/safety.py",
    "templates/components/safety_line.html",
    "templates/home/who_to_call.html",
)

ALL_WELL = "Nothing that this can see stands against going live."

Status = Callable[[Settings, datetime], tuple[bool, str]]


def refusals(settings: Settings, database: Database, backup: Status) -> list[str]:
    """Everything that nobody may go live with, a sentence each and what to do. Empty: all is well.

    :param backup: whether the last good one is new enough, and a sentence; only asked of a database that can be read.
    """
    found = list(_database(database))
    readable = not found
    if readable:
        found += [*_invented(database), *_backup(*backup(settings, now()))]
    return [
        *_address(settings),
        *_examples(settings),
        *_demonstration(settings),
        *found,
        *_mail(settings),
        *_sign_ins(settings),
        *_answers(settings),
        *_keeping(settings),
        *_translations(settings.translations),
    ]


def _address(settings: Settings) -> Iterator[str]:
    parts = urlsplit(settings.url or "")
    if parts.scheme != "https" or is_loopback(parts.hostname or ""):
        yield "There is no https address. Say in SELFCARE_URL the one that people open: https://selfcare.example."


def _examples(settings: Settings) -> Iterator[str]:
    """Addresses of an example lead nowhere: letters and answers would be lost."""
    url, sender = (
        urlsplit(settings.url or "").hostname or "",
        parseaddr(settings.mail_from)[1].rpartition("@")[2],
    )
    said = [("SELFCARE_URL", url), ("SELFCARE_MAIL_FROM", sender)]
    contact = settings.contact.rpartition("@")[2].rpartition("/")[2]
    if contact not in (url, sender):  # else it is one of those, unless it is said
        said.append(("SELFCARE_CONTACT", contact))
    for name, host in said:
        if f".{host}".endswith((".example", ".example.com", ".example.org", ".example.net")):
            yield f"{name} names {host}, which is an example and leads nowhere. Say the one that is yours."


def _demonstration(settings: Settings) -> Iterator[str]:
    if settings.demo:
        yield "This is the demonstration: its passwords are known. Leave SELFCARE_DEMO out."


def _database(database: Database) -> Iterator[str]:
    try:
        with database.engine.connect() as connection:
            if not inspect(connection).has_table("account"):
                yield "The database is empty. Make its tables: flask --app app migrate."
    except DBAPIError as fault:
        yield f"The database cannot be read ({describe(fault)}). Start Selfcare once: it says why."


def _invented(database: Database) -> Iterator[str]:
    with database.engine.connect() as connection:
        if connection.execute(select(Account.id).where(Account.invented).limit(1)).first():
            yield (
                "The database holds invented people of a demonstration. Begin with an empty one: name another in "
                "DATABASE_URL, or another folder in SELFCARE_DATA."
            )


def _mail(settings: Settings) -> Iterator[str]:
    if settings.smtp is None and not settings.service.instead_of_mail:
        yield (
            "No e-mail is sent. Name the mail server in SELFCARE_SMTP and SELFCARE_MAIL_FROM; or say in "
            "SELFCARE_INSTEAD_OF_MAIL how people are told of something instead: it stands on the page Help."
        )


def _sign_ins(settings: Settings) -> Iterator[str]:
    lacking = settings.sign_ins.lacking
    if lacking:
        yield (
            f"A sign-in elsewhere is half set up, so nobody is offered it. Say {', '.join(lacking)} too, or leave out "
            "what belongs to it."
        )
    for each in settings.sign_ins.whole:
        if each.second_step and "login" not in dict(each.asks).get("prompt", "").split():
            yield (
                f"{each.name} lets a colleague in again without asking, also after the 15 minutes that end a session "
                "left open at a desk. Say prompt=login in SELFCARE_STAFF_SIGN_IN_ASKS, so that it asks each time."
            )
        try:
            provider.known(each, anew=True)
        except provider.Unreachable:
            yield (
                f"{each.name} does not answer at {each.issuer}/.well-known/openid-configuration. Look whether the "
                "address is right, and whether this machine may go there."
            )
        except provider.NotBelieved:
            yield (
                f"{each.name} does not say of itself that it is {each.issuer}, or says nothing that can be used. The "
                "address has to be its issuer, to the letter."
            )


def _backup(well: bool, said: str) -> Iterator[str]:
    if not well:
        yield f"{said} Make one, try that it can be put back, and have one made every night."


def _answers(settings: Settings) -> Iterator[str]:
    service = settings.service
    if not service.controller or not service.controller_address:
        yield (
            "Nobody is named who is responsible for the data. Say in SELFCARE_CONTROLLER which organisation it is, and "
            "in SELFCARE_CONTROLLER_ADDRESS where it is."
        )
    if not service.safety_officer:
        yield (
            "No clinical safety officer is named. Say in SELFCARE_SAFETY_OFFICER who it is and how to reach them; they "
            "read docs/safety/ first."
        )
    if not service.complaints:
        yield (
            "There is no way to complain about what happens with data. Say in SELFCARE_COMPLAINTS how: an address, a "
            "telephone number."
        )


def _keeping(settings: Settings) -> Iterator[str]:
    """For how long what nobody needs is kept: for the controller to decide, and never decided by leaving it out."""
    service = settings.service
    for name, years, what in (
        ("SELFCARE_ERASE_DIED_YEARS", service.erase_died_years, "the record of somebody who died"),
        (
            "SELFCARE_ERASE_ENDED_YEARS",
            service.erase_ended_years,
            "a record whose person no team looks after",
        ),
        ("SELFCARE_CLOSE_ACCOUNTS_YEARS", service.close_accounts_years, "an account that nobody uses"),
    ):
        if years is None:
            yield (
                f"Nobody has decided after how many years {what} goes. Until then it stays for good. Say in {name} a "
                "number of years, or the word never."
            )
    if service.erase_ended_years and service.keep_years != service.erase_ended_years:
        yield (
            "The privacy notice says something else than what is done: SELFCARE_KEEP_YEARS and "
            "SELFCARE_ERASE_ENDED_YEARS must be the same number."
        )


def _translations(folder: Path) -> Iterator[str]:
    for language in LANGUAGES.values():
        if language.checked:
            continue
        path = folder / language.code / "LC_MESSAGES" / "messages.po"
        if not path.is_file():
            yield f"{path} is not there, so nobody can say whether its safety texts were checked. Put it back."
        elif number := unchecked(path, language.code):
            yield (
                f"No person has checked {number} safety texts in {language.code} ({language.own_name}): those of "
                f"{', '.join(SAFETY_TEXTS)}. Have somebody who speaks it read them in {path}, put right what is wrong, "
                f'and take away the line "{UNCHECKED}" above each.'
            )


def unchecked(path: Path, locale: str) -> int:
    """How many safety texts of a catalogue no person has checked."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale)
    return sum(
        UNCHECKED in message.user_comments
        for message in catalogue
        if message.id and any(where in SAFETY_TEXTS for where, _ in message.locations)
    )
