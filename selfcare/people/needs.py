"""What somebody needs so that they can take part (NHS England, Accessible Information, DAPB1605): identified, kept,
flagged on every page about them, shared, met, and looked at again. Ready-made ones read in every language."""

from flask_babel import gettext, pgettext

MOST = 12
INTERPRETER = "interpreter:"


def ready_made() -> dict[str, str]:
    """The needs that can be ticked, by code, in the reader's language."""
    return {
        "large-print": pgettext("communication need", "Large print"),
        "easy-read": pgettext("communication need", "Easy read"),
        "braille": pgettext("communication need", "Braille"),
        "audio": pgettext("communication need", "Audio in place of print"),
        "hears-less": pgettext("communication need", "Hears less well"),
        "lip-reads": pgettext("communication need", "Lip-reads: face them"),
        "sign-language": pgettext("communication need", "Sign language"),
        "no-calls": pgettext("communication need", "No telephone: write instead"),
        "more-time": pgettext("communication need", "More time"),
        "supporter": pgettext("communication need", "Somebody they trust is there"),
    }


def interpreter(language: str) -> tuple[str, ...]:
    """The need for an interpreter, where there is one."""
    return (INTERPRETER + language,) if language else ()


def said(need: str) -> str:
    """A need as it is read: a ready-made one in words, one in somebody's own words as it is."""
    if need.startswith(INTERPRETER):
        return gettext("Interpreter: %(language)s", language=need.removeprefix(INTERPRETER))
    return ready_made().get(need, need)
