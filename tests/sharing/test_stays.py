"""Hospital stays in a summary: chosen by the person, for whom they let see them, as they stood when it was shared."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from selfcare.admissions import actions as admissions
from selfcare.sharing import actions, snapshot
from selfcare.web.access import Area, Level
from tests.harness.client import Client
from tests.sharing.scenes import Scene, acting, scene, share

one_engine = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
LETS_SEE = dict.fromkeys(Area, Level.SEE)
TITLE = "Hospital stays, as told"


def stay(app: Flask, made: Scene, account: UUID, days: int, **more: str) -> UUID:
    """A stay that began so many days ago, and ended the day after."""
    with acting(app, account, made.person) as permit:
        came = permit.today() - timedelta(days=days)
        told = {"place": "Riverside hospital", "planned": "no", "note": "My chest.", **more}
        return admissions.add(permit, came_on=came, left_on=came + timedelta(days=1), **told).id


def pages(client: Client, made: Scene, summary: UUID) -> list[str]:
    """The page, which is the print too, and the text; as a reader has them, without the marks of a heading."""
    there = f"{made.base}/summary/{summary}/"
    return [client.get(address).text for address in (there, f"{there}?as=table", f"{there}text")]


def test_what_was_told_goes_along_and_can_be_left_out(app: Flask, new_client: Callable[..., Client]) -> None:
    """Alone catches: a stay that the nurse reads on the page, not in the text; one of long before; one left out."""
    made = scene(app)
    stay(app, made, made.amina, 200, place="Eye hospital", told_by="letter", told_name="Ward 4")
    rosa, amina = new_client(), new_client()
    rosa.sign_in(made.rosa)
    amina.sign_in(made.amina)
    assert TITLE not in rosa.get(f"{made.base}/summary/")  # nothing of these days: no choice
    stay(app, made, made.rosa, 10)
    stay(app, made, made.amina, 20, place="Hill hospital", told_by="letter", told_name="Ward 4", note="")
    page = rosa.get(f"{made.base}/summary/")
    assert "Riverside hospital, Hill hospital" in page  # in a few words, beside the tick
    sent = page.form("share").submit("Share with Amina")
    summary = UUID(sent.url.rsplit("/summary/", 1)[1][:36])
    for text in pages(amina, made, summary):
        assert "Riverside hospital" in text
        assert ", not planned" in text
        assert "As told by Rosa" in text
        assert "My chest." in text
        assert "As told by Ward 4" in text
        assert text.index("Riverside") < text.index("Hill hospital")
        assert "Eye hospital" not in text
    with acting(app, made.rosa, made.person) as permit:
        today = permit.today()
        sections = tuple(name for name in snapshot.SECTIONS if name != "stays")
        left = actions.share(permit, sections=sections, first=today - timedelta(days=30), last=today,
                             appointment_id=made.visit)  # fmt: skip
    assert not any("Riverside hospital" in text for text in pages(amina, made, left))
    # Left out once, it stays out until it is ticked.
    again = rosa.get(f"{made.base}/summary/")
    ticked = [value for name, value in again.form("share").values if name == "sections"]
    assert "agreed" in ticked
    assert "stays" not in ticked


@one_engine
def test_who_may_not_see_contacts_reads_nothing_of_them(app: Flask, client: Client) -> None:
    made = scene(app, LETS_SEE | {Area.CONTACTS: Level.NOTHING})
    stay(app, made, made.rosa, 10)
    summary = share(app, made)
    client.sign_in(made.leon)
    for text in pages(client, made, summary):
        assert "Haemoglobin" in text
        assert "Riverside hospital" not in text
        assert TITLE.upper() not in text.upper()


@one_engine
def test_it_stays_as_it_was_shared_and_one_taken_out_says_so(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a stay written down for the wrong person, taken out, and read on in what was shared before."""
    made = scene(app, LETS_SEE)
    changed = stay(app, made, made.rosa, 10)
    wrong = stay(
        app, made, made.amina, 12, place="Lake hospital", told_by="letter", told_name="Ward 9", note="Hip."
    )
    summary = share(app, made)
    with acting(app, made.rosa, made.person) as permit:
        admissions.change(permit, changed, 1, place="Another hospital")
        admissions.remove(permit, wrong)
    for who in (made.rosa, made.amina, made.leon):
        client = new_client()
        client.sign_in(who)
        for text in pages(client, made, summary):
            assert "Riverside hospital" in text
            assert "Another hospital" not in text
            assert not any(word in text for word in ("Lake hospital", "Ward 9", "Hip."))
            assert "A hospital stay that was here was taken out since." in text
