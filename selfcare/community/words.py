"""What is said of services, in the reader's language. What a list does not tell is not said."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import UnknownLocaleError
from babel.numbers import format_currency
from flask_babel import gettext, ngettext, pgettext

from selfcare import i18n
from selfcare.community import needs, times
from selfcare.community.models import FREE, PAID, SOME, Service, ServiceList
from selfcare.community.sought import Sought
from selfcare.web.written import Saying

OLD = timedelta(days=183)  # after this a check is said to be one of before
NEEDS = (
    "move",
    "company",
    "money",
    "break",
    "backup",
    "mind",
    "food",
    "home",
    "travel",
    "learn",
)  # as they are asked
PROBLEMS = ("over", "when", "where", "reach", "cost", "other")
_SENTENCE = re.compile(r"[.!?؟۔](?=\s|$)")
_MOST = 4  # places or costs that are listed; the others are on the list's own page


def need(code: str) -> str:
    """What somebody needs, as they would say it."""
    return {
        "move": lambda: pgettext("I need", "To get moving"),
        "company": lambda: pgettext("I need", "Company"),
        "money": lambda: pgettext("I need", "Money help"),
        "break": lambda: pgettext("I need", "A break from caring"),
        "backup": lambda: pgettext("I need", "Somebody to step in when a carer is ill"),
        "mind": lambda: pgettext("I need", "Help with how I feel"),
        "food": lambda: pgettext("I need", "Food"),
        "home": lambda: pgettext("I need", "Help at home"),
        "travel": lambda: pgettext("I need", "To get about"),
        "learn": lambda: pgettext("I need", "To learn, or to work"),
    }.get(code, lambda: code)()


def way(code: str) -> str:
    """What kind of help it is, to choose. :param code: of a tag; one that is not known is said as it is."""
    return {
        "online": lambda: pgettext("kind of help", "On a screen, from home"),
        "peer": lambda: pgettext("kind of help", "With people in the same place in life"),
        "carers": lambda: pgettext("kind of help", "For people who care for somebody"),
    }.get(code, lambda: code)()


def getting_in(code: str) -> str:
    """What there is for getting in, to choose. :param code: as of `way`."""
    return {
        "no_steps": lambda: gettext("No steps"),
        "lift": lambda: gettext("A lift"),
        "toilet": lambda: gettext("A toilet for wheelchairs"),
        "loop": lambda: gettext("Hearing loop"),
        "parking": lambda: gettext("Parking with a Blue Badge"),
        "sign": lambda: gettext("Sign language"),
        "quiet": lambda: gettext("A quiet place"),
    }.get(code, lambda: code)()


def body(code: str) -> str:
    """What kind of body offers it; nothing for one that is not known."""
    return {
        "charity": lambda: gettext("a charity"),
        "council": lambda: gettext("a council"),
        "nhs": lambda: gettext("part of the NHS"),
        "community": lambda: gettext("a community group"),
        "company": lambda: gettext("a company"),
    }.get(code, lambda: "")()


def problem(code: str) -> str:
    """What is wrong about a service."""
    return {
        "over": lambda: gettext("It is not there any more"),
        "when": lambda: gettext("The day or the time is wrong"),
        "where": lambda: gettext("The place is wrong"),
        "reach": lambda: gettext("The phone, web page or e-mail is wrong"),
        "cost": lambda: gettext("The cost is wrong"),
        "other": lambda: gettext("Something else is wrong"),
    }[code]()


def state(code: str, *, own: bool) -> str:
    """How a service stands with the person. :param own: the person reads it."""
    return {
        "saved": lambda: pgettext("a service", "Saved"),
        "going": lambda: pgettext("a service", "I am going") if own else pgettext("a service", "Going"),
        "tried": lambda: pgettext("a service", "I tried it") if own else pgettext("a service", "Tried it"),
        "not_for_me": lambda: (
            pgettext("a service", "Not for me") if own else pgettext("a service", "Not for them")
        ),
    }[code]()


def first_sentence(text: str, most: int = 120) -> str:
    """The first sentence of a description, without its full stop."""
    line = " ".join(text.split("\n", 1)[0].split())
    end = _SENTENCE.search(line)
    return i18n.beginning(line[: end.start()] if end else line, most)


def language(code: str, name: str = "") -> str:
    """A language in the reader's; as its list calls it where it has no name here."""
    try:
        found = i18n.language_name(code) if code else name
    except (UnknownLocaleError, ValueError):
        found = ""
    return found or name or code


def languages(service: Service, most: int = 30) -> str:
    """The languages of a service in a line; nothing where its list tells none."""
    found = dict.fromkeys(language(one["code"], one["name"]) for one in service.languages)
    return i18n.comma().join(list(found)[:most])


def when(service: Service, today: date) -> list[str]:
    """When it is, a line each: Tuesdays, 10:00 to 11:00."""
    found = (" ".join(map(sentence, parts)) for parts in times.sessions(service, today))
    return list(dict.fromkeys(filter(None, found)))


def sentence(text: str) -> str:
    """With a full stop, where it has none."""
    text = text.strip()
    return text if _SENTENCE.search(text[-1:]) else pgettext("a short sentence", "%(words)s.", words=text)


def short_cost(service: Service, today: date) -> str:
    """What it costs, in a few words; nothing where its list does not tell."""
    if service.cost == FREE:
        return gettext("Free")
    found = [money for one in _counted(service, today) if (money := _money(one))]
    if len(found) == 1:
        return found[0]
    return {SOME: gettext("Free for some"), PAID: gettext("It costs money")}.get(service.cost, "")


def cost(service: Service, today: date) -> list[str]:
    """What it costs, a line each: in words and sums, as its list tells."""
    found = [gettext("Free")] if service.cost == FREE else []
    for one in _counted(service, today)[:_MOST]:
        if service.cost != FREE or not needs.is_free(one["words"] or one["amount"] or "0"):
            found.append(i18n.comma().join(filter(None, (_money(one), one["words"]))))
    if service.fees and not (found and needs.is_free(service.fees)):
        found.append(service.fees)
    if not any(found):
        found = [short_cost(service, today)]
    return list(dict.fromkeys(filter(None, found)))


def _counted(service: Service, today: date) -> list[dict[str, Any]]:
    """What it costs now: a sum that its list ended is none any more."""
    return [one for one in service.costs if (one.get("until") or "9999") >= today.isoformat()]


def _money(one: Mapping[str, Any]) -> str:
    text = str(one["amount"] or "")
    try:
        amount = Decimal(text)
        if not amount.is_finite() or len(text) > 12:
            return text
        if one["currency"]:
            return format_currency(
                amount, one["currency"], locale=i18n.code(), currency_digits=amount % 1 != 0
            )
    except InvalidOperation:
        pass
    return text


def where(service: Service) -> list[str]:
    """Where it is, a line each: Hill Street Hall, RV1 2AB."""
    found = []
    for one in service.places[:_MOST]:
        lines = [one["name"], *(one["address"] or "").splitlines(), one["postcode"]]
        said = i18n.comma().join(dict.fromkeys(" ".join(str(each).split()) for each in lines if each))
        found.append(
            " ".join(filter(None, (said, one.get("getting_there") and sentence(one["getting_there"]))))
        )
    return list(dict.fromkeys(filter(None, found)))


def ways_in(service: Service) -> list[str]:
    """How one gets in, as its list tells, a sentence each."""
    said = (one["words"] or (getting_in(one["code"]) if one["code"] else "") for one in service.getting_in)
    return [sentence(one) for one in dict.fromkeys(filter(None, said))]


def for_whom(service: Service) -> list[str]:
    """Whom it is for, a sentence each."""
    young, old = service.youngest, service.oldest
    ages = ""
    if young and old:
        ages = gettext("From %(young)s to %(old)s years.", young=young, old=old)
    elif young:
        ages = gettext("From %(num)s years.", num=young)
    elif old is not None:
        ages = gettext("Up to %(num)s years.", num=old)
    return list(filter(None, (ages, service.for_whom and sentence(service.for_whom))))


def facts(service: Service, today: date) -> list[tuple[str, list[str]]]:
    """What is told of a service, each with what it is called; what is not told is not there."""
    found = [
        (gettext("When"), when(service, today)),
        (gettext("Where"), where(service)),
        (gettext("Cost"), cost(service, today)),
        (gettext("Languages"), [languages(service)]),
        (gettext("Getting in"), [" ".join(ways_in(service))]),
        (gettext("For whom"), [" ".join(for_whom(service))]),
        (gettext("How to join"), [service.how_to_join]),
    ]
    return [(label, lines) for label, lines in found if any(lines)]


def paragraphs(text: str) -> list[str]:
    """A description, as it is read."""
    return [one for one in text.split("\n") if one.strip()]


def phone(one: Mapping[str, Any]) -> str:
    """A telephone number as it is read, with its extension and what its list says of it."""
    extension = one["extension"] and gettext("extension %(num)s", num=one["extension"])
    return i18n.comma().join(filter(None, (one["number"], extension, one["words"])))


def whose(lists: Sequence[tuple[str, str, str]]) -> str:
    """Whose lists these are, and what nobody here looks at."""
    names = i18n.listed([name for name, *_ in lists])
    return ngettext(
        "The list is from %(names)s. We do not check how good a service is.",
        "The lists are from %(names)s. We do not check how good a service is.",
        len(lists),
        names=names,
    )


def checked(on: date | None, of: ServiceList) -> str:
    """When somebody last checked that it is so, as its list tells."""
    if on is None:
        return gettext("The list of %(name)s does not say when this was checked.", name=of.name)
    return gettext("Checked on %(day)s by %(name)s.", day=i18n.plain_day(on), name=of.name)


def is_old(on: date | None, today: date) -> bool:
    """Whether nobody has checked it for half a year."""
    return on is not None and today - on > OLD


def short_checked(on: date, today: date) -> str:
    """When it was last checked, in a few words."""
    if is_old(on, today):
        month = i18n.month_name(on, year=on.year != today.year)
        return gettext("Not checked since %(month)s", month=month)
    return gettext("Checked %(day)s", day=i18n.plain_day(on, today=today))


def sought(asked: Sought) -> list[str]:
    """What is looked for besides words and needs: Free. No steps."""
    return [one for name in asked.filters if name not in ("words", "need") for one in of_filter(asked, name)]


def of_filter(asked: Sought, name: str) -> list[str]:
    """What one filter looks for, each in words."""
    return {
        "words": lambda: [asked.words],
        "need": lambda: [need(one) for one in asked.need],
        "free": lambda: [gettext("Free")],
        "day": lambda: [times.each(one) for one in asked.day],
        "language": lambda: [language(one) for one in asked.language],
        "getting_in": lambda: [getting_in(one) for one in asked.getting_in],
        "way": lambda: [way(one) for one in asked.way],
        "age": lambda: [gettext("Age %(num)s", num=asked.age)],
    }[name]()


def loosen(asked: Sought, name: str, number: int) -> str:
    """The link that lets one thing go, with how many there are then."""
    what = i18n.comma().join(of_filter(asked, name))
    return ngettext("Without “%(what)s”: %(num)s", "Without “%(what)s”: %(num)s", number, what=what)


def part(helping: str | None) -> str:
    """What it is called as a part of a summary."""
    if helping is None:
        return gettext("Help near me: where I go, and what I tried")
    return gettext("Help near by: where %(name)s goes, and what they tried", name=helping)


def of_summary(facts: Mapping[str, Any], _kind: str) -> Saying:
    """A service of a summary: its name, how it stands, and what the person says of it."""
    said = gettext("Goes there") if facts["state"] == "going" else gettext("Tried it")
    return Saying(str(facts["label"]), [(said, str(facts["words"]))])
