"""Which numbers stand for which plural of a language: the phone counts by itself, with sentences written here."""

from babel import Locale

# Far enough for every category of every language there is with whole numbers.
FAR = 1000


def examples(code: str) -> dict[str, int]:
    """One whole number for each plural category of a language, by CLDR's names: {"one": 1, "other": 0}.

    The phone's `Intl.PluralRules` says the category of a count; the sentence was made with the number given here.
    Larger numbers stand for categories that smaller ones do not need: a sentence may write out a small number.
    """
    rule = Locale.parse(code).plural_form
    found: dict[str, int] = {}
    for number in range(FAR + 1):
        found.setdefault(rule(number), number)
    return found
