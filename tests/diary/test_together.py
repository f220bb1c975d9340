"""All at once: the day's things on one page. Each stands by itself, and nothing that was left out is saved."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from selfcare.database import command, session
from selfcare.diary import actions, together_views
from selfcare.diary.models import Entry
from selfcare.web.access import Level
from selfcare.web.models import Once
from selfcare.web.once import partly
from tests.diary.conftest import Diary
from tests.factories import permit
from tests.harness.client import Client
from tests.harness.pages import Answer, Form

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
NOW = "now/"


@pytest.fixture
def things(diary: Diary) -> dict[str, UUID]:
    """What is on the list beside the tiredness."""
    with diary.as_("rosa") as rosa:
        made = {code: actions.add_preset(rosa, code).id for code in ("pain", "blood_pressure", "weight")}
    return {"tiredness": diary.tired, **made}


def field(thing: UUID, name: str) -> str:
    return f"t-{thing}-{name}"


def fill(page: Answer, things: dict[str, UUID], **values: str) -> Form:
    """`tiredness="6"`, `weight="71.4"`, `blood_pressure="128/82"`."""
    form = page.form("now")
    for name, value in values.items():
        kind = "severity" if name in ("tiredness", "pain") else "first"
        form.fill(**{field(things[name], kind): value})
    return form


def kept(diary: Diary) -> dict[UUID | None, str]:
    """What is in the diary and was not taken out, by what it is about."""
    with diary.app.app_context():
        rows = session().scalars(select(Entry).where(Entry.removed_at.is_(None)))
        return {row.tracker_id: row.first or str(row.severity) for row in rows}


@pytest.mark.parametrize("who", ["rosa", "leon"])
def test_only_what_was_filled_in_is_saved(
    diary: Diary, things: dict[str, UUID], browser: Callable[..., Client], who: str
) -> None:
    """Alone catches: an empty thing saved as nothing, or as nought."""
    writer = browser(who)
    page = writer.get(f"{diary.url}{NOW}")
    assert page.h1 == ("How I am now" if who == "rosa" else "How Rosa is now")
    assert "Nobody watches" in page
    saved = fill(page, things, tiredness="6", blood_pressure="128/82").submit()
    assert saved.h1 == "Saved."
    assert kept(diary) == {things["tiredness"]: "6", things["blood_pressure"]: "128"}
    assert "128/82" in saved
    assert len([text for text in saved.all("main a") if text.startswith("Change it")]) == 2
    assert "Undo" in saved
    gone = saved.form("Undo all of what you just wrote down").submit()
    assert "Removed." in gone
    assert kept(diary) == {}


def test_one_refused_does_not_hold_the_others(
    diary: Diary, things: dict[str, UUID], browser: Callable[..., Client]
) -> None:
    """Alone catches: a number that cannot be holds what was fine; put right, what was saved is saved twice."""
    rosa = browser("rosa")
    back = fill(
        rosa.get(f"{diary.url}{NOW}"), things, tiredness="6", pain="3", blood_pressure="128", weight="heavy"
    ).submit()
    assert back.status == 422
    assert "The rest is saved." in back
    assert "Type the lower number." in back
    assert kept(diary) == {things["tiredness"]: "6", things["pain"]: "3"}
    form = fill(back, things, weight="71.4", pain="4")
    form.fill(**{field(things["blood_pressure"], "second"): "82"})
    assert form.submit().h1 == "Saved."
    assert kept(diary) == {
        things["tiredness"]: "6", things["pain"]: "4", things["blood_pressure"]: "128", things["weight"]: "71.4"
    }  # fmt: skip


def test_what_could_not_be_drawn_is_not_kept(
    diary: Diary, things: dict[str, UUID], browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: half of a form kept, of which nobody is told, because the page that says so fell over."""
    rosa = browser("rosa")
    form = fill(rosa.get(f"{diary.url}{NOW}"), things, tiredness="6", weight="heavy")
    rosa.strict = False
    monkeypatch.setitem(diary.app.config, "SETTINGS", replace(diary.app.config["SETTINGS"], testing=False))
    monkeypatch.delattr(together_views, "page_values")
    assert form.submit().status == 500
    monkeypatch.undo()
    assert kept(diary) == {}
    assert form.submit().status == 422
    assert kept(diary) == {things["tiredness"]: "6"}, "its id was let go with the rest"


def test_in_part_is_for_forms_that_hold_their_id(diary: Diary) -> None:
    """Alone catches: a view without `once`, that lets go of an id another form holds, and keeps what it refused."""
    form_id = str(UUID(int=5))
    with diary.as_("rosa") as rosa:
        key = {"account_id": rosa.account_id, "form_id": UUID(form_id)}
        session().add(Once(**key, fingerprint="", person_id=rosa.person_id, at=rosa.stamp()["entered_at"]))
    with diary.app.test_request_context(method="POST", data={"form_id": form_id}), command():
        with pytest.raises(RuntimeError):
            partly(permit(diary.home.rosa, diary.home.person))
        assert session().scalars(select(Once.form_id)).one() == UUID(form_id)


def test_nothing_filled_in_says_so(
    diary: Diary, things: dict[str, UUID], browser: Callable[..., Client]
) -> None:
    back = browser("rosa").get(f"{diary.url}{NOW}").form("now").submit()
    assert back.status == 422
    assert "Fill in one thing, or go back." in back
    assert kept(diary) == {}


def test_sent_twice_it_is_saved_once(
    diary: Diary, things: dict[str, UUID], browser: Callable[..., Client]
) -> None:
    """Alone catches: a phone that did not hear the answer, and sends it again with other words."""
    rosa = browser("rosa")
    page = rosa.get(f"{diary.url}{NOW}")
    first = fill(page, things, tiredness="6").submit()
    assert fill(page, things, tiredness="6").submit().url == first.url
    changed = rosa.get(first.url.replace("saved", "change"))
    assert changed.form("now").value(field(things["tiredness"], "severity")) == "6"
    fill(changed, things, tiredness="", pain="2").submit()
    assert kept(diary) == {things["pain"]: "2"}


def test_what_left_the_list_meanwhile_is_named(
    diary: Diary, things: dict[str, UUID], browser: Callable[..., Client]
) -> None:
    """Alone catches: a thing taken off (or made *only me*) while a phone had no signal takes the others with it."""
    leon = browser("leon")
    page = leon.get(f"{diary.url}{NOW}")
    with diary.as_("rosa") as rosa:
        actions.remove_tracker(rosa, things["pain"])
        actions.change_tracker(rosa, things["weight"], None, name="Weight", only_me=True)
    back = fill(page, things, tiredness="6", pain="3", weight="71").submit()
    assert back.status == 422
    assert "Pain is no longer on the list, so it was not saved." in back
    assert "Weight is no longer on the list" in back
    assert kept(diary) == {things["tiredness"]: "6"}


def test_what_somebody_else_changed_is_not_written_over(
    diary: Diary, things: dict[str, UUID], browser: Callable[..., Client]
) -> None:
    """Alone catches: Leon puts his right from a phone that had no signal, over what Rosa wrote there meanwhile."""
    leon, rosa = browser("leon"), browser("rosa")
    saved = fill(leon.get(f"{diary.url}{NOW}"), things, tiredness="6", pain="3").submit()
    change = leon.get(saved.url.replace("saved", "change"))
    rosa.get(_first_change(saved)).form("log").submit(severity="8")
    back = fill(change, things, tiredness="1", pain="2").submit()
    assert back.status == 422
    assert "Rosa has changed this. Look at it first." in back
    assert kept(diary) == {things["tiredness"]: "8", things["pain"]: "2"}
    assert "The rest is saved." in back


def _first_change(page: Answer) -> str:
    return str(page.html.select_one("main .links a[href$='/change']")["href"])  # type: ignore[index]


def test_only_me_holds_for_all_of_them(
    diary: Diary, things: dict[str, UUID], browser: Callable[..., Client]
) -> None:
    rosa, leon = browser("rosa"), browser("leon")
    saved = fill(rosa.get(f"{diary.url}{NOW}"), things, tiredness="6", pain="3").submit(only_me="y")
    assert leon.get(saved.url).status == 404
    assert "only_me" not in dict(leon.get(f"{diary.url}{NOW}").form("now").sent())


def test_it_is_reached_from_over_the_tiles_where_there_are_two(
    diary: Diary, browser: Callable[..., Client]
) -> None:
    rosa = browser("rosa")
    assert "All at once" not in rosa.get("/")
    with diary.as_("rosa") as permit:
        actions.add_preset(permit, "pain")
    assert rosa.get("/").click("All at once").h1 == "How I am now"
    diary.grant("leon", Level.SEE)
    assert browser("leon").get(f"{diary.url}{NOW}").status == 404
