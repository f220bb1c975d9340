"""Prints the path of Caddy, the proxy that `make proof` puts before the app, fetching it first when asked to.

Looks in the environment and on the PATH. With --install, on Debian and Ubuntu: the system's own package is fetched and
the program taken out of it into the environment; nothing is installed on the machine, and nothing started there. What
is being done goes to standard error; only the path goes to standard output.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAMS = Path(sys.executable).parent


def found() -> str | None:
    """The path of a Caddy that is here, or None."""
    return shutil.which("caddy", path=str(PROGRAMS)) or shutil.which("caddy")


def install() -> str | None:
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return None
    print("Fetching Caddy with apt", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for command in (["apt-get", "update", "-qq"], ["apt-get", "download", "-qq", "caddy"]):
            # Whoever is not root cannot renew the lists: those that are there may do.
            subprocess.run(command, cwd=folder, stdout=sys.stderr, check=False)
        packages = list(Path(folder).glob("caddy_*.deb"))
        if not packages:
            return None
        subprocess.run(["dpkg-deb", "--extract", str(packages[0]), folder], stdout=sys.stderr, check=True)
        shutil.copy(Path(folder) / "usr" / "bin" / "caddy", PROGRAMS / "caddy")
    return found()


def main() -> None:
    path = found() or (install() if "--install" in sys.argv[1:] else None)
    if path is None:
        sys.exit(
            "No Caddy found. Install it: on Debian and Ubuntu, apt install caddy; else, caddyserver.com."
        )
    print(path)


if __name__ == "__main__":
    main()
