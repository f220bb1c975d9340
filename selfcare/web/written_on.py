"""The day on which a form was filled in, which may have waited on a phone since."""

from datetime import date, timedelta

from flask import request

from selfcare.web.access import Permit

KEPT = timedelta(days=60)  # a phone that says it kept a form for longer has a wrong clock


def written_on(permit: Permit) -> date:
    """As the phone that kept it says (static/sw/post.js); else today, where the person lives."""
    today = permit.today()
    try:
        said = date.fromisoformat(request.form.get("written-wall", "")[:10])
    except ValueError:
        return today
    return said if today - KEPT <= said <= today + timedelta(days=1) else today
