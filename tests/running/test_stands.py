"""compose.yaml stands: behind the proxy, with PostgreSQL, from an empty place to a professional who signs in; and it is
brought to a later version and back while people use it. By `make proof`.
"""

import re
import shlex
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

import pyotp
import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.orm import Session

from selfcare import migrations
from selfcare.accounts.models import Account
from selfcare.database import Database, now
from selfcare.outbox.models import Outbox
from selfcare.upkeep import night
from selfcare.upkeep.models import Job
from tests.harness import databases
from tests.harness.places import ROOT, search_path
from tests.harness.server import LOOPBACK, free_port
from tests.running.files import DOCUMENT
from tests.running.stand import HOST, Answer, Browser, Stand

pytestmark = pytest.mark.proof

MESSAGES = 60
NURSE, PASSWORD = "amina@riverside.example", "winter ladder teapot"
WHO = ["--name", "Amina", "--title", "nurse", "--email", NURSE, "--team", "Riverside"]


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with databases.fresh("postgresql", migrated=False) as url:
        made = Stand(tmp_path, url)
        with made.proxy():
            yield made


def signs_in(browser: Browser, secret: str) -> None:
    page = browser.submit(browser.get("/sign-in"), "form#sign-in", email=NURSE, password=PASSWORD)
    code = pyotp.TOTP(secret).at(int(now().timestamp()) + 30)  # each code is taken once, and one was just now
    is_in(browser.submit(page, "form:has(input[name=code])", code=code))


def is_in(page: Answer) -> None:
    assert (page.status, [each.get_text(strip=True) for each in page.html.select("h1")]) == (
        200,
        ["My people"],
    )


def enrols(browser: Browser, stand: Stand) -> str:
    """As docs/running.md says it. :returns: the secret of the second step."""
    done = stand.run("people", "add-professional", *WHO)
    found = re.search(rf"{re.escape(stand.url)}/enrol#(\S+)", done.stdout)
    assert found, done.stdout + done.stderr
    page = browser.submit(browser.get("/enrol"), "form#enrol", code=found[1], password=PASSWORD)
    shown = page.html.select_one("p.code")
    assert shown is not None, page.text
    secret = "".join(shown.get_text().split())
    page = browser.submit(page, "form#code-form", code=pyotp.TOTP(secret).now())
    assert "Recovery codes" in page.text
    is_in(browser.get("/caseload/"))
    return secret


def test_it_stands_behind_its_proxy(stand: Stand) -> None:
    """Alone catches: a setting in compose.yaml that the app refuses, a proxy that hides who asks or lets them say it, a
    cookie that goes over http, measures that nobody can read.
    """
    trust = stand.root()
    assert "Nothing was" not in stand.run("migrate").stderr
    with stand.up():
        page = Browser(stand, trust).get("/sign-in")
        assert page.status == 200
        assert "max-age=31536000" in (page.headers["Strict-Transport-Security"])
        (cookie,) = page.headers.get_all("Set-Cookie") or ()
        assert cookie.startswith("__Host-selfcare=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))

        line = HTTPConnection(LOOPBACK, stand.http, timeout=30)
        line.request("GET", "/sign-in", headers={"Host": HOST})
        moved = line.getresponse()
        assert (moved.status, moved.getheader("Location", "").partition("?")[0]) == (
            308,
            f"https://{HOST}/sign-in",
        )
        line.close()

        secret = enrols(Browser(stand, trust), stand)
        signs_in(Browser(stand, trust), secret)

        # Each try says that it comes from elsewhere.
        def tries(trust: ssl.SSLContext | None) -> list[int]:
            elsewhere = ({"X-Forwarded-For": f"198.51.100.{number}"} for number in range(12))
            return [_wrong(Browser(stand, trust, said, source="127.0.0.2")) for said in elsewhere]

        assert 429 in tries(trust), "the proxy passes on what callers say of themselves"
        assert 429 not in tries(None), (
            "the control: past the proxy they are believed, so nobody may get there"
        )
        assert _wrong(Browser(stand, trust, source="127.0.0.3")) != 429, (
            "all who come by the proxy are one to the app"
        )

        with urlopen(f"http://{LOOPBACK}:{stand.metrics}/metrics", timeout=30) as told:
            measures = told.read().decode()
        assert "selfcare_database_up 1.0" in measures
        assert 'route="accounts.sign_in_send",status="4xx"' in measures
        assert 'selfcare_throttled_total{what="sign-in"}' in measures
        assert NURSE not in measures
    assert "sign-in" not in stand.proxy_log, "the proxy keeps who looked at what"


def _wrong(browser: Browser) -> int:
    page = browser.get("/sign-in")
    return browser.submit(page, "form#sign-in", email="nobody@riverside.example", password="not it").status


def _measure(stand: Stand, name: str) -> float:
    """What a container tells, added up over its labels."""
    with urlopen(f"http://{LOOPBACK}:{stand.metrics}/metrics", timeout=30) as told:
        lines = told.read().decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if re.match(rf"{re.escape(name)}[ {{]", line))


def test_of_two_containers_each_thing_is_done_by_one(stand: Stand) -> None:
    """Messages and a night, due when both begin. Alone catches: two backups of one night, a message told twice."""
    other = replace(stand, app=free_port(), metrics=free_port())
    assert stand.run("people", "add-professional", *WHO).returncode != 0, (
        "the control: there are no tables yet"
    )
    assert stand.run("migrate").returncode == 0
    assert stand.run("people", "add-professional", *WHO).returncode == 0
    data, before = Database(stand.database_url), now() - timedelta(minutes=1)
    with Session(data.engine) as work:
        account = work.scalars(select(Account.id)).one()
        row = {"account_id": account, "kind": "test", "about": {}, "not_before": before, "made_at": before}
        work.add_all(Outbox(dedupe=str(number), **row) for number in range(MESSAGES))
        work.add_all(Job(name=name, next_at=before) for name in night.JOBS)
        work.commit()
    with stand.up(), other.up():
        between = threading.Event()
        for _ in range(600):
            done = _measure(stand, 'selfcare_last_done_timestamp_seconds{work="backup"}')
            if done and not _measure(stand, "selfcare_outbox_due"):
                break
            between.wait(0.2)
        made = [_measure(each, "selfcare_deliveries_total") for each in (stand, other)]
    assert sum(made) == MESSAGES
    assert len(list((stand.folder / "backups").glob("selfcare-*.backup"))) == 1
    with Session(data.engine) as work:
        assert {job.name: job.fault for job in work.scalars(select(Job))} == dict.fromkeys(night.JOBS)
        assert work.scalars(select(Outbox.tries)).all() == [1] * MESSAGES
    data.close()


class Asking:
    """Somebody who opens a page again and again."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.stop = browser, threading.Event()
        self.answers: list[int] = []
        self.thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        while not self.stop.is_set():
            self.answers.append(self.browser.get("/sign-in").status)

    def __enter__(self) -> "Asking":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(120)


def test_it_is_brought_to_a_later_version_and_back_while_people_use_it(stand: Stand) -> None:
    """Alone catches: a running version that calls itself ill once the tables are newer, a restart that people read as
    an error, a way back that begins with an empty database.
    """
    trust, head = stand.root(), migrations.head()
    later, breaking = stand.newer(goes_on=True), stand.newer(goes_on=False)
    with Asking(Browser(stand, trust)) as asking:
        with stand.up():
            nurse = Browser(stand, trust)
            enrols(nurse, stand)
            refused = stand.run("migrate", tree=breaking)
            assert (refused.returncode, "Stop it first" in refused.stderr) == (1, True), refused.stderr
            backed_up = stand.run("backup", str(stand.folder / "backups" / "before.backup"), tree=later)
            assert backed_up.returncode == 0, backed_up.stderr
            said = stand.run("migrate", "--check", tree=later)
            assert (said.returncode, "to do: 9000 What came later" in said.stdout) == (0, True), said.stderr
            assert "migrated to 9000" in stand.run("migrate", tree=later).stdout
            assert nurse.get("/healthz").text.strip() == '{"status":"ok"}'
            is_in(nurse.get("/caseload/"))
        with stand.up(later):
            is_in(nurse.get("/caseload/"))
        not_asked = stand.run("serve")
        assert (not_asked.returncode, "newer version of Selfcare (9000)" in not_asked.stderr) == (1, True)
        with stand.up(SELFCARE_NEWER_DATABASE="9000"):
            assert nurse.get("/healthz").status == 200
            is_in(nurse.get("/caseload/"))
            asking.stop.set()
            asking.thread.join(120)
    assert head != "9000"
    assert len(asking.answers) > 20
    assert set(asking.answers) == {200}


def _going_back() -> list[str]:
    """What is typed with containers where the version before cannot go on."""
    return DOCUMENT.partition("### Going back\n")[2].partition("```sh\n")[2].partition("```")[0].splitlines()


def test_where_the_version_before_cannot_go_on_it_begins_on_the_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As docs/running.md says it, by the role that deploy/database.sh makes. Alone catches: a way back that ends before
    a database that is not empty, or that is of the newer version again.
    """
    with databases.fresh("postgresql", migrated=False) as url:
        address = make_url(url)
        env = {"PATH": search_path(), "PGHOST": str(address.query["host"]), "DATABASE_PASSWORD": "it's"}
        owner = str(address.username)
        tidy = Database(url)
        with tidy.engine.connect() as work:  # the image has them on its PATH
            programs = work.scalar(text("select setting from pg_config where name = 'BINDIR'"))
        monkeypatch.setenv("PATH", f"{programs}:{search_path()}")
        try:
            subprocess.run(
                [str(ROOT / "deploy" / "database.sh")], env=env | {"POSTGRES_USER": owner}, check=True
            )
            own = address.set(username="selfcare", password="it's", database="selfcare")
            _goes_back(Stand(tmp_path, own.render_as_string(hide_password=False)), env, owner)
        finally:
            with tidy.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as work:
                for name in ("selfcare", "selfcare_failed"):
                    work.execute(text(f"drop database if exists {name} with (force)"))
                work.execute(text("drop role if exists selfcare"))
            tidy.close()


def _goes_back(stand: Stand, env: dict[str, str], owner: str) -> None:
    made = Database(stand.database_url)
    with made.engine.connect() as work:
        role = work.execute(
            text("select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = user")
        )
        assert tuple(role.one()) == (False, False, False)
    made.close()
    breaking, backup = stand.newer(goes_on=False), stand.folder / "backups" / "before-upgrade.backup"
    assert stand.run("migrate").returncode == 0
    assert stand.run("people", "add-professional", *WHO).returncode == 0
    assert "enrolment-made" in (stand.folder / "said.log").read_text(), "what a command notes is kept"
    assert stand.run("backup", str(backup)).returncode == 0
    assert "migrated to 9000" in stand.run("migrate", tree=breaking).stdout
    assert "newer version" in stand.run("serve").stderr, "the control: it cannot go on"
    done = []
    for line in _going_back():
        words = shlex.split(line)[2:]  # without docker compose
        if words[:2] == ["exec", "database"]:
            line_of = [owner if word == "postgres" else word for word in words[2:]]
            ended: subprocess.CompletedProcess[str] = subprocess.run(
                line_of, env=env, capture_output=True, text=True, check=False
            )
        elif words[0] == "run":
            ended = stand.run(*words[words.index("app") + 1 :][:1], str(backup))
        else:
            continue  # app is stopped, and is begun below
        assert ended.returncode == 0, ended.stderr
        done.append(words[0])
    assert done == ["exec", "exec", "run"]
    with stand.up():
        answer = Browser(stand, None).get("/healthz")
        assert answer.text.strip() == '{"status":"ok"}'
    kept = Database(stand.database_url)
    with Session(kept.engine) as work_here:
        assert work_here.scalars(select(Account.email)).all() == [NURSE]
    kept.close()
