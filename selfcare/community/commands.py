"""`flask --app app community …`: the lists of help near by that others keep."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask.cli import AppGroup
from sqlalchemy import delete, func, select

from selfcare.community import importing
from selfcare.community.fetching import NotAnAddress, check_address
from selfcare.community.importing import About, Read
from selfcare.community.interface import Interface
from selfcare.community.models import ENDED, FAILED, IN_PART, WHOLE, ListReading, Service, ServiceList
from selfcare.community.sources import Files, Source
from selfcare.database import database, session

community_group = AppGroup(
    "community", help="Help near by: lists of services that others keep (Open Referral UK)."
)

_SHOWN = 20
_TOGETHER = 50  # services that are taken away in one turn to write
_OUTCOMES = {WHOLE: "read as a whole", IN_PART: "read, but not beyond doubt", FAILED: "not read"}


@community_group.command("import")
@click.argument("place", metavar="FILE-OR-ADDRESS")
@click.option("--name", default="", help="Who keeps the list, as people know them.")
@click.option(
    "--owner", default="", metavar="E-MAIL", help="Who hears of it when people say that something is wrong."
)
@click.option("--licence", default="", help="Under which licence the list may be used.")
@click.option("--website", default="", help="Where people can read about the list.")
@click.option("--end-them", is_flag=True, help="End what did not come, also where it is more than half.")
def import_list(place: str, name: str, owner: str, licence: str, website: str, end_them: bool) -> None:
    """Read a list: a JSON file, a folder of them, or the address of an interface (HSDS-UK-3.0).

    May be done every night: what is known is brought up to date, what is the same is left alone, and what the list has
    no more is ended.
    """
    source, about = _source(place.strip(), name.strip())
    about = About(about.name, about.address, owner.strip(), licence.strip(), website.strip())
    _look_at(about)
    try:
        with importing.alone():
            done = importing.read(source, about, end_them=end_them)
    except importing.AtOnce:
        raise click.ClickException(
            "A list is being read at this moment. Try again when that is done."
        ) from None
    for said in told(about.name, done):
        click.echo(said)
    if done.outcome == FAILED:
        raise SystemExit(1)


def _source(place: str, name: str) -> tuple[Source, About]:
    if "://" in place:
        try:
            address = check_address(place).rstrip("/")
        except NotAnAddress as why:
            raise click.ClickException(f"A list cannot be fetched from {place}: {why}.") from None
        parts = urlsplit(address)
        return Interface(address), About(name or f"{parts.netloc}{parts.path}", address)
    path = Path(place)
    if not path.exists():
        raise click.ClickException(f"There is no file or folder {place}. An address begins with https://.")
    return Files(path), About(name or path.resolve().stem)


def _look_at(about: About) -> None:
    if about.owner_email and ("@" not in about.owner_email or " " in about.owner_email):
        raise click.ClickException(f"{about.owner_email} is not an e-mail address.")
    if about.website and not about.website.startswith(("https://", "http://")):
        raise click.ClickException("The website has to begin with https://.")


def told(name: str, done: Read) -> Iterator[str]:
    """What is said of a reading: everything that stood in the list, and what became of it."""
    count = done.counts
    yield f"{name}: {_OUTCOMES[done.outcome]}."
    yield from (f"  {doubt}" for doubt in done.doubts)
    yield (
        f"  {count['found']} found: {count['added']} added, {count['changed']} changed, {count['same']} the same, "
        f"{count['merged']} merged with one of the same id, {count['refused']} refused."
    )
    yield f"  {count['ended']} ended, for the list has them no more."
    if done.beside:
        yield f"  Beside them, no services: {_listed(done.beside)}."
    yield from _some("Refused", done.refusals, count["refused"])
    yield from _some("Left out", done.gaps, count["left_out"])


def _listed(beside: Counter[str]) -> str:
    return ", ".join(f"{number} × {kind}" for kind, number in sorted(beside.items()))


def _some(what: str, rows: list[dict[str, str]], number: int) -> Iterator[str]:
    if number:
        yield f"  {what}: {number}"
        for row in rows[:_SHOWN]:
            who = " ".join(each for each in (row["name"], f"({row['key']})" if row["key"] else "") if each)
            yield f"   - {who or 'one of them'}: {row['why']}"
        if number > _SHOWN:
            yield f"   - and {number - _SHOWN} more"


@community_group.command("lists")
def lists() -> None:
    """Which lists there are, how many services each has, and how its last reading went."""
    standing = (
        select(func.count())
        .where(Service.list_id == ServiceList.id, Service.state != ENDED)
        .scalar_subquery()
    )
    rows = session().execute(select(ServiceList, standing).order_by(ServiceList.name)).all()
    for row, number in rows:
        last = (
            session()
            .scalars(
                select(ListReading)
                .where(ListReading.list_id == row.id)
                .order_by(ListReading.started_at.desc())
                .limit(1)
            )
            .first()
        )
        whole = f"{row.checked_at:%Y-%m-%d}" if row.checked_at else "never"
        click.echo(f"{row.name}  {number} services  last read whole {whole}  {row.address or 'from a file'}")
        if last and last.outcome != WHOLE:
            click.echo(
                f"  {last.started_at:%Y-%m-%d %H:%M} UTC: {_OUTCOMES[last.outcome]}. {last.why.splitlines()[0]}"
            )
    if not rows:
        click.echo("There is no list yet: flask --app app community import FILE-OR-ADDRESS")


@community_group.command("remove-list")
@click.argument("name")
def remove_list(name: str) -> None:
    """Take a list and its services away. What people saved of them keeps its name."""
    with database().transaction() as work:
        list_id = work.scalar(select(ServiceList.id).where(ServiceList.name == name.strip()))
    if list_id is None:
        raise click.ClickException(
            f"There is no list “{name.strip()}”. All lists: flask --app app community lists"
        )
    some = select(Service.id).where(Service.list_id == list_id).limit(_TOGETHER)
    gone = _TOGETHER
    while gone == _TOGETHER:  # a few at a time, so that nobody's save waits
        with database().transaction() as work:
            ids = list(work.scalars(some))
            work.execute(delete(Service).where(Service.id.in_(ids)))
            gone = len(ids)
    with database().transaction() as work:
        work.execute(delete(ServiceList).where(ServiceList.id == list_id))
    click.echo(f"“{name.strip()}” and its services are gone.")
