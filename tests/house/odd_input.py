"""Every form the app shows, odd things to put into it, and what an answer must be whatever was put in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import quote_plus, urlencode, urlsplit

import pytest
from bs4 import Tag
from flask import Flask, g
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from selfcare import database
from selfcare.database import now, session
from selfcare.web import edge, throttle
from tests.harness.client import ORIGIN, Client
from tests.harness.pages import Answer, Form, attribute
from tests.house.crawl import addresses
from tests.house.kept_texts import BEGIN, Kept, marked

T = TypeVar("T")
FINE = {400, 404, 409, 413, 422, 429}
SCRIPT = "<script>alert(1)</script>"
# What the form is sent back for, or kept exactly: each in every field that takes words.
WORDS = {
    "spaces": "   ",
    "NUL": "before\0after",
    "control characters": "a\x07b\x1b[31m\x7f\u2028\ufeff",
    "bidi overrides": "\u202eabc\u202c \u2066x\u2069 \u200f",
    "emoji": "👩🏽\u200d🤝\u200d👨🏿 👨\u200d👩\u200d👧\u200d👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "marks": "Z̵̛̬̘͂͌̒a̸͔͓͝l̷͙͍̎g̶̠̑o̴͈͘",
    "injection": "'\"><script>alert(1)</script>{{7*7}}${7*7}%s %(x)s {0} <!-- ]]> &amp; '; DROP TABLE entry; --",
    "wild cards": r"100% _\ \u0000 \\",
    "spaces within": "two  and\u2029three\u3000\u3000four",
    "lines": "one\r\n\r\n\r\ntwo\r\n",
    "100 kB": "long " * 20_000,
}
# What is refused for a reason of its own stands alone; so do lines, each of which is a thing of its own in some fields.
ALONE = ("spaces", "NUL", "control characters", "100 kB")
ALONE_TOO = [(case, WORDS[case]) for case in ALONE]
LINES = ("lines", WORDS["lines"])
TOGETHER = ("all others", " ".join(text for case, text in WORDS.items() if case not in (*ALONE, "lines")))
TOO_LONG = re.compile(r'href="#([^"]+)"[^>]*>\s*This is too long\. It can have (\d+) characters')
# As well in fields for numbers, days and times, and in what pages carry along unseen.
ANYWHERE = {
    "nothing": "",
    "Arabic digits": "١٢٣",
    "half": "1,5",
    "two points": "1.2.3",
    "no such day": "31 February 2026",
    "Arabic day": "٣/٢/٢٠٢٦",
    "past 64 bits": "9223372036854775808",
    "very long digits": "9" * 5_000,
    "many decimals": "1." + "3" * 400,
    "exponent": "1e999999",
    "not a number": "NaN",
    "infinite": "-Infinity",
    "raised": "²",
    "below nothing": "-1",
    "a path": "../../../etc/passwd",
    "JSON": '{"a": [null, {}]}',
    "a list": "[[[[]]]]",
    "an id": "00000000-0000-4000-8000-000000000000",
}
# (day, time, zone, wall time of the phone)
MOMENTS = (
    ("2026-02-31", "12:00", "", ""),
    ("2026-03-29", "01:30", "Europe/London", "2026-03-29T01:30"),  # the hour that was skipped
    ("2025-10-26", "01:30", "Europe/London", "2025-10-26T01:30"),  # the hour that came twice
    ("9999-12-31", "23:59", "America/New_York", "9999-12-31T23:59"),
    ("0001-01-01", "00:00", "Asia/Tokyo", "0001-01-01T00:00"),
    ("1900-01-01", "00:00", "Pacific/Kiritimati", "1900-01-01T00:00:00+14:00"),
    ("2024-02-29", "24:00", "Etc/Nowhere", "yesterday"),
    ("0000-00-00", "25:61", "../../etc/passwd", "0000"),
    ("٢٠٢٦-٠٢-٠٣", "١٢.٣٠", "Europe", "2026-02-03T12:30Z"),
    ("2026-W13-5", "12:00:60", "Europe/London\0", "\0"),
    ("99999999999-1-1", "9" * 5000 + ":1", "z" * 500, "9" * 5000),
)
# Fields that want words of a shape of their own, which they have while the other fields are odd.
SHAPED = {
    "link": "https://example.org/call", "url": "https://example.org/iron", "email": "rosa@example.org",
    "password": "wet-stones-and-larks", "code": "A1B2",
    "nhs_number": "999 000 0018", "year": "1962", "month": "3", "born": "27",
}  # fmt: skip
# Fields for words that are not kept: they go with another choice than is sent, or say what is meant.
ELSEWHERE = {
    "agreed.add_send": {"other"}, "agreed.change_send": {"other"}, "appointments.add_send": {"place"},
    "appointments.change_send": {"place"}, "care_plan.other_words_send": {"text"}, "care_plan.suggest_send": {"who"},
    "caseload.find_send": {"who"}, "diary.tracker_new_send": {"name", "unit", "low", "high"},
    "feedback.would_help_send": {"phone", "letter"}, "filing.correct_send": {"reason"},
    "filing.type_report_send": {"reason"}, "letters.change_send": {"other"}, "letters.told_send": {"other"},
    "preparation.after_send": {"line1-other", "line2-other", "line3-other"}, "team.a_list_send": {"source", "reason"},
    "watches.propose_send": {"name"},
}  # fmt: skip
UNKNOWN = ("no-such-choice", "", "-1", SCRIPT, "day\0", "9" * 400)
# Of all that, what reaches the database and is taken otherwise by each: its own types are what refuses it.
DATABASES_DIFFER = {
    "NUL", "100 kB", "injection", "past 64 bits", "very long digits", "many decimals", "not a number", "infinite",
    "no such day", "an id",
}  # fmt: skip


EVERYWHERE = ("words", "shaped", "number", "day", "month", "year", "time", "hidden", "zone", "wall")
AS_SHOWN = 3  # tried last: what the form itself would send, rather than everything ticked


@dataclass
class Asked:
    """One browser of one account, on which nothing is ever kept, and what was wrong with the answers."""

    app: Flask
    cookie: str
    faults: list[str] = field(default_factory=list)
    statuses: dict[str, set[int]] = field(default_factory=dict)
    requests: int = 0
    kept: Kept | None = None  # where it is looked at
    to_the_letter: int = 0  # forms that kept a text of all sorts

    def send(self, form: "Found", pairs: list[tuple[str, str]] | bytes, case: str) -> tuple[int, str]:
        body = pairs if isinstance(pairs, bytes) else urlencode(pairs, errors="surrogatepass").encode()
        self.requests += 1
        browser = self.app.test_client(use_cookies=False)
        headers = {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}
        try:
            if form.method == "GET":
                answer = browser.get(form.path, query_string=body.decode(), base_url=ORIGIN, headers=headers)
            else:
                kind = "application/x-www-form-urlencoded"
                answer = browser.post(
                    form.path, data=body, base_url=ORIGIN, headers=headers, content_type=kind
                )
        except Exception as fault:  # whatever the app lets out is what people would get as a 500
            trace = fault.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            where = trace and f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
            self.faults.append(f"{form.endpoint} with {case}: {type(fault).__name__} at {where}")
            return 500, ""
        text = answer.get_data(as_text=True)
        self.statuses.setdefault(form.endpoint, set()).add(answer.status_code)
        self.faults += [f"{form.endpoint} with {case}: {said}" for said in judge(answer.status_code, text)]
        return answer.status_code, text


def judge(status: int, text: str) -> list[str]:
    """What is wrong with an answer, whatever was sent."""
    said = []
    if status >= 400 and status not in FINE:
        said.append(f"answered {status}")
    if SCRIPT in text:
        said.append("markup that was typed stands on the page")
    return said


@dataclass
class Found:
    """A form of a page: what kind of thing each of its fields takes, and how it is filled in so that it is accepted."""

    endpoint: str
    method: str
    path: str
    form: Form
    kinds: dict[str, str]
    options: dict[str, list[str]]
    accepted: bool = False
    day: str = ""
    pick: int = 0

    def filled(self, **by_kind: str | None) -> list[tuple[str, str]]:
        """What would be sent: `by_kind` into every field of that kind, something sensible into the others."""
        pairs = []
        for name, kind in self.kinds.items():
            given = by_kind.get(kind)
            if given is not None:
                pairs.append((name, given))
            elif kind in ("choice", "carried", "hidden"):
                pairs += self._as_shown(name, kind)
            else:
                shown = self.form.value(name)
                day = SHAPED["born"] if "month" in self.kinds.values() else self.day
                sensible = {**SHAPED, "words": "Words", "number": "12", "day": day, "time": "00:00"}
                pairs.append((name, shown or SHAPED.get(name) or sensible.get(kind) or ""))
        return pairs + self._button()

    def _as_shown(self, name: str, kind: str) -> list[tuple[str, str]]:
        if kind == "choice":
            offered = self.options[name]
            if self.pick >= AS_SHOWN:
                return [pair for pair in self.form.values if pair[0] == name]
            value = "day" if "day" in offered and self.pick else offered[self.pick % len(offered)]
            return [(name, value)]
        return [(name, self.form.value(name) or "")]

    def _button(self) -> list[tuple[str, str]]:
        pressed = self.form._pressed(None)
        name = attribute(pressed, "name") if pressed is not None else ""
        return [(name, attribute(pressed, "value"))] if name and pressed is not None else []

    def has(self, *kinds: str) -> list[str]:
        return [name for name, kind in self.kinds.items() if kind in kinds]


def kind_of(control: Tag) -> str:
    name, kind = attribute(control, "name"), attribute(control, "type", "text").lower()
    if name in ("csrf_token", "form_id", "version"):
        return "carried"
    if control.name == "select" or kind in ("radio", "checkbox"):
        return "choice"
    if name.endswith("-zone"):
        return "zone"
    if name.endswith("-wall"):
        return "wall"
    if name.rsplit("-", 1)[-1] in ("day", "month", "year"):
        return name.rsplit("-", 1)[-1]
    if name in SHAPED:
        return "shaped"
    if kind == "hidden":
        return "hidden"
    if kind == "date":
        return "day"
    if kind == "file":
        return "file"  # nothing is typed there, and a browser never shows it again
    if kind in ("time", "number"):
        return kind
    return "number" if attribute(control, "inputmode") in ("decimal", "numeric") else "words"


def forms_of(app: Flask, page: Answer) -> Iterator[Found]:
    where = app.url_map.bind("localhost")
    for form in page.forms():
        parts = urlsplit(form.action)
        try:
            endpoint, _ = where.match(parts.path, method=form.method)
        except HTTPException:  # a form that leads nowhere is another test's to find
            continue
        kinds: dict[str, str] = {}
        options: dict[str, list[str]] = {}
        for control in form.controls:
            name = attribute(control, "name")
            if not name or control.name == "button" or attribute(control, "type") in ("submit", "button"):
                continue
            kinds[name] = kind_of(control)
            if kinds[name] == "choice":
                parts_of = control("option") if control.name == "select" else [control]
                options.setdefault(name, []).extend(attribute(part, "value", "on") for part in parts_of)
        path = parts.path + (f"?{parts.query}" if parts.query and form.method == "POST" else "")
        yield Found(str(endpoint), form.method, path, form, kinds, options)


def all_forms(app: Flask, client: Client, ids: dict[str, Any], only: str = "") -> list[Found]:
    """Every form there is for who is signed in; the same one on several pages counts once.

    :param only: the one page that is opened, for controls.
    """
    found: dict[tuple[str, str, tuple[str, ...]], Found] = {}
    for url in (url for endpoint, url in addresses(app, ids) if only in ("", endpoint)):
        page = client.get(url, follow=False)
        if page.status == 200 and page.is_html:
            for form in forms_of(app, page):
                found.setdefault((form.method, form.endpoint, tuple(sorted(form.kinds))), form)
    return list(found.values())


def fit(asked: Asked, form: Found) -> None:
    """Find how the form is accepted with plain words, so that odd ones reach as far as they can."""
    today = now().date()
    for pick in (1, 0, 2, AS_SHOWN):
        for days in (0, 2, -2):
            form.day, form.pick = (today + timedelta(days=days)).isoformat(), pick
            if asked.send(form, form.filled(), "plain words")[0] < 400:
                form.accepted = True
                return
            if not form.has("day"):
                break


TURNS = 4


def _share(odds: Sequence[T], turn: int | None) -> Sequence[T]:
    """Of what is read alike in every form, what falls to one of forms that stand beside each other."""
    return odds if turn is None else odds[turn % min(TURNS, len(odds)) :: TURNS]


def try_what_databases_take(asked: Asked, form: Found, turn: int | None = None) -> None:
    """What each engine might take otherwise, in every field at once; days and times out of its bounds."""
    for case, text in {**WORDS, **ANYWHERE}.items():
        if case in DATABASES_DIFFER and form.has(*EVERYWHERE):
            asked.send(form, form.filled(**dict.fromkeys(EVERYWHERE, text)), f"{case} everywhere")
    _try_moments(asked, form, turn)
    _try_carried(asked, form, ("9" * 400, "x\0"))


def _try_moments(asked: Asked, form: Found, turn: int | None) -> None:
    if form.has("day", "time", "zone", "wall"):
        for day, time, zone, wall in _share(MOMENTS, turn):
            parts = dict(zip(("year", "month", "day"), day.split("-"), strict=False))
            whole = parts if form.has("month") else {"day": day}
            asked.send(form, form.filled(**whole, time=time, zone=zone, wall=wall), f"{day} {time}")


def _try_carried(asked: Asked, form: Found, odds: Sequence[str]) -> None:
    whole_form = form.filled()
    for odd in odds:
        carried = [
            (n, v if n == "csrf_token" or form.kinds.get(n) != "carried" else odd) for n, v in whole_form
        ]
        if carried != whole_form:
            asked.send(form, carried, f"form id and version {odd[:20]!r}")


def try_everything(asked: Asked, form: Found, turn: int | None = None) -> None:
    """Every odd thing that this form has a field for.

    :param turn: which share of what is read alike in every form; None: all of it. Forms that stand beside each other
        take turns, so that each reader of fields meets all of it, and each form a quarter.
    """
    words = form.has("words")
    if words:
        for case, text in WORDS.items() if turn is None else [*_share(ALONE_TOO, turn), LINES, TOGETHER]:
            status, page = asked.send(form, form.filled(words=text), case)
            if status == 422 and "\0" not in text and not keeps(form, page, text):
                asked.faults.append(f"{form.endpoint} with {case}: the typing is gone from the page")
        _try_to_the_letter(asked, form)
    if form.has(*EVERYWHERE):
        for case, text in _share([*ANYWHERE.items(), ("injection", WORDS["injection"]), ("NUL", "\0")], turn):
            asked.send(form, form.filled(**dict.fromkeys(EVERYWHERE, text)), f"{case} everywhere")
    _try_moments(asked, form, turn)
    if form.has("choice"):
        for unknown in _share(UNKNOWN, turn):
            asked.send(form, form.filled(choice=unknown), f"the choice {unknown[:20]!r}")
    whole_form = form.filled()
    token = [pair for pair in whole_form if pair[0] == "csrf_token"]
    without = [pair for pair in whole_form if pair[0] != "csrf_token"]
    for pairs, case in _share(
        ((token, "nothing but its token"), (whole_form + without, "everything twice")), turn
    ):
        asked.send(form, pairs, case)
    _try_carried(asked, form, _share(("", "9" * 400, "-1", "x\0", "²", SCRIPT), turn))
    free = form.has("words", "shaped", "hidden")
    if free:
        body = urlencode([pair for pair in whole_form if pair[0] != free[0]]).encode()
        for odd in _share(
            (b"%ED%A0%80", b"%FF", b"\xc3\x28"), turn
        ):  # half a pair of characters; no character; cut short
            raw = body + b"&" + quote_plus(free[0]).encode() + b"=" + odd
            if (form.method == "POST" or odd.isascii()) and asked.send(form, raw, f"bytes {odd!r}")[0] != 400:
                asked.faults.append(f"{form.endpoint}: bytes {odd!r}, which are no UTF-8, were not refused")


def _try_to_the_letter(asked: Asked, form: Found) -> None:
    """A text of all sorts in every field for words, no two alike, as long as each takes: all are kept as sent."""
    if asked.kept is None or form.method == "GET":
        return
    sent = {name: marked(f"{number} {TOGETHER[1]}") for number, name in enumerate(form.has("words"))}
    for _ in range(3):  # as often as one field is said to be too long after the other
        asked.kept.texts.clear()
        pairs = [(name, sent.get(name, value)) for name, value in form.filled()]
        status, page = asked.send(form, pairs, "all others to the letter")
        for name, most in (longest := TOO_LONG.findall(page) if status == 422 else []):
            sent[name] = marked(sent[name].removeprefix(BEGIN)[: int(most) - len(marked(""))])
        if not longest:
            break
    if status < 400:
        gone = {name for name, text in sent.items() if not any(text in each for each in asked.kept.ours)}
        gone -= ELSEWHERE.get(form.endpoint, set())
        wrong = asked.kept.otherwise(sent.values()) + [f"{name} is not kept as sent" for name in sorted(gone)]
        asked.faults += [f"{form.endpoint}: {said}" for said in wrong]
        asked.to_the_letter += bool(asked.kept.ours)


def keeps(form: Found, page: str, text: str) -> bool:
    """Whether what was typed into the fields for words still stands on a page that sends the form back."""
    typed = [
        control
        for control in form.form.controls
        if form.kinds.get(attribute(control, "name")) == "words" and attribute(control, "type") != "password"
    ]
    shown = re.sub(r"\r\n?", "\n", page)
    kept = str(escape(re.sub(r"\r\n?", "\n", text)))
    return shown.count(kept) >= len({attribute(control, "name") for control in typed})


def nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on a request that would be kept gets as far as the database takes it, and is rolled back."""

    def finish(keep: bool) -> bool:
        if keep and g.get("db_writing"):
            session().flush()
        g.pop("db_ledger", None)
        return database.finish(False)

    monkeypatch.setattr(edge, "finish", finish)
    # Tries are counted in a transaction of their own; here they would soon end in nothing but 429.
    monkeypatch.setattr(throttle, "spend", lambda *_, **__: None)
