"""Scanners of what is served: a demonstration on this machine alone, made for them and thrown away."""

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import requests

from tools.check_tree import ROOT

SECONDS = 240
# E-mail addresses of the demonstration. Who runs a team's pages and who only looks after people are two kinds.
WHO = {
    "nobody": "", "person": "patient@example.org", "carer": "carer@example.org",
    "professional": "priya@example.org", "administrator": "nurse@example.org",
}  # fmt: skip
PASSWORD = "a-door-that-only-scanners-use"  # noqa: S105 - of a demonstration that lasts a few minutes
# Forms that end what the scanner has come in by, or that tell the machine to wait.
NOT_SENT = (
    "/sign-out",
    "/account/devices/",
    "/export",
    "/erase",
    "/account/sign-in",
    "/people/*/stop-helping",
    "/people/*/erasure",
    "/account/language",
    "/language/",
)
# What wapiti knows is in a SQLite of its own, which it locks itself out of on a slow disk.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a folder of its own is made in it
MODULES = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,ldap,methods,permanentxss,redirect,shellshock,"
    "sql,timesql,upload,xss"
)
OURS = {
    "Sec-Fetch-Site": "same-origin"
}  # else each form is refused at the edge, and nothing behind it is reached


@dataclass
class Demo:
    """A demonstration that is served."""

    url: str
    folder: Path
    env: dict[str, str]

    def command(self, *words: str) -> str:
        line = [sys.executable, "-m", "flask", "--app", "app", *words]
        done = subprocess.run(line, cwd=ROOT, env=self.env, capture_output=True, text=True, check=True)
        return done.stdout

    def cookie(self, email: str) -> str:
        """Signs in as people do. :returns: the cookie, as a header says it."""
        # Marked for https alone, no client sends the cookie to this address by itself.
        page = requests.get(f"{self.url}/sign-in", timeout=30)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
        sent = {"csrf_token": token[1] if token else "", "email": email, "password": PASSWORD}
        headers = OURS | {"Cookie": _cookies(page)}
        came = requests.post(f"{self.url}/sign-in", sent, headers=headers, timeout=30, allow_redirects=False)
        if came.status_code != 303:
            raise RuntimeError(f"{email} was not let in: {came.status_code}")
        return _cookies(came)


def _cookies(answer: requests.Response) -> str:
    return "; ".join(f"{one.name}={one.value}" for one in answer.cookies)


@contextmanager
def demonstration() -> Iterator[Demo]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="selfcare-scan-"))
    env = {name: value for name, value in os.environ.items() if not name.startswith("SELFCARE_")}
    env |= {
        "SELFCARE_DEMO": "on",
        "SELFCARE_DEMO_PASSWORD": PASSWORD,
        "PORT": str(port),
        "SELFCARE_DATA": str(folder),
    }
    env.pop("DATABASE_URL", None)
    demo = Demo(f"http://127.0.0.1:{port}", folder, env)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "serve"],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=log,
        )
        try:
            _until_it_answers(demo)
            yield demo
        finally:
            process.terminate()
            process.wait(60)
            shutil.rmtree(folder, ignore_errors=True)


def _until_it_answers(demo: Demo) -> None:
    latest, between = monotonic() + 300, threading.Event()
    while monotonic() < latest:
        with closing(socket.socket()) as line:
            if line.connect_ex(("127.0.0.1", urlsplit(demo.url).port or 0)) == 0:
                requests.get(f"{demo.url}/healthz", timeout=60)
                return
        between.wait(0.1)
    raise RuntimeError((demo.folder / "log").read_text()[-2000:])


def _faults(demo: Demo) -> list[str]:
    """The places of faults of ours, from the log: whatever a scanner thinks of the answers."""
    found = set()
    for line in (demo.folder / "log").read_text(errors="replace").splitlines():
        if '"unhandled"' in line:
            said = json.loads(line)
            found.add(f"{said.get('endpoint')} {said.get('fault')} at {said.get('place')}")
    return sorted(found)


def _plain(address: str) -> str:
    """An address without what is another each time: ids, and codes."""
    address = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "<id>", urlsplit(address).path)
    return re.sub(r"/(stop|language)/[^/]+", r"/\1/<word>", address)


def wapiti() -> Iterator[Any]:
    """As each kind of account, for SECONDS each."""
    from tools.scan import PAGES, Broken, Finding, run

    for who, email in WHO.items():
        with demonstration() as demo, tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            if who == "professional":
                _join(demo, email)
            cookie = demo.cookie(email) if email else ""
            out = Path(folder) / "said.json"
            line = [
                str(PAGES / "wapiti"), "--url", f"{demo.url}/", "--scope", "domain", "--module", MODULES, "--format",
                "json", "--output", str(out), "--store-session", folder, "--store-config", folder, "--no-bugreport",
                "--max-links-per-page", "60", "--max-files-per-dir", "40", "--max-parameters", "20", "--tasks", "1",
                "--max-scan-time", str(SECONDS // 3), "--max-attack-time", str(max(SECONDS // 20, 5)),
            ]  # fmt: skip
            for path in NOT_SENT:
                line += ["--exclude", f"{demo.url}{path}*"]
            for name, value in OURS.items():
                line += ["--header", f"{name}: {value}"]
            # The option that drops cookies drops this one, too. Others are for https alone, and never sent here.
            line += ["-C", cookie] if cookie else ["--drop-set-cookie"]
            run(line, 0, timeout=SECONDS * 4)
            said = json.loads(out.read_text(encoding="utf-8"))
            pages = said["infos"].get("crawled_pages_nbr", 0)
            print(
                f"  as {who}: {pages} requests known, {sum(map(len, said['vulnerabilities'].values()))} findings",
                flush=True,
            )
            if not pages or (cookie and not _records(Path(folder))):
                raise Broken(f"wapiti saw nothing of what is shown as {who}")
            for group in ("vulnerabilities", "anomalies", "additionals"):
                for rule, each in said[group].items():
                    for one in each:
                        yield Finding(
                            "wapiti", rule, f"{who} {one['method']} {_plain(one['path'])}", one["info"]
                        )
            for fault in _faults(demo):
                yield Finding("wapiti", "fault of ours", f"{who} {fault}", "the log says so")


def _records(folder: Path) -> int:
    """How many addresses of records it has come to: none, where it was not let in."""
    found = 0
    for file in folder.glob("*.db"):
        with closing(sqlite3.connect(file)) as known:
            found += known.execute("SELECT count(*) FROM paths WHERE path LIKE '%/people/%'").fetchone()[0]
    return found


def _join(demo: Demo, email: str) -> None:
    """A professional who runs no team's pages: the demonstration has one, who has no password yet."""
    line = (
        "from app import app; from selfcare.accounts import passwords; from selfcare.accounts.models import Account; "
        "from selfcare.database import command; from sqlalchemy import select\n"
        "with app.app_context(), command() as work:\n"
        "    found = work.scalars(select(Account).where(Account.name == 'Priya')).one()\n"
        f"    found.email, found.password_hash = {email!r}, passwords.hashed({PASSWORD!r})\n"
    )
    subprocess.run([sys.executable, "-c", line], cwd=ROOT, env=demo.env, check=True, capture_output=True)


def schemathesis() -> Iterator[Any]:
    """What answers with JSON, by docs/safety/answers.json: what a laboratory sends, and what a phone asks and sends."""
    from tools.scan import CODE, Broken, Finding, run

    with demonstration() as demo, tempfile.TemporaryDirectory() as folder:
        shown = demo.command("senders", "add", "--name", "Scanners", "--team", "Riverside community team")
        token = re.findall(r"[A-Za-z0-9_-]{30,}", shown)[-1]
        cookie = demo.cookie(WHO["person"])
        answer = requests.get(f"{demo.url}/phone/session", headers={"Cookie": cookie}, timeout=30).json()
        log = requests.get(f"{demo.url}/log", headers={"Cookie": cookie}, timeout=30)
        person = re.findall(r"/people/([0-9a-f-]{36})/", log.url + log.text)[0]
        text = (ROOT / "docs" / "safety" / "answers.json").read_text(encoding="utf-8")
        schema = Path(folder) / "answers.json"
        schema.write_text(text.replace("PERSON", person).replace("TOKEN", answer["token"]), encoding="utf-8")
        report = Path(folder) / "report.json"
        line = [
            str(CODE / "schemathesis"), "run", str(schema), "--url", demo.url, "--seed", "1", "--workers", "1",
            "--max-examples", "20",
            "--phases", "examples,coverage,fuzzing", "--no-color", "--continue-on-failure",
            "--generation-deterministic", "--request-timeout", "30", "--report", "json",
            "--report-json-path", str(report),
            "--header", f"Authorization: Bearer {token}", "--header", f"Cookie: {cookie}",
            "--header", "Sec-Fetch-Site: same-origin", "--header", "Accept: application/json",
        ]  # fmt: skip
        run(line, 0, 1)
        said = json.loads(report.read_text(encoding="utf-8"))
        tested, asked = said["operations"]["tested"], said["test_cases"]["generated"]
        print(f"  {tested} of {said['operations']['total']} operations, {asked} requests made up", flush=True)
        if said["errors"] or tested < said["operations"]["total"]:
            raise Broken(f"schemathesis could not ask all: {said['errors']}")
        yield from (Finding("schemathesis", *each) for each in _failures(said, person))
        for fault in _faults(demo):
            yield Finding("schemathesis", "fault of ours", fault, "the log says so")


def _failures(said: dict[str, Any], person: str) -> Iterator[tuple[str, str, str]]:
    for one in said["failures"]:
        for operation in one["operations"]:
            yield one["type"], str(operation).replace(person, "<id>"), one["title"]
