"""`flask --app app people …`: the working life of a professional's account, from the machine's own shell.

Whoever has the shell has the database; what asks for a second person here is written in the log with both names' ids.
"""

from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from selfcare import database
from selfcare.accounts import actions as accounts
from selfcare.accounts import enrolment, factor, security, sessions
from selfcare.accounts.models import Account
from selfcare.audit import trail
from selfcare.people import access, actions, pausing, staff
from selfcare.people.ask_access import BODY
from selfcare.people.models import Member, Person, Relationship, Team
from selfcare.web.access import Kind, Purpose

people_group = AppGroup("people", help="Accounts and teams.")


@people_group.command("add-professional")
@click.option("--name", required=True, help="As people know them.")
@click.option("--title", required=True, help="How they are introduced, such as “specialist nurse”.")
@click.option("--email", required=True, help="What they sign in with.")
@click.option("--team", required=True, help="The team's name; a new one is made.")
@click.option("--phone", default="", help="The team's telephone, for a new team.")
@click.option("--hours", default="", help="When the team answers it, for a new team.")
@click.option("--administrator", is_flag=True, help="They run the team's pages too: colleagues, settings.")
def add_professional(
    name: str, title: str, email: str, team: str, phone: str, hours: str, administrator: bool
) -> None:
    """Make a professional's account, and their team when it is new. Prints the link with which they set it up.

    The first of a new team runs its pages.
    """
    address = accounts.tidy_email(email) or ""
    if not all(part.strip() for part in (name, title, team)) or "@" not in address:
        raise click.ClickException("A name, a title, an e-mail address and a team are needed.")
    try:
        with database.command():
            known = _team(team)
            if known and known.kind == BODY:
                raise click.ClickException(f"“{known.name}” is a voluntary body: people add-body-worker.")
            account = accounts.make(Kind.PROFESSIONAL, name.strip(), title=title.strip(), email=address)
            joined = known or actions.make_team(team.strip(), phone=phone, hours=hours)
            actions.join_team(joined, account)
            runs = administrator or known is None
            if runs:
                staff.make_administrator(joined.id, account.id)
            code = enrolment.make(account)
    except accounts.Taken:
        raise click.ClickException(f"{address} is in use by another account.") from None
    click.echo(f"{name.strip()} is in {'the team' if known else 'the new team'} “{team.strip()}”.")
    if runs:
        click.echo("They run the team's pages: colleagues and settings.")
    _say_link(code, address)


@people_group.command("add-body-worker")
@click.option("--name", required=True, help="As people know them.")
@click.option("--title", required=True, help="How they are introduced, such as “volunteer”.")
@click.option("--email", required=True, help="What they sign in with.")
@click.option("--body", required=True, help="The voluntary body's name; a new one is made.")
@click.option("--phone", default="", help="Its telephone, for a new one.")
@click.option("--hours", default="", help="When it is answered, for a new one.")
def add_body_worker(name: str, title: str, email: str, body: str, phone: str, hours: str) -> None:
    """Make the account of somebody who works for a voluntary body, and the body when it is new.

    They open nobody's record: only what was asked of their body. The first of a new one runs its pages, and invites the
    others there. Prints the link with which they set their account up.
    """
    address = accounts.tidy_email(email) or ""
    if not all(part.strip() for part in (name, title, body)) or "@" not in address:
        raise click.ClickException("A name, a title, an e-mail address and a body are needed.")
    try:
        with database.command():
            known = _team(body)
            if known and known.kind != BODY:
                raise click.ClickException(f"“{known.name}” is a team that looks after people, and no body.")
            account = accounts.make(Kind.BODY, name.strip(), title=title.strip(), email=address)
            joined = known or actions.make_team(body.strip(), phone=phone, hours=hours, kind=BODY)
            actions.join_team(joined, account)
            if known is None:
                staff.make_administrator(joined.id, account.id)
            code = enrolment.make(account)
    except accounts.Taken:
        raise click.ClickException(f"{address} is in use by another account.") from None
    click.echo(f"{name.strip()} works for {'the' if known else 'the new'} body “{joined.name}”.")
    _say_link(code, address)


@people_group.command("link-worker")
@click.option("--email", required=True, help="The professional.")
@click.option("--team", required=True, help="The team's name.")
@click.option("--off", is_flag=True, help="They are it no more.")
def link_worker(email: str, team: str, off: bool) -> None:
    """Say that what a team's people ask for near by comes to this professional first."""
    with database.command() as work:
        account, named = professional(email), team_called(team)
        row = work.get(Member, (named.id, account.id))
        if row is None or row.ended_at:
            raise click.ClickException(f"{account.name} is not in the team “{named.name}”.")
        row.link_worker = not off
    click.echo(f"{account.name} is {'no longer' if off else 'now'} a link worker of “{named.name}”.")


@people_group.command("add-administrator")
@click.option("--email", required=True, help="What they sign in with.")
@click.option("--team", required=True, help="The team's name. Again for another team.")
@click.option("--name", default="", help="For a new account: as people know them.")
@click.option("--title", default="", help="For a new account: how they are introduced.")
def add_administrator(email: str, team: str, name: str, title: str) -> None:
    """Let somebody run a team's pages: a professional of the team, or an account of its own that opens no record."""
    address = accounts.tidy_email(email) or ""
    code = None
    with database.command():
        where = team_called(team)
        account = _by_email(address)
        if account is None:
            if not name.strip() or "@" not in address:
                raise click.ClickException("For a new account a name and an e-mail address are needed.")
            account = accounts.make(Kind.ADMINISTRATOR, name.strip(), title=title.strip(), email=address)
            code = enrolment.make(account)
        member = database.session().get(Member, (where.id, account.id))
        works = account.kind in (Kind.PROFESSIONAL, Kind.BODY) and member is not None and not member.has_ended
        if account.kind != Kind.ADMINISTRATOR and not works:
            raise click.ClickException(f"{address} is neither of this team nor an administrator's account.")
        staff.make_administrator(where.id, account.id)
        security.note("administrator", account.id, team=where.id)
    click.echo(f"{account.name} runs the pages of “{where.name}”.")
    if code:
        _say_link(code, address)


@people_group.command("new-link")
@click.option("--email", required=True)
def new_link(email: str) -> None:
    """A new link for a colleague who has not set up their second step yet. The one before stops working."""
    with database.command():
        account = _account(email)
        if account.kind == Kind.PERSON:
            raise click.ClickException(f"{account.email} is no colleague's account.")
        if account.totp_secret:
            raise click.ClickException(
                "Their second step is set up. To set it up anew: people reset-second-step, with two people."
            )
        code = enrolment.make(account)
    _say_link(code, account.email or "")


@people_group.command("reset-second-step")
@click.option("--email", required=True, help="Whose second step is set up anew.")
@click.option("--asked-by", required=True, help="The colleague who made sure who it is, by e-mail address.")
@click.option("--confirmed-by", required=True, help="A second colleague of the same team, by e-mail address.")
def reset_second_step(email: str, asked_by: str, confirmed_by: str) -> None:
    """Take a professional's second step and password away, end their sessions, and print a link to set both up."""
    with database.command():
        account, first, second = professional(email), professional(asked_by), professional(confirmed_by)
        if len({account.id, first.id, second.id}) < 3:
            raise click.ClickException("Three people are needed: whose it is, who asks, and who confirms.")
        if not staff.share_a_team(account.id, first.id, second.id):
            raise click.ClickException("All three must be of one team.")
        code = enrolment.reset(account)
        security.note("factor-reset", account.id, asked_by=first.id, confirmed_by=second.id)
    click.echo("Their sessions are ended, and they have been told.")
    _say_link(code, account.email or "")


@people_group.command("suspend")
@click.option("--email", required=True)
def suspend(email: str) -> None:
    """Suspend an account: its sessions end at once, and nothing lets it in until it is let in again."""
    with database.command():
        account = _account(email)
        account.suspended_at = account.suspended_at or database.now()
        sessions.end_all(account.id)
        security.note("suspended", account.id)
    click.echo(f"{account.name} is suspended.")


@people_group.command("let-in-again")
@click.option("--email", required=True)
def let_in_again(email: str) -> None:
    """End a suspension."""
    with database.command():
        account = _account(email)
        account.suspended_at = None
        security.note("suspension-ended", account.id)
    click.echo(f"{account.name} can sign in again.")


@people_group.command("safeguarding")
@click.option("--email", required=True, help="The professional.")
@click.option("--team", required=True, help="The team's name.")
@click.option("--off", is_flag=True, help="Take the right back.")
def safeguarding(email: str, team: str, off: bool) -> None:
    """Let a professional put the access of who helps somebody on hold, for the people of a team."""
    with database.command() as work:
        account, named = professional(email), team_called(team)
        row = work.get(Member, (named.id, account.id))
        if row is None or row.ended_at:
            raise click.ClickException(f"{account.name} is not in the team “{named.name}”.")
        row.safeguards = not off
        security.note("safeguarding-taken" if off else "safeguarding-given", account.id, team=named.id)
    click.echo(
        f"{account.name} {'can no longer' if off else 'can now'} put access on hold in “{named.name}”."
    )


@people_group.command("holds")
def holds() -> None:
    """Access that a team has put on hold: the id of each, for lift-hold. No names."""
    with database.command() as work:
        held = select(Relationship).where(Relationship.held_by.contains(pausing.TEAM))
        for row in work.scalars(held.order_by(Relationship.id)):
            click.echo(f"{row.id} {row.state}")


@people_group.command("lift-hold")
@click.argument("relationship", type=click.UUID)
@click.option("--reason", required=True)
def lift_hold(relationship: UUID, reason: str) -> None:
    """Take a hold off where no team is left that could."""
    with database.command() as work:
        row = work.get(Relationship, relationship, with_for_update=True)
        if row is None or pausing.TEAM not in row.held_by:
            raise click.ClickException("There is no hold of this id.")
        pausing.let_off(row, None, reason.strip())
        permit = access.system(Purpose.TIDYING, work.get_one(Person, row.person_id))
        trail.record(permit, "lifted the hold", "relationship", row.id)
        security.note("hold-lifted", row.account_id, relationship=row.id)
    click.echo("The hold is taken off.")


@people_group.command("seal")
def seal() -> None:
    """Seal second factors that were kept in plain text by an earlier version."""
    with database.command() as work:
        rows = list(work.scalars(select(Account).where(Account.totp_secret.is_not(None))))
        plain = [row for row in rows if not factor.is_sealed(row.totp_secret or "")]
        for row in plain:
            row.totp_secret = factor.sealed(row.totp_secret or "")
    click.echo(f"sealed {len(plain)}")


def _account(email: str) -> Account:
    found = _by_email(accounts.tidy_email(email))
    if found is None:
        raise click.ClickException(f"Nobody signs in with {accounts.tidy_email(email)}.")
    return found


def _by_email(address: str | None) -> Account | None:
    return database.session().scalars(select(Account).where(func.lower(Account.email) == address)).first()


def _team(name: str) -> Team | None:
    return database.session().scalars(select(Team).where(Team.name == name.strip())).first()


def professional(email: str) -> Account:
    """The professional who signs in with this address."""
    found = _account(email)
    if found.kind != Kind.PROFESSIONAL:
        raise click.ClickException(f"{found.email} is no professional's account.")
    return found


def team_called(name: str) -> Team:
    """The team of this name."""
    found = _team(name)
    if found is None:
        raise click.ClickException(f"There is no team “{name.strip()}”.")
    return found


def _say_link(code: str, address: str) -> None:
    start = current_app.config["SETTINGS"].url or "http://127.0.0.1:8000"
    click.echo(f"Give them this link. It works once, for 24 hours: {start}/enrol#{code}")
    click.echo(f"With it they set a password and an authenticator app. They sign in with {address}.")
