"""compose.yaml, done without containers: the same commands and settings, a proxy of a package, PostgreSQL of the tests.

Where a container has a folder, a host or a port of its own, a folder and ports of this machine take its place; nothing
else is another.
"""

import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag

from tests.harness.places import PROGRAMS, ROOT, program
from tests.harness.server import LOOPBACK, START_WITHIN, end, free_port
from tests.running import files

HOST = "selfcare.localhost"  # for which Caddy makes a certificate of its own, as it gets one for another
EVERYWHERE = "0.0.0.0"  # noqa: S104 - of a container, that is
TREE = ("app.py", "selfcare", "templates", "translations", "static/build")  # what Containerfile copies


def listens(port: int, log: Path) -> None:
    """Wait until somebody does. :param log: what is quoted where nobody comes."""
    latest, between = monotonic() + START_WITHIN, threading.Event()
    while True:
        try:
            return socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            assert monotonic() < latest, log.read_text()
            between.wait(0.05)


@dataclass
class Stand:
    """Where it all is. `url` is what people open."""

    folder: Path
    database_url: str
    https: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)
    app: int = field(default_factory=free_port)
    metrics: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.https}"

    def env(self, **more: str) -> dict[str, str]:
        """The environment of the container `app`, on this machine."""
        values = files.said() | {"DATABASE_PASSWORD": "of no use here", "SELFCARE_URL": self.url} | more
        env = files.environment("app", values)
        assert env["HOST"] == EVERYWHERE
        env |= {"HOST": LOOPBACK, "PORT": str(self.app), "DATABASE_URL": self.database_url}
        assert env["SELFCARE_LOG"] == "/proc/1/fd/1"
        env["SELFCARE_LOG"] = str(self.folder / "said.log")
        env["SELFCARE_METRICS"] = env["SELFCARE_METRICS"].replace(
            "0.0.0.0:9464", f"{LOOPBACK}:{self.metrics}"
        )
        for name, place in (("SELFCARE_DATA", "data"), ("SELFCARE_BACKUP_FOLDER", "backups")):
            assert env[name] == f"/{place}"
            (self.folder / place).mkdir(mode=0o700, exist_ok=True)
            env[name] = str(self.folder / place)
        return _clean() | env

    def line(self, *words: str) -> list[str]:
        """What the container starts; without words, as `docker compose up` does."""
        entry = files.instruction("ENTRYPOINT")
        return [str(PROGRAMS / Path(entry[0]).name), *entry[1:], *(words or files.instruction("CMD"))]

    def run(self, *words: str, tree: Path = ROOT) -> "subprocess.CompletedProcess[str]":
        """`docker compose run --rm app …`, and `docker compose exec app selfcare …`."""
        return subprocess.run(
            self.line(*words), cwd=tree, env=self.env(), capture_output=True, text=True, check=False
        )

    @contextmanager
    def up(self, tree: Path = ROOT, **more: str) -> Iterator["subprocess.Popen[str]"]:
        """The container `app`, until the block ends."""
        log = (self.folder / "app.log").open("a")
        process = subprocess.Popen(
            self.line(), cwd=tree, env=self.env(**more), stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            assert process.stdout is not None
            lines = iter(process.stdout.readline, "")
            assert next((line for line in lines if "Stop with Ctrl+C." in line), None), Path(
                log.name
            ).read_text()
            rest = threading.Thread(target=process.stdout.read, daemon=True)
            rest.start()
            listens(self.app, self.folder / "app.log")  # it says that it starts before its servers do
            yield process
        finally:
            process.terminate()
            assert process.wait(60) == 0
            rest.join(10)
            process.stdout.close()
            log.close()

    @contextmanager
    def proxy(self) -> Iterator[None]:
        """The container `proxy`, until the block ends."""
        env = files.environment("proxy", {"SELFCARE_URL": self.url, "DATABASE_PASSWORD": "x"})
        env["UPSTREAM"] = env["UPSTREAM"].replace("app:8000", f"{LOOPBACK}:{self.app}")
        env |= {"CERTIFICATES": str(self.folder / "certificates")}  # where there are none
        env |= {"HTTP_PORT": str(self.http), "HTTPS_PORT": str(self.https)}
        env |= {name: str(self.folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
        config = ROOT / "deploy" / "Caddyfile"
        with (self.folder / "proxy.log").open("w") as log:
            process = subprocess.Popen(
                [program("caddy"), "run", "--config", str(config), "--adapter", "caddyfile"],
                cwd=self.folder, env=_clean() | env, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
            try:
                yield
            finally:
                end(process)

    @property
    def proxy_log(self) -> str:
        return (self.folder / "proxy.log").read_text()

    def root(self) -> ssl.SSLContext:
        """What a browser trusts: the authority that Caddy made."""
        made = self.folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        between = threading.Event()
        for _ in range(600):
            try:
                socket.create_connection((LOOPBACK, self.https), timeout=1).close()
                if made.exists():
                    return ssl.create_default_context(cafile=str(made))
            except OSError:
                pass
            between.wait(0.1)
        raise RuntimeError(f"the proxy did not start\n{self.proxy_log}")

    def newer(self, *, goes_on: bool) -> Path:
        """A tree of a later version, with a migration more: one that the version before goes on with, or not."""
        tree = self.folder / f"newer-{goes_on}"
        for name in TREE:
            source, target = ROOT / name, tree / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
        versions = tree / "selfcare" / "migrations" / "versions"
        last = max(re.findall(r"^(\d{4})", "\n".join(path.name for path in versions.glob("[0-9]*.py")), re.M))
        (versions / "9000_later.py").write_text(LATER.format(last=last, goes_on=goes_on))
        return tree


LATER = '''"""What came later."""

import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{last}"
branch_labels = None
depends_on = None
older_version_goes_on = {goes_on}


def upgrade() -> None:
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
'''


def _clean() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SELFCARE_", "DATABASE_", "HOST", "PORT", "PROMETHEUS_"))
    }


@dataclass
class Answer:
    status: int
    headers: HTTPMessage
    text: str

    @property
    def html(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")


@dataclass
class Browser:
    """One that keeps cookies and sends what browsers send. `headers` go with everything; `source` is its address."""

    stand: Stand
    trust: ssl.SSLContext | None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    source: str = LOOPBACK

    def send(self, method: str, path: str, fields: Mapping[str, str] | None = None) -> Answer:
        """Through the proxy; straight to the app where nothing is trusted."""
        own = {
            "Host": f"{HOST}:{self.stand.https}",
            "Sec-Fetch-Site": "same-origin",
            "Origin": self.stand.url,
        }
        own["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urlencode(fields) if fields is not None else None
        if body is not None:
            own["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(HTTPConnection(LOOPBACK, self.stand.app, timeout=120)) as line:
            if self.trust:
                plain = socket.create_connection((LOOPBACK, self.stand.https), 120, (self.source, 0))
                line.sock = self.trust.wrap_socket(plain, server_hostname=HOST)
            line.request(method, path, body, own | dict(self.headers))
            found = line.getresponse()
            text = found.read().decode("utf-8", "replace")
        for cookie in found.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(found.status, found.headers, text)

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def submit(self, page: Answer, selector: str, **typed: str) -> Answer:
        """Fill a form of a page in, and send it; go where the answer leads."""
        form = page.html.select_one(selector)
        assert form is not None, page.text[:2000]
        fields = {str(each["name"]): str(each.get("value", "")) for each in _inputs(form)}
        answer = self.send("POST", str(form["action"]), fields | typed)
        while answer.status == 303:
            answer = self.get(str(answer.headers["Location"]).removeprefix(self.stand.url))
        return answer


def _inputs(form: Tag) -> list[Tag]:
    return [each for each in form.select("input[name]") if each.get("type") not in ("checkbox", "radio")]
