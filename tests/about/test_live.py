"""What nobody may go live with: all of it is said at once, and nothing where all is well."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from selfcare import live
from selfcare.accounts import actions as accounts
from selfcare.accounts.models import Account
from selfcare.config import Settings, Smtp
from selfcare.database import Database, command
from selfcare.settings_sign_in import SignIns
from selfcare.web.access import Kind
from tests.about.test_pages import SAID
from tests.accounts.providers import liar
from tests.harness.places import ROOT

MAIL = Smtp("mail.example", 587, "first")


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Translations that somebody has read: the mark is gone from above each."""
    folder = tmp_path_factory.mktemp("translations")
    for path in (ROOT / "translations").glob("*/LC_MESSAGES/messages.po"):
        there = folder / path.parent.parent.name / "LC_MESSAGES"
        there.mkdir(parents=True)
        text = path.read_text(encoding="utf-8").replace(f"# {live.UNCHECKED}\n", "")
        (there / "messages.po").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def well(app: Flask, settings: Settings, checked: Path) -> Settings:
    """A service with which nothing is amiss."""
    return replace(
        settings,
        url="https://selfcare.riverside.test",
        smtp=MAIL,
        service=SAID,
        translations=checked,
        demo=False,
    )


def backed_up(_settings: Settings, _moment: datetime) -> tuple[bool, str]:
    return True, "The last good backup was made 3 hours ago."


def refusals(app: Flask, settings: Settings, backup: live.Status = backed_up) -> list[str]:
    data: Database = app.extensions["database"]
    return live.refusals(settings, data, backup)


def test_all_is_well_where_it_is(app: Flask, well: Settings) -> None:
    """The control of all that follow."""
    assert refusals(app, well) == []
    assert refusals(app, replace(well, smtp=None)) == []  # another way is said


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": None}, "SELFCARE_URL"),
        ({"url": "http://localhost:8000"}, "SELFCARE_URL"),
        ({"url": "https://localhost"}, "SELFCARE_URL"),
        ({"url": "https://selfcare.example"}, "SELFCARE_URL names selfcare.example"),
        ({"mail_from": "Selfcare <no-reply@selfcare.example>"}, "SELFCARE_MAIL_FROM names selfcare.example"),
        ({"contact": "mailto:us@example.com"}, "SELFCARE_CONTACT names example.com"),
        ({"demo": True}, "SELFCARE_DEMO"),
        ({"smtp": None, "service": replace(SAID, instead_of_mail="")}, "SELFCARE_SMTP"),
        ({"service": replace(SAID, controller="")}, "SELFCARE_CONTROLLER"),
        ({"service": replace(SAID, controller_address="")}, "SELFCARE_CONTROLLER_ADDRESS"),
        ({"service": replace(SAID, safety_officer="")}, "SELFCARE_SAFETY_OFFICER"),
        ({"service": replace(SAID, complaints="")}, "SELFCARE_COMPLAINTS"),
        ({"sign_ins": SignIns((), ("SELFCARE_STAFF_SIGN_IN_CLIENT",))}, "SELFCARE_STAFF_SIGN_IN_CLIENT"),
        ({"service": replace(SAID, erase_died_years=None)}, "SELFCARE_ERASE_DIED_YEARS"),
        ({"service": replace(SAID, erase_ended_years=None)}, "SELFCARE_ERASE_ENDED_YEARS"),
        ({"service": replace(SAID, close_accounts_years=None)}, "SELFCARE_CLOSE_ACCOUNTS_YEARS"),
        ({"service": replace(SAID, keep_years=7)}, "must be the same number"),
    ],
)
def test_each_thing_that_is_missing_is_said_with_what_to_do(
    app: Flask, well: Settings, changes: dict[str, object], said: str
) -> None:
    """One sentence of what is missing, and no other thing is found missing with it."""
    (refusal,) = refusals(app, replace(well, **changes))  # type: ignore[arg-type]
    assert said in refusal
    assert "\n" not in refusal


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_provider_that_is_not_who_it_should_be(app: Flask, well: Settings) -> None:
    """It is asked there and then. Alone catches: a slash too many in the issuer, found by the first nurse; one whose
    second step counts, and that lets in without asking whoever finds a desk left open.
    """
    with liar() as found:
        said = []
        for lie in ("honest", "another-name", "leads-elsewhere"):
            one = found.provider(lie)
            said.append(refusals(app, replace(well, sign_ins=SignIns((one,)))))
        assert said[0] == []
        assert ["does not say of itself that it is" in each for each in said[1]] == [True]
        assert ["does not answer at" in each for each in said[2]] == [True]
        counts = {"second_step": frozenset({("amr", "mfa")})}
        asks = (), (("prompt", "consent login"),)
        there = [found.provider("honest", "staff", asks=each, **counts) for each in asks]
        said = [refusals(app, replace(well, sign_ins=SignIns((one,)))) for one in there]
        assert [["lets a colleague in again without asking" in each for each in one] for one in said] == [
            [True],
            [],
        ]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_no_backup_or_an_old_one(app: Flask, well: Settings) -> None:
    for said in ("No backup was made yet.", "The last good backup was made 3 days ago."):
        (refusal,) = refusals(app, well, lambda _settings, _moment, said=said: (False, said))
        assert refusal.startswith(f"{said} Make one")


def test_one_invented_account_is_enough(app: Flask, well: Settings) -> None:
    with app.app_context(), command() as work:
        made = accounts.make(Kind.PERSON, "Rosa")
        assert not work.get_one(Account, made.id).invented
    assert refusals(app, well) == []
    with app.app_context(), command() as work:
        work.get_one(Account, made.id).invented = True
    (refusal,) = refusals(app, well)
    assert "invented people" in refusal


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_database_without_tables_is_said_to_be_empty(
    app: Flask, well: Settings, empty_database_url: str
) -> None:
    empty = Database(empty_database_url)
    (refusal,) = live.refusals(well, empty, backed_up)
    empty.close()
    assert "migrate" in refusal


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_safety_text_that_nobody_has_checked(app: Flask, well: Settings, tmp_path: Path) -> None:
    """Of all texts, one about safety is enough, and one that is not about safety is none."""
    folder = tmp_path / "translations"
    shutil.copytree(well.translations, folder)
    path = folder / "ur" / "LC_MESSAGES" / "messages.po"
    read = path.read_text(encoding="utf-8")

    def mark(text: str) -> list[str]:
        before, block, after = read.rpartition(f'msgid "{text}"\n')
        head, places = before.rstrip("\n").rsplit("\n\n", 1)
        path.write_text(f"{head}\n\n# {live.UNCHECKED}\n{places}\n{block}{after}", encoding="utf-8")
        return refusals(app, replace(well, translations=folder))

    assert mark("Add a goal") == []
    (refusal,) = mark("Nobody watches this.")
    assert "1 safety texts in ur" in refusal
    assert str(path) in refusal
    path.unlink()
    (refusal,) = refusals(app, replace(well, translations=folder))
    assert "is not there" in refusal


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_command_says_all_of_it_and_ends_with_1(make_app: Callable[..., Flask], well: Settings) -> None:
    """Alone catches: one that stops at the first, or ends as if all were well."""

    def run(**changes: object) -> Result:
        app = make_app(**{**vars(well), **changes})
        return app.test_cli_runner().invoke(args=["check-live"])

    done = run(url=None, smtp=None, service=type(SAID)(), translations=ROOT / "translations")
    lines = done.output.splitlines()
    assert done.exit_code == 1
    assert len(lines) == 11
    assert all(line.startswith("- ") for line in lines)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_command_says_one_calm_line_where_all_is_well(
    make_app: Callable[..., Flask], well: Settings, tmp_path: Path
) -> None:
    run = make_app(**vars(well)).test_cli_runner().invoke
    assert run(args=["backup", str(tmp_path / "one.backup")]).exit_code == 0
    done = run(args=["check-live"])
    assert (done.exit_code, done.output) == (0, f"{live.ALL_WELL}\n")
