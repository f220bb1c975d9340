"""What the disk of a server would hold after the power went, from a trace of its calls (`strace`).

A file is what was written and synced; what was written since may be there or not, in any mix. A file that was
made is there once its folder was synced. Each answer of success in the trace is a moment at which the power may go.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

CALLS = "openat,pwrite64,write,writev,sendto,sendmsg,fsync,fdatasync,ftruncate,unlink,unlinkat,rename"
_CALL = re.compile(r"^(\d+)\s+(\w+)\((.*)$")
_RESUMED = re.compile(r"^(\d+)\s+<\.\.\. (\w+) resumed>(.*)$")
_FILE = re.compile(r"^(\d+)<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_SAID = re.compile(rb"^HTTP/1\.1 201 .*?\"id\":\s*\"([0-9a-f-]{36})\"", re.DOTALL)


def strace(trace: Path) -> tuple[str, ...]:
    return (
        "strace", "-f", "--seccomp-bpf", "-y", "-xx", "-s", "200000", "-o", str(trace), "-e", f"trace={CALLS}",
    )  # fmt: skip


@dataclass
class File:
    """A file: what stands in it, what of it is synced, and what was done since."""

    now: bytearray = field(default_factory=bytearray)
    synced: bytes = b""
    since: list[tuple[int, bytes | None]] = field(default_factory=list)  # None: cut to that length
    there: bool = True  # whether its name is synced

    def do(self, at: int, data: bytes | None) -> None:
        _apply(self.now, at, data)
        self.since.append((at, data))

    def sync(self) -> None:
        self.synced, self.since = bytes(self.now), []

    def after(self, luck: Random | None) -> bytes:
        """What is left of it: what was synced, and by `luck` some of what came since."""
        left = bytearray(self.synced)
        for at, data in self.since if luck else ():
            if luck and luck.random() < 0.5:
                _apply(left, at, data)
        return bytes(left)


def _apply(where: bytearray, at: int, data: bytes | None) -> None:
    if data is None:
        del where[at:]
        where.extend(bytes(max(at - len(where), 0)))
        return
    where.extend(bytes(max(at - len(where), 0)))
    where[at : at + len(data)] = data


@dataclass
class Disk:
    """The files of one database while a trace is replayed. `files` begins with what was there before it began."""

    folder: Path
    files: dict[str, File]
    gone: dict[str, File] = field(default_factory=dict)  # taken away, and the folder was not synced since
    syncs: int = 0

    def replay(self, trace: Path) -> Iterator[str]:
        """Gives the id of each entry that an answer of success named, with the files as they were at that moment."""
        begun: dict[str, str] = {}
        with trace.open(errors="replace") as lines:
            for line in lines:
                resumed = _RESUMED.match(line)
                if resumed:
                    pid, name, rest = resumed.groups()
                    yield from self._do(name, begun.pop(pid, "") + rest)
                    continue
                called = _CALL.match(line)
                if called is None:
                    continue
                pid, name, rest = called.groups()
                if rest.endswith("<unfinished ...>\n"):
                    begun[pid] = rest.removesuffix("<unfinished ...>\n")
                    # An answer may have left by now; what is written is written when it is said to be.
                    yield from self._said(name, rest)
                    if name in ("write", "writev", "sendto", "sendmsg"):
                        begun[pid] = ""
                else:
                    yield from self._do(name, rest)

    def _said(self, name: str, rest: str) -> Iterator[str]:
        if name in ("write", "writev", "sendto", "sendmsg") and r"\x48\x54\x54\x50" in rest[:200]:
            text = b"".join(_bytes(found) for found in _TEXT.findall(rest)[0:])
            said = _SAID.match(text[text.find(b"HTTP/1.1") :])
            if said:
                yield said[1].decode()

    def _do(self, name: str, rest: str) -> Iterator[str]:
        yield from self._said(name, rest)
        if re.search(r"\) += -1 ", rest):
            return
        file = _FILE.match(rest)
        path = Path(_plain(file[2])) if file else None
        if name in ("fsync", "fdatasync") and path is not None:
            if path == self.folder:
                self.gone.clear()
                for each in self.files.values():
                    each.there = True
            elif path.name in self.files:
                self.syncs += 1
                self.files[path.name].sync()
        elif name == "pwrite64" and path is not None and path.name in self.files:
            data = _bytes(_TEXT.findall(rest)[0])
            _, _, tail = rest.rpartition('"')
            length, at = (int(part) for part in re.findall(r"\d+", tail)[:2])
            assert length == len(data), "the trace cut what was written"
            self.files[path.name].do(at, data)
        elif name == "ftruncate" and path is not None and path.name in self.files:
            self.files[path.name].do(int(re.findall(r">, (\d+)", rest)[0]), None)
        elif name == "openat":
            made = Path(_plain(_TEXT.findall(rest)[0])) if _TEXT.findall(rest) else Path()
            if made.parent == self.folder and "O_CREAT" in rest and made.name.endswith((".db", "-wal")):
                self.files.setdefault(made.name, File(there=False))
        elif name in ("unlink", "unlinkat", "rename"):
            for text in _TEXT.findall(rest):
                gone = Path(_plain(text))
                if gone.parent == self.folder and gone.name in self.files:
                    assert name != "rename", "nobody gives these files other names"
                    file_gone = self.files.pop(gone.name)
                    if file_gone.there:
                        self.gone[gone.name] = file_gone

    def leave(self, where: Path, luck: Random | None = None) -> None:
        """Writes what the power would have left into a folder."""
        for name, file in (
            self.gone | {name: file for name, file in self.files.items() if file.there}
        ).items():
            if name in self.gone and name in self.files and luck and luck.random() < 0.5:
                file = self.files[name]  # its name is on the disk by luck
            (where / name).write_bytes(file.after(luck))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _plain(text: str) -> str:
    """A name as it is, from its numbers; `-y` writes them in the same way."""
    return _bytes(text).decode() if text.startswith("\\x") else text
