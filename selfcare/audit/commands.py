"""`flask --app app trail …`: chaining the trail, and holding it against its chain."""

from typing import TextIO

import click
from flask.cli import AppGroup

from selfcare.audit import chain

trail_group = AppGroup("trail", help="Who looked and who changed what: chained, and held against the chain.")


@trail_group.command("anchor")
def anchor() -> None:
    """Chain what was noted since the last time, and print the heads. Keep them elsewhere."""
    try:
        heads = chain.anchor()
    except chain.Twice:
        raise click.ClickException("The trail is being chained at this moment. Try again.") from None
    for head in heads:
        click.echo(str(head))
    click.echo(
        "Keep these lines on another machine, or on paper: the first stands for all of them."
        if heads
        else "Nothing was noted since the last time.",
        err=True,
    )


@trail_group.command("verify")
@click.argument("heads", type=click.File(), required=False)
def verify(heads: TextIO | None) -> None:
    """Find what was changed, lost, added or put in another order in the trail, as far as it was chained.

    HEADS is a file with lines that `trail anchor` printed and that were kept elsewhere; - takes them from here.
    """
    try:
        kept = list(chain.read(heads)) if heads else []
    except chain.NotHeads as where:
        raise click.ClickException(f"In HEADS, {where} is nothing that `trail anchor` printed.") from None
    found = chain.verify(kept)
    for fault in found.faults:
        click.echo(str(fault))
    if found.faults:
        raise click.ClickException("The trail is not as it was.")
    click.echo(told(found))


def told(found: chain.Verified) -> str:
    """What a trail that holds is said to be."""
    if found.last_at is None:
        return f"The trail was never chained: {found.new} notes."
    return (
        f"The trail holds: {found.chained} notes are as they were when it was last chained, "
        f"{found.last_at:%Y-%m-%d %H:%M} UTC. {found.new} came since."
    )
