"""Ways to reach somebody inside a line of plain words, as links."""

import re
from urllib.parse import quote, urlencode

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(?P<page>https://[^\s<>\"'&]+[\w/])")


def reach(text: str) -> Markup:
    """The line with its e-mail addresses and https addresses to be pressed. `mailto:` and `tel:` are not read out."""
    found = Markup()
    at = 0
    plain = re.sub(r"^(mailto|tel):", "", text)
    for one in _ADDRESS.finditer(plain):
        there = mail(one["mail"]) if one["mail"] else one["page"]
        found += Markup('{}<a href="{}">{}</a>').format(plain[at : one.start()], there, one[0])
        at = one.end()
    return found + escape(plain[at:])


def mail(address: str) -> str:
    """The link that writes to an address, and to nobody else: what stands in it after a `?` is part of the address."""
    return f"mailto:{quote(address, safe='@')}"


def is_mail(text: str) -> bool:
    """Whether this can be one e-mail address. Before the @ nearly every sign may stand; a place has none of these."""
    name, _, host = text.partition("@")
    return bool(name and "." in host and not set(host) & set(" @,;?&#%/"))


def letter(subject: str, body: str, to: str = "") -> str:
    """The link that opens an e-mail, with these words in it, in the program of whoever presses it."""
    return f"{mail(to)}?{urlencode({'subject': subject, 'body': body}, quote_via=quote)}"
