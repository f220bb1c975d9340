"""What stands in a field that the page hides does not stop its form: nobody could see what is wrong."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from selfcare.people.forms import CarerForm
from selfcare.web.forms import DateField, Form, Number
from tests.harness.places import ROOT

SHOWN = re.compile(r"ui\.reveal\((?:'|form\.)(\w+)(?:'|\.name), '(\w+)'\) %\}\{\{ ui\.field\(form\.(\w+)")


def of(form: type[Form]) -> Iterator[type[Form]]:
    for each in form.__subclasses__():
        yield each
        yield from of(each)


def kind(form: type[Form], name: str) -> object:
    return getattr(getattr(form, name, None), "field_class", None)


def test_every_day_and_number_that_a_choice_reveals_is_asked_with_it(app: Flask) -> None:
    """Alone catches: a field behind a choice whose form does not know it."""
    revealed = [
        found
        for path in (ROOT / "templates").rglob("*.html")
        for found in SHOWN.findall(path.read_text("utf-8"))
    ]
    known = {form for form in of(Form) if form.__module__.startswith("selfcare.")}
    met = set()
    for choice, value, name in revealed:
        for form in known:
            if kind(form, choice) and kind(form, name) in (DateField, Number):
                met.add(name)
                assert form.asked_with.get(name) == (choice, value), form
    assert met >= {"until_on", "look_on", "by_on", "every_days", "since", "day"}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_day_that_nobody_sees_stops_no_form(app: Flask) -> None:
    with app.test_request_context():
        for chosen, goes in (("3", True), ("day", False)):
            sent = MultiDict({"until": chosen, "until_on": "next week"})
            form = CarerForm(formdata=sent)
            form.validate()
            assert ("until_on" not in form.errors) is goes
