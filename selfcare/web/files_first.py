"""The files of a form, looked at before anybody's turn to write: a photo takes a moment to be drawn anew."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue

from selfcare.web.access import Area, Level, Permit, View, me, own_panel


def looked_at(area: Area, look: Callable[[Permit, UUID], Any]) -> Callable[[View], View]:
    """Over an access mark: what `look` makes of the form's files is in `brought()`. Nobody waits to write meanwhile.

    :param look: called with a permit and its account, and only for who may add to `area`.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def first(**values: Any) -> ResponseReturnValue:
            account = me()
            permit = own_panel(account).permits.get(values["person_id"]) if account else None
            if permit is not None and account is not None and permit.may(area, Level.ADD):
                g.files_brought = look(permit, account.account_id)
            return view(**values)

        return first

    return mark


def brought() -> Any:
    """What was made of the files of the form that is answered now; None: nobody looked."""
    return g.files_brought if "files_brought" in g else None
