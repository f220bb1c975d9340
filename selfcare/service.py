"""Service: who answers for it, from the environment.

What is not said stays blank: the pages that people must be given say so, and `check-live` refuses what nobody may go
live without.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 300  # characters of one line
JOINERS = "\u200c\u200d"  # in words of several scripts; other signs that nobody sees are refused


class BadSetting(Exception):
    """A setting that cannot be used. The message names the variable and says what it takes."""


@dataclass(frozen=True)
class Service:
    """Names and ways to reach them, each one line of plain words as it is to be read. Blank: not said yet."""

    controller: str = ""  # the organisation that is responsible for the data
    controller_address: str = ""
    data_contact: str = ""  # whom to ask about data
    lawful_basis: str = ""  # which law allows it
    hosting: str = ""  # who keeps the machines, and where
    complaints: str = ""  # how to complain about what happens with data
    safety_officer: str = ""  # the clinical safety officer
    accessibility_contact: str = ""
    security_contact: str = ""  # mailto:, https:// or tel: as RFC 9116 has it
    instead_of_mail: str = ""  # how people are told of something where no e-mail is sent
    keep_years: int | None = None  # how long a record is kept once care has ended

    # After how many years the app itself erases what nobody keeps any longer; 0: never; None: nobody decided.
    erase_died_years: int | None = None  # the record of somebody who died
    erase_ended_years: int | None = None  # a record whose person no team looks after any more
    close_accounts_years: int | None = None  # an account that is of no use to anybody

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Service":
        """Read and check what is said.

        :raises BadSetting: when a value cannot be used.
        """
        return cls(
            controller=_line(env, "SELFCARE_CONTROLLER"),
            controller_address=_line(env, "SELFCARE_CONTROLLER_ADDRESS"),
            data_contact=_line(env, "SELFCARE_DATA_CONTACT"),
            lawful_basis=_line(env, "SELFCARE_LAWFUL_BASIS"),
            hosting=_line(env, "SELFCARE_HOSTING"),
            complaints=_line(env, "SELFCARE_COMPLAINTS"),
            safety_officer=_line(env, "SELFCARE_SAFETY_OFFICER"),
            accessibility_contact=_line(env, "SELFCARE_ACCESSIBILITY_CONTACT"),
            security_contact=_uri(env, "SELFCARE_SECURITY_CONTACT"),
            instead_of_mail=_line(env, "SELFCARE_INSTEAD_OF_MAIL"),
            keep_years=_years(env, "SELFCARE_KEEP_YEARS"),
            erase_died_years=_years_or_never(env, "SELFCARE_ERASE_DIED_YEARS"),
            erase_ended_years=_years_or_never(env, "SELFCARE_ERASE_ENDED_YEARS"),
            close_accounts_years=_years_or_never(env, "SELFCARE_CLOSE_ACCOUNTS_YEARS"),
        )


def _line(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    unseen = (letter for letter in value if unicodedata.category(letter).startswith("C"))
    if len(value) > LONGEST or any(letter not in JOINERS for letter in unseen):
        raise BadSetting(f"{name} takes one line of plain words, {LONGEST} characters at most.")
    return value


def _uri(env: Mapping[str, str], name: str) -> str:
    value = _line(env, name)
    if value and not re.fullmatch(
        r"mailto:[^@\s]+@[\w.-]+|https://[\w.-]+(:\d{1,5})?(/[!-~]*)?|tel:\+[\d-]+", value
    ):
        raise BadSetting(
            f"{name} takes mailto: and an e-mail address, an https:// address, or tel: and a number with its +44."
        )
    return value


def _years(env: Mapping[str, str], name: str) -> int | None:
    value = env.get(name, "").strip()
    if value and not re.fullmatch(r"[1-9][0-9]?", value):
        raise BadSetting(f"{name} takes a number of years, from 1 to 99.")
    return int(value) if value else None


def _years_or_never(env: Mapping[str, str], name: str) -> int | None:
    if env.get(name, "").strip() == "never":
        return 0
    try:
        return _years(env, name)
    except BadSetting:
        raise BadSetting(f"{name} takes a number of years, from 1 to 99, or the word never.") from None
