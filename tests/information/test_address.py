"""Which addresses somebody may be sent to, and what is said of the others."""

from typing import Any

import pytest
from flask import Flask

from selfcare.information import address, forms
from selfcare.information.address import BadAddress

SHAPE, SCHEME = "does not look like an address", "starts with https://"
NAMED, CLOSED = "a name or a password in this address", "Not everybody can open this address"
HOSTILE = {
    "http://nhs.uk/": SCHEME, "javascript:alert(1)": SCHEME, "data:text/html,x": SCHEME, "//nhs.uk/": SCHEME,
    "ftp://nhs.uk/": SCHEME, "nhs.uk": SCHEME, "": SCHEME,
    "https://nhs.uk@evil.example/": NAMED, "https://a:b@nhs.uk/": NAMED, "https://:x@nhs.uk/": NAMED,
    "https://localhost/": CLOSED, "https://printer.local/": CLOSED, "https://intranet.lan./": CLOSED,
    "https://127.0.0.1/": CLOSED, "https://10.0.0.8/a": CLOSED, "https://2130706433/": CLOSED,
    "https://0x7f.1/": CLOSED, "https://0177.0.0.1/": CLOSED, "https://[::1]/": CLOSED,
    "https://[::ffff:10.0.0.1]/": CLOSED, "https://１２７．０．０．１/": CLOSED, "https://127。0。0。1/": CLOSED,
    "https://8.8.8.8/": CLOSED, "https://metadata.google.internal/": CLOSED,
    "https://": SHAPE, "https:///x": SHAPE, "https://nhs/": SHAPE, "https://exa mple.org/": SHAPE,
    "https://e.org/\u202etxt": SHAPE, "https://e.org/\nx": SHAPE, "https://e\u200b.org/": SHAPE,
    "https://e.org/\x00": SHAPE,
    "https://[::1": SHAPE, "https://e.org:99999/": SHAPE, "https://e.org:8443/": SHAPE, "https://e.org:22/": SHAPE,
    "https:\\\\e.org\\": SHAPE, "https://e_x.org/": SHAPE, "https://-e.org/": SHAPE, "https://e..org/": SHAPE,
    "https://e.org/" + "x" * 2000: SHAPE, "https://%31%32%37.0.0.1/": SHAPE,
}  # fmt: skip
GOOD = {
    "https://www.nhs.uk/a?b=c#d": ("nhs.uk", "", "https://www.nhs.uk/a?b=c"),
    "HTTPS://NHS.UK": ("nhs.uk", "", "https://nhs.uk/"),
    "https://nhs.uk:443/": ("nhs.uk", "", "https://nhs.uk/"),
    "https://bücher.example/ü": (
        "bücher.example",
        "xn--bcher-kva.example",
        "https://xn--bcher-kva.example/ü",
    ),
    # Cyrillic a and e, which nobody tells from Latin ones.
    "https://аpplе.example/": ("аpplе.example", "xn--ppl-5cd2a.example", "https://xn--ppl-5cd2a.example/"),
    "https://صحت.example/": ("صحت.example", "xn--pgbfx.example", "https://xn--pgbfx.example/"),
}


def test_hostile_addresses_are_refused_each_with_what_to_do(app: Flask) -> None:
    """Alone catches: an address of this machine or a closed network in any way of writing it, a password in a link, a
    program for an address, a port where something else answers, and a refusal that does not say what is wrong.
    """
    wrong: dict[str, Any] = {}
    with app.test_request_context():
        for url, sentence in HOSTILE.items():
            try:
                wrong[url] = address.checked(url)
            except BadAddress as bad:
                if sentence not in forms.why(bad):
                    wrong[url] = bad.why
    assert wrong == {}


@pytest.mark.parametrize("url", GOOD)
def test_a_good_one_says_where_it_leads_in_letters_nobody_mistakes(url: str) -> None:
    """Alone catches: a look-alike name without the plain one beside it, and one that is asked under another name."""
    said, plain, asked = GOOD[url]
    assert address.checked(url) == url
    assert (address.host(url), address.in_ascii(url), address.to_ask(url)[0]) == (said, plain, asked)
