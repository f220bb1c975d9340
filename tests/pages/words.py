"""What the app says in a language: journeys name things by their visible words."""

from functools import cache

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from selfcare.config import ROOT


@cache
def _catalogue(locale: str) -> Catalog | None:
    path = ROOT / "translations" / locale / "LC_MESSAGES" / "messages.po"
    if locale == "en":
        return None
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def words(locale: str, text: str, context: str | None = None, **values: object) -> str:
    """A text of the app as somebody reading `locale` sees it. Fails when the app no longer says it."""
    catalogue = _catalogue(locale)
    if catalogue is not None:
        message = catalogue.get(text, context)
        assert message is not None, f"the app does not say {text!r} ({context})"
        assert message.string, f"not translated: {text!r}"
        text = str(message.string)
    return text % values if values else text
