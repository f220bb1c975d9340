"""Asked at the moment of sending: nothing goes to or about somebody for whom it is not right any more."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import delete, update

from selfcare.accounts.models import Account
from selfcare.database import command
from selfcare.notifications import actions, kinds
from selfcare.notifications.models import Notice
from selfcare.outbox import queue
from selfcare.people.models import Member, Person, Relationship, Right
from selfcare.web.access import Area
from tests import factories
from tests.notifications.conftest import NOON, Home
from tests.notifications.world import PushService


@pytest.fixture
def told(home: Home, service: PushService) -> Home:
    """Rosa, Leon and Amina each have a device."""
    for who in ("rosa", "leon", "amina"):
        home.subscribe(service.endpoint(who), who=who)
    return home


def grant_of(home: Home, who: str):  # type: ignore[no-untyped-def]
    return (Relationship.account_id == getattr(home.house, who).id) & (
        Relationship.person_id == home.house.person.id
    )


CHANGES: dict[str, tuple[str, str, Callable[[Home], object]]] = {
    "the person died": (
        "rosa", "died",
        lambda home: update(Person).where(Person.id == home.house.person.id).values(died_on=date(2026, 3, 11)),
    ),
    "the person died, and their carer would hear": (
        "leon", "died",
        lambda home: update(Person).where(Person.id == home.house.person.id).values(died_on=date(2026, 3, 11)),
    ),
    "the person died, and their nurse would hear": (
        "amina", "died",
        lambda home: update(Person).where(Person.id == home.house.person.id).values(died_on=date(2026, 3, 11)),
    ),
    "the account was suspended": (
        "leon", "suspended",
        lambda home: update(Account).where(Account.id == home.house.leon.id).values(suspended_at=NOON),
    ),
    "the carer's access ended": (
        "leon", "ended", lambda home: update(Relationship).where(grant_of(home, "leon")).values(state="ended"),
    ),
    "the carer's access is on hold": (
        "leon", "ended", lambda home: update(Relationship).where(grant_of(home, "leon")).values(state="suspended"),
    ),
    "the carer's access ran out": (
        "leon", "ended",
        lambda home: update(Relationship).where(grant_of(home, "leon")).values(until=NOON - timedelta(seconds=1)),
    ),
    "the carer may not see results any more": (
        "leon", "right", lambda home: delete(Right).where(Right.area == Area.RESULTS, Right.level == 1),
    ),
    "the nurse left the team": (
        "amina", "ended",
        lambda home: update(Member).where(Member.account_id == home.house.amina.id).values(ended_at=NOON),
    ),
    "the notice is gone": ("rosa", "gone", lambda home: delete(Notice)),
    "the notice was seen": ("rosa", "seen", lambda home: update(Notice).values(seen_at=NOON)),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_queued_before_is_not_sent_after(told: Home, service: PushService, change: str) -> None:
    who, reason, changed = CHANGES[change]
    before = told.tell(who=who)
    told.deliver()
    assert told.ended(before) == ("sent", "push"), "it would have been sent"
    assert len(service.received) == 1
    delivery = told.tell(who=who)
    told.change(changed(told))  # type: ignore[arg-type]
    assert told.deliver() == {"dropped": 1}
    assert told.ended(delivery) == ("dropped", reason)
    assert len(service.received) == 1


@pytest.mark.parametrize("kind", [kind for kind, area in kinds.NEEDS.items() if area])
def test_each_kind_needs_its_right(told: Home, service: PushService, kind: str) -> None:
    area = kinds.NEEDS[kind]
    told.change(delete(Right).where(Right.area != str(area), Right.level == 1))
    sent = told.tell(kind, who="leon")
    told.deliver()
    assert told.ended(sent)[0] == "sent"
    told.change(delete(Right).where(Right.area == str(area), Right.level == 1))
    delivery = told.tell(kind, who="leon")
    told.deliver()
    assert told.ended(delivery) == ("dropped", "right")


def test_a_kind_nobody_knows_is_not_sent(told: Home) -> None:
    delivery = told.tell("surprise")
    told.deliver()
    assert told.ended(delivery) == ("dropped", "right")


def test_a_result_that_was_put_on_hold_waits_until_it_is_shown(
    told: Home, service: PushService, noon: time_machine.Traveller
) -> None:
    """The worker had the row already when the hold came: what the row says is older than what the notice says."""
    delivery, later = told.tell(), NOON + timedelta(hours=3)
    told.change(update(Notice).values(visible_from=later))
    told.deliver()
    row = told.row(delivery)
    assert (row.state, row.reason, row.not_before, row.tries) == ("waiting", "not yet", later, 0)
    assert service.received == []
    noon.move_to(later + timedelta(seconds=1))
    told.deliver()
    assert told.ended(delivery) == ("sent", "push")


def test_seen_meanwhile_needs_nobody(told: Home) -> None:
    with told.app.test_request_context(), command():
        permit, rosa = (
            factories.permit(getattr(told.house, who), told.house.person) for who in ("amina", "rosa")
        )
        about = uuid4()
        actions.tell(permit, [told.house.rosa.id], actions.RESULT, about)
        actions.seen(rosa, about)
    assert told.deliver() == {}


def test_only_one_s_own_access_counts(told: Home, service: PushService) -> None:
    """Ending the carer's access says nothing about the person's own messages."""
    told.change(update(Relationship).where(grant_of(told, "leon")).values(state="ended"))
    delivery = told.tell()
    told.deliver()
    assert told.ended(delivery) == ("sent", "push")


# ------------------------------------------------------------------------------------------------------ wishes


def test_a_kind_that_was_switched_off(told: Home, service: PushService) -> None:
    told.wish(off=[actions.RESULT])
    off, on = told.tell(actions.RESULT), told.tell(actions.REPLY)
    told.deliver()
    assert told.ended(off) == ("dropped", "off")
    assert told.ended(on) == ("sent", "push")


def test_no_way_at_all(told: Home, service: PushService) -> None:
    told.wish(push=False, email=False)
    delivery = told.tell()
    told.deliver()
    assert told.ended(delivery) == ("dropped", "off")
    assert service.received == []


def test_without_a_device_the_inbox_has_it(home: Home) -> None:
    delivery = home.tell()
    home.deliver()
    assert home.ended(delivery) == ("sent", "inbox")


# ------------------------------------------------------------------------------------------------------- quiet


@pytest.mark.parametrize(
    ("zone", "of_person", "moment", "until"),
    [
        (None, None, "2026-03-12T22:00+00:00", "2026-03-13T08:00+00:00"),
        (
            "Pacific/Kiritimati",
            None,
            "2026-03-12T12:00+00:00",
            "2026-03-12T18:00+00:00",
        ),  # 02:00 the day after
        ("Etc/GMT+12", None, "2026-03-12T12:00+00:00", "2026-03-12T20:00+00:00"),  # midnight
        ("Asia/Kolkata", None, "2026-03-12T16:00+00:00", "2026-03-13T02:30+00:00"),
        ("America/St_Johns", None, "2026-03-07T23:45+00:00", None),
        ("America/St_Johns", None, "2026-03-08T00:45+00:00", "2026-03-08T10:30+00:00"),  # an hour is left out
        (None, "Asia/Kolkata", "2026-03-12T16:00+00:00", "2026-03-13T02:30+00:00"),
        ("UTC", "Asia/Kolkata", "2026-03-12T16:00+00:00", None),
        ("Nowhere/At_All", None, "2026-03-12T22:00+00:00", "2026-03-13T08:00+00:00"),
        (None, None, "2026-10-24T21:00+00:00", "2026-10-25T08:00+00:00"),  # an hour comes twice in London
        (None, None, "2026-03-28T21:00+00:00", "2026-03-29T07:00+00:00"),  # and one is left out
    ],
)
def test_quiet_hours_where_the_account_is(
    told: Home, service: PushService, noon: time_machine.Traveller,
    zone: str | None, of_person: str | None, moment: str, until: str | None,
) -> None:  # fmt: skip
    told.wish(zone=zone)
    if of_person:
        told.change(update(Person).where(Person.id == told.house.person.id).values(zone=of_person))
    noon.move_to(datetime.fromisoformat(moment))
    delivery = told.tell()
    told.deliver()
    if until is None:
        assert told.ended(delivery) == ("sent", "push")
        return
    row = told.row(delivery)
    assert (row.state, row.reason, row.tries) == ("waiting", "quiet", 0)
    assert row.not_before == datetime.fromisoformat(until)
    assert service.received == []
    noon.move_to(row.not_before)
    told.deliver()
    assert told.ended(delivery) == ("sent", "push")


def test_who_works_hears_by_the_team_s_clock(
    told: Home, service: PushService, noon: time_machine.Traveller
) -> None:
    told.change(update(Person).where(Person.id == told.house.person.id).values(zone="Pacific/Kiritimati"))
    nurse, person = told.tell(actions.SUMMARY, who="amina"), told.tell()
    told.deliver()
    assert told.ended(nurse) == ("sent", "push")
    assert told.ended(person) == ("waiting", "quiet"), "it is the middle of her night"


def test_no_quiet_hours(told: Home, service: PushService, noon: time_machine.Traveller) -> None:
    told.wish(quiet_from=time(0), quiet_until=time(0))
    noon.shift(timedelta(hours=12))
    delivery = told.tell()
    told.deliver()
    assert told.ended(delivery) == ("sent", "push")


def test_what_was_put_off_is_asked_about_again(
    told: Home, service: PushService, noon: time_machine.Traveller
) -> None:
    """Queued in the evening; in the night the access ended."""
    noon.shift(timedelta(hours=11))
    delivery = told.tell(who="leon")
    told.deliver()
    assert told.ended(delivery) == ("waiting", "quiet")
    told.change(update(Relationship).where(grant_of(told, "leon")).values(state="ended"))
    noon.move_to(told.row(delivery).not_before)
    told.deliver()
    assert told.ended(delivery) == ("dropped", "ended")
    assert service.received == []


def test_a_try_comes_at_once_at_any_hour_and_is_about_nobody(
    told: Home, service: PushService, noon: time_machine.Traveller
) -> None:
    noon.shift(timedelta(hours=11))
    told.wish(off=[kinds.TEST])
    with told.app.app_context(), command():
        rosa = told.house.rosa.id
        queue.enqueue("try", account_id=rosa, person_id=None, kind=kinds.TEST, about={})
        queue.enqueue("odd", account_id=rosa, person_id=None, kind=actions.RESULT, about={})
    assert told.deliver() == {"sent": 1, "dropped": 1}
    assert [message.headers["urgency"] for message in service.received] == ["high"]


def test_a_professional_s_list_is_about_nobody(told: Home, service: PushService) -> None:
    with told.app.app_context(), command():
        queue.enqueue("list", account_id=told.house.amina.id, person_id=None, kind=actions.DAILY, about={})
    assert told.deliver() == {"sent": 1}


def test_ids_only_are_logged(told: Home, service: PushService, capsys: pytest.CaptureFixture[str]) -> None:
    told.tell()
    told.deliver()
    said = capsys.readouterr().out
    assert "sent" in said
    for private in ("Rosa", str(told.house.person.id), str(told.house.rosa.id), "127.0.0.1", "result"):
        assert private not in said
