"""An item's id under somebody else's address: one record never answers for another."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule, UUIDConverter

from selfcare.database import command
from tests import factories
from tests.factories.record import fill
from tests.harness.client import Client

NO_RECORDS = frozenset({"service_id"})  # a service of a list is nobody's: it answers under each record


def items(rule: Rule) -> set[str]:
    """What an address names besides the person whose record it is."""
    kinds = rule._converters  # the only place in which a rule says what its arguments are
    return (
        {name for name in rule.arguments if isinstance(kinds[name], UUIDConverter)}
        - {"person_id"}
        - NO_RECORDS
    )


def named(rule: Rule, ids: Mapping[Any, Any]) -> dict[str, Any]:
    """What an address names: what is of this view alone, or of all."""
    return {name: ids.get((rule.endpoint, name), ids.get(name)) for name in rule.arguments}


@pytest.mark.parametrize("who", ["rosa", "amina"])
def test_no_item_answers_under_another_record(app: Flask, client: Client, who: str) -> None:
    """Each address with an item in it, read and sent to, by who holds every right in the record of the address."""
    with app.test_request_context(), command():
        other = fill(factories.household())
        house = factories.household()
        own = fill(house)
    client.sign_in(getattr(house, who).id)
    client.strict = False
    token = client.get("/account/language").form("Save").value("csrf_token")
    checked, answered = 0, []
    with app.test_request_context():
        asked = [
            (
                rule.endpoint,
                method,
                url_for(rule.endpoint, **named(rule, own) | {item: named(rule, other)[item]}),
            )
            for rule in app.url_map.iter_rules()
            if "person_id" in rule.arguments
            for item in items(rule)
            for method in ("GET", "POST")
            if rule.methods and method in rule.methods
        ]
    for endpoint, method, url in asked:
        data = {"csrf_token": token, "form_id": str(uuid4())} if method == "POST" else None
        answer = client.send(method, url, data=data, follow=False)
        checked += 1
        if answer.status != 404:
            answered.append((endpoint, method, answer.status))
    assert checked > 60
    assert answered == []
