"""To a provider and back, through the pages, as the tests of it need."""

from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from selfcare.accounts import links
from selfcare.accounts.models import Account
from selfcare.accounts.models import SignIn as Row
from selfcare.accounts.provider import Said
from selfcare.database import command, session
from tests.accounts.providers import Person
from tests.accounts.test_provider_lies import address, comes
from tests.harness.client import Client
from tests.harness.pages import Answer


def link(app: Flask, account_id: UUID, issuer: str, sub: str) -> None:
    with app.test_request_context(), command() as work:
        links.add(work.get_one(Account, account_id), Said(issuer, sub, False))


def said(where: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(where).query))


def visits(browser: Client, page: Answer, who: str, person: Person | None = None, **how: bool) -> Answer:
    """From the page that leads on, through the provider, and back."""
    where = (person or Person()).says(address(page), who, **how)
    return comes(browser, said(where), "staff" if "/staff/" in where else "people")


def presses(browser: Client, key: str, onward: str = "/account/") -> Answer:
    page = browser.get(f"/sign-in?next={onward}")
    return page.form(f"/sign-in/with/{key}").submit()


def came_in(app: Flask, account_id: UUID) -> list[tuple[str, bool]]:
    with app.app_context():
        rows = select(Row).where(
            Row.account_id == account_id, Row.began == "provider", Row.ended_at.is_(None)
        )
        return [(row.began, row.complete) for row in session().scalars(rows)]
