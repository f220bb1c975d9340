"""The words of messages: the same for all, in the language of the account. No name, no kind, nothing of a record.

What a message tells of is said by the app, after somebody has signed in.
"""

import json
from dataclasses import dataclass
from urllib.parse import urljoin

from flask_babel import force_locale, gettext, pgettext

from selfcare.i18n import LANGUAGES
from selfcare.notifications import kinds

INBOX = "/inbox/"
TITLE = "Selfcare"  # the app's name, in every language
RIGHT_TO_LEFT_MARK = "\u200f"


@dataclass(frozen=True)
class Letter:
    """An e-mail's words: subject, plain text, language."""

    subject: str
    text: str
    language: str


def payload(locale: str | None) -> str:
    """What a device is sent, as JSON: a constant for each language."""
    with force_locale(_language(locale)):
        body = gettext("There is something new for you.")
    return json.dumps({"title": TITLE, "body": body, "tag": "selfcare", "url": INBOX}, ensure_ascii=False)


def letter(locale: str | None, address: str | None) -> Letter:
    """An e-mail's words: a constant for each language.

    :param address: of this app, such as https://selfcare.example; without it the letter has no link.
    """
    language = _language(locale)
    with force_locale(language):
        subject = gettext("There is something new for you in Selfcare")
        lines = [
            gettext("There is something new for you."),
            gettext("Sign in to Selfcare to see it. For your privacy it is not in this e-mail."),
        ]
        if address:
            lines.append(urljoin(address, INBOX))
        lines.append(
            gettext("You get this because you asked to hear by e-mail. You can change that under Account.")
        )
    return _letter(subject, lines, language)


def security_letter(locale: str | None, address: str | None, stop: str | None) -> Letter:
    """An e-mail about the ways into an account: a constant for each language.

    :param stop: the path that stops what is about to happen, where something is.
    """
    language = _language(locale)
    with force_locale(language):
        subject = gettext("About how you sign in to Selfcare")
        lines = [
            gettext(
                "How you sign in to Selfcare was changed or tried, or somebody asked for a new way in to your account."
            ),
            gettext("Was that you? Then you need do nothing."),
        ]
        if stop and address:
            lines += [gettext("Was it not you? Stop it here, within a day:"), urljoin(address, stop)]
        else:
            lines.append(
                gettext("Was it not you? Sign in to Selfcare and look at your inbox, or call your team.")
            )
        lines.append(gettext("Messages like this come always, whatever you chose to hear about."))
    return _letter(subject, lines, language)


def erasure_letter(locale: str | None) -> Letter:
    """An e-mail that a record is to be erased, or is not any more: a constant for each language."""
    language = _language(locale)
    with force_locale(language):
        lines = [
            gettext("Somebody asked that your record in Selfcare is erased, or said that it stays."),
            gettext("Was that you? Then you need do nothing."),
            gettext("Was it not you? Sign in to Selfcare and look at your inbox, or call your team."),
            gettext("Messages like this come always, whatever you chose to hear about."),
        ]
        return _letter(gettext("About your record in Selfcare"), lines, language)


def code_letter(locale: str | None, code: str | None) -> Letter:
    """An e-mail with the code that proves an address; without one, it tells its owner that somebody typed it.

    The code is the one thing in any message that is not a constant.
    """
    language = _language(locale)
    with force_locale(language):
        subject = gettext("Your e-mail address and Selfcare")
        lines = (
            [
                gettext("Type this code where you were asked for it. It works for half an hour."),
                code,
                gettext("Did you not ask for it? Then you need do nothing."),
            ]
            if code
            else [
                gettext(
                    "Somebody typed this address to sign in with. It is yours already, so nothing was changed."
                ),
                gettext("Was that you? Then sign in with this address."),
            ]
        )
    return _letter(subject, lines, language)


def sign_in_letter(locale: str | None, code: str | None, *, may_confirm: bool) -> Letter:
    """An e-mail with the code that lets somebody in. No link: it would open another browser than the one that asked.

    :param code: None where the address takes no codes: then it says what else lets them in.
    :param may_confirm: whether it takes codes once it was confirmed.
    """
    language = _language(locale)
    with force_locale(language):
        if code is None:
            lines = [
                gettext("Somebody asked for a code to sign in with. No code can be sent to this address."),
                gettext("Was that you? Sign in with your password, or with your face, finger or PIN."),
            ]
            if may_confirm:
                lines.append(gettext("Then confirm this address under Account. After that, codes work, too."))
            return _letter(gettext("Signing in to Selfcare"), lines, language)
        subject = gettext("Your code for Selfcare")
        lines = [
            gettext("Type this code where you asked for it. It works once, for 10 minutes, and only there."),
            code,
            gettext("Did you not ask for it? Then you need do nothing. Give it to nobody."),
        ]
    return _letter(subject, lines, language)


def enrol_letter(locale: str | None, opens: str) -> Letter:
    """An e-mail with the link by which a professional sets their account up. It works once."""
    language = _language(locale)
    with force_locale(language):
        subject = gettext("Your way into Selfcare")
        lines = [
            gettext(
                "Your team has made you an account, or a new way into yours. Open this link to set it up:"
            ),
            opens,
            gettext("It works once, for a day. You set a password, and an authenticator app on your phone."),
            gettext("Did you not expect this? Then do not open it, and ask your team."),
        ]
    return _letter(subject, lines, language)


def closing_letter(locale: str | None, place: str | None) -> Letter:
    """An e-mail to an account that nobody used for years. :param place: where they sign in."""
    language = _language(locale)
    with force_locale(language):
        subject = gettext("Your Selfcare account")
        lines = [
            gettext("Nobody has used your account for years. It is closed thirty days from now."),
            gettext("Do you want to keep it? Sign in once before then."),
            *([place] if place else []),
            gettext("Do you not need it? Then you need do nothing."),
        ]
    return _letter(subject, lines, language)


def _letter(subject: str, lines: list[str], language: str) -> Letter:
    if LANGUAGES[language].direction == "rtl":
        # Plain text has no other way to say where a line begins that starts with a Latin word.
        lines = [line if line.startswith("http") else RIGHT_TO_LEFT_MARK + line for line in lines]
    return Letter(subject, "\n\n".join(lines) + "\n", language)


def kind(name: str) -> str:
    """What a message was about, for whoever is to tell it instead: A new result."""
    return {
        kinds.RESULT: lambda: pgettext("message", "A new result"),
        kinds.CORRECTED: lambda: pgettext("message", "A corrected result"),
        kinds.SOONER: lambda: pgettext("message", "A wish to see a result sooner"),
        kinds.REPLY: lambda: pgettext("message", "A reply to a question"),
        kinds.QUESTION: lambda: pgettext("message", "A question"),
        kinds.SUMMARY: lambda: pgettext("message", "A shared summary"),
        kinds.READY: lambda: pgettext("message", "A reminder to get ready for a visit"),
        kinds.LOOK: lambda: pgettext("message", "A reminder to look at a goal"),
        kinds.AGAIN: lambda: pgettext("message", "A reminder to look at a decision"),
        kinds.BUDGET: lambda: pgettext("message", "A reminder to look at a budget"),
        kinds.FEEDBACK: lambda: pgettext("message", "A reminder to say how a visit was"),
        kinds.AGREED: lambda: pgettext("message", "A reminder of something that was agreed"),
        kinds.LOG: lambda: pgettext("message", "A reminder to log something"),
        kinds.WATCH: lambda: pgettext("message", "A proposal to keep an eye on something"),
        kinds.TELLING: lambda: pgettext("message", "What somebody wrote down for them"),
        kinds.ENDING: lambda: pgettext("message", "A reminder that somebody’s access ends"),
        kinds.REQUEST: lambda: pgettext("message", "A request to get in touch"),
        kinds.PLANNED: lambda: pgettext("message", "The day somebody gets in touch"),
        kinds.MAY_SPEND: lambda: pgettext("message", "A question: may I spend on this?"),
        kinds.SPEND_ANSWERED: lambda: pgettext("message", "An answer to: may I spend on this?"),
        kinds.RECOVERY_ASKED: lambda: pgettext("message", "A new way in to confirm"),
        kinds.RECOVERY: lambda: pgettext("message", "A new way in to their account"),
        kinds.STOPPED: lambda: pgettext("message", "A new way in that was stopped"),
        kinds.CODE_SPENT: lambda: pgettext("message", "A code with too many wrong tries"),
        kinds.LETTER: lambda: pgettext("message", "A letter made anew"),
        kinds.WAY: lambda: pgettext("message", "A changed way to sign in"),
        kinds.ADDRESS: lambda: pgettext("message", "A code for a new address"),
        kinds.COPIED: lambda: pgettext("message", "A way in that may have been copied"),
        kinds.SIGN_IN: lambda: pgettext("message", "A code for signing in"),
        kinds.ENROL: lambda: pgettext("message", "A link to set an account up"),
        kinds.SPENT: lambda: pgettext("message", "A recovery code that was used"),
        kinds.CLOSING: lambda: pgettext("message", "The closing of an account that nobody uses"),
        kinds.FACTOR: lambda: pgettext("message", "A changed second step"),
        kinds.ACCESS: lambda: pgettext("message", "Somebody new who can see"),
        kinds.OPENED: lambda: pgettext("message", "Who read what was shared"),
        kinds.GAVE_BACK: lambda: pgettext("message", "Somebody who helped has ended it"),
        kinds.HANDED: lambda: pgettext("message", "A new key contact"),
        kinds.DETAILS: lambda: pgettext("message", "Changed details"),
        kinds.COPY: lambda: pgettext("message", "The copy of their record is ready"),
        kinds.NO_COPY: lambda: pgettext("message", "The copy of their record could not be made"),
        kinds.ERASURE: lambda: pgettext("message", "The erasing of a record"),
        kinds.DAILY: lambda: pgettext("message", "The list of the day"),
        kinds.ASK: lambda: pgettext("message", "News about something that was asked for"),
        kinds.ASK_WAITS: lambda: pgettext("message", "An ask that waits"),
        kinds.ASK_BODY: lambda: pgettext("message", "An ask that waits"),
        kinds.TEST: lambda: pgettext("message", "A test"),
    }.get(name, something)()


def something() -> str:
    """The same where its reader may not see what it was about."""
    return pgettext("message", "A message")


def _language(locale: str | None) -> str:
    return locale if locale in LANGUAGES else "en"
