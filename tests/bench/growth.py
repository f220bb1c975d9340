"""What a page costs when there is more: of one person's entries, and of people. As a slope.

A slope of 0 is a page that costs the same whatever there is, 1 one that costs as many times more as there is more.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import log
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import event

from tests.bench import crowd
from tests.bench.pages import AS_CHEAP, CROWD, Opens, Times, newer_pages_of, pages_of, signed_in, timed
from tests.bench.report import Report
from tests.bench.towns import Town, Towns
from tests.harness.statements import counted

ENTRIES = (100, 10_000, 100_000)
PEOPLE = (300, 20_000)
EACH = 20  # entries of each of so many people
EACH_OF_MANY = 500  # the same where they are made in bulk
AS_CHEAP_OF_MANY = 1.5
LARGE = 10_000  # rows: PostgreSQL rightly reads a table whole that fits into a few pages


def slopes(report: Report, towns: Towns, kind: str, quick: bool) -> None:
    """Each page in turns, in towns of each size."""
    rounds = 9 if quick else 31
    entries = ENTRIES[:2] if quick else ENTRIES
    _of(report, "entries", {size: _own(towns.of(kind, 1, size)) for size in entries}, rounds)
    if quick:
        return
    people = {size: towns.of(kind, size, EACH) for size in PEOPLE}
    pages = {size: _of_many(town) for size, town in people.items()}
    _of(report, "people", pages, rounds)
    if kind == "postgresql":
        _whole_tables(report, people[PEOPLE[-1]], pages[PEOPLE[-1]])


def many(report: Report, towns: Towns, people: int) -> None:
    """A small town against one of very many people, on PostgreSQL: as many statements, as fast, no table read whole."""
    built = perf_counter()
    small, large = (towns.of("postgresql", size, EACH_OF_MANY, crowd.make) for size in (PEOPLE[0], people))
    report.line("both towns made in", (perf_counter() - built) / 60, "min", beside=f"{people:,} people")
    each = {
        name: {**_of_many(one), **newer_pages_of(one)} for name, one in (("small", small), ("large", large))
    }
    found = timed(
        {f"{size} {name}": page for size, pages in each.items() for name, page in pages.items()}, 21
    )
    for name in each["small"]:
        few, most = found[f"small {name}"], found[f"large {name}"]
        beside = f"{few.middle:.1f} to {most.middle:.1f} ms"
        report.line(f"{name}", most.middle / few.middle, "×", most=AS_CHEAP_OF_MANY, beside=beside)
        report.line("  the same, processor", median(most.processor) / median(few.processor), "×")
    counts = {
        size: {name: _statements(town, *page) for name, page in each[size].items()}
        for size, town in (("small", small), ("large", large))
    }
    other = [name for name, number in counts["small"].items() if counts["large"][name] != number]
    report.line("pages that ask more or fewer statements", len(other), "", most=0, beside=", ".join(other))
    _whole_tables(report, large, each["large"])


def _whole_tables(report: Report, town: Town, pages: Mapping[str, tuple[Opens, str]]) -> None:
    with read_whole(town) as whole:
        for get, url in pages.values():
            get(url)
    report.line(f"tables of more than {LARGE:,} rows that are read from end to end", len(whole), "", most=0)
    for table, statement in whole.items():
        report.note(f"{table}: {statement}")


def _statements(town: Town, get: Opens, url: str) -> int:
    get(url)  # what is noted once a day, or once in a while, is behind us
    with counted(town.app) as asked:
        get(url)
    return len(asked.texts)


@contextmanager
def read_whole(town: Town) -> Iterator[dict[str, str]]:
    """The large tables that a statement reads from end to end while this is open, each with the first that did.

    PostgreSQL is asked, beside each statement, how it would go about it.
    """
    engine = town.app.extensions["database"].engine
    with engine.connect() as beside:
        rows = beside.exec_driver_sql("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'")
        large = {name for name, number in rows if number > LARGE}
        found: dict[str, str] = {}

        def look(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            if statement.lstrip().upper().startswith(("SELECT", "WITH")):
                plan = beside.connection.cursor().execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
                for table in _whole(plan.fetchone()[0][0]["Plan"]):
                    if table in large:
                        found.setdefault(table, statement)

        event.listen(engine, "before_cursor_execute", look)
        try:
            yield found
        finally:
            event.remove(engine, "before_cursor_execute", look)


def _whole(plan: Mapping[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _whole(part)


def _own(town: Town) -> Mapping[str, tuple[Opens, str]]:
    town.share(town.somebody())
    return pages_of(town)


def _of_many(town: Town) -> Mapping[str, tuple[Opens, str]]:
    return {**_own(town), f"caseload of {CROWD}": (signed_in(town, town.nurse), "/caseload/")}


def _of(report: Report, what: str, towns: Mapping[int, Mapping[str, tuple[Opens, str]]], rounds: int) -> None:
    """:param towns: the pages of each, by how much there is in it: the least first."""
    found = timed(
        {f"{size} {name}": page for size, pages in towns.items() for name, page in pages.items()}, rounds
    )
    few, *_, most = towns
    before = list(towns)[-2]
    for name in towns[few]:
        each: dict[int, Times] = {size: found[f"{size} {name}"] for size in towns}
        middles = ", ".join(f"{size:,}: {one.middle:.1f} ms" for size, one in each.items())
        report.note(f"{name}: {middles}")
        whole = log(each[most].middle / each[few].middle) / log(most / few)
        report.line(f"{name}: slope from {few:,} to {most:,} {what}", whole, "")
        report.line(
            f"{name}: {most:,} {what} against {before:,}",
            each[most].middle / each[before].middle,
            "×",
            most=AS_CHEAP,
        )
