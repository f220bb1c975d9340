"""Templates that were compiled before: by any worker, for any app."""

from functools import cache

from jinja2 import BytecodeCache, FileSystemBytecodeCache
from jinja2.bccache import Bucket

from tests.harness.places import run_folder


@cache
def _files() -> FileSystemBytecodeCache:
    folder = run_folder() / "templates"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


class Compiled(BytecodeCache):
    """The code of templates: made once in a run, and read once in a worker, whichever of its apps asks."""

    def __init__(self) -> None:
        self._read: dict[str, Bucket] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self._read.get(bucket.key)
        if known is not None and known.checksum == bucket.checksum:
            bucket.code = known.code
            return
        _files().load_bytecode(bucket)
        if bucket.code is not None:
            self._read[bucket.key] = bucket

    def dump_bytecode(self, bucket: Bucket) -> None:
        _files().dump_bytecode(bucket)
        self._read[bucket.key] = bucket


COMPILED = Compiled()
