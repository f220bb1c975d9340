"""A household with a browser for each of them, that can choose files."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from tests import factories
from tests.harness.client import ORIGIN, Client
from tests.harness.pages import Answer

SAID = {"line": "New day for my eyes", "sender": "Hospital", "day": "today"}


@dataclass
class World:
    """Rosa's letters, with browsers of her own, of who helps her and of her nurse."""

    app: Flask
    home: factories.Household
    base: str
    rosa: Client
    leon: Client
    amina: Client


def sent(client: Client, url: str, pairs: Sequence[tuple[str, str]], **files: Sequence[bytes]) -> Answer:
    """A form with files in it, sent to an address."""
    fields: MultiDict[str, Any] = MultiDict(pairs)
    for name, bodies in files.items():
        for body in bodies:
            # Named and called what a hostile sender likes.
            fields.add(name, FileStorage(BytesIO(body), filename="../../x.svg", content_type="text/html"))
    boundary, body = encode_multipart(fields)
    raw = client.raw.post(
        url,
        base_url=ORIGIN,
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers=client._headers("POST", False, ORIGIN + url),
    )
    found = Answer(raw, ORIGIN + url, client.send)
    client.judge(found)
    return found


def kept(client: Client, base: str, *files: bytes, **said: str) -> Answer:
    """A letter, kept through its form."""
    form = client.get(base + "add").form("letter").fill(**{**SAID, **said})
    return sent(client, base + "add", form.sent(), file=files)


def parts(client: Client, base: str, upload: Any, data: bytes, start: int, end: int, size: int = 0) -> Answer:
    """Some bytes of a file, as a phone sends them."""
    token = client.get(base + "add").form("letter").value("csrf_token")
    pairs = [("csrf_token", token), ("size", str(size or len(data))), ("start", str(start))]
    return sent(client, f"{base}uploads/{upload}", pairs, part=[data[start:end]] if end > start else [])
