"""What the codes of goals are called, in the reader's language."""

from flask_babel import gettext

# Goal attainment in five words, best first. Nothing is counted or scored from them.
HOW = ("much_better", "better", "as_hoped", "less", "much_less")
ENDS = ("achieved", "changed", "let_go")


def how(code: str) -> str:
    """How a goal was going: as hoped."""
    return {
        "much_better": gettext("Much better than hoped"),
        "better": gettext("Better than hoped"),
        "as_hoped": gettext("As hoped"),
        "less": gettext("Less than hoped"),
        "much_less": gettext("Much less than hoped"),
    }[code]


def end(code: str) -> str:
    """How a goal ended; each way is as good as the others."""
    return {
        "achieved": gettext("Achieved"),
        "changed": gettext("Changed"),
        "let_go": gettext("Let go"),
    }[code]
