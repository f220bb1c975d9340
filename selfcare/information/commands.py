"""`flask --app app information …`: whether the pages on teams' lists are still there."""

import click
from flask import current_app
from flask.cli import AppGroup

from selfcare import database
from selfcare.information import address, checking, team_list
from selfcare.information.checking_words import BROKEN, ELSEWHERE, MOVED

REACH = "information_reach"  # of the app's extensions: by which way pages are asked for, where it is another

information_group = AppGroup("information", help="Good information: the pages that teams have checked.")

_SAID = {
    "answers": "answers",
    MOVED: "answers at another address of the same place",
    ELSEWHERE: "leads to another place, which nobody has checked",
    "gone": "is not there",
    "refused": "answers browsers only: look at it yourself",
    "failed": "answers with a fault",
    "silent": "did not answer",
    "unsafe": "has no safe connection",
    "closed": "leads into a closed network",
}


@information_group.command("check")
def check() -> None:
    """Ask every page on a list once whether it is there, print what was found, and note it on the teams' own pages.

    People are told nothing of it. Ends with 1 where somebody has to look at a page.
    """
    listed = team_list.every()
    database.session().rollback()  # nothing is held while others are talked to
    if not listed:
        click.echo("No team has a page on its list yet.")
        return
    of: dict[str, list[team_list.Listed]] = {}
    for one in listed:
        of.setdefault(one.url, []).append(one)
    broken = 0
    reach = current_app.extensions.get(REACH, checking.OPEN)
    for url, found in checking.look_at(sorted(of, key=lambda each: (address.host(each), each)), reach):
        with database.command():
            for one in of[url]:
                team_list.note_found(one.team_id, url, found.found, found.status)
        status = f" ({found.status})" if found.status else ""
        led = "".join(letter for letter in found.to if letter.isprintable())[:200]
        to = f"\n    to {led}" if led else ""
        broken += found.found in BROKEN
        click.echo(f"{'!' if found.found in BROKEN else ' '} {url}  {_SAID[found.found]}{status}{to}")
    click.echo(f"{len(of)} pages, {broken} to look at. It stands on each team's page of links.")
    if broken:
        raise SystemExit(1)
