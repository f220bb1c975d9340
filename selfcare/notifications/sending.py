"""Sending one delivery by the ways its account wants: to its devices, else by e-mail, else the inbox alone.

Asked at the moment of sending: whether the notice is still there, unseen, wanted, and the hour is not a quiet one.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app

from selfcare.accounts import address, enrolment, mail_codes
from selfcare.accounts.models import Account, FormerAddress
from selfcare.database import now, session
from selfcare.notifications import devices, email, kinds, push, queries, quiet_hours, stopping, words
from selfcare.notifications.models import Notice, Subscription
from selfcare.notifications.queries import Wishes
from selfcare.outbox import deliver, queue
from selfcare.outbox.deliver import Outcome
from selfcare.outbox.queue import Delivery
from selfcare.web.access import Kind


@dataclass(frozen=True)
class _Hearer:
    """What is known of an account at the moment of sending."""

    wishes: Wishes
    locale: str | None
    devices: list[Subscription]
    address: str | None  # where e-mail is wanted, and can be sent


def send(held: Delivery, zone: str | None) -> Outcome:
    """Send a delivery, or say why not now.

    :param zone: of the person it is about, where the account is theirs.
    """
    account = session().get(Account, held.account_id)
    if account is None:
        return deliver.dropped("gone")
    wishes = queries.wishes(account.id)
    aside = _put_aside(held, wishes, zone)
    if aside:
        return aside
    if held.kind in kinds.ALWAYS:
        return _send_always(held, account, wishes)
    hearer = _Hearer(
        wishes,
        account.locale,
        _devices(account, wishes),
        account.email if wishes.email and email.is_set_up() else None,
    )
    session().expunge_all()
    session().rollback()  # nothing is held while others are talked to
    if hearer.devices:
        by_push = _push(held, hearer)
        if by_push and (by_push.state == queue.SENT or not hearer.address):
            return by_push
    return _email(held, hearer) if hearer.address else deliver.sent("inbox")


def _send_always(held: Delivery, account: Account, wishes: Wishes) -> Outcome:
    """About the ways into an account: to every device it ever had, and in a delivery of its own by e-mail."""
    if held.about.get("by") == "email":
        return _security_email(held, account)
    hearer = _Hearer(wishes, account.locale, queries.subscriptions(account.id), None)
    session().expunge_all()
    session().rollback()
    return (_push(held, hearer) if hearer.devices else None) or deliver.sent("inbox")


def _security_email(held: Delivery, account: Account) -> Outcome:
    to, locale = account.email, account.locale
    if held.kind == kinds.ADDRESS:
        found = address.to_send(UUID(held.about["pending"]))
        session().rollback()
        if not found or not email.is_set_up():
            return deliver.dropped("gone")
        return outcome(
            email.send(found[0], words.code_letter(locale, found[1]), held.id, lambda: queue.hand_over(held))
        )
    if held.kind == kinds.SIGN_IN:
        asked = mail_codes.to_send(UUID(held.about["code"]))
        session().rollback()
        if not asked or not email.is_set_up():
            return deliver.dropped("gone")
        letter = words.sign_in_letter(locale, asked.code, may_confirm=asked.may_confirm)
        return outcome(email.send(asked.address, letter, held.id, lambda: queue.hand_over(held)))
    if held.kind == kinds.ENROL:
        link = enrolment.to_send(UUID(held.about["enrolment"]))
        session().rollback()
        place = _address()
        if not link or not place or not email.is_set_up():
            return deliver.dropped("gone")
        opens = words.enrol_letter(locale, f"{place}/enrol#{link[1]}")
        return outcome(email.send(link[0], opens, held.id, lambda: queue.hand_over(held)))
    if "reminds" in held.about and session().get(Notice, UUID(held.about["reminds"])) is None:
        return deliver.dropped("gone")
    if "former" in held.about:
        former = session().get(FormerAddress, UUID(held.about["former"]))
        to = former.address if former and former.until > now() else None
    session().expunge_all()
    session().rollback()
    if not to or not email.is_set_up():
        return deliver.dropped("no address")
    path = stopping.path(UUID(held.about["recovery"])) if "recovery" in held.about else None
    if held.kind == kinds.ERASURE:
        letter = words.erasure_letter(locale)
    elif held.kind == kinds.CLOSING:
        letter = words.closing_letter(locale, _address())
    else:
        letter = words.security_letter(locale, _address(), path)
    return outcome(email.send(to, letter, held.id, lambda: queue.hand_over(held)))


def _put_aside(held: Delivery, wishes: Wishes, zone: str | None) -> Outcome | None:
    """Why a delivery is not sent, or not now."""
    if held.kind in kinds.ALWAYS:
        return None  # somebody may be about to lose their account
    if "notice" in held.about:
        notice = session().get(Notice, UUID(held.about["notice"]))
        if notice is None:
            return deliver.dropped("gone")
        if notice.seen_at:
            return deliver.dropped("seen")
        if notice.visible_from > now():
            return deliver.put_off(notice.visible_from, "not yet")
    if held.kind == kinds.TEST:
        return None  # somebody has just pressed a button and is looking at the phone
    if held.kind in wishes.off or not (wishes.push or wishes.email):
        return deliver.dropped("off")
    local = queries.zone_of(wishes.zone, zone)
    moment = now()
    best = quiet_hours.next_moment(moment, local, wishes.quiet_from, wishes.quiet_until)
    return deliver.put_off(best, "quiet") if best > moment else None


def _devices(account: Account, wishes: Wishes) -> list[Subscription]:
    """The browsers to tell. None where a person signed out everywhere: then nothing is to light up on a phone any more.

    A professional's session ends by itself within minutes, so it says nothing about where they want to hear.
    """
    if not wishes.push:
        return []
    if account.kind == Kind.PERSON and not queries.is_signed_in_somewhere(account.id):
        return []
    return queries.subscriptions(account.id)


def _push(held: Delivery, hearer: _Hearer) -> Outcome | None:
    """Tell every browser. :returns: None where all of them are gone."""
    payload = words.payload(hearer.locale)
    moment = now()
    resting = [each.not_before for each in hearer.devices if each.not_before and each.not_before > moment]
    results: list[tuple[UUID, push.Result]] = []
    for each in hearer.devices:
        if each.not_before and each.not_before > moment:
            continue
        if not queue.renew(held):
            break  # this was so slow that another worker has it: that one goes on
        results.append((each.id, push.send(each, payload, held.id, urgent=held.kind == kinds.TEST)))
    given_up = devices.note(results) if results else []
    said = [result.what for _, result in results]
    if push.TAKEN in said:
        return deliver.sent("push")
    waits: list[datetime] = resting + [result.until for _, result in results if result.until]
    if waits or said.count(push.REFUSED) > len(given_up):
        return deliver.later("push", min(waits, default=None))
    return deliver.failed("push") if given_up else None


def _email(held: Delivery, hearer: _Hearer) -> Outcome:
    letter = words.letter(hearer.locale, _address())
    return outcome(email.send(hearer.address or "", letter, held.id, lambda: queue.hand_over(held)))


def outcome(how: str) -> Outcome:
    """What comes of a delivery by e-mail. :param how: what `email.send` said."""
    return {
        email.TAKEN: deliver.sent("email"),
        email.LATER: deliver.later("email"),
        email.LOST: deliver.later("email"),
        email.NEVER: deliver.failed("email"),
        email.UNSURE: deliver.unsure("email"),
    }[how]


def _address() -> str | None:
    found: str | None = current_app.config["SETTINGS"].url
    return found
