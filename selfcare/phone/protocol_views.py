"""What a phone's service worker says to the server: where its script is, and who is signed in."""

import json
from pathlib import Path
from uuid import UUID

from flask import current_app, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from selfcare.database import now
from selfcare.phone.push_texts import told
from selfcare.phone.room import room
from selfcare.phone.shell import listing
from selfcare.web import once
from selfcare.web.access import SignedIn, me, public, signed_in


@room.get("/phone/session")
@public
def session() -> ResponseReturnValue:
    """Asked before anything that waited is sent: {account: id or null, token, time: by the clock that counts}."""
    account = me()
    return jsonify(
        account=account and str(account.account_id),
        token=generate_csrf() if account else None,
        time=now().isoformat(),
    )


@room.get("/phone/had/<uuid:form_id>")
@signed_in()
def had(user: SignedIn, form_id: UUID) -> ResponseReturnValue:
    """Whether a form has arrived: as a replay is told, or {location: null}. Asked before its words are sent again."""
    return jsonify(once.remembered(user.account_id, form_id) or {"location": None})


@room.get("/service-worker.js")
@public
def service_worker() -> ResponseReturnValue:
    """The worker's script, after a line that says what it may keep and show. Any byte that changes is a new version.

    A browser asks with every page whether there is one: where there is none, no more is said than that (304).
    """
    script = Path(current_app.config["SETTINGS"].static_build, "sw.js").read_text()
    answer = make_response(f"self.SHELL={json.dumps({**listing(), 'told': told()})};\n{script}")
    answer.mimetype = "text/javascript"
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Service-Worker-Allowed"] = "/"
    answer.add_etag()
    return answer.make_conditional(request)
