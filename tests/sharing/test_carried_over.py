"""What was written and shared before: who wrote it, what it sent and what is in it are carried over."""

from collections.abc import Callable
from importlib import import_module
from time import monotonic

from flask import Flask
from sqlalchemy import update

from selfcare.appointments import actions as appointments
from selfcare.appointments.models import Appointment, Question
from selfcare.database import database, session
from selfcare.sharing.models import Summary
from selfcare.web.access import Area, Level
from tests.harness.client import Client
from tests.sharing.scenes import acting, scene, share

VERSIONS = "selfcare.migrations.versions."


def test_old_rows_say_who_wrote_them_and_what_they_sent(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Alone catches: old words of a carer or nurse read as the person's own, and old summaries nothing can leave."""
    made = scene(app, {Area.APPOINTMENTS: Level.MANAGE, Area.SHARING: Level.SEE, Area.DIARY: Level.SEE})
    with acting(app, made.leon, made.person) as leon:
        appointments.set_words(leon, made.visit, None, "Leon saw her sleep badly")
    with acting(app, made.rosa, made.person) as rosa:
        # Something else of the visit changes afterwards: the words stay whose they were.
        visit = appointments.queries.visit(rosa, made.visit)
        appointments.change_visit(rosa, made.visit, visit.version, when=visit.when, purpose="Review")
        alone = appointments.ask(rosa, text="Asked by itself", send_now=True)
    share(app, made)
    with acting(app, made.rosa, made.person) as rosa:
        row = session().query(Summary).one()
        old = row.id
        before = dict(row.body)
        row.body = _as_it_was(before)
        session().execute(
            update(Appointment).values(matters_as=None, matters_name=None, words_as=None, words_name=None)
        )
        session().execute(update(Question).values(sent_with=None))
    for who in (made.amina, made.leon, made.rosa):
        client = new_client()
        client.sign_in(who)
        for part in ("", "?as=table", "text"):
            assert client.get(f"{made.base}/summary/{old}/{part}").status == 200, part
    with app.app_context(), database().engine.connect() as connection:
        work = connection.execution_options(selfcare_write=monotonic() + 10)
        words = import_module(VERSIONS + "0012_whose_words")
        words._fill(work, "appointment", ("matters", "words"))
        import_module(VERSIONS + "0016_sent_with")._carry(work)
        work.commit()
    with acting(app, made.rosa, made.person) as rosa:
        row = session().get_one(Appointment, (made.person, made.visit))
        assert (row.matters_as, row.matters_name) == ("self", "Rosa")
        assert (row.words_as, row.words_name) == ("carer", "Leon")
        summary = session().query(Summary).one()
        assert summary.body["goals"][0]["id"] == str(made.goal)
        carried = {reading["id"] for one in summary.body["been"]["trackers"] for reading in one["readings"]}
        assert carried == {reading["id"] for one in before["been"]["trackers"] for reading in one["readings"]}
        assert session().get_one(Question, (made.person, made.question)).sent_with == summary.id
        assert session().get_one(Question, (made.person, alone.id)).sent_with is None


def _as_it_was(body: dict) -> dict:  # type: ignore[type-arg]
    """A body as it was kept before its items had ids."""

    def bare(item: dict, *names: str) -> dict:  # type: ignore[type-arg]
        return {key: value for key, value in item.items() if key not in names}

    trackers = [
        {**bare(one, "id"), "readings": [bare(reading, "id") for reading in one["readings"]]}
        for one in body["been"]["trackers"]
    ]
    been = {"words": body["been"]["words"], "trackers": trackers}
    return {
        **bare(body, "matters_by"),
        "been": been,
        "goals": [bare(goal, "id", "check") for goal in body["goals"]],
    }
