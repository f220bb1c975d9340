"""What a message can be about, and what must be seeable for it to be told."""

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
# Reminders: a visit to get ready for, a goal to look at, how a visit was, access that ends.
READY, LOOK, FEEDBACK, ENDING = "ready", "look", "feedback", "ending"
# Somebody's details were changed: their name, birth date, NHS number, how to reach them.
DETAILS = "details"
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
    DETAILS,
    DAILY,
    TEST,
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
    ENDING: None,
    DETAILS: None,
}
