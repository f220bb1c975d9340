"""Names of access: the parts of a record, how much a right allows, as whom and for what somebody acts."""

from enum import IntEnum, StrEnum


class Area(StrEnum):
    """The parts of a record that a right is given for."""

    DIARY = "diary"
    HEALTH = "health"
    GOALS = "goals"
    APPOINTMENTS = "appointments"
    QUESTIONS = "questions"
    RESULTS = "results"
    PLAN = "plan"
    ABOUT = "about"
    DECISIONS = "decisions"
    COMMUNITY = "community"
    BUDGET = "budget"
    FEEDBACK = "feedback"
    SHARING = "sharing"
    PEOPLE = "people"
    CONTACTS = "contacts"


class Level(IntEnum):
    """How much a right allows; each level holds the ones below it."""

    NOTHING = 0
    SEE = 1
    ADD = 2
    MANAGE = 3


class Role(StrEnum):
    """As whom somebody acts on a record."""

    SELF = "self"
    CARER = "carer"
    PROFESSIONAL = "professional"
    READER = "reader"  # of one summary that the person handed them, and of nothing else
    SYSTEM = "system"


class Purpose(StrEnum):
    """What a permit without an account is for."""

    DEMO = "demo"
    REMINDERS = "reminders"
    IMPORT = "import"
    LEAVING = "leaving"
    TIDYING = "tidying"
    LINK = "link"
    ASKS = "asks"
    FEEDBACK = "feedback"


class Kind(StrEnum):
    """Kinds of account."""

    PERSON = "person"  # people with a record, and carers
    PROFESSIONAL = "professional"
    ADMINISTRATOR = "administrator"
    BODY = "body"  # works for a voluntary body: opens no record, only what was asked of that body
    READER = "reader"  # another professional, who came in to read a summary: of no team, with no people


class Sight(StrEnum):
    """What is seen of all that is marked *only me*."""

    ALL = "all"
    NEWER = "newer"  # what the person marked so since a recovery
    NONE = "none"


class Lock(IntEnum):
    """How a request holds who may see a record until it ends: it reads, it writes, or it changes who may."""

    NONE = 0
    SHARE = 1
    CHANGE = 2
