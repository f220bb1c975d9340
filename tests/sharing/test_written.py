"""What people keep in their own words, as a summary keeps it and says it."""

from uuid import uuid4

from flask import Flask

from selfcare.sharing import written as parts
from selfcare.web import written


def test_more_than_a_summary_keeps_of_a_part_are_said_to_be_more_and_by_whom_each_is(app: Flask) -> None:
    """Alone catches: items that are left out of a summary in silence; a nurse's item that is said to be a helper's."""
    facts = {"kind": "medicine", "about": "", "how": "", "since": "", "since_on": None, "code": ""}
    found = [
        {"part": "health", "kind": "health_item", "id": str(uuid4()), "place": n, "entered_as": "professional",
         "entered_name": "Amina", "facts": facts | {"name": f"Number {n}"}}
        for n in range(1, written.MOST + 4)
    ]  # fmt: skip
    kept = written.plain(found)["health"]
    assert len(kept) == written.MOST
    with app.test_request_context():
        said = parts.said("health", kept[1:])  # one was taken out since
        assert [one.title for one in said][-2:] == [f"Number {written.MOST}", "And 3 more, not listed here."]
        assert (said[0].by, said[0].entered_as) == ("Amina", "professional")
        assert [one.title for one in parts.said("health", written.plain(found[:2])["health"])] == [
            "Number 1",
            "Number 2",
        ]
