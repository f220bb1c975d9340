"""Nothing that is typed into a record was before the person's birth: the year was mistyped, and the form says so."""

from collections.abc import Callable

import pytest

from tests.filing.clinic import Clinic
from tests.harness.client import Client

WHEN = {"when": "day", "when-date": "1926-03-27", "when-time": "08:40"}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("who", "page", "typed"),
    [
        ("amina", "contacts/add", WHEN),
        ("amina", "appointments/add", {"day": "1926-03-27"}),
        ("amina", "results/type", {"taken_date": "1926-03-27", "issued_date": "1926-03-28"}),
        ("rosas_account", "diary/note", WHEN),
        ("rosas_account", "appointments/add", {"day": "1926-03-27"}),
    ],
)
def test_a_date_before_birth_is_refused_with_a_sentence(
    clinic: Clinic, new_client: Callable[..., Client], who: str, page: str, typed: dict[str, str]
) -> None:
    """A visit in 1926 was kept for somebody born in 1962."""
    client = new_client()
    client.sign_in(getattr(clinic, who))
    answer = client.get(f"/people/{clinic.rosa}/{page}")
    form = next(
        one
        for one in answer.forms()
        if any(one.value(name) is not None or one._named(name) for name in typed)
    )
    again = form.submit("File this report" if page == "results/type" else None, **typed)
    assert again.status == 422
    says = "before you were born" if who == "rosas_account" else "before Rosa was born"
    assert any(says in error for error in again.errors), again.errors
