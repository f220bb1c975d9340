"""Reads the JSON of a list piece by piece, so that one of any length is never in memory as a whole.

A document is a page (`contents`, and counts beside it), a plain list, or one thing by itself. What each thing in it is
is told by its shape (`services`): a list may hand over organisations, places and terms as well.
"""

import json
from collections.abc import Iterator
from typing import IO, Any, NoReturn

_AT_A_TIME = 1 << 16  # characters
LARGEST = 16 << 20  # characters of one thing
_SPACE = " \t\r\n"


class Broken(ValueError):
    """It is not JSON, or not all of it is here. What was given before stands. The text says what is wrong."""


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


class Document:
    """One document. Iterate over it once, for the things in it; afterwards `head` has what a page says beside them.

    :ivar is_page: whether it is a page of a list.
    """

    def __init__(self, text: IO[str]) -> None:
        self._text, self._rest, self._at, self._ended = text, "", 0, False
        self.head: dict[str, Any] = {}
        self.is_page = False

    def __iter__(self) -> Iterator[Any]:
        """:raises Broken: where it cannot be read any further."""
        self._skip("\ufeff")
        first = self._next()
        if first == "[":
            yield from self._rows()
        elif first == "{":
            yield from self._fields()
        else:
            raise Broken("it is not JSON")
        if self._peek():
            raise Broken("something stands behind its end")

    def _rows(self) -> Iterator[Any]:
        if self._peek() == "]":
            self._next()
            return
        while True:
            yield self._value()
            if self._separator("]"):
                return

    def _fields(self) -> Iterator[Any]:
        fields: dict[str, Any] = {}
        if self._peek() == "}":
            self._next()
        else:
            while True:
                name = self._value()
                if not isinstance(name, str) or self._next() != ":":
                    raise Broken("it is not JSON")
                if name == "contents" and self._peek() == "[":
                    self.is_page = True
                    self._next()
                    yield from self._rows()
                else:
                    fields[name] = self._value()
                if self._separator("}"):
                    break
        if self.is_page:
            self.head = fields
        else:
            yield fields

    def _separator(self, end: str) -> bool:
        """Go on behind a comma; whether it was the end instead."""
        sign = self._next()
        if sign not in (",", end):
            raise Broken("it is not JSON")
        return sign == end

    def _value(self) -> Any:
        """The next whole value. It is whole where something stands behind it: 12 may be the beginning of 123."""
        if not self._peek():
            raise Broken("it breaks off")
        while True:
            try:
                value, end = _DECODER.raw_decode(self._rest, self._at)
            except RecursionError:
                raise Broken("it is nested deeper than can be read") from None
            except ValueError:
                if self._ended:
                    raise Broken("it breaks off, or is not JSON") from None
            else:
                if end < len(self._rest) or self._ended:
                    self._at = end
                    return value
            if len(self._rest) - self._at > LARGEST:
                raise Broken("one thing in it is larger than can be read, or it is not JSON")
            # As much again as was looked at in vain, so that a long one is not looked at a thousand times.
            self._more(max(_AT_A_TIME, len(self._rest) - self._at))

    def _more(self, size: int) -> None:
        try:
            read = self._text.read(size)
        except UnicodeDecodeError:
            raise Broken("it is not UTF-8") from None
        self._ended = not read
        self._rest, self._at = self._rest[self._at :] + read, 0

    def _peek(self) -> str:
        """The next sign that is no space; empty at the end."""
        self._skip(_SPACE)
        return self._rest[self._at : self._at + 1]

    def _next(self) -> str:
        sign = self._peek()
        self._at += 1
        return sign

    def _skip(self, signs: str) -> None:
        while True:
            while self._at < len(self._rest) and self._rest[self._at] in signs:
                self._at += 1
            if self._at < len(self._rest) or self._ended:
                return
            self._more(_AT_A_TIME)
