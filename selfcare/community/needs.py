"""What words of a list mean here: the one table by which a service is found by need, way, language and getting in.

A word counts where its list puts a term (an attribute, a kind of place, a line on access), never in a description. What
no list tells stays unknown. To change what something means is to change a line here; the next reading carries it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from babel import Locale
from babel.core import get_global

from selfcare.web import folding

# A need, and the terms that speak of it: each is found as whole words of a term, whatever stands around it.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "move": (
        "physical activity", "physical activities", "exercise", "exercises", "walking", "walks", "dance", "sport",
        "sports", "swimming", "yoga", "tai chi", "fitness", "keep fit", "falls prevention", "gardening",
        "get moving", "active",
    ),
    "company": (
        "loneliness", "lonely", "social isolation", "isolation", "befriending", "social group", "social groups",
        "social activities", "company", "meeting people", "friendship", "lunch club", "coffee morning", "social club",
    ),
    "money": (
        "money", "debt", "benefits", "benefits advice", "welfare rights", "financial", "finance", "income", "budgeting",
        "fuel poverty", "cost of living", "grants",
    ),
    "break": (
        "respite", "carer support", "carers support", "support for carers", "short break", "short breaks",
        "break from caring", "carer breaks", "carers break", "sitting service",
    ),
    "backup": (
        "emergency respite", "carer emergency", "carers emergency", "emergency care", "emergency card",
        "emergency support for carers", "carer back up", "carer backup", "back up care", "backup care",
        "contingency planning", "replacement care",
    ),
    "mind": (
        "mental health", "mental wellbeing", "anxiety", "depression", "low mood", "stress", "bereavement", "grief",
        "counselling", "talking therapy", "talking therapies",
    ),
    "food": ("food", "food bank", "food banks", "meals", "cooking", "healthy eating", "nutrition"),
    "home": ("housing", "home repairs", "handyperson", "homelessness", "home adaptations", "energy advice"),
    "travel": ("transport", "community transport", "travel", "shopmobility", "blue badge", "dial a ride"),
    "learn": ("learning", "education", "digital skills", "computers", "volunteering", "employment", "job search"),
}  # fmt: skip

WAYS: Mapping[str, tuple[str, ...]] = {
    "online": ("online", "virtual", "video", "video call", "video conferencing", "zoom", "remote", "remotely"),
    "peer": ("peer support", "peer", "peers", "self help", "self help group", "support group", "support groups",
             "lived experience"),
    "carers": ("carer", "carers", "unpaid carer", "unpaid carers", "caring", "young carers", "carer support"),
}  # fmt: skip

GETTING_IN: Mapping[str, tuple[str, ...]] = {
    "no_steps": (
        "no steps", "step free", "level access", "ramp", "ramps", "ramped", "wheelchair access",
        "wheelchair accessible", "accessible to wheelchairs", "accessible by wheelchair", "wheelchair user access",
    ),
    "lift": ("lift", "lifts"),
    "toilet": (
        "accessible toilet", "accessible toilets", "disabled toilet", "disabled toilets", "wheelchair toilet",
        "toilet for wheelchairs", "changing places",
    ),
    "loop": ("hearing loop", "hearing loops", "induction loop", "induction loops", "loop system", "loop systems"),
    "parking": ("blue badge parking", "disabled parking", "accessible parking", "parking for blue badge holders"),
    "sign": ("bsl", "british sign language", "sign language"),
    "quiet": ("quiet space", "quiet room", "quiet hour", "autism friendly"),
}  # fmt: skip
# A line on access with one of these says what is not there, or not whole: its words are shown, and count for nothing.
_DENIES = (
    "no not non without cannot cant isnt arent doesnt unfortunately limited partial partially except unable lacks"
    " nobody neither nor awaiting planned soon unavailable inaccessible few"
)
_NOT = frozenset(_DENIES.split())
_NOT_BUT = ("no steps", "non slip", "no stairs")  # what has such a word, and says no such thing

FREE_WORDS = frozenset(
    {"free", "free of charge", "no charge", "no cost", "no fee", "no fees", "there is no charge", "there is no cost",
     "this service is free", "this is a free service", "free service", "free to attend", "it is free", "nothing",
     "none", "0", "0 00"}
)  # fmt: skip

# What kind of body it is, by the scheme of its number (org-id.guide) or the words of its status.
KINDS: Mapping[str, tuple[str, ...]] = {
    "charity": ("gb chc", "gb sc", "gb nic", "charity", "charitable", "cio", "voluntary"),
    "council": ("gb lae", "gb las", "gb wal", "gb lan", "local authority", "council", "local government"),
    "nhs": ("gb nhs", "nhs", "national health service"),
    "community": ("community interest company", "cic", "community group", "social enterprise", "co operative"),
    "company": ("gb coh", "company", "limited company", "private", "for profit"),
}  # fmt: skip

_DAYS = {
    name: code
    for code, names in {
        "mo": "mo mon monday mondays", "tu": "tu tue tues tuesday tuesdays", "we": "we wed wednesday wednesdays",
        "th": "th thu thur thurs thursday thursdays", "fr": "fr fri friday fridays", "sa": "sa sat saturday saturdays",
        "su": "su sun sunday sundays",
    }.items()
    for name in names.split()
}  # fmt: skip

_ENGLISH = Locale("en").languages
_LANGUAGES = {folding.fold(name): code for code, name in _ENGLISH.items() if "_" not in code} | {
    folding.fold(Locale(code).languages.get(code, code)): code
    for code in ("cy", "ur", "pl", "pa", "bn", "ar", "gu")
}
_SHORTER: Mapping[str, str] = get_global("language_aliases")  # codes of three letters, and of before


def meant(table: Mapping[str, tuple[str, ...]], terms: Iterable[str]) -> list[str]:
    """The codes of a table of which one of these terms speaks, in the table's order."""
    said = [f" {' '.join(folding.words(term))} " for term in terms]
    return [
        code
        for code, phrases in table.items()
        if any(f" {phrase} " in term for phrase in phrases for term in said)
    ]


def ways_in(words: str) -> list[str]:
    """The codes of GETTING_IN that a line on access says are there, sentence by sentence; what it denies is none."""
    said = [each for sentence in re.split(r"[.;!?\n]|,? but ", words) for each in _affirmed(sentence)]
    return meant(GETTING_IN, said)


def _affirmed(sentence: str) -> Iterator[str]:
    plain = f" {' '.join(folding.words(sentence))} "
    bare = plain
    for phrase in _NOT_BUT:
        bare = bare.replace(f" {phrase} ", "  ")
    if not _NOT & set(bare.split()):
        yield plain


def is_free(fees: str) -> bool:
    """Whether the words on fees say that there are none, and nothing else."""
    return " ".join(folding.words(fees)) in FREE_WORDS


def days(text: str) -> list[tuple[str, int]]:
    """The days that a rule names (`MO,TU`, `1MO`, `Monday, Tuesday`), each with which of the month, or 0."""
    found = []
    for part in re.split(r"[\s,;/&]+", text):
        rule = re.fullmatch(r"([+-]?\d{1,2})?([^\W\d_]+)", part)
        if rule and (code := _DAYS.get(rule[2].casefold())):
            found.append((code, int(rule[1] or 0)))
    return list(dict.fromkeys(found))


def language(code: str, name: str) -> str:
    """The code (ISO 639-1 where there is one) of a language by its code or its name; empty where neither is known."""
    short = re.split(r"[-_]", code.strip().lower())[0]
    short = _SHORTER.get(short, short)
    if short in _ENGLISH and short != "und":
        return short
    return _LANGUAGES.get(folding.fold(name)) or _LANGUAGES.get(folding.fold(code)) or ""


def language_name(code: str, name: str) -> str:
    """What a language is called: as its list says it, else in English."""
    return name or str(_ENGLISH.get(code, code))
