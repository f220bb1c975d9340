"""`flask --app app senders …` and `results import`: from the machine's own shell."""

from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from selfcare.filing import laboratories
from selfcare.filing.models import Sender, SenderToken
from tests.fhir.messages import as_json, as_xml
from tests.fhir.sending import Laboratory
from tests.fhir.test_endpoint import for_rosa, named
from tests.filing.clinic import Clinic

TEAM = "Riverside community team"


def run(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=list(words))
    return done.exit_code, done.output


def add(app: Flask, name: str = "Path lab", team: str = TEAM) -> str:
    code, said = run(app, "senders", "add", "--name", name, "--team", team)
    assert code == 0, said
    return said.splitlines()[0]


def test_the_token_is_shown_once_and_opens_the_door(clinic: Clinic) -> None:
    token = add(clinic.app)
    (row,) = clinic.all(Sender)
    (kept,) = clinic.all(SenderToken)
    assert (row.name, row.team_id) == ("Path lab", clinic.team)
    assert kept.token_hash == sha256(token.encode()).hexdigest()
    assert len(token) >= 43  # 32 random bytes
    assert token not in run(clinic.app, "senders", "list")[1]
    assert Laboratory(clinic.app, token).post(for_rosa()).status == 200
    assert clinic.reports()[0].entered_name == "Path lab"


@pytest.mark.parametrize(
    ("name", "team", "says"),
    [
        ("Path lab", TEAM, "already"),
        ("Other", "No such team", "no one team"),
        (" ", TEAM, "needs a name"),
    ],
)
def test_what_cannot_be_added_is_said(clinic: Clinic, name: str, team: str, says: str) -> None:
    add(clinic.app)
    code, said = run(clinic.app, "senders", "add", "--name", name, "--team", team)
    assert code == 1
    assert says in said
    assert len(clinic.all(Sender)) == 1


def test_the_list_says_who_is_used_withdrawn_and_refused(clinic: Clinic) -> None:
    assert "No system may send" in run(clinic.app, "senders", "list")[1]
    token, idle = add(clinic.app), add(clinic.app, "Idle lab")
    Laboratory(clinic.app, token).post(b"{")
    said = run(clinic.app, "senders", "list")[1]
    assert "Idle lab  team “Riverside community team”  active  never used  refused 0" in said
    assert "Path lab  team “Riverside community team”  active  last used 20" in said
    code, said = run(clinic.app, "senders", "withdraw", "--name", "Idle lab")
    assert code == 0
    assert run(clinic.app, "senders", "withdraw", "--name", "Idle lab")[0] == 1
    for sent in (idle, idle, "nobody’s"):
        assert Laboratory(clinic.app, sent).post(for_rosa()).status == 401
    said = run(clinic.app, "senders", "list")[1]
    assert "withdrawn 20" in said
    assert "refused 2" in said
    assert f"within {laboratories.COUNTED_DAYS} days: 1" in said


def test_a_file_is_imported(clinic: Clinic, tmp_path: Path) -> None:
    files = [tmp_path / "one.json", tmp_path / "two.xml"]
    files[0].write_bytes(as_json(for_rosa()))
    files[1].write_bytes(as_xml(for_rosa(report=named("2"))))
    code, said = run(clinic.app, "results", "import", *map(str, files), "--team", TEAM)
    assert code == 0, said
    assert said.count("filed") == 2
    assert [row.entered_name for row in clinic.reports()] == [TEAM, TEAM]
    code, said = run(clinic.app, "results", "import", str(files[0]), "--team", TEAM)
    assert code == 0
    assert "came before" in said


def test_what_cannot_be_imported_is_said_and_the_rest_is_filed(clinic: Clinic, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(as_json(for_rosa()))
    bad.write_bytes(b"nonsense")
    code, said = run(clinic.app, "results", "import", str(bad), str(good), "--team", TEAM)
    assert code == 1
    assert "not valid JSON" in said
    assert len(clinic.reports()) == 1
    code, said = run(clinic.app, "results", "import", str(good), "--team", "Nobody")
    assert code == 1
    assert "no one team" in said
    assert run(clinic.app, "results", "import", "nowhere.json", "--team", TEAM)[0] == 2


def test_two_tokens_of_one_sender_at_a_time(clinic: Clinic) -> None:
    """Changing a token over without a moment in which nothing can be sent."""
    first = add(clinic.app)
    code, said = run(clinic.app, "senders", "token", "--name", "Path lab")
    second = said.splitlines()[0]
    assert (code, second != first) == (0, True)
    assert Laboratory(clinic.app, first).post(for_rosa()).status == 200
    assert Laboratory(clinic.app, second).post(for_rosa(report=named("2"))).status == 200
    assert {row.sender_key for row in clinic.receipts()} == {clinic.receipts()[0].sender_key}  # one sender
    assert "two tokens" in run(clinic.app, "senders", "list")[1]
    assert "two tokens already" in run(clinic.app, "senders", "token", "--name", "Path lab")[1]
    assert run(clinic.app, "senders", "end-older", "--name", "Path lab")[0] == 0
    assert Laboratory(clinic.app, first).post(for_rosa()).status == 401
    assert Laboratory(clinic.app, second).post(for_rosa(report=named("3"))).status == 200
    assert "one token only" in run(clinic.app, "senders", "end-older", "--name", "Path lab")[1]
    run(clinic.app, "senders", "withdraw", "--name", "Path lab")
    assert Laboratory(clinic.app, second).post(for_rosa()).status == 401
