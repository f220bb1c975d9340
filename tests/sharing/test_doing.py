"""What was done in a record, in words."""

import re
from pathlib import Path

import selfcare

_DONE = re.compile(r'trail\.record\(\s*[^,]+?,\s*"([^"]+)",\s*"([a-z_]+)"')


def test_whatever_is_done_has_its_words() -> None:
    """Somebody changes something, and the person reads only that it was something."""
    rooms = Path(selfcare.__file__).parent
    done = {found for path in rooms.rglob("*.py") for found in _DONE.findall(path.read_text())}
    assert len(done) > 80
    source = (rooms / "sharing" / "doing.py").read_text()
    assert [one for one in sorted(done) if f'("{one[0]}", "{one[1]}")' not in source] == []
