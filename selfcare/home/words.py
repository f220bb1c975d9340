"""What rights, notices and numbers to call are called, in the reader's language."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext, pgettext
from markupsafe import Markup

from selfcare import i18n
from selfcare.accounts import recovery_codes
from selfcare.notifications.kinds import (
    ACCESS,
    AGAIN,
    AGREED,
    ASK,
    ASK_WAITS,
    BUDGET,
    CLOSING,
    CODE_SPENT,
    COPIED,
    COPY,
    CORRECTED,
    DETAILS,
    ENDING,
    ERASURE,
    FACTOR,
    FEEDBACK,
    GAVE_BACK,
    HANDED,
    LETTER,
    LOG,
    LOOK,
    MAY_SPEND,
    NEEDS,
    NO_COPY,
    OPENED,
    PLAN,
    PLANNED,
    QUESTION,
    READY,
    RECOVERY,
    RECOVERY_ASKED,
    REQUEST,
    RESULT,
    SOONER,
    SPEND_ANSWERED,
    SPENT,
    STOPPED,
    SUMMARY,
    TELLING,
    WATCH,
)
from selfcare.notifications.models import Notice
from selfcare.people import names
from selfcare.web.access import Area, Level, Permit, Role
from selfcare.web.pages import bdi


def who_chooses(names: list[str]) -> Markup:
    """Under *Who is this for?*: whose choice it is what a carer may do. Empty where nobody of them lives."""
    if not names:
        return Markup()
    if len(names) == 1:
        text = gettext(
            "%(name)s chooses what you can see and do. "
            "%(name)s can change it at any time, and can see when you looked."
        )
        return _with_name(text, names[0])
    text = gettext(
        "%(names)s choose what you can see and do. "
        "They can change it at any time, and they can see when you looked."
    )
    listed = i18n.listed([str(bdi(name)) for name in names])
    return Markup(text) % {"names": Markup(listed)}  # noqa: S704 - each name was escaped by `bdi`


def _with_name(text: str, name: str) -> Markup:
    """A sentence with a name in it, kept from turning the sentence's direction."""
    return Markup(text) % {"name": bdi(name)}  # noqa: S704 - the sentence is ours, the name is escaped


def ahead(days: int) -> str:
    """How far ahead a visit is: Today, Tomorrow, In 2 days; Yesterday for one that began late and still is the next."""
    if days < 0:
        return pgettext("when a visit is", "Yesterday")
    if days == 0:
        return pgettext("when a visit is", "Today")
    if days == 1:
        return pgettext("when a visit is", "Tomorrow")
    return ngettext("In %(num)s day", "In %(num)s days", days)


def told(wall: datetime, today: date) -> str:
    """When a notice came, as a line of its own: Today, 14:05."""
    if wall.date() == today:
        return gettext("Today, %(time)s", time=i18n.clock_time(wall))
    if wall.date() == today - timedelta(days=1):
        return gettext("Yesterday, %(time)s", time=i18n.clock_time(wall))
    return i18n.moment(wall, year=wall.year != today.year)


@dataclass(frozen=True)
class Said:
    """A notice in words: what it says, where it leads, and its picture."""

    text: str
    href: str
    icon: str
    act: tuple[str, str] | None = None  # one tap that does something: where to, and what it says


def may_know(permit: Permit, kind: str) -> bool:
    """Whether notices of a kind are for this reader: what they are about must be seeable."""
    area = NEEDS.get(kind)
    return kind in NEEDS and (area is None or permit.may(area))


def notice(permit: Permit, row: Notice, alike: Collection[object] = ()) -> Said:
    """A notice as its reader sees it. Its content stays in its room.

    :param alike: those of the reader's people who share a name, told apart by their birth date.
    """
    name, own = names.called(permit, alike), permit.is_self
    ids: dict[str, Any] = {"person_id": permit.person_id}
    if row.kind in (READY, LOOK, FEEDBACK, ENDING, AGREED, LOG, AGAIN, BUDGET):
        return _reminder(permit, row, ids, name)
    if row.kind in (RECOVERY, RECOVERY_ASKED, STOPPED, CODE_SPENT, LETTER):
        return _way_in(permit, row, ids, name)
    if row.kind in (REQUEST, PLANNED):
        return _request(permit, row, ids, name)
    if row.kind in (MAY_SPEND, SPEND_ANSWERED):
        return _may_spend(permit, row, ids, name)
    if row.kind in (ASK, ASK_WAITS):
        return _ask(permit, row, ids, name)
    if row.kind == WATCH:
        text = (
            gettext("Your team asks whether you want to keep an eye on something")
            if own
            else _with_name(gettext("The team asks whether %(name)s wants to keep an eye on something"), name)
        )
        return Said(text, url_for("watches.proposal", watch_id=row.about_id, **ids), "eye")
    if row.kind == PLAN:
        text = (
            gettext("A change to your plan waits for your yes or no")
            if own
            else _with_name(gettext("A change to the plan of %(name)s waits for your yes or no"), name)
        )
        return Said(text, url_for("care_plan.index", _anchor="waiting", **ids), "heart")
    if row.kind == TELLING:
        text = gettext(
            "Somebody wrote down what you told them. Look at it: you can change it, or take it back."
        )
        return Said(text, url_for("preparation.telling", telling_id=row.about_id, **ids), "pencil")
    if row.kind == ACCESS:
        text = gettext("Somebody new can see things of yours. Look who it is, and what they see.")
        return Said(text, url_for("sharing.index", **ids), "people")
    if row.kind == OPENED:
        return _handed(permit, row, ids, name)
    if row.kind in (COPY, NO_COPY, ERASURE):
        return _leaving(permit, row, ids, name)
    if row.kind in (GAVE_BACK, HANDED):
        return _passed(permit, row, ids, name)
    if row.kind == DETAILS:
        text = (
            gettext("Your details were changed")
            if own
            else _with_name(gettext("The details of %(name)s were changed"), name)
        )
        return Said(text, url_for("people.details", **ids), "person")
    if row.kind in (RESULT, CORRECTED, SOONER):
        address = url_for("results.report", report_id=row.about_id, **ids)
        text = {
            RESULT: gettext("You have a new result")
            if own
            else _with_name(gettext("%(name)s has a new result"), name),
            CORRECTED: gettext("A result of yours was corrected")
            if own
            else _with_name(gettext("A result of %(name)s was corrected"), name),
            SOONER: _with_name(gettext("%(name)s would like to see a result sooner"), name),
        }[row.kind]
        return Said(text, address, "flask")
    if row.kind == SUMMARY:
        address = url_for("sharing.shared", summary_id=row.about_id, **ids)
        return Said(_with_name(gettext("%(name)s shared a summary"), name), address, "doc")
    address = url_for("appointments.question", question_id=row.about_id, **ids)
    if row.kind == QUESTION:
        return Said(_with_name(gettext("%(name)s asked a question"), name), address, "question")
    text = (
        gettext("There is a reply to your question")
        if own
        else _with_name(gettext("There is a reply to a question of %(name)s"), name)
    )
    return Said(text, address, "message")


def _handed(permit: Permit, row: Notice, ids: dict[str, Any], name: str) -> Said:
    """Somebody has read the summary that was handed to them."""
    text = (
        gettext("Somebody read what you shared with them. Look who, and when.")
        if permit.is_self
        else _with_name(gettext("A professional has read a summary of %(name)s. Look who, and when."), name)
    )
    if permit.may(Area.SHARING, Level.MANAGE):
        return Said(text, url_for("sharing.handed_one", handed_id=row.about_id, **ids), "eye")
    return Said(text, url_for("sharing.index", **ids), "eye")


def own_notice(row: Notice) -> Said:
    """A notice about the reader's own account."""
    if row.kind == COPIED:
        text = gettext(
            "A way in of yours may have been copied. Remove it, end the devices you do not know, and set up a new one."
        )
        return Said(text, url_for("accounts.passkey_list"), "key")
    if row.kind == SPENT:
        left = recovery_codes.left(row.account_id)
        sentences = (
            gettext("A recovery code of yours was used."),
            ngettext("You have %(num)s left.", "You have %(num)s left.", left)
            if left
            else gettext("You have none."),
            gettext("Was it not you? End the other devices, and call your team."),
        )
        return Said(" ".join(sentences), url_for("accounts.account"), "key")
    if row.kind == CLOSING:
        text = gettext(
            "Nobody had used your account for years, so it was to be closed. You are here now: it stays."
        )
        return Said(text, url_for("accounts.account"), "key")
    text = (
        gettext("Your second step was changed. Was it not you? End the other devices, and call your team.")
        if row.kind == FACTOR
        else gettext(
            "How you sign in was changed. Was it not you? End the other devices, and call your team."
        )
    )
    return Said(text, url_for("accounts.account"), "key")


def _way_in(permit: Permit, row: Notice, ids: dict[str, Any], name: str) -> Said:
    """About a new way into somebody's account, or a code for it."""
    if row.kind == CODE_SPENT:
        text = gettext("A code for %(name)s had ten wrong birth dates and works no more. Make a new one.")
        where = "people.letter" if permit.role is Role.PROFESSIONAL else "sharing.index"
        return Said(_with_name(text, name), url_for(where, **ids), "key")
    if row.kind == LETTER:
        text = gettext("A colleague made a new letter for %(name)s. The one before works no more.")
        return Said(_with_name(text, name), url_for("people.letter", **ids), "key")
    text = {
        RECOVERY: gettext("Your team has confirmed a new way in to your account. Was it not you? Stop it."),
        RECOVERY_ASKED: gettext("A colleague asks for a new way in for %(name)s. Please confirm it."),
        STOPPED: gettext("The new way in for %(name)s was stopped."),
    }[row.kind]
    stop = (url_for("people.recovery_stop_send", **ids), gettext("Stop it")) if row.kind == RECOVERY else None
    return Said(_with_name(text, name), url_for("people.recovery_page", **ids), "key", stop)


def _leaving(permit: Permit, row: Notice, ids: dict[str, Any], name: str) -> Said:
    """The copy of everything, and that everything is erased: as it stands now."""
    if row.kind in (COPY, NO_COPY):
        text = {
            COPY: gettext("The copy of your record is ready")
            if permit.is_self
            else _with_name(gettext("The copy of the record of %(name)s is ready"), name),
            NO_COPY: gettext("The copy of your record could not be made. You can ask for it again.")
            if permit.is_self
            else _with_name(
                gettext("The copy of the record of %(name)s could not be made. You can ask for it again."),
                name,
            ),
        }[row.kind]
        return Said(text, url_for("leaving.export", **ids), "download")
    where = url_for("leaving.erasure" if permit.is_self else "home.person", **ids)
    if permit.last_day is None:
        text = (
            gettext("Your record stays. It is not erased.")
            if permit.is_self
            else _with_name(gettext("The record of %(name)s stays. It is not erased."), name)
        )
        return Said(text, where, "doc")
    day = i18n.plain_day(permit.last_day, today=permit.today())
    if permit.is_self:
        text = gettext("Your record is erased after %(day)s. Was it not you? Stop it.", day=day)
        return Said(text, where, "warn")
    return Said(erased(permit, name, day), where, "warn")


def erased(permit: Permit, name: str, day: str) -> Markup:
    """That somebody's record is erased, and why, for who helps them and for their team."""
    text = {
        "ended": gettext(
            "The care of %(name)s by the team ended long ago, so this record is erased. It goes after %(day)s."
        ),
        "died": gettext("%(name)s died long ago, so this record is erased. It goes after %(day)s."),
    }.get(permit.subject.erase_why) or gettext(
        "%(name)s asked that their record is erased. It goes after %(day)s."
    )
    return Markup(text) % {"name": bdi(name), "day": day}  # noqa: S704 - escaped by `bdi`


def _passed(permit: Permit, row: Notice, ids: dict[str, Any], name: str) -> Said:
    """Somebody has ended their own part in it: who helped, or who led."""
    if row.kind == HANDED:
        text = (
            gettext("You have a new key contact. Look who it is, and what they want you to know.")
            if permit.is_self
            else _with_name(gettext("%(name)s has a new key contact"), name)
        )
        return Said(text, url_for("people.key_contact", **ids), "people")
    if permit.is_self:
        text = gettext("Somebody who helped you has ended it. Look who, and when.")
        return Said(text, url_for("sharing.index", **ids), "people")
    text = _with_name(gettext("Somebody who helped %(name)s has ended it"), name)
    return Said(text, url_for("home.person", **ids), "people")


def _request(permit: Permit, row: Notice, ids: dict[str, Any], name: str) -> Said:
    address = url_for("requests.request", request_id=row.about_id, **ids)
    if row.kind == REQUEST:
        where = url_for("home.person", **ids) if permit.role is Role.PROFESSIONAL else address
        return Said(_with_name(gettext("%(name)s asks you to get in touch"), name), where, "phone")
    text = (
        gettext("Your team said when they get in touch")
        if permit.is_self
        else _with_name(gettext("The team said when they get in touch with %(name)s"), name)
    )
    return Said(text, address, "phone")


def _may_spend(permit: Permit, row: Notice, ids: dict[str, Any], name: str) -> Said:
    """It is read, and answered, on the page of what was asked."""
    address = url_for("budget.ask", spend_ask_id=row.about_id, **ids)
    if row.kind == MAY_SPEND:
        return Said(_with_name(gettext("%(name)s asks: may I spend on this?"), name), address, "question")
    text = (
        gettext("Your team answered: may I spend on this?")
        if permit.is_self
        else _with_name(gettext("The team answered what %(name)s asked: may I spend on this?"), name)
    )
    return Said(text, address, "question")


def _ask(permit: Permit, row: Notice, ids: dict[str, Any], name: str) -> Said:
    if row.kind == ASK_WAITS:
        waits = _with_name(gettext("There is something new about what %(name)s asked for"), name)
        return Said(waits, url_for("asks.work", ask_id=row.about_id), "people")
    text = (
        gettext("There is news about what you asked for")
        if permit.is_self
        else _with_name(gettext("There is news about what %(name)s asked for"), name)
    )
    return Said(text, url_for("asks.one", ask_id=row.about_id, **ids), "people")


def _reminder(permit: Permit, row: Notice, ids: dict[str, Any], name: str) -> Said:
    own = permit.is_self
    if row.kind == READY:
        text = (
            gettext("It is time to get ready for your visit")
            if own
            else _with_name(gettext("It is time to get ready for a visit of %(name)s"), name)
        )
        return Said(text, url_for("preparation.prepare", appointment_id=row.about_id, **ids), "calendar")
    if row.kind == LOOK:
        theirs = gettext("It is time to look at a goal of %(name)s again")
        text = gettext("It is time to look at your goal again") if own else _with_name(theirs, name)
        return Said(text, url_for("goals.goal", goal_id=row.about_id, **ids), "goal")
    if row.kind == AGAIN:
        theirs = gettext("It is time to look at a decision of %(name)s again")
        text = gettext("It is time to look at a decision of yours again") if own else _with_name(theirs, name)
        return Said(text, url_for("decisions.decision", decision_id=row.about_id, **ids), "question")
    if row.kind == BUDGET:
        theirs = gettext("It is time to look at a budget of %(name)s again")
        text = gettext("It is time to look at a budget of yours again") if own else _with_name(theirs, name)
        return Said(text, url_for("budget.budget", budget_id=row.about_id, **ids), "doc")
    if row.kind == LOG:
        text = gettext("It is time to log something, as you chose")
        return Said(text, url_for("diary.log", tracker_id=row.about_id, **ids), "diary")
    if row.kind == AGREED:
        text = (
            gettext("The day has come for something you agreed to do")
            if own
            else _with_name(gettext("The day has come for something you agreed to do for %(name)s"), name)
        )
        return Said(text, url_for("agreed.line", line_id=row.about_id, **ids), "check")
    if row.kind == FEEDBACK:
        text = gettext("How was your visit?")
        page = "preparation.after" if permit.may(Area.APPOINTMENTS, Level.ADD) else "appointments.visit"
        return Said(text, url_for(page, appointment_id=row.about_id, **ids), "calendar")
    if own:
        return Said(gettext("Somebody’s access ends soon"), url_for("sharing.index", **ids), "people")
    # Until when stands beside the name, where a carer chooses whom to help.
    return Said(
        _with_name(gettext("Your access for %(name)s ends soon"), name), url_for("home.today"), "people"
    )
