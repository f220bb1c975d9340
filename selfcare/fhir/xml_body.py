"""FHIR XML into the shape of FHIR JSON, in one pass.

The parser tells of a document type the moment it begins: it is refused there, before an entity can be declared, let
alone expanded or fetched. Comments and processing instructions are dropped. What XML does not say is left open for
`check`: whether an element that is there once is a list of one, and which type a value has (`Text`).
"""

from typing import Any, Never
from xml.parsers import expat

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from selfcare.fhir.json_body import too_deep
from selfcare.fhir.problems import Unreadable, shown

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_ATTRIBUTES = frozenset({"value", "id", "url"})


class Text(str):
    """The value of an element in XML, of whatever primitive type."""

    __slots__ = ()


class _Builder:
    """Takes what the parser tells. A message has very many elements: what is usual goes the short way."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self.declaration
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.names: dict[str, str] = {}  # names that were met, with their namespace: without it
        # Of the elements that are open: name, attributes, children.
        self.open: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.narrative = 0  # how deep in XHTML: it is for people who read the message itself, and left out
        self.root: Any = None

    def refuse(self, words: LazyString, code: str = "structure") -> Never:
        raise Unreadable(code, words)

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in _UTF8:
            self.refuse(
                lazy_gettext("FHIR is sent as UTF-8; this says %(name)s.", name=shown(encoding)),
                "not-supported",
            )

    def doctype(self, *_: Any) -> None:
        self.refuse(lazy_gettext("A document type (DOCTYPE) is not allowed in FHIR."), "security")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.narrative:
            self.narrative += 1
            return
        local = self.names.get(name)
        if local is None:
            namespace, _, local = name.rpartition(" ")
            if namespace == XHTML and self.open:
                self.narrative = 1
                return
            if namespace != FHIR:
                self.refuse(
                    lazy_gettext(
                        "Line %(line)s: the element “%(name)s” is not in the namespace of FHIR, http://hl7.org/fhir.",
                        line=self.parser.CurrentLineNumber,
                        name=shown(local),
                    )
                )
            self.names[name] = local
        if len(self.open) >= self.depth:
            raise too_deep(self.depth)
        if attributes and (len(attributes) > 1 or "value" not in attributes):
            attributes = self._known(attributes)
        self.open.append((local, attributes, {}))

    def _known(self, attributes: dict[str, str]) -> dict[str, str]:
        for attribute in attributes:
            # Those of another namespace say where the schema is, and such.
            if " " not in attribute and attribute not in _ATTRIBUTES:
                self.refuse(
                    lazy_gettext(
                        "Line %(line)s: FHIR has no attribute “%(name)s”.",
                        line=self.parser.CurrentLineNumber,
                        name=shown(attribute),
                    )
                )
        return {name: value for name, value in attributes.items() if name in _ATTRIBUTES}

    def end(self, _: str) -> None:
        if self.narrative:
            self.narrative -= 1
            return
        name, attributes, children = self.open.pop()
        node = self._node(name, attributes, children)
        if not self.open:
            self.root = node
            return
        above = self.open[-1][2]
        if name not in above:
            above[name] = node
        elif type(above[name]) is list:
            above[name].append(node)
        else:
            above[name] = [above[name], node]

    def _node(self, name: str, attributes: dict[str, str], children: dict[str, Any]) -> Any:
        if "value" in attributes:
            return Text(attributes["value"])  # what stands in it is an extension, and none of those is read
        if name[:1].isupper():
            if "resourceType" in children:
                self.refuse(lazy_gettext("In XML, the name of the element is the type of the resource."))
            return {"resourceType": name, **children}
        if len(children) == 1:
            inside, inner = next(iter(children.items()))
            if inside[:1].isupper() and type(inner) is dict:
                return inner  # <resource><Patient>…: the resource itself
        return {**attributes, **children} if attributes else children

    def characters(self, text: str) -> None:
        if not self.narrative and not text.isspace():
            self.refuse(
                lazy_gettext(
                    "Line %(line)s: there is text between the elements. FHIR keeps values in attributes.",
                    line=self.parser.CurrentLineNumber,
                )
            )


def read_xml(data: bytes, depth: int) -> Any:
    """The resource as `json_body.read_json` gives it, with `Text` for values, and lists only of what is repeated.

    :param data: UTF-8.
    :param depth: how deep elements may stand in each other.
    :raises Unreadable: not XML, a document type, another encoding or namespace, or too deep.
    """
    builder = _Builder(depth)
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as fault:
        words = lazy_gettext(
            "This is not valid XML: something is wrong at line %(line)s, column %(column)s.",
            line=fault.lineno,
            column=fault.offset + 1,
        )
        raise Unreadable("structure", words) from None
    return builder.root
