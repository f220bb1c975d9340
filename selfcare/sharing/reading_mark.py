"""The access mark of what somebody reads who was handed one summary: that summary, and nothing else of the record."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue

from selfcare import security_log
from selfcare.sharing import handed, handing
from selfcare.web.access import keep_mark, me, to_sign_in

View = Callable[..., ResponseReturnValue]


def on_shared_summary(view: View) -> View:
    """Whoever came in with the code of a summary may call this view while it may be read; it gets the `Reading`.

    Another's summary, one that ended and one that never was are the same 404. Each look is noted for the person.
    """

    @wraps(view)
    def marked(*, handed_id: UUID, **values: Any) -> ResponseReturnValue:
        account = me()
        if account is None:
            return to_sign_in()
        found = handed.reading(account, handed_id) if account.kind in handing.READERS else None
        if found is None:
            security_log.note("not-allowed", account.account_id, of=request.endpoint)
            abort(404)
        handing.opened(found)
        return view(found, **values)

    return keep_mark(marked, mark="on_shared_summary")
