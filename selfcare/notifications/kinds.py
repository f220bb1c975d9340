"""What a message can be about, and what must be seeable for it to be told."""

from selfcare.accounts import security
from selfcare.web.access import Area

# What an inbox row can be about. Each kind has its words and its address in `home`.
RESULT, CORRECTED, REPLY, SUMMARY, QUESTION, SOONER = (
    "result",
    "corrected",
    "reply",
    "summary",
    "question",
    "sooner",
)
# The team proposes to keep an eye on something.
WATCH = "watch"
# Reminders: a visit to get ready for, a goal to look at, how a visit was, access that ends, the day of what was agreed,
# a time at which somebody wants to log something, a decision or a budget to look at again.
READY, LOOK, FEEDBACK, ENDING, AGREED, LOG = "ready", "look", "feedback", "ending", "agreed", "log"
AGAIN, BUDGET = "again", "budget"
# Ways in: a new one is asked for and another of the team is to confirm it; one was confirmed, and the person can stop
# it; it was stopped; a letter's code had ten wrong tries.
RECOVERY_ASKED, RECOVERY, STOPPED, CODE_SPENT = "recovery_asked", "recovery", "stopped", "code_spent"
# Something in the plan waits for somebody's yes.
PLAN = "plan"
# Somebody else made a letter anew that rests on the key contact.
LETTER = "letter"
# About the account itself: a way in is another, its second factor is another, a passkey may have been copied, a
# recovery code was used.
WAY, FACTOR, COPIED, SPENT = security.WAY, security.FACTOR, security.COPIED, security.SPENT
# Nobody used the account for years, and it is closed.
CLOSING = security.CLOSING
# A code for an address that is not the account's yet. In no inbox.
ADDRESS = security.ADDRESS
# A code that lets somebody in; the link with which a professional sets their account up. In no inbox.
SIGN_IN, ENROL = security.SIGN_IN, security.ENROL
# Somebody waits for it in front of the page that asks: sent before everything else, and tried again within seconds.
FIRST = frozenset({ADDRESS, SIGN_IN})
# What the person told was written down for them.
TELLING = "telling"
# Somebody asks to be got in touch with; the day of it was said.
REQUEST, PLANNED = "request", "planned"
# Somebody asks: may I spend on this?; the team has answered.
MAY_SPEND, SPEND_ANSWERED = "may_spend", "spend_answered"
# Somebody's details were changed: their name, birth date, NHS number, how to reach them.
DETAILS = "details"
# A helper or a team has come in, and sees what the person gave them.
ACCESS = "access"
# One more professional has read the summary that was handed to them.
OPENED = "opened"
# Somebody who helped has given that back; the lead was passed on to a colleague.
GAVE_BACK, HANDED = "gave_back", "handed"
# The copy of everything that the person asked for is there, or could not be made; they asked that everything is erased,
# or took that back.
COPY, NO_COPY, ERASURE = "copy", "no_copy", "erasure"
# What is told by every way there is, whatever was chosen and whatever the hour: somebody may have to act at once.
ALWAYS = frozenset({RECOVERY, WAY, FACTOR, COPIED, SPENT, CLOSING, ADDRESS, SIGN_IN, ENROL, ERASURE})
# What somebody asked for near by: news for them, an ask for who works on them, one for a voluntary body (in no inbox).
ASK, ASK_WAITS, ASK_BODY = "ask", "ask_waits", "ask_body"
# Not a message: the copy is to be made.
MAKE_COPY = "make_copy"
# Not a message to an account: what is wrong on a list of services goes to whoever keeps it, and says not by whom.
LIST_PROBLEM = "list_problem"
# Not of one record, and in no inbox: a professional's list of the day, and a try whether a device is reached.
DAILY, TEST = "daily", "test"

KINDS = (
    RESULT,
    CORRECTED,
    REPLY,
    SUMMARY,
    QUESTION,
    SOONER,
    READY,
    LOOK,
    FEEDBACK,
    ENDING,
    AGREED,
    LOG,
    AGAIN,
    BUDGET,
    WATCH,
    PLAN,
    TELLING,
    REQUEST,
    PLANNED,
    MAY_SPEND,
    SPEND_ANSWERED,
    DETAILS,
    ACCESS,
    OPENED,
    GAVE_BACK,
    HANDED,
    COPY,
    NO_COPY,
    ERASURE,
    DAILY,
    TEST,
    RECOVERY_ASKED,
    RECOVERY,
    STOPPED,
    CODE_SPENT,
    LETTER,
    WAY,
    FACTOR,
    COPIED,
    SPENT,
    CLOSING,
    ADDRESS,
    SIGN_IN,
    ENROL,
    ASK,
    ASK_WAITS,
    ASK_BODY,
)

# The area that must be seeable for somebody to be told; None: any permit for the record is enough. Without a line here
# a kind is not sent.
NEEDS: dict[str, Area | None] = {
    RESULT: Area.RESULTS,
    CORRECTED: Area.RESULTS,
    SOONER: Area.RESULTS,
    REPLY: Area.QUESTIONS,
    QUESTION: Area.QUESTIONS,
    SUMMARY: Area.SHARING,
    READY: Area.APPOINTMENTS,
    FEEDBACK: Area.APPOINTMENTS,
    LOOK: Area.GOALS,
    AGREED: Area.APPOINTMENTS,
    LOG: Area.DIARY,
    AGAIN: Area.DECISIONS,
    BUDGET: Area.BUDGET,
    WATCH: Area.DIARY,
    PLAN: Area.PLAN,
    TELLING: Area.APPOINTMENTS,
    ENDING: None,
    REQUEST: Area.CONTACTS,
    PLANNED: Area.CONTACTS,
    MAY_SPEND: Area.BUDGET,
    SPEND_ANSWERED: Area.BUDGET,
    RECOVERY_ASKED: Area.CONTACTS,
    STOPPED: Area.CONTACTS,
    RECOVERY: None,
    CODE_SPENT: None,
    LETTER: Area.CONTACTS,
    DETAILS: None,
    ACCESS: None,
    OPENED: Area.SHARING,
    GAVE_BACK: None,
    HANDED: Area.CONTACTS,
    COPY: None,
    NO_COPY: None,
    ERASURE: None,
    MAKE_COPY: None,
    ASK: Area.COMMUNITY,
    ASK_WAITS: Area.CONTACTS,
}
