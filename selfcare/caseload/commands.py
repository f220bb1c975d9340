"""`flask --app app people leave-team`: beside the other commands about people, and with what goes along with a lead."""

import click
from flask.cli import with_appcontext

from selfcare import database
from selfcare.caseload.handing_over import hand_over
from selfcare.people import staff
from selfcare.people.commands import professional, team_called
from selfcare.people.handovers import NotNow


@click.command("leave-team")
@with_appcontext
@click.option("--email", required=True)
@click.option("--team", required=True, help="The team's name.")
@click.option(
    "--hand-over-to", default="", help="Who becomes key contact of their people, by e-mail address."
)
def leave_team(email: str, team: str, hand_over_to: str) -> None:
    """End a professional's place in a team. Their people get another key contact first, and are told."""
    with database.command():
        account = professional(email)
        heir = professional(hand_over_to) if hand_over_to.strip() else None
        try:
            moved = staff.leave(account, team_called(team), heir, hand_over)
        except staff.NobodyLeft as nobody:
            raise click.ClickException(
                f"They are key contact of {nobody.people} people. "
                "Name a member of the team in --hand-over-to, whose account is not suspended."
            ) from None
        except staff.NotAMember:
            raise click.ClickException("They are no member of this team.") from None
        except NotNow:
            raise click.ClickException(
                "Nothing was changed: a lead was passed on meanwhile. Try again."
            ) from None
    click.echo(f"{account.name} has left “{team.strip()}”. People with another key contact now: {moved}.")
