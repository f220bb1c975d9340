"""docs/running.md is what a team follows: all that it names is there, and it names all that there is."""

import ast
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from flask import Flask

from selfcare import counters
from selfcare.metrics import Standing
from tests.harness.places import ROOT
from tests.running import files
from tests.running.test_files import THEIRS, settings_of_the_app

ON_SQLITE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
DOCUMENT = files.DOCUMENT
WAYS = (
    r"(?:RELEASE=\d )?docker compose (?:\S+ )*?run (?:.* )?app (.+)",
    r"docker compose exec (?:--no-TTY )?app selfcare (.+)",
    r".*flask --app app (.+)",
    r"selfcare (.+)",
    r"(trail (?:anchor|verify).*)",
)


def lines() -> list[str]:
    """What is to be typed into a shell."""
    blocks = re.findall(r"^```sh\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def commands() -> Iterator[list[str]]:
    """The commands of Selfcare in it, in each of the ways they are run."""
    typed = lines() + re.findall(r"`((?:docker compose|selfcare|flask --app app|trail) [^`…]+)`", DOCUMENT)
    typed += re.findall(r"^    (.*flask --app app .+)$", DOCUMENT, re.MULTILINE)
    for line in typed:
        for way in WAYS:
            found = re.fullmatch(way, line)
            if found and "--entrypoint" not in line:
                yield shlex.split(found[1].partition(" > ")[0])
                break


@ON_SQLITE
def test_every_command_it_names_is_there(app: Flask) -> None:
    """With its options. Alone catches: a command that is called something else by now."""
    named = list(commands())
    assert len(named) > 25
    for words in named:
        found: click.Command = app.cli
        rest = list(words)
        while rest and isinstance(found, click.Group):
            known = found.get_command(click.Context(found), rest.pop(0))
            assert known is not None, words
            found = known
        options = {option for parameter in found.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= options, words


def test_every_setting_it_names_is_one() -> None:
    said = set(re.findall(r"\b(SELFCARE_[A-Z_]+|DATABASE_[A-Z_]+)\b", DOCUMENT))
    said |= set(re.findall(r"\b(SELFCARE_[A-Z_]+)\b", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert said - settings_of_the_app() - THEIRS == set()


def test_what_its_lines_speak_of_is_there() -> None:
    """Services, volumes, files of the repository. Alone catches: a volume that has another name in compose.yaml."""
    text = "\n".join(lines())
    volumes = set(re.findall(r"--volume selfcare_(\w+):", text))
    assert volumes
    assert volumes <= set(files.COMPOSE["volumes"])
    assert "docker compose run --rm app people" not in DOCUMENT, "its security events would be kept nowhere"
    placed = set(re.findall(r"(?:/opt/selfcare(?:-1)?/|cp )(deploy/\S+)", text))
    assert len(placed) == 4
    assert all((ROOT / name).is_file() for name in placed)
    in_app = {place for line in files.COMPOSE["services"]["app"]["volumes"] for place in line.split(":")[1:]}
    assert {f"/{name}" for name in re.findall(r"cp app:/(\w+)", text)} <= in_app
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(
        re.search(rf"^{name}:", makefile, re.MULTILINE) for name in re.findall(r"make -C \S+ (\w+)", text)
    )


def test_a_shell_reads_the_settings_as_the_app_does(tmp_path: Path) -> None:
    """`deploy/selfcare` has a shell read the file that systemd and Docker read too: each sees the same."""
    text = files.ENV.replace("SELFCARE_COMPLAINTS=''", "SELFCARE_COMPLAINTS='Riverside’s office, $5 \\n #1'")
    (tmp_path / "env").write_text(text, encoding="utf-8")
    assert "’" in files.said(text)["SELFCARE_COMPLAINTS"]
    done = subprocess.run(
        ["sh", "-euc", f"set -a; . {tmp_path}/env; env"],
        env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = dict(line.partition("=")[::2] for line in done.stdout.splitlines())
    assert {name: found.get(name) for name in files.said(text)} == files.said(text)
    script = ROOT / "deploy" / "selfcare"
    assert script.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", str(script)], check=True)


def _events() -> dict[str, set[str]]:
    """Each security event that the code notes, and the files that do: `note("…", …)`."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "selfcare").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func)
            if called not in ("note", "security.note", "security_log.note"):
                continue
            words = [one.value for one in _results(node.args[0]) if isinstance(one, ast.Constant)]
            if called == "note" and not all(isinstance(word, str) for word in words):
                continue  # a note of the ledger
            for word in words:
                found.setdefault(str(word), set()).add(str(path.relative_to(ROOT / "selfcare")))
    return found


def _results(node: ast.expr) -> Iterator[ast.expr]:
    """What an expression may come to."""
    if isinstance(node, ast.IfExp):
        yield from (*_results(node.body), *_results(node.orelse))
    else:
        yield node


def test_every_security_event_is_in_the_table_and_no_other() -> None:
    """Alone catches: an event that nobody who reads the log knows of; one in the table that nothing notes."""
    rows = re.findall(r"^\| `([a-z-]+)` \| .+ \| `(\S+\.py)` \|$", DOCUMENT, re.MULTILINE)
    found = _events()
    assert len(rows) == len(dict(rows))
    assert set(dict(rows)) == set(found), "docs/running.md, The log: each event has a row"
    assert {name: place for name, place in rows if place not in found[name]} == {}


@ON_SQLITE
def test_every_measure_is_in_the_table_and_no_other(app: Flask) -> None:
    told = set(re.findall(r"^\| `(selfcare_[a-z_]+)` \|", DOCUMENT, re.MULTILINE))
    families = [family for one in vars(counters.now()).values() for family in one.collect()]
    found = {f"{one.name}_total" if one.type == "counter" else one.name for one in families}
    assert told == found | {family.name for family in Standing(app).collect()}


@ON_SQLITE
def test_what_prometheus_is_told_is_there(app: Flask) -> None:
    """Alone catches: a rule of a measure or label that is called something else, and never wakes anybody."""
    scraped, rules = (
        yaml.safe_load(block)
        for block in re.findall(r"^```yaml\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    )
    (target,) = scraped["scrape_configs"][0]["static_configs"][0]["targets"]
    assert files.COMPOSE["services"]["app"]["ports"] == [f"{target}:9464"]
    known = {
        (sample.name, *pair)
        for one in Standing(app).collect()
        for sample in one.samples
        for pair in sample.labels.items()
    }
    for rule in rules["groups"][0]["rules"]:
        (asked,) = re.findall(r'(selfcare_\w+)\{(\w+)="(\w+)"\}', rule["expr"])
        assert asked in known
    assert not {label for _, label, _ in known} & {"job", "instance"}, "Prometheus gives these itself"
