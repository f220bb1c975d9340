"""A list from a file, as the command reads it: what it says of everything in it, and what the tables keep."""

import json
import os
import re
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from selfcare.community import checking, documents, full_text, mapping
from selfcare.community.models import ENDED, OPEN, PAUSED, Service
from selfcare.database import now, session
from tests.community.lists import Import, ident, kept, page, readings, rows, service, tags

SAMPLES = Path(os.environ.get("SELFCARE_SAMPLES", "/nowhere")) / "open-referral"
HALL = {
    "location_type": "physical",
    "name": "Hill Street Hall",
    "addresses": [{"address_1": "1 Hill Street", "postal_code": "RV1 2AB", "address_type": "physical"}],
    "accessibility": [{"description": "No steps."}, {"description": "There is no hearing loop."}],
}
WHOLE = service(
    "Movement class",
    description="<p>Move to <b>music</b>.</p><script>alert(1)</script><ul><li>Tea &amp; talk</li></ul>",
    url="https://leisure.example/move",
    email="move@leisure.example",
    fees="Free",
    minimum_age=18,
    assured_date="2026-03-02",
    organization={
        "name": "Riverside Leisure",
        "organization_identifiers": [{"identifier_scheme": "GB-CHC", "identifier_type": "Charity number"}],
    },
    schedules=[{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00:00", "closes_at": "11:00"}],
    service_at_locations=[{"location": HALL | {"latitude": 51.5, "longitude": -0.1}}],
    languages=[{"code": "urd"}, {"name": "Welsh"}, {"name": "Nobody’s tongue"}],
    phones=[{"number": "01632 960204"}],
    attributes=[
        {"taxonomy_term": {"name": "Physical activity"}},
        {"taxonomy_term": {"name": "Peer support"}},
    ],
)
COUNTS = re.compile(
    r"(\d+) found: (\d+) added, (\d+) changed, (\d+) the same, (\d+) merged with one of the same id, (\d+) refused"
)


def counts(said: str) -> list[int]:
    """found, added, changed, same, merged, refused: and everything found is one of the others."""
    found = COUNTS.search(said)
    assert found, said
    number, *rest = map(int, found.groups())
    assert number == sum(rest), said
    return [number, *rest]


def test_a_whole_service_is_kept_as_it_is_told(app: Flask, imports: Import) -> None:
    """Alone catches: a field read from the wrong place; marks of HTML kept; a denial taken for a thing that is there;
    a language, a day or a kind of body that is found under no code."""
    done = imports(page([WHOLE]), "--owner", "list@council.example", "--licence", "OGL")
    assert (done.exit_code, counts(done.output)) == (0, [1, 1, 0, 0, 0, 0])
    row = kept(app)["Movement class"]
    assert row.description == "Move to music.\n\n– Tea & talk"
    assert (row.organisation, row.organisation_kind) == ("Riverside Leisure", "charity")
    assert (row.cost, row.youngest, row.oldest, str(row.assured_on)) == ("free", 18, None, "2026-03-02")
    assert [(one["days"], one["opens"], one["closes"]) for one in row.sessions] == [
        (["tu"], "10:00", "11:00")
    ]
    assert (row.places[0]["address"], row.places[0]["lat"]) == ("1 Hill Street", 51.5)
    assert [(one["code"], one["name"]) for one in row.languages] == [
        ("ur", "Urdu"), ("cy", "Welsh"), ("", "Nobody’s tongue"),
    ]  # fmt: skip
    assert [(one["code"], one["words"]) for one in row.getting_in] == [
        ("no_steps", "No steps."), ("", "There is no hearing loop."),
    ]  # fmt: skip
    assert tags(app, "Movement class") == {
        "cost:free", "day:tu", "language:ur", "language:cy", "need:move", "way:peer", "getting_in:no_steps",
        "over:tu 11:00",
    }  # fmt: skip


# What is wrong with one field, what is said of it, and where it is empty afterwards.
BAD: list[tuple[dict[str, Any], str, str, Any]] = [
    ({"email": "not an address"}, "email is not an e-mail address", "email", ""),
    ({"url": "javascript://leisure.example/%0aalert(1)"}, "url is not a web address", "url", ""),
    ({"url": "https://user:word@leisure.example/"}, "url is not a web address", "url", ""),
    ({"minimum_age": -3}, "minimum_age is not an age", "youngest", None),
    ({"minimum_age": 60, "maximum_age": 18}, "minimum_age is above maximum_age", "youngest", None),
    ({"assured_date": "2999-01-01"}, "assured_date is not a day that has been", "assured_on", None),
    ({"assured_date": "last week"}, "assured_date is not a day", "assured_on", None),
    ({"status": "sleeping"}, "status is not one of the words the standard has", "state", OPEN),
    ({"schedules": "Tuesdays"}, "schedules is not a list", "sessions", []),
    ({"description": 12}, "description is not text", "description", ""),
    ({"phones": [{"number": "by letter"}]}, "phones.number is not a telephone number", "phones", []),
    ({"cost_options": [{"amount": -2}]}, "cost_options.amount is too small", "costs", []),
]


def test_one_bad_field_is_left_out_and_said_and_the_service_stays(app: Flask, imports: Import) -> None:
    """Alone catches: a service lost for one field, a field lost without a word, `javascript:` that becomes a link."""
    wrong = [WHOLE | {"id": ident(str(n)), "name": f"Class {n}"} | one[0] for n, one in enumerate(BAD)]
    off_earth = {"location": HALL | {"latitude": 100, "longitude": 101}}
    wrong.append(WHOLE | {"id": ident("off"), "name": "Off earth", "service_at_locations": [off_earth]})
    done = imports(page(wrong))
    assert counts(done.output) == [len(wrong), len(wrong), 0, 0, 0, 0]
    found = kept(app)
    for n, (_, said, column, value) in enumerate(BAD):
        assert f"Class {n} ({ident(str(n))}): {said}" in done.output
        if not column.startswith(("url", "email", "phones")):
            assert getattr(found[f"Class {n}"], column) == value
    # What its own body tells takes the place, and here it tells nothing.
    assert [found[f"Class {n}"].url for n in (1, 2)] == ["", ""]
    assert found["Class 10"].phones == []
    assert "Off earth" in done.output
    assert "location.latitude is not on earth" in done.output
    assert (found["Off earth"].places[0]["lat"], found["Off earth"].places[0]["long"]) == (None, None)
    assert readings(app)[0].left_out == len(BAD) + 1 == len(readings(app)[0].gaps)


def test_every_item_is_listed_merged_or_refused(app: Flask, imports: Import) -> None:
    """Alone catches: an item that is dropped in silence, two services of one id, a second that wipes what the first
    told, something that is no service listed as one."""
    more = {"id": ident("Tea"), "name": "Other", "phones": [{"number": "01632 960205"}], "fees": "Free"}
    more["schedules"] = [{"id": "s", "freq": "WEEKLY", "byday": "TU"}]
    term = {"id": "x", "name": "Food", "taxonomy": "needs", "parent_id": "nobody-knows-it"}
    items = [
        service("Tea", schedules=[{"id": "s", "opens_at": "10:00"}]), more, service("Blank") | {"name": "  "},
        {"id": ident("Nameless"), "status": "active"}, {"name": "No id", "status": "active"},
        service("Bad id", id="a\u0000b"), [], "tea", None, term, service("Number", id=12),
        service("Deep", deep=json.loads("[" * 60 + "]" * 60)),
    ]  # fmt: skip
    done = imports(page(items, total_items=11))
    assert counts(done.output) == [11, 2, 0, 0, 1, 8]
    for why in (
        "has no name",
        "has no id",
        "has an id that cannot be one",
        "is not a service, but a bare value",
        f"Deep ({ident('Deep')}): is nested deeper than any list needs",
        "Beside them, no services: 1 × term",
    ):
        assert why in done.output
    found = kept(app)
    assert set(found) == {"Tea", "Number"}
    assert found["Number"].key == "12"
    assert (found["Tea"].cost, found["Tea"].phones[0]["number"]) == ("free", "01632 960205")
    assert found["Tea"].description == "About Tea."
    assert [(one["days"], one["opens"]) for one in found["Tea"].sessions] == [(["tu"], "10:00")]
    assert len(readings(app)[0].refusals) == 8


def test_twice_changes_nothing_and_what_is_gone_is_ended(app: Flask, imports: Import) -> None:
    """Alone catches: rows that are written anew each night; one that is deleted with what people saved of it; one that
    stays ended though it is back; one that was refused today, or lost its id, taken for gone."""
    names = ["Tea", "Walk", "Sing", "Swim", "Sew", "Read"]
    five = [service(name) for name in names]
    imports(page(five))
    before = rows(app)
    assert counts(imports(page(five)).output) == [6, 0, 0, 6, 0, 0]
    assert rows(app) == before

    now_told = [
        service("Tea", description="New"), service("Walk", status="temporarily closed"),
        {"id": ident("Sing"), "status": "active"}, service("Swim", id=None), service("Read"),
    ]  # fmt: skip
    done = imports(page(now_told))
    assert counts(done.output) == [5, 0, 2, 1, 0, 2]
    assert "1 ended" in done.output
    found = kept(app)
    assert {name: row.state for name, row in found.items()} == {
        "Tea": OPEN, "Walk": PAUSED, "Sing": OPEN, "Swim": OPEN, "Sew": ENDED, "Read": OPEN,
    }  # fmt: skip
    assert found["Sew"].ended_at
    assert {row.id for row in found.values()} == set(before)
    imports(page(five))
    assert {row.state for row in kept(app).values()} == {OPEN}
    assert kept(app)["Sew"].ended_at is None


def test_in_doubt_nothing_is_ended(app: Flask, imports: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone catches: a list cut off in the middle, one whose totals disagree, one page of several, and one from which
    more than half is gone, each of which closes services that are there."""
    monkeypatch.setattr(documents, "LARGEST", 200_000)
    names = ["Tea", "Walk", "Sing", "Swim"]
    imports(page([service(name) for name in names]))
    doubts = {
        "and holds 3": page([service(name) for name in names[:3]], total_items=4),
        "breaks off": json.dumps(page([service(name) for name in names[:3]]))[:-9],
        "did not come, the first of them page 2": page(
            [service(n) for n in names[:3]], total_pages=2, total_items=3
        ),
        "More than half of its services (3 of 4)": page([service("Tea")]),
        "There is no service in it": page([]),
        "it is not JSON": "<html>Sign in</html>",
        "is larger than can be read, or it is not JSON": '["' + "x" * 400_000,
        "it breaks off, or is not JSON": '[{"id": NaN}]',
        "No service in it could be listed": page([{"name": "Tea", "status": "active"}]),
    }
    for said, body in doubts.items():
        done = imports(body)
        assert said in done.output, (said, done.output)
        assert "0 ended" in done.output
        assert {row.state for row in kept(app).values()} == {OPEN}, said
    assert [one.outcome for one in readings(app)][:5] == ["whole", "in_part", "in_part", "in_part", "in_part"]
    assert {one.outcome for one in readings(app)[5:]} == {"failed"}

    assert "3 ended" in imports(page([service("Tea")]), "--end-them").output
    assert sum(row.state == ENDED for row in kept(app).values()) == 3


def test_pages_in_a_folder_are_one_list_and_lists_stand_beside_each_other(
    app: Flask, imports: Import, tmp_path: Path
) -> None:
    """Alone catches: pages taken for lists of their own; the same service of two lists that becomes one; a list that
    is taken away with what another has."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, name in enumerate(("Tea", "Walk"), 1):
        body = page([service(name)], total_pages=2, total_items=2, page_number=number)
        (folder / f"{number}.json").write_text("\ufeff" + json.dumps(body), encoding="utf-8")
    assert "read as a whole" in imports(folder).output
    imports([service("Tea")], name="other")
    assert set(kept(app)) == {"Tea", "Walk"}
    assert set(kept(app, of="other")) == {"Tea"}
    said = app.test_cli_runner().invoke(args=["community", "lists"]).output
    assert "list  2 services" in said
    assert "other  1 services" in said
    assert "are gone" in app.test_cli_runner().invoke(args=["community", "remove-list", "other"]).output
    assert set(kept(app)) == {"Tea", "Walk"}
    assert kept(app, of="other") == {}
    with app.app_context():
        assert session().scalars(select(Service.name).where(full_text.holds(Service.id, "te"))).all() == [
            "Tea"
        ]


def test_words_find_what_was_written_however_they_are_spelled(app: Flask, imports: Import) -> None:
    """Alone catches: an engine that cuts or folds words of its own; an index that keeps words of before; a sign of the
    engines' own language that breaks a search."""
    imports(
        [
            service("O’Brien’s café", description="Walking, 10.30, e-mail us"),
            service("چہل قدمی", description="چائے کے ساتھ"),
            service("Hill walk", attributes=[{"taxonomy_term": {"name": "Loneliness"}}]),
        ]
    )

    def finds(typed: str) -> set[str]:
        with app.app_context():
            return set(session().scalars(select(Service.name).where(full_text.holds(Service.id, typed))))

    assert finds("obriens CAFE") == {"O’Brien’s café"}
    assert finds("walk") == {"O’Brien’s café", "Hill walk"}
    assert finds("walk hil") == {"Hill walk"}
    assert finds("چاے") == set()
    assert finds("چائے") == {"چہل قدمی"}
    assert finds("lonel") == {"Hill walk"}
    for typed in ('"', "walk OR", "* -(", "a AND b", "':*", "\x00", "x" * 9000, "walk " * 900):
        finds(typed)
    imports([service("Hill walk", description="Now by bus"), service("چہل قدمی"), service("O’Brien’s café")])
    assert finds("lonel") == set()
    assert finds("bus") == {"Hill walk"}
    assert finds("10.30") == set()


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="SELFCARE_SAMPLES names no folder with public examples")
def test_the_public_examples_are_accounted_for(app: Flask, imports: Import) -> None:
    """Alone catches: 128 rows of one id that become more than one service, or change it each night; a shape of the
    standard's own examples that is not known."""
    done = imports(SAMPLES)
    assert counts(done.output) == [131, 1, 0, 0, 130, 0]
    assert "says that there are 31 services, and holds 128" in done.output
    assert "is not on earth" in done.output
    before = rows(app)
    assert counts(imports(SAMPLES).output) == [131, 0, 0, 1, 130, 0]
    assert rows(app) == before
    row = kept(app)["Community Counselling"]
    assert (row.places[0]["lat"], row.places[0]["postcode"], row.email) == (
        None,
        "ABC 1234",
        "email@example.com",
    )
    assert tags(app, row.name) >= {"getting_in:loop", "getting_in:no_steps", "way:online"}


FITS = {
    "age": 20, "date": "2026-03-02", "time": "10:00", "email": "a@leisure.example", "web": "https://leisure.example/",
}  # fmt: skip


def everything(shape: dict[str, Any]) -> Any:
    """A value that has every field its schema knows, each as it should be."""
    if "$ref" in shape:
        kind = shape["$ref"].rpartition("/")[2]
        return FITS.get(kind) or everything(SCHEMA["$defs"][kind])
    if "properties" in shape:
        return {name: everything(each) for name, each in shape["properties"].items()}
    if "items" in shape:
        return [everything(shape["items"])]
    if "enum" in shape:
        return shape["enum"][0]
    return 3 if shape["type"] == "number" else "GBP" if "A-Z" in shape.get("pattern", "") else "123"


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something could stand in a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(each for name, below in inner for each in places(below, (*path, name)))]


SCHEMA = json.loads(checking.SCHEMA.read_text(encoding="utf-8"))
EVERYTHING = everything(SCHEMA)
anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(max_size=9),
    lambda inner: some.lists(inner, max_size=2) | some.dictionaries(some.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


class Noting(dict[str, Any]):
    """Notes which fields are read of it, and of what is in it."""

    asked: ClassVar[set[str]] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return noted(super().get(name, default))

    def __getitem__(self, name: str) -> Any:
        return self.get(name)


def noted(value: Any) -> Any:
    if isinstance(value, list):
        return [noted(each) for each in value]
    return Noting(value) if isinstance(value, dict) else value


def test_every_field_that_is_read_is_held_against_the_schema() -> None:
    """Alone catches: a field that is taken as it comes, whatever it is; a shape of one that ends the whole reading."""
    checked = checking.check(EVERYTHING)
    assert checked.gaps == []
    mapping.kept(replace(checked, told=Noting(checked.told)), now().date())
    assert Noting.asked <= {part for path in places(EVERYTHING) for part in path}
    assert len(Noting.asked) > 40
    # What has one shape in several places is tried in one of them.
    for path in {path[-2:]: path for path in places(EVERYTHING)[1:]}.values():
        for value in (7, ["x"], {"x": 7}):
            changed = deepcopy(EVERYTHING)
            reduce(getitem, path[:-1], changed)[path[-1]] = value
            with suppress(checking.NotListed):  # its name or its id
                mapping.kept(checking.check(changed), now().date())


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(changes=some.lists(some.tuples(some.sampled_from(places(EVERYTHING)[1:]), anything), max_size=9))
def test_whatever_stands_in_a_field_it_is_listed_or_refused(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    """Alone catches: a shape of some field that ends the whole reading instead of one service."""
    told = deepcopy(EVERYTHING)
    for path, value in changes:
        with suppress(KeyError, IndexError, TypeError):  # what is around it was changed before
            reduce(getitem, path[:-1], told)[path[-1]] = value
    try:
        found = mapping.kept(checking.check(told), now().date())
    except checking.NotListed:
        return  # with a reason: test_every_item_is_listed_merged_or_refused
    assert found.values["name"]
    assert "\x00" not in json.dumps(found.values, default=str, ensure_ascii=False)
