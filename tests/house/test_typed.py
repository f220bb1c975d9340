"""Nothing typed is lost: every form of every room, sent when the session has gone or a proof is asked for.

Each form that a person, their carer and their key contact are shown is filled in and sent once as it should be. Then
the record is put back, the session ends, and the same is sent: it must come back on the page that asks who they are,
be offered after that, and leave in the database what the first sending left, once. And what a press did is said on the
page it leads to, and the focus goes there.
"""

from datetime import timedelta

import pytest
from flask import Flask

from selfcare.database import now
from tests.harness.client import Client
from tests.harness.places import PROOF
from tests.house.typed_forms import Case, Record, cases, goes_on, prepare

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def record(app: Flask) -> Record:
    return prepare(app)


def sent(client: Client, case: Case, **change: object) -> list[str]:
    """What is wrong when the form of a case is sent after something was changed about the session."""
    case.record.put_back()
    case.record.change(**change)
    before = case.record.rows()
    page = client.send("POST", case.form.path, data=case.pairs, follow=False)
    wrong = goes_on(case, page) if case.record.rows() == before else ["something was kept without a session"]
    return [f"{case.who}: {case.form.endpoint}: {said}" for said in wrong]


@pytest.mark.parametrize(
    ("who", "least"),
    [("rosa", 30), ("leon", 20 if PROOF else 1), ("amina", 20)],
    ids=["rosa", "leon", "amina"],
)
def test_every_form_outlives_its_session_and_says_what_it_did(
    record: Record, client: Client, who: str, least: int
) -> None:
    """Alone catches: a room whose refused form is answered by its own redirect, or whose field is not carried; a form
    whose redirect leads to a page that looks as before, also where a field has the focus."""
    client.strict = False
    found = cases(record, client, who, but="rosa" if who == "leon" and not PROOF else "")
    cookie = client.cookie("__Host-selfcare") or ""
    wrong = []
    for case in found:
        client.raw.set_cookie("__Host-selfcare", cookie, domain="localhost", path="/")
        wrong += sent(client, case, ended_at=now())
        client.raw.set_cookie("__Host-selfcare", cookie, domain="localhost", path="/")
        if case.is_recent:
            wrong += sent(client, case, proved_at=now() - timedelta(minutes=11))
    wrong += [
        f"{who}: {case.form.endpoint} leads to a page that does not say it was saved, without saved=1: {case.silent}"
        for case in found
        if case.silent
    ]
    assert not wrong, "\n".join(wrong)
    assert len([case for case in found if case.status == 303]) >= least
