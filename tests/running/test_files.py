"""What containers, the proxy and systemd are told: the app takes it, and it opens nothing that need not be open.

`make proof` does it (test_stands.py); here it is read, and held against the app.
"""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import click
import pytest
from flask import Flask

from selfcare.config import Settings
from tests.harness.places import ROOT, search_path
from tests.running import files
from tools.check_tree import tracked

SERVICES = files.COMPOSE["services"]
# Of the files themselves, and no settings of the app.
THEIRS = {"DATABASE_PASSWORD", "RELEASE"}
VALUES = files.said() | {"DATABASE_PASSWORD": "5ecret", "SELFCARE_URL": "https://selfcare.example"}


def settings_of_the_app() -> set[str]:
    """Every name that the app asks the environment for."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "selfcare").glob("*.py"))
    return set(re.findall(r'"(SELFCARE_[A-Z_]+|DATABASE_URL|HOST|PORT)"', text))


def test_every_setting_is_named_and_explained_and_no_other() -> None:
    """Alone catches: a new setting that nobody who runs it hears of; one that is gone, and still asked for."""
    asked = settings_of_the_app()
    assert len(asked) > 30
    assert files.named() - THEIRS == asked
    told = (ROOT / "README.md").read_text(encoding="utf-8") + files.DOCUMENT
    assert {name for name in asked if f"`{name}" not in told} == set()
    lines = files.ENV.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#?[A-Z_]+=", line):
            before = [each for each in lines[:number] if not re.match(r"#?[A-Z_]+=", each)][-1]
            assert before.startswith("# "), f"{line} has no word of explanation"


def test_a_container_is_told_what_the_app_takes(tmp_path: Path) -> None:
    """Alone catches: a value in compose.yaml or in the example that stops the start; a default that is none."""
    env = files.environment("app", VALUES) | {"SELFCARE_DATA": str(tmp_path / "data")}
    (tmp_path / "backups").mkdir(mode=0o700)
    env["SELFCARE_BACKUP_FOLDER"] = str(tmp_path / "backups")
    found = Settings.from_environment(env)
    assert found.database_url == "postgresql+psycopg://selfcare:5ecret@database:5432/selfcare"
    assert (found.demo, found.trusted_proxies, found.url) == (False, 1, "https://selfcare.example")
    # What is shown, and not said, is what holds anyway.
    shown = dict(re.findall(r"^#([A-Z_]+)='(.+)'$", files.ENV, re.MULTILINE))
    own = {name: value for name, value in shown.items() if name not in ("SELFCARE_DATA", "SELFCARE_CONTACT")}
    own = {name: value for name, value in own.items() if name not in (*env, "DATABASE_URL", "HOST", "PORT")}
    again = Settings.from_environment(env | own)
    assert replace(again, vapid_key="", contact="") == replace(found, vapid_key="", contact="")


def test_the_containers_hold_on_to_little() -> None:
    app, proxy, database = (SERVICES[name] for name in ("app", "proxy", "database"))
    for service in (app, proxy):
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    for service in (app, proxy, database):
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["restart"] == "unless-stopped"
        assert not any(
            re.search(r"PASSWORD: [^$]", line) for line in map(str, service["environment"].items())
        )
    # Nobody reaches the database or the app but through the proxy; measures are for this machine alone.
    assert "ports" not in database
    assert app["ports"] == ["127.0.0.1:9464:9464"]
    assert database["networks"] == ["back"]
    assert files.COMPOSE["networks"]["back"] == {"internal": True}
    written = {place.split(":")[1] for place in app["volumes"]}
    assert written == {"/data", "/backups"}
    assert int(app["stop_grace_period"].removesuffix("s")) > 40  # serving.GRACE
    for service in (proxy, database):
        assert re.fullmatch(r"docker\.io/library/\w+:\d[\w.-]+", service["image"]), "a version is named"


def test_the_example_says_no_address_of_its_own() -> None:
    """Alone catches: a service that began with an address that is nobody's, and letters that lead there."""
    assert {name: value for name, value in files.said().items() if "example" in value} == {}
    with pytest.raises(AssertionError, match="SELFCARE_URL"):
        files.environment("proxy", files.said())


def test_selfcare_is_no_superuser_and_is_waited_for() -> None:
    """What deploy/database.sh does is tried in test_stands.py."""
    database = SERVICES["database"]
    assert "POSTGRES_USER" not in database["environment"]
    assert "POSTGRES_PASSWORD" not in database["environment"]
    assert Path(database["environment"]["POSTGRES_PASSWORD_FILE"]).read_text().strip(), (
        "and another each time"
    )
    place = "/docker-entrypoint-initdb.d/selfcare.sh:ro"
    assert f"./deploy/database.sh:{place}" in database["volumes"]
    assert (ROOT / "deploy" / "database.sh").stat().st_mode & 0o111
    assert "--host=127.0.0.1" in database["healthcheck"]["test"], "on its socket it answers before it is made"


def test_who_asks_is_known_by_ipv6_too() -> None:
    assert files.COMPOSE["networks"]["front"] == {"enable_ipv6": True}
    assert SERVICES["proxy"]["ports"] == ["80:80", "443:443", "443:443/udp"]


def test_the_proxy_takes_more_than_the_app() -> None:
    found = re.search(r"max_size (\d+)MB", files.CADDYFILE)
    assert found
    assert int(found[1]) * 1_000_000 > Settings.fhir_limit


def test_a_certificate_of_ones_own_is_taken(tmp_path: Path) -> None:
    """With the line that docs/running.md gives. Alone catches: a folder that no container has, a line nobody reads."""
    (line,) = re.findall(r"^```\n(tls .+)\n```$", files.DOCUMENT, re.MULTILINE)
    assert "./certificates:/etc/caddy/certificates:ro" in SERVICES["proxy"]["volumes"]
    assert set(re.findall(r"(/\S+)/selfcare\.", line)) == {"/etc/caddy/certificates"}
    found = shutil.which("caddy", path=search_path())
    if found is None:
        return
    config = ["adapt", "--adapter", "caddyfile", "--config", str(ROOT / "deploy" / "Caddyfile")]
    env = {"SELFCARE_URL": "https://selfcare.localhost", "HOME": str(tmp_path), "CERTIFICATES": str(tmp_path)}

    def told() -> str:
        return subprocess.run([found, *config], env=env, capture_output=True, text=True, check=True).stdout

    assert "load_files" not in told()
    (tmp_path / "selfcare.caddy").write_text(line)
    assert "/etc/caddy/certificates/selfcare.key" in told()


def test_the_image_is_built_from_locks_and_runs_as_nobody(app: Flask) -> None:
    text = files.CONTAINERFILE
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(bases) == 3
    assert all(re.fullmatch(r"docker\.io/library/\w+:\d[\w.-]+", base) for base in bases)
    assert "--require-hashes" in text
    assert re.findall(r"^USER (.+)$", text, re.MULTILINE) == ["10001:10001"]
    assert "/healthz" in files.instruction("    CMD")[-1]
    # Its programs for backups are those of the server.
    major = re.search(r"postgres:(\d+)", SERVICES["database"]["image"])
    assert major
    assert f"postgresql-client-{major[1]}" in text
    for name in (*files.instruction("CMD"), "migrate", "backup"):
        assert app.cli.get_command(click.Context(app.cli), name), name
    copied = {
        word
        for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE)
        for word in line.split()[:-1]
    }
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == let_in, "what is copied is let in, and nothing else is"
    assert all((ROOT / name).exists() for name in copied)


def test_the_proxy_keeps_no_log_of_who_looked() -> None:
    assert "exclude http.log.error" in files.CADDYFILE
    assert not re.search(r"^\s*log\b", files.CADDYFILE.partition("{$SELFCARE_URL}")[2], re.MULTILINE)
    used = set(re.findall(r"\{\$([A-Z_]+)", files.CADDYFILE))
    assert set(SERVICES["proxy"]["environment"]) <= used


def test_systemd_starts_the_same_and_lets_it_do_little(app: Flask) -> None:
    said: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", files.UNIT, re.MULTILINE):
        said.setdefault(name, []).append(value)
    (start,) = said["ExecStart"]
    program, *words = files.instruction("ENTRYPOINT") + files.instruction("CMD")
    assert start.endswith(" ".join((f"/.venv/bin/{Path(program).name}", *words)))
    assert int(said["TimeoutStopSec"][0]) > 40
    assert said["User"] == ["selfcare"]
    for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "RestrictNamespaces"):
        assert said[name] == ["yes"]
    assert (said["ProtectSystem"], said["CapabilityBoundingSet"]) == (["strict"], [""])


@pytest.mark.parametrize("name", ["systemd-analyze", "caddy"])
def test_where_the_program_is_here_it_takes_the_file(tmp_path: Path, name: str) -> None:
    """A wrong word in either is found where they are; elsewhere by `make proof`."""
    found = shutil.which(name)
    if found is None:
        return
    lines = {
        "systemd-analyze": [
            "security",
            "--offline=yes",
            "--threshold=20",
            str(ROOT / "deploy" / "selfcare.service"),
        ],
        "caddy": ["validate", "--adapter", "caddyfile", "--config", str(ROOT / "deploy" / "Caddyfile")],
    }
    env = {
        "SELFCARE_URL": "https://selfcare.localhost",
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
    }
    done = subprocess.run([found, *lines[name]], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_setting_is_kept_in_the_repository() -> None:
    assert not {"/.env", ".env"} & set(tracked(ROOT))
