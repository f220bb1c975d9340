"""Every address that a page or a view asks for is one that the app has, by the names of its own route."""

import re

import pytest
from flask import Flask

from tests.harness.places import ROOT

ASKED = re.compile(r"url_for\(\s*['\"](\w+\.\w+)['\"]([^()]*)\)")
NAMED = re.compile(r"\b(\w+_id)=")

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_what_an_address_is_asked_for_with_is_what_its_route_names(app: Flask) -> None:
    """Alone catches: an id by the name of another room, on a part of a page that only shows now and then: that page
    is then answered with 500, on the day when somebody asks."""
    names: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        names.setdefault(str(rule.endpoint), set()).update(rule.arguments)
    asked = [
        (path, *found.groups())
        for folder, kind in (("templates", "*.html"), ("selfcare", "*.py"))
        for path in sorted((ROOT / folder).rglob(kind))
        for found in ASKED.finditer(path.read_text())
    ]
    assert len(asked) > 500
    wrong = [
        f"{path.relative_to(ROOT)}: {endpoint}, {said.strip()}"
        for path, endpoint, said in asked
        if endpoint not in names or not names[endpoint].issuperset(NAMED.findall(said))
    ]
    assert wrong == []
