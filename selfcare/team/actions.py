"""What is done about colleagues. The team's row is held (`seat.take`), so that one comes after the other."""

from uuid import UUID

from werkzeug.exceptions import NotFound

from selfcare.accounts import actions as accounts
from selfcare.accounts import enrolment, security, sessions
from selfcare.accounts.models import Account
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.people import actions as people
from selfcare.people import staff
from selfcare.people.models import Member
from selfcare.team import queries
from selfcare.team.models import StaffChange
from selfcare.team.queries import Colleague
from selfcare.team.seat import Seat
from selfcare.web import throttle
from selfcare.web.access import Kind, SignedIn


class Here(ValueError):
    """Somebody with this e-mail address is of the team already: `colleague`."""

    def __init__(self, colleague: Colleague) -> None:
        super().__init__(str(colleague.account_id))
        self.colleague = colleague


def count_try(user: SignedIn) -> None:
    """Whether an address is in use can be read from the answer to an invitation: nobody tries many.

    :raises TooManyRequests: after ten in an hour that invited nobody.
    """
    session().rollback()
    throttle.spend("address", str(user.account_id), limit=10, minutes=60)


def was_no_try(user: SignedIn) -> None:
    """Somebody was invited: that one does not count."""
    throttle.give_back("address", str(user.account_id))


def invite(
    seat: Seat, *, name: str, title: str, email: str, works: bool, mailed: bool
) -> tuple[UUID, str | None]:
    """Make an account for a colleague, and the link by which they set it up.

    :param works: with the team's people. Else they only run the team's pages, and open nobody's record.
    :param mailed: the link goes by e-mail, and nobody here sees it.
    :returns: the account, and the link's code, where it is not mailed: shown once and kept nowhere. Who was of the team
        before has their own way to sign in still: no link is made.
    :raises Here: :raises accounts.Taken: another account has the address.
    """
    address = accounts.tidy_email(email)
    here = next((one for one in queries.colleagues(seat) if one.email == address), None)
    if here:
        raise Here(here)
    before = _was_here(seat, address, works)
    if before:
        return before, None
    account = accounts.make(seat.worker if works else Kind.ADMINISTRATOR, name, title=title, email=address)
    if works:
        people.join_team(seat.team, account, invited=True)
    else:
        staff.make_administrator(seat.team.id, account.id)
    keep(seat, account, "invited")
    return account.id, _link(account, mailed)


def _was_here(seat: Seat, address: str | None, works: bool) -> UUID | None:
    """Let somebody back who left the team, with the account they had. :returns: it; None: nobody did."""
    kind = seat.worker if works else Kind.ADMINISTRATOR
    account = queries.left_before(seat, address, kind)
    if account is None:
        return None
    if works:
        people.join_again(seat.team, account)
    else:
        staff.make_administrator(seat.team.id, account.id)
    security.note("back", account.id, by=seat.account_id, team=seat.team.id)
    keep(seat, account, "back")
    return account.id


def new_link(seat: Seat, account_id: UUID, *, mailed: bool) -> str | None:
    """A new link for who was invited and is not in yet; the one before stops working. :returns: as `invite`."""
    account = _invited(seat, account_id)
    keep(seat, account, "link")
    return _link(account, mailed)


def withdraw(seat: Seat, account_id: UUID) -> None:
    """Take an invitation back: its link opens nothing, and the account that nobody ever used is gone."""
    account = _invited(seat, account_id)
    enrolment.end(account.id)
    keep(seat, account, "withdrawn")
    session().flush()
    session().delete(account)
    session().flush()


def suspend(seat: Seat, account_id: UUID, reason: str) -> None:
    """Shut somebody out at once: their sessions end, and nothing lets them in until they are let in again.

    Their people stay theirs; the team covers.

    :raises NotFound: oneself. :raises LastOne: nobody else could run the pages of a team, this or another.
    """
    account = _other(seat, account_id)
    if account.suspended_at:
        return
    staff.refuse_last_anywhere(account.id)
    account.suspended_at = now()
    sessions.end_all(account.id)
    security.note("suspended", account.id, by=seat.account_id)
    keep(seat, account, "suspended", reason)


def let_in(seat: Seat, account_id: UUID) -> None:
    """End a suspension. They sign in as before. :raises NotFound: another team, or the shell, shut them out."""
    account = _other(seat, account_id)
    if account.suspended_at is None:
        return
    if not queries.suspended_here(seat, account):
        raise NotFound
    account.suspended_at = None
    security.note("suspension-ended", account.id, by=seat.account_id)
    keep(seat, account, "let in")


def administer(seat: Seat, account_id: UUID, runs: bool) -> None:
    """Let a colleague run the team's pages, or no more. :raises LastOne: nobody else would."""
    found = queries.colleague(seat, account_id)
    if found.administers is runs or (runs and (found.waits or not found.works)):
        return
    if runs:
        staff.make_administrator(seat.team.id, account_id)
    else:
        staff.refuse_last(seat.team.id, account_id, by=seat.account_id)
        staff.run_no_more(seat.team.id, account_id)
    security.note("administrator" if runs else "administrator-no-more", account_id, by=seat.account_id)
    keep(seat, session().get_one(Account, account_id), "runs" if runs else "runs no more")


def link_work(seat: Seat, account_id: UUID, does: bool) -> None:
    """What people ask for near by comes to this colleague first, or no more. :raises NotFound: a body has none."""
    found = queries.colleague(seat, account_id)
    if seat.is_body or not found.works:
        raise NotFound
    row = session().get_one(Member, (seat.team.id, account_id), with_for_update=True, populate_existing=True)
    if row.link_worker is does:
        return
    row.link_worker = does
    keep(seat, locked(account_id), "link worker" if does else "no link worker")


def keep(seat: Seat, account: Account | None, what: str, reason: str = "") -> None:
    """Keep what was done, with its words on the team's page and by ids alone in the trail."""
    row = StaffChange(
        team_id=seat.team.id,
        account_id=account.id if account else None,
        name=account.name if account else "",
        what=what,
        reason=reason,
        at=now(),
        by=seat.account_id,
        by_name=seat.name,
    )
    session().add(row)
    session().flush()
    trail.note_team(seat, seat.team.id, what, "staff", account.id if account else None)


def _link(account: Account, mailed: bool) -> str | None:
    if not mailed:
        return enrolment.make(account)
    enrolment.mail(account)
    return None


def _invited(seat: Seat, account_id: UUID) -> Account:
    """Who was invited and is not in yet, locked. :raises NotFound: anybody else."""
    found = queries.colleague(seat, account_id)
    account = locked(account_id)
    if not found.waits or account.has_come_in:
        raise NotFound
    return account


def _other(seat: Seat, account_id: UUID) -> Account:
    if account_id == seat.account_id:
        raise NotFound
    queries.colleague(seat, account_id)
    return locked(account_id)


def account(account_id: UUID) -> Account:
    return session().get_one(Account, account_id)


def locked(account_id: UUID) -> Account:
    """An account's row, held until the transaction ends."""
    return session().get_one(Account, account_id, with_for_update={"key_share": True}, populate_existing=True)
