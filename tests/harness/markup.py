"""What every HTML answer must be: valid, under the strict policy, and free of anything inline."""

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from tests.harness.places import ROOT, program, run_folder

# The whole policy. An answer with more, or with less, is red.
POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "connect-src": {"'self'"},
    "form-action": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
    "manifest-src": {"'self'"},
    "worker-src": {"'self'"},
}
# Of the one page that tells no other whence it was left: it opens links of any host that its reader says yes to.
VIEWER = {name: sources for name, sources in POLICY.items() if name != "worker-src"} | {
    "img-src": {"'self'"},
    "connect-src": {"'self'", "https:"},
    "require-trusted-types-for": {"'script'"},
    "trusted-types": {"narrative"},
}


_TOKEN = re.compile(r'(name="csrf_token" value=")[^"]*')
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}")


# Words between two marks, and of attributes that hold words; nothing that would have to be escaped.
_WORDS = re.compile(r"(?<=>)[^<>&\"']*[^\W\d_][^<>&\"']*(?=<)")
_NAMES = re.compile(r' (aria-label|title|placeholder|value)="([^<>&"]*[^\W\d_][^<>&"]*)"')
_LANGUAGE = re.compile(r' (lang|dir)="[a-z]+"')


def _shape(html: str) -> str:
    """A page with its ids and its words numbered as they come (two that are the same stay the same), without tokens.

    What is valid HTML does not hang on what the words are.
    """
    numbers: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return numbers.setdefault(found[0], f"#{len(numbers)}")

    html = _LANGUAGE.sub(r" \1", _ID.sub(numbered, _TOKEN.sub(r"\1", html)))
    html = _NAMES.sub(numbered, html)
    return _WORDS.sub(numbered, html)


class Validator:
    """html-validate in one long-lived process; started at the first question."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._asked = 0
        self._good = run_folder() / "good-markup"
        self._good.mkdir(exist_ok=True)

    def alike(self, html: str) -> Path:
        """What stands for all pages that differ in ids and words alone. It is there once one was found good, by any
        worker: such a page is not judged again.
        """
        return self._good / sha256(_shape(html).encode(errors="surrogatepass")).hexdigest()

    def faults(self, html: str) -> list[dict[str, Any]]:
        """What is not valid in a page, or in a part of one (which does not begin with a doctype)."""
        if self._process is None:
            self._process = subprocess.Popen(
                [program("node"), str(ROOT / "tests" / "harness" / "html_validate.mjs")],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT,
            )  # fmt: skip
        assert self._process.stdin
        assert self._process.stdout
        self._asked += 1
        whole = html.lstrip().lower().startswith("<!doctype")
        # Escaped, so that no line end of another script can cut the question in two.
        self._process.stdin.write(json.dumps({"id": self._asked, "html": html, "whole": whole}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("html-validate ended: see what it said on standard error")
        answer = json.loads(line)
        assert answer["id"] == self._asked
        faults: list[dict[str, Any]] = answer["faults"]
        return faults

    def close(self) -> None:
        if self._process is not None:
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.close()
            self._process.stdout.close()
            self._process.wait(timeout=20)
            self._process = None


def policy(header: str) -> dict[str, set[str]]:
    """A Content-Security-Policy as directive -> sources."""
    parts = [part.split() for part in header.split(";") if part.strip()]
    return {name.lower(): set(sources) for name, *sources in parts}


def policy_faults(headers: Mapping[str, str]) -> list[str]:
    """How the answer's policy differs from the one that is promised."""
    found = policy(headers.get("Content-Security-Policy", ""))
    if not found:
        return ["no Content-Security-Policy"]
    promised = VIEWER if headers.get("Referrer-Policy") == "no-referrer" else POLICY
    return [
        f"{name}: {' '.join(sorted(found.get(name, set()))) or 'absent'}"
        for name in sorted(found.keys() | promised.keys())
        if found.get(name) != promised.get(name)
    ]


def inline_faults(soup: BeautifulSoup) -> list[str]:
    """Scripts, styles and handlers that stand in the page itself, and addresses that would run."""
    faults = []
    for tag in soup.find_all(True):
        if tag.name == "style" or (tag.name == "script" and not tag.get("src")):
            faults.append(f"<{tag.name}> in the page")
        for name, value in tag.attrs.items():
            if name == "style" or re.match(r"on[a-z]", name) or name.startswith("hx-on"):
                faults.append(f"{name} on <{tag.name}>")
            if isinstance(value, str) and value.strip().lower().startswith("javascript:"):
                faults.append(f"{name}={value!r}")
    return faults


def elsewhere_faults(soup: BeautifulSoup) -> list[str]:
    """Scripts, styles, pictures and fonts that would be fetched from another origin."""
    faults = []
    for tag in soup.find_all(["script", "img", "link", "source", "iframe", "video", "audio", "use"]):
        for name in ("src", "srcset", "href", "xlink:href"):
            value = str(tag.get(name) or "")
            if re.match(r"(https?:)?//", value) and tag.get("rel") not in (["canonical"], ["alternate"]):
                faults.append(f"<{tag.name} {name}={value}>")
    return faults


def all_faults(
    html: str, parsed: Callable[[], BeautifulSoup], headers: Mapping[str, str], validator: Validator
) -> list[str]:
    """Everything wrong with an HTML answer, one line each.

    :param parsed: gives the answer as it is parsed: only asked for where no answer like it was found good before.
    """
    alike = validator.alike(html)
    if alike.exists():
        return policy_faults(headers)
    said = [f"{f['rule']}: {f['message']} (line {f['row']}, {f['selector']})" for f in validator.faults(html)]
    said += inline_faults(parsed()) + elsewhere_faults(parsed())
    if not said:
        alike.touch()
    return said + policy_faults(headers)
