"""What is done or not: said at one tap, and shown as words wherever numbers are."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from selfcare.database import session
from selfcare.diary.models import Entry, Tracker
from selfcare.sharing import actions as sharing
from selfcare.sharing import snapshot
from tests.diary.conftest import Diary
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_it_is_words_on_every_page(diary: Diary, browser: Callable[..., Client]) -> None:
    """Alone catches: 1 of 10 in a chart, a search, a summary, or the text of it, where somebody took their tablets."""
    rosa = browser("rosa")
    page = rosa.get(f"{diary.url}trackers/new").form("tracker").submit(what="tablets")
    assert page.h1 == "Tablets taken"
    refused = page.form("log").submit()
    assert refused.status == 422
    assert "Choose one." in refused
    assert "Done" in refused.form("log").submit(severity="done")
    address = page.url.partition("?")[0]
    rosa.get(address).form("log").submit(severity="not", when="yesterday", **{"when-part": "evening"})
    own = rosa.get(f"{diary.url}trackers/new").form("tracker").submit(what="done", name="Stretched my hands")
    assert own.h1 == "Stretched my hands"
    assert rosa.get(f"{diary.url}trackers/new").form("tracker").submit(what="done").status == 422
    with diary.app.app_context():
        kept = session().execute(
            select(Entry.severity, Entry.kind)
            .join(Tracker, Tracker.id == Entry.tracker_id)
            .order_by(Entry.utc)
        )
        assert [tuple(row) for row in kept] == [(0, "done"), (1, "done")]

    # One press on Today, and it is done.
    today = rosa.get("/")
    press = next(text for form in today.forms() for text in form.buttons if text.startswith("Tablets taken"))
    assert today.form(press).submit().h1 == "Saved."
    listed = rosa.get(diary.url)
    assert {text.strip() for text in listed.all(".entry__value")} == {"Done", "Not done"}
    assert "Tablets taken" in listed.click("Done or not")
    assert "Not done" in rosa.get(f"{diary.url}?q=Not done")
    assert not rosa.get(f"{diary.url}?q=1/10").all(".entry__value")
    chart = rosa.get(address.replace("/log/", "/chart/"))
    assert "2 done, 1 not done" in chart
    assert not chart.all("svg.chart__svg")
    assert [text for text in chart.all("main tbody td") if "one" in text] == ["Done", "Done", "Not done"]
    entry = rosa.get(_first(listed))
    changed = entry.click("Change it")
    assert changed.form("log").value("severity") == "done"
    assert "Not done" in changed.form("log").submit(severity="not")

    # What is shared says the same, and its text.
    with diary.as_("rosa") as permit:
        day = permit.today()
        shared = sharing.share(
            permit,
            sections=snapshot.SECTIONS,
            first=day - timedelta(days=30),
            last=day,
            appointment_id=None,
        )
    summary = f"/people/{diary.home.person.id}/summary/{shared}/"
    for reader in (rosa, browser("amina")):
        assert "1 done, 2 not done" in reader.get(summary)
        text = reader.get(f"{summary}text")
        assert "Tablets taken" in text
        assert "Not done" in text


def _first(page: object) -> str:
    return str(page.html.select_one(".entry a")["href"])  # type: ignore[attr-defined]
