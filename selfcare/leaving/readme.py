"""What is in the archive, in the person's language, for whoever opens it without this app."""

from flask_babel import force_locale, gettext

from selfcare import i18n
from selfcare.i18n import LANGUAGES
from selfcare.leaving.reading import Whose


def text(whose: Whose, locale: str | None) -> str:
    """The file readme.txt: plain lines, a paragraph each."""
    with force_locale(locale if locale in LANGUAGES else "en"):
        made = i18n.moment(whose.permit.local(whose.moment), year=True)
        lines = [
            gettext(
                "What Selfcare shows you of the record of %(name)s, as it was on %(moment)s.",
                name=whose.permit.person_name,
                moment=made,
            )
            if whose.acts
            else gettext(
                "Everything about you that Selfcare keeps and shows you, as it was on %(moment)s.",
                moment=made,
            ),
            gettext("It is as private as the record. Keep it where nobody else looks."),
            gettext("record.json: all of it, for a computer. record.schema.json says what is where in it."),
            gettext("The folders with .csv files: the same as tables. A spreadsheet opens them."),
            gettext(
                "fhir-bundle.json: goals, numbers that were logged and results, as health systems read them (FHIR R4). "
                "Other things have no place in it."
            ),
            gettext("files: what came with results, and letters, and with what you spent."),
            *(
                [
                    gettext(
                        "What they marked “Only me” is not in it, and nothing that was removed or changed before."
                    )
                ]
                if whose.acts
                else _of_their_own()
            ),
            gettext(
                "A result that you cannot see yet in Selfcare is not in it. Make a new copy later to have it."
            ),
            gettext("Passwords, codes and keys are not in it."),
            gettext(
                "A sign like = at the start of a cell has an apostrophe before it, so that it stays words."
            ),
        ]
    return "\r\n\r\n".join(lines) + "\r\n"


def _of_their_own() -> list[str]:
    return [
        gettext(
            "patient-summary.json: what a summary can hold, as health systems in other places read it (IPS). "
            "What you marked “Only me” is not in it."
        ),
        gettext("What you marked “Only me” is in the rest. Nobody else gets it from us."),
        gettext("What was removed or taken back is in it, and is marked: removed_at, withdrawn_at, void_at."),
        gettext(
            "What your team wrote and took out again is there without its words: it may have been about "
            "somebody else."
        ),
    ]
