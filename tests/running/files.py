"""What the files that run Selfcare say, read as those read them that they are for."""

import json
import re
from typing import Any

import yaml

from tests.harness.places import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")
CADDYFILE = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
UNIT = (ROOT / "deploy" / "selfcare.service").read_text(encoding="utf-8")
ENV = (ROOT / "deploy" / "selfcare.env").read_text(encoding="utf-8")
DOCUMENT = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")


def said(text: str = ENV) -> dict[str, str]:
    """The settings that an environment file says."""
    return dict(re.findall(r"^([A-Z_]+)='(.*)'$", text, re.MULTILINE))


def named(text: str = ENV) -> set[str]:
    """The settings that an environment file names, said or not."""
    return set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))


def environment(service: str, values: dict[str, str]) -> dict[str, str]:
    """What a service of compose.yaml has in its environment, with these values in `.env`."""
    of = COMPOSE["services"][service]
    own = {name: _filled(str(value), values) for name, value in of["environment"].items()}
    return (values if of.get("env_file") == ".env" else {}) | own


def _filled(text: str, values: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name, how, rest = match.groups()
        assert values.get(name) or how == "-", f"{name} {rest}"
        return values.get(name) or rest

    return re.sub(r"\$\{([A-Z_]+):([?-])([^}]*)\}", value, text)


def instruction(name: str) -> list[str]:
    """What the last stage of the Containerfile says by an instruction, as a list of words."""
    found = re.findall(rf"^{name} (\[.*\])$", CONTAINERFILE, re.MULTILINE)
    return [str(word) for word in json.loads(found[-1])]
