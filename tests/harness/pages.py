"""An answer as a person would look at it: its heading, its links, its forms, and how a browser would send them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

Pairs = list[tuple[str, str]]
Value = str | int | float | bool | Iterable[str] | None
NOT_SENT = ("submit", "button", "reset", "image", "file")


def words(tag: Tag | None) -> str:
    """The text of a part, with runs of white space made one."""
    return " ".join(tag.get_text(" ").split()) if tag else ""


def attribute(tag: Tag, name: str, otherwise: str = "") -> str:
    value = tag.get(name)
    return otherwise if value is None else " ".join(value) if isinstance(value, list) else value


@dataclass
class Answer:
    """One answer of the app. `send` is how its forms and links go on from here."""

    response: TestResponse
    url: str
    send: Callable[..., "Answer"] = field(repr=False)
    history: tuple["Answer", ...] = ()

    def __post_init__(self) -> None:
        self.text: str = self.response.get_data(as_text=True) if self.is_text else ""

    @cached_property
    def html(self) -> BeautifulSoup:
        return BeautifulSoup(self.text if self.is_html else "", "html.parser")

    @property
    def is_html(self) -> bool:
        return self.response.mimetype == "text/html"

    @property
    def is_text(self) -> bool:
        return self.is_html or self.response.mimetype.startswith("text/") or "json" in self.response.mimetype

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return self.response.headers

    @property
    def json(self) -> Any:
        return self.response.get_json()

    @property
    def location(self) -> str:
        """Where a redirect leads, as path and query."""
        there = urlsplit(urljoin(self.url, self.headers["Location"]))
        return there.path + (f"?{there.query}" if there.query else "")

    @property
    def title(self) -> str:
        return words(self.html.title)

    @property
    def h1(self) -> str:
        return words(self.html.h1)

    def all(self, selector: str) -> list[str]:
        """The texts of every part a CSS selector finds."""
        return [words(tag) for tag in self.html.select(selector)]

    def __contains__(self, text: str) -> bool:
        """Whether a person would read `text` on the page, wherever lines and marks break it."""
        return " ".join(text.split()) in words(self.html)

    def link(self, text: str) -> str:
        """The address behind the link that reads `text` (or contains it, when just one does)."""
        links = [
            (words(tag) or attribute(tag, "aria-label"), attribute(tag, "href")) for tag in self.html("a")
        ]
        found = {href for said, href in links if said == text} or {
            href for said, href in links if text in said
        }
        assert len(found) == 1, (
            f"{len(found)} links read {text!r}; the page has {[said for said, _ in links]}"
        )
        return found.pop()

    def click(self, text: str) -> "Answer":
        """Follow the link that reads `text`."""
        return self.send("GET", urljoin(self.url, self.link(text)))

    @property
    def errors(self) -> list[str]:
        """What the error summary says. Each line must lead to a field that exists."""
        lines = self.html.select(".error-summary a")
        for line in lines:
            target = attribute(line, "href")
            assert target.startswith("#"), f"{words(line)!r} leads to {target!r}, not to a field"
            assert self.html.find(id=target[1:]), f"{words(line)!r} leads to {target}, which is not there"
        return [words(line) for line in lines]

    def forms(self) -> list["Form"]:
        """The forms of the page's own; not those by which every page is read in another language."""
        return [Form(self, tag) for tag in self.html("form") if not tag.find_parent(class_="languages")]

    def form(self, sign: str | None = None) -> "Form":
        """The form whose id, address (or the end of it), button or accessible name is `sign`; the only one without."""
        found = [form for form in self.forms() if sign is None or form.bears(sign)]
        if not found:  # how every page is read in another language
            found = [Form(self, tag) for tag in self.html.select(".languages form")]
            found = [form for form in found if sign and form.bears(sign)]
        if sign is None:
            found = [form for form in found if form.method == "POST"]
        assert len(found) == 1, (
            f"{len(found)} forms for {sign!r}; the page has {[str(f) for f in self.forms()]}"
        )
        return found[0]


class Form:
    """A form of a page, filled in with what its markup says, as a browser shows it."""

    def __init__(self, page: Answer, tag: Tag) -> None:
        self.page, self.tag = page, tag
        self.method = attribute(tag, "method", "get").upper()
        self.action = urljoin(page.url, attribute(tag, "action") or page.url)
        own_id = attribute(tag, "id")
        apart = page.html.find_all(attrs={"form": own_id}) if own_id else []
        inside = [part for part in tag(["input", "select", "textarea", "button"]) if not part.get("form")]
        self.controls: list[Tag] = [part for part in [*inside, *apart] if not self._disabled(part)]
        self.values: Pairs = [pair for control in self.controls for pair in self._initial(control)]

    def __str__(self) -> str:
        return f"{self.method} {urlsplit(self.action).path} {self.buttons}"

    @staticmethod
    def _disabled(control: Tag) -> bool:
        around = control.find_parent("fieldset", attrs={"disabled": True})
        return control.has_attr("disabled") or around is not None

    @property
    def buttons(self) -> list[str]:
        return [words(tag) or attribute(tag, "value") for tag in self._submitters()]

    def _submitters(self) -> list[Tag]:
        return [
            tag for tag in self.controls
            if (tag.name == "button" and attribute(tag, "type", "submit") == "submit")
            or (tag.name == "input" and attribute(tag, "type") == "submit")
        ]  # fmt: skip

    def bears(self, sign: str) -> bool:
        path = urlsplit(self.action).path
        names = {attribute(self.tag, "id"), attribute(self.tag, "aria-label"), *self.buttons}
        for heading in attribute(self.tag, "aria-labelledby").split():
            found = self.page.html.find(id=heading)
            names.add(words(found) if isinstance(found, Tag) else "")
        return sign in names or path == sign or ("/" in sign and path.endswith(sign))

    @staticmethod
    def _initial(control: Tag) -> Pairs:
        name, kind = attribute(control, "name"), attribute(control, "type", "text").lower()
        if not name or control.name == "button" or (control.name == "input" and kind in NOT_SENT):
            return []
        if control.name == "textarea":
            return [(name, re.sub(r"^\r?\n", "", control.get_text(), count=1))]
        if control.name == "select":
            options = [option for option in control("option") if not option.has_attr("disabled")]
            chosen = [option for option in options if option.has_attr("selected")]
            if not chosen and not control.has_attr("multiple"):
                chosen = options[:1]
            return [(name, attribute(option, "value", words(option))) for option in chosen]
        if kind in ("checkbox", "radio"):
            return [(name, attribute(control, "value", "on"))] if control.has_attr("checked") else []
        return [(name, attribute(control, "value"))]

    def _named(self, name: str) -> list[Tag]:
        return [control for control in self.controls if attribute(control, "name") == name]

    def value(self, name: str) -> str | None:
        """What a field holds now; None where a browser would send nothing."""
        return next((value for key, value in self.values if key == name), None)

    def labelled(self, label: str) -> str:
        """The name of the field that carries this visible label (or legend)."""
        tags = [tag for tag in self.tag(["label", "legend"]) if words(tag).startswith(label)]
        exact = [tag for tag in tags if words(tag) == label] or tags
        assert len(exact) == 1, (
            f"{len(exact)} labels read {label!r}: {[words(t) for t in self.tag(['label', 'legend'])]}"
        )
        if exact[0].name == "legend":
            group = exact[0].find_parent("fieldset")
            field_ = group.find(["input", "select", "textarea"]) if group else None
        else:
            target = attribute(exact[0], "for")
            field_ = (
                self.page.html.find(id=target) if target else exact[0].find(["input", "select", "textarea"])
            )
        assert isinstance(field_, Tag), f"the label {label!r} belongs to no field"
        return attribute(field_, "name")

    def fill(self, **fields: Value) -> "Form":
        """Fill fields in by name; a name the form does not have is refused.

        True ticks, False and None empty, a list ticks or chooses several.
        """
        for name, value in fields.items():
            controls = self._named(name)
            assert controls, (
                f"no field {name!r}; the form has {sorted({attribute(c, 'name') for c in self.controls})}"
            )
            self.values = [pair for pair in self.values if pair[0] != name]
            self.values += [(name, text) for text in self._texts(controls, value)]
        return self

    @staticmethod
    def _texts(controls: list[Tag], value: Value) -> list[str]:
        if value is None or value is False:
            return []
        if value is True:
            return [attribute(controls[0], "value", "on")]
        texts = [str(value)] if isinstance(value, str | int | float) else [str(one) for one in value]
        offered = {
            attribute(c, "value", "on") for c in controls if attribute(c, "type") in ("checkbox", "radio")
        }
        if controls[0].name == "select":
            offered = {attribute(option, "value", words(option)) for option in controls[0]("option")}
        assert not offered or set(texts) <= offered, f"{texts} is not offered, only {sorted(offered)}"
        return texts

    def sent(self, button: str | None = None) -> Pairs:
        """What a browser would send on pressing `button` (the first one when not named)."""
        pairs = [(name, re.sub(r"\r\n?|\n", "\r\n", value)) for name, value in self.values]
        pressed = self._pressed(button)
        if pressed is not None and attribute(pressed, "name"):
            pairs.append((attribute(pressed, "name"), attribute(pressed, "value")))
        return pairs

    def _pressed(self, button: str | None) -> Tag | None:
        submitters = self._submitters()
        if button is None:
            return submitters[0] if submitters else None
        found = [
            tag
            for tag in submitters
            if button in (words(tag) or attribute(tag, "value"), attribute(tag, "value"))
        ]
        assert found, f"no button {button!r}; the form has {self.buttons}"
        return found[0]

    def submit(
        self, button: str | None = None, *, follow: bool = True, htmx: bool = False, **fields: Value
    ) -> Answer:
        """Fill in, press a button, and follow where it leads (unless not `follow`)."""
        self.fill(**fields)
        pressed = self._pressed(button)
        action = self.action
        if pressed is not None and pressed.get("formaction"):
            action = urljoin(self.page.url, attribute(pressed, "formaction"))
        return self.page.send(
            self.method, action, data=self.sent(button), follow=follow, htmx=htmx, referrer=self.page.url
        )
