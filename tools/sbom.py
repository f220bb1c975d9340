"""The list of all parts (SBOM), as CycloneDX 1.6 JSON, made from the locks alone.

python -m tools.sbom FILE     writes it (-: prints it)
python -m tools.sbom check    says whether each part of the locks is in it, with version and hash

What people run is `required`, what only builds and tests `excluded`. Licences are as the part itself tells them, where
it is installed. The same locks make the same list, byte for byte: it holds no date.
"""

import json
import re
import sys
import tomllib
from base64 import b64decode
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tools.check_tree import ROOT

# Hashes by the name npm gives them.
_ALGORITHMS = {"sha512": "SHA-512", "sha256": "SHA-256", "sha1": "SHA-1"}
Part = dict[str, Any]


def python_parts(lock: str, scope: str) -> Iterator[Part]:
    """The parts of a requirements file. Each has a hash for every file that its release offers."""
    for block in re.split(r"\n(?=[\w])", lock.strip()):
        found = re.match(r"([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", block)
        if not found:
            continue
        name, version = re.sub(r"[-_.]+", "-", found[1]).lower(), found[2]
        yield {
            "type": "library", "bom-ref": f"pkg:pypi/{name}@{version}", "name": name, "version": version,
            "scope": scope, "purl": f"pkg:pypi/{name}@{version}",
            "hashes": [{"alg": "SHA-256", "content": one} for one in re.findall(r"sha256:(\w{64})", block)],
            **_licence(_told(name)),
        }  # fmt: skip


def node_parts(lock: str) -> Iterator[Part]:
    """The parts of package-lock.json: what is not for building alone goes to the browser."""
    for path, one in json.loads(lock)["packages"].items():
        if not path:
            continue
        name = path.rpartition("node_modules/")[2]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{one['version']}"
        kind, _, seal = one["integrity"].partition("-")
        yield {
            "type": "library", "bom-ref": f"{purl}#{path}", "name": name, "version": one["version"],
            "scope": "excluded" if one.get("dev") else "required", "purl": purl,
            "hashes": [{"alg": _ALGORITHMS[kind], "content": b64decode(seal).hex()}],
            **_licence(one.get("license", "")),
        }  # fmt: skip


def _licence(said: str) -> Part:
    return {"licenses": [{"license": {"name": said}}]} if said else {}


def _told(name: str) -> str:
    """A licence in a few words, as an installed part tells it; nothing where it tells none so."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return ""
    words = [about.get("License-Expression"), about.get("License")]
    classes = about.get_all("Classifier", [])
    classified = [line.rpartition(" :: ")[2] for line in classes if line.startswith("License ::")]
    return next((one for one in [*words, *classified] if one and len(one) < 80 and "\n" not in one), "")


def listed(root: Path) -> Part:
    """The whole list."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run = list(python_parts((root / "requirements.txt").read_text(encoding="utf-8"), "required"))
    known = {part["bom-ref"] for part in run}
    others = ("requirements-dev.txt", "requirements-node.txt")
    tools = {
        part["bom-ref"]: part
        for name in others
        for part in python_parts((root / name).read_text(encoding="utf-8"), "excluded")
        if part["bom-ref"] not in known
    }
    parts = [*run, *tools.values(), *node_parts((root / "package-lock.json").read_text(encoding="utf-8"))]
    own = {
        "type": "application",
        "bom-ref": "selfcare",
        "name": project["name"],
        "version": project["version"],
    }
    needed = [part["bom-ref"] for part in parts if part["scope"] == "required"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps(parts))}",
        "version": 1,
        "metadata": {"component": own},
        "components": parts,
        "dependencies": [{"ref": "selfcare", "dependsOn": needed}],
    }


def faults(parts: Part) -> Iterator[str]:
    """What a reader of the list would miss, a line each."""
    seen: set[str] = set()
    for part in parts["components"]:
        if not part["hashes"]:
            yield f"{part['purl']} has no hash"
        if part["bom-ref"] in seen:
            yield f"{part['bom-ref']} stands twice"
        seen.add(part["bom-ref"])


def main(words: list[str]) -> int:
    if len(words) != 1:
        print(__doc__)
        return 2
    parts = listed(ROOT)
    if words == ["check"]:
        wrong = list(faults(parts))
        needed = sum(part["scope"] == "required" for part in parts["components"])
        print("\n".join(wrong) or f"SBOM: {len(parts['components'])} parts, {needed} of them run")
        return bool(wrong)
    text = json.dumps(parts, indent=1) + "\n"
    if words == ["-"]:
        sys.stdout.write(text)
    else:
        Path(words[0]).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
