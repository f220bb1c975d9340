"""The questions of About me and of ways of care, and the words that can be tapped together for an answer.

The seven are those of PRSB, About Me v2, in its order; `helped` is its *supported to write this by*.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, pgettext

from selfcare.web.written import Saying

QUESTIONS = ("most", "people", "talk", "well", "please", "support", "also")
HELPED, TALK, WAY = "helped", "talk", "how"
WAYS = ("where", WAY, "when", "else")
ALL = (*QUESTIONS, HELPED, *WAYS)
HOW = ("phone", "video", "visit", "message")  # as a contact can be


def title(code: str) -> str:
    """A question as it stands over its answer."""
    return {
        "most": pgettext("about me", "What matters most to me"),
        "people": pgettext("about me", "People who matter to me"),
        "talk": pgettext("about me", "How to talk with me"),
        "well": pgettext("about me", "When I am well"),
        "please": pgettext("about me", "Please do, and please don’t"),
        "support": pgettext("about me", "How and when to support me"),
        "also": pgettext("about me", "Also worth knowing about me"),
        "helped": pgettext("about me", "Who helped me to write this"),
        "where": pgettext("ways I want care", "Where I want care"),
        "how": pgettext("ways I want care", "How I like best to be in touch"),
        "when": pgettext("ways I want care", "When is good for me"),
        "else": pgettext("ways I want care", "What else helps"),
    }[code]


def asked(code: str) -> str:
    """A question as it is asked."""
    return {
        "most": pgettext("about me", "What matters most to me?"),
        "people": pgettext("about me", "Who are the people who matter to me?"),
        "talk": pgettext("about me", "How should people talk with me?"),
        "well": pgettext("about me", "How am I when I am well?"),
        "please": pgettext("about me", "What should people do, and what should they not do?"),
        "support": pgettext("about me", "How should people support me, and when?"),
        "also": pgettext("about me", "What else is worth knowing about me?"),
        "helped": gettext("Did somebody help you write?"),
        "where": pgettext("ways I want care", "Where do I want care?"),
        "how": pgettext("ways I want care", "How do I like best to be in touch?"),
        "when": pgettext("ways I want care", "When is good for me?"),
        "else": pgettext("ways I want care", "What else helps me when I get care?"),
    }[code]


def taps(code: str) -> list[tuple[str, str]]:
    """Words that can be tapped into an answer, each with a code of its own."""
    found = {
        "most": (
            ("family", pgettext("what matters to me", "My family")),
            ("home", pgettext("what matters to me", "To be at home")),
            ("self", pgettext("what matters to me", "To do things on my own")),
            ("out", pgettext("what matters to me", "To get out of the house")),
            ("faith", pgettext("what matters to me", "My faith")),
            ("work", pgettext("what matters to me", "My work or my studies")),
            ("animal", pgettext("what matters to me", "My animals")),
        ),
        "people": (
            ("partner", pgettext("people who matter to me", "My partner")),
            ("children", pgettext("people who matter to me", "My children")),
            ("parents", pgettext("people who matter to me", "My parents")),
            ("friend", pgettext("people who matter to me", "A good friend")),
            ("neighbour", pgettext("people who matter to me", "A neighbour")),
        ),
        "talk": (
            ("time", pgettext("how to talk with me", "Take your time")),
            ("slow", pgettext("how to talk with me", "Speak slowly")),
            ("large", pgettext("how to talk with me", "Large print")),
            ("write", pgettext("how to talk with me", "Write it down for me")),
            ("look", pgettext("how to talk with me", "Look at me when you talk")),
            ("me", pgettext("how to talk with me", "Ask me, not who is with me")),
            ("long", pgettext("how to talk with me", "Explain long words")),
        ),
        "well": (
            ("sleep", pgettext("when I am well", "I sleep well")),
            ("out", pgettext("when I am well", "I go out")),
            ("see", pgettext("when I am well", "I see people")),
            ("cook", pgettext("when I am well", "I cook for myself")),
            ("laugh", pgettext("when I am well", "I laugh")),
        ),
        "please": (
            ("tell", pgettext("please do", "Please tell me first what you will do")),
            ("knock", pgettext("please do", "Please knock before you come in")),
            ("include", pgettext("please do", "Please decide with me, not for me")),
            ("touch", pgettext("please do not", "Please don’t touch me without asking")),
            ("over", pgettext("please do not", "Please don’t talk as if I am not there")),
            ("rush", pgettext("please do not", "Please don’t hurry me")),
        ),
        "support": (
            ("morning", pgettext("how to support me", "In the morning I need more help")),
            ("letters", pgettext("how to support me", "Help me with letters and forms")),
            ("remind", pgettext("how to support me", "Remind me the day before")),
            ("ask", pgettext("how to support me", "Help only when I ask")),
            ("wait", pgettext("how to support me", "Let me try first")),
        ),
        "also": (
            ("glasses", pgettext("worth knowing", "I wear glasses")),
            ("hearing", pgettext("worth knowing", "I have a hearing aid")),
            ("chair", pgettext("worth knowing", "I use a wheelchair")),
            ("stick", pgettext("worth knowing", "I walk with a stick or a frame")),
            ("tired", pgettext("worth knowing", "I get tired soon")),
        ),
        "where": (
            ("home", pgettext("where I want care", "At home")),
            ("surgery", pgettext("where I want care", "At my surgery or clinic")),
            ("near", pgettext("where I want care", "Near where I live")),
            ("hospital", pgettext("where I want care", "In hospital only if there is no other way")),
        ),
        "when": (
            ("morning", pgettext("when is good for me", "In the morning")),
            ("afternoon", pgettext("when is good for me", "In the afternoon")),
            ("evening", pgettext("when is good for me", "In the evening")),
            ("long", pgettext("when is good for me", "With more time than usual")),
        ),
        "else": (
            ("same", pgettext("what else helps", "The same person each time")),
            ("with", pgettext("what else helps", "Somebody I trust is with me")),
            ("steps", pgettext("what else helps", "A way in without steps")),
            ("quiet", pgettext("what else helps", "A quiet place to wait")),
        ),
    }
    return list(found.get(code, ()))


def end() -> str:
    """What ends words that were tapped."""
    return pgettext("ends a sentence", ".")


def how(code: str) -> str:
    """A way to be in touch, to choose."""
    return {
        "phone": pgettext("how to be in touch", "Phone"),
        "video": pgettext("how to be in touch", "Video call"),
        "visit": pgettext("how to be in touch", "In person"),
        "message": pgettext("how to be in touch", "Message"),
    }[code]


def answer(choice: str, text: str) -> str:
    """An answer as it is read: what was chosen, then the words."""
    return "\n".join(filter(None, (how(choice) if choice else "", text)))


def part(helping: str | None) -> str:
    """About me and ways of care, as a part of a summary; `helping`: the person's name, for somebody else."""
    if helping:
        return gettext("About %(name)s, and ways of care", name=helping)
    return gettext("About me, and ways I want care")


def say(facts: Mapping[str, Any], _kind: str) -> Saying:
    """An answer in a summary."""
    return Saying(title(facts["question"]), (("", answer(facts["choice"], facts["text"])),))
