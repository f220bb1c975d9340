"""What a page says before anybody chose anything, and what a first touch of its forms asks for."""

from urllib.parse import urlencode

from tests.harness.pages import Answer, Form, attribute

SCOLDS = ".error-summary, .nhsuk-error-message, .nhsuk-form-group--error, [aria-invalid=true]"


def scolds(page: Answer) -> list[str]:
    """*Choose the first day.* stood in red before anybody had chosen anything."""
    return ["scolds before anybody chose"] if page.is_html and page.html.select(SCOLDS) else []


def numbers(page: Answer) -> tuple[str, ...] | None:
    """The numbers on the tabs of a page; None where it has no tabs."""
    return (
        tuple(page.all(".tab__badge, .desk-nav__count")) if page.html.select("nav.tabs, .desk-nav") else None
    )


def asked_without_more(page: Answer) -> list[str]:
    """Addresses that a first touch asks for: each choice by itself beside what is chosen already, nothing typed yet."""
    found = []
    for part in page.html.select("form[method=get], [data-hx-get]"):
        to = (attribute(part, "data-hx-get") or attribute(part, "action") or page.url).partition("?")[0]
        around = part if part.name == "form" else part.find_parent("form")
        if around is None or not part.select("[name]"):
            continue
        inside = {attribute(one, "name") for one in part.select("[name]")}
        pairs = [pair for pair in Form(page, around).values if pair[0] in inside]
        found.append(f"{to}?{urlencode(pairs)}")
        for one in part.select("input[type=radio]"):
            name = attribute(one, "name")
            chosen = [pair for pair in pairs if pair[0] != name] + [(name, attribute(one, "value"))]
            found.append(f"{to}?{urlencode(chosen)}")
    return found
