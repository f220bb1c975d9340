"""A form of the app, sent by somebody whose session has gone, or who must prove who they are; and what is kept then."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Select, func, make_url, select, update

from selfcare.accounts.models import Account, SignIn
from selfcare.database import Base, command, now, session
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.harness.databases import copy
from tests.harness.pages import Answer, Pairs, attribute
from tests.house.odd_input import AS_SHOWN, Found, all_forms

PASSWORD = "larks and stones and rain"
# What signing in leaves behind by itself.
BESIDE = {"sign_in", "known_device", "throttle", "trail"}
TYPED = ("words", "number", "day", "time", "shaped", "choice", "month", "year")
APART = ("csrf_token", "password", "secret")


@dataclass
class Record:
    """A lived-in record that can be put back to how it was, on SQLite."""

    app: Flask
    house: factories.Household
    ids: dict[str, Any]
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        return Path(str(make_url(self.app.extensions["database"].url).database))

    def settle(self) -> None:
        copy(self.path, self.path.with_suffix(".base"))

    def put_back(self) -> None:
        copy(self.path.with_suffix(".base"), self.path)

    def rows(self) -> dict[str, int]:
        """How much there is of everything but of signing in."""
        with self.app.app_context():
            names, counts = _counts()
            return dict(zip(names, session().execute(counts).one(), strict=True))

    def change(self, **values: Any) -> None:
        """Something about the session that began last."""
        with self.app.app_context(), command() as work:
            last = select(SignIn.id).order_by(SignIn.started_at.desc()).limit(1).scalar_subquery()
            work.execute(update(SignIn).where(SignIn.id == last).values(**values))


@cache
def _counts() -> tuple[list[str], Select[Any]]:
    tables = [table for name, table in Base.metadata.tables.items() if name not in BESIDE]
    counts = [select(func.count()).select_from(each).scalar_subquery() for each in tables]
    return [each.name for each in tables], select(*counts)


def prepare(app: Flask) -> Record:
    """One of everything, for people who can sign in by a password that is quick to check."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    secrets = {}
    house, ids = lived_in(app, dict.fromkeys(Area, Level.MANAGE))
    with app.test_request_context(), command():
        for who in ("rosa", "leon", "amina", "stranger"):
            account = session().get_one(Account, getattr(house, who).id)
            account.email, account.password_hash = f"{who}@example.net", quick.hash(PASSWORD)
            account.totp_secret = secrets[who] = pyotp.random_base32()
    return Record(app, house, ids, secrets)


@dataclass
class Case:
    """One form, filled in, and what became of it when it was sent as it should be."""

    record: Record
    who: str
    form: Found
    pairs: Pairs
    status: int
    after: dict[str, int]
    silent: str = ""  # where the press led, if nothing there says that it did anything

    @property
    def is_recent(self) -> bool:
        """Whether they must have proved who they are a moment ago."""
        view = self.record.app.view_functions[self.form.endpoint]
        return bool(vars(view)["access"].get("recent"))

    @property
    def typed(self) -> Pairs:
        return [pair for pair in self.pairs if pair[0] not in APART and "password" not in pair[0]]


def _shown(record: Record, client: Client, who: str) -> list[Found]:
    client.sign_in(getattr(record.house, who).id)
    client.get("/account/language")
    record.settle()
    mark = {name: vars(view)["access"]["mark"] for name, view in record.app.view_functions.items()}
    found = all_forms(record.app, client, record.ids)
    return [form for form in found if form.method == "POST" and mark[form.endpoint] != "public"]


def cases(record: Record, client: Client, who: str, but: str = "") -> list[Case]:
    """Every form that somebody is shown, each filled in and sent once as the control. The record is put back.

    :param but: whose forms are left out: what becomes of a helper's is what becomes of the person's.
    """
    known = {form.endpoint for form in _shown(record, client, but)} if but else set()
    found = [form for form in _shown(record, client, who) if form.endpoint not in known]
    return [_control(record, client, who, form) for form in found]


def _control(record: Record, client: Client, who: str, form: Found) -> Case:
    today = now().date()
    for pick in (1, 0, 2, AS_SHOWN):
        for days in (0, 2, -2) if form.has("day") else (0,):
            form.pick, form.day = pick, (today + timedelta(days=days)).isoformat()
            record.put_back()
            pairs = form.filled(words="Felt better on the stairs")
            answer = client.send("POST", form.path, data=pairs, follow=False)
            if answer.status < 400:
                after = record.rows()
                silent = _silent(client.get(answer.location), form) if answer.status == 303 else ""
                return Case(record, who, form, pairs, answer.status, after, silent)
    return Case(record, who, form, pairs, answer.status, record.rows())


# What was chosen to be logged is logged next: the page that follows is for that, and says so in its heading.
# *Not now* saves nothing that anybody reads: it leads to Today. What goes into a link is chosen first.
SAYS_ITSELF = {
    "diary.start_send",
    "diary.tracker_new_send",
    "accounts.not_now",
    "links.begin_send",
    "sharing.hand_begin_send",
}
# What was moved in a list is seen in its new place: the focus is on it there.
MOVES = {"appointments.question_top", "appointments.question_up"}


def _silent(page: Answer, form: Found) -> str:
    """Where a press led, if that page looks as before: nothing on it says that it was saved, and has the focus."""
    says = page.h1 == "Saved." or page.html.select("[autofocus]" if form.endpoint in MOVES else "#done")
    return "" if says or form.endpoint in SAYS_ITSELF else f"{page.h1!r} {page.url}"


def prove(record: Record, page: Answer, who: str) -> Answer:
    """Says on a page who somebody is, as often as it asks."""
    ids = {attribute(form.tag, "id"): form for form in page.forms()}
    if "sign-in" in ids:
        page = ids["sign-in"].submit(email=f"{who}@example.net", password=PASSWORD, follow=False)
    elif "again" in ids:
        said = {"password": PASSWORD}
        if ids["again"].value("code") is not None:
            said["code"] = pyotp.TOTP(record.secrets[who]).at(int(now().timestamp()))
        page = ids["again"].submit(**said, follow=False)
    if any(attribute(form.tag, "id") == "code-form" for form in page.forms()):
        code = pyotp.TOTP(record.secrets[who]).at(int(now().timestamp()))
        page = page.form("code-form").submit(code=code, follow=False)
    return page


def carried(page: Answer) -> Pairs:
    """What a page carries along unseen of a form that was sent."""
    fields = page.html.select('form input[type="hidden"][name^="kept--"]')
    found = [(attribute(each, "name").removeprefix("kept--"), attribute(each, "value")) for each in fields]
    return list(dict.fromkeys(found))


def goes_on(case: Case, page: Answer) -> list[str]:
    """What is wrong with how a form goes on from the page that asked who they are."""
    if page.status != 401:
        return [f"answered {page.status}"]
    wrong = [
        f"{name} is not on the page that asks"
        for name, value in case.typed
        if (name, value) not in carried(page)
    ]
    offer = prove(case.record, page, case.who)
    forms = [form for form in offer.forms() if attribute(form.tag, "id") == "kept"]
    if not forms:
        return [*wrong, f"it is not offered afterwards, but {offer.status} {offer.h1!r}"]
    form = forms[0]
    if urlsplit(form.action).path != case.form.path.partition("?")[0]:
        wrong.append(f"it goes to {form.action}")
    if [pair for pair in form.values if pair[0] != "csrf_token"] != list(dict.fromkeys(case.typed)):
        wrong.append("other fields are offered than were sent")
    first = form.submit(follow=False)
    if case.form.kinds.get("password"):
        if first.status != 422:  # which never goes along, so that it is asked for again
            wrong.append(f"without its password it answers {first.status}")
    elif first.status != case.status or case.record.rows() != case.after:
        wrong.append(f"sent, it answers {first.status} and not {case.status}, or keeps something else")
    if form.value("form_id") and case.status == 303:
        again = form.submit(follow=False)
        # 404: what was pressed took the right to press it away.
        if again.status not in (303, 404) or case.record.rows() != case.after:
            wrong.append("pressed twice, it was kept twice")
    return wrong
