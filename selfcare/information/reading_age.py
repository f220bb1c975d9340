"""How old somebody is who can read a passage of English with ease: counted, never guessed. Pure.

Two formulas that need letters, words and sentences alone, so that the same passage gives the same age everywhere: the
Automated Readability Index (Smith and Senter 1967) and Coleman and Liau's (1975). Both give a school year of the
United States; who is in year n there is n + 5 years old. What stands in the middle of both counts.
"""

import re
import unicodedata
from dataclasses import dataclass

LANGUAGE = "en"  # the formulas were made for it
FEWEST = 100  # words: both were made on passages of that length
MOST = 10_000
YOUNGEST, OLDEST = 5, 18
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|\n\s*\n|\n(?=\s*[-*•–])")
_WORD = re.compile(r"[^\W_]+(?:['’\-.][^\W_]+)*")


@dataclass(frozen=True)
class Measured:
    """`age` in years, between YOUNGEST and OLDEST, which stands for all above; `words` that were counted."""

    age: int
    words: int


class TooShort(ValueError):
    """Fewer than FEWEST words. `words`: how many there are."""

    def __init__(self, words: int) -> None:
        super().__init__(words)
        self.words = words


def measure(passage: str) -> Measured:
    """:param passage: of English, as it stands on the page. :raises TooShort:"""
    text = unicodedata.normalize("NFKC", passage)
    sentences = [found for found in (_WORD.findall(one) for one in _END.split(text)) if found]
    words = [word for found in sentences for word in found]
    if len(words) < FEWEST:
        raise TooShort(len(words))
    letters = sum(one.isalnum() for word in words for one in word)
    per_word, per_sentence = letters / len(words), len(words) / len(sentences)
    automated = 4.71 * per_word + 0.5 * per_sentence - 21.43
    coleman = 5.88 * per_word - 29.6 / per_sentence - 15.8
    age = round((automated + coleman) / 2 + 5)
    return Measured(min(max(age, YOUNGEST), OLDEST), len(words))
