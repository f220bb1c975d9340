"""Pages that a phone keeps or fills in by itself. What it says to the server stands in `protocol_views`."""

from uuid import UUID

from flask import abort, jsonify, make_response
from flask.typing import ResponseReturnValue

from selfcare import i18n
from selfcare.database import now
from selfcare.phone import install_views as install_views
from selfcare.phone import protocol_views as protocol_views
from selfcare.phone import shortcuts
from selfcare.phone.offline_pages import kept
from selfcare.phone.room import room
from selfcare.phone.shell import shell
from selfcare.web import pages
from selfcare.web.access import Kind, SignedIn, own_panel, public, signed_in

__all__ = ["room"]


@room.get("/offline/<language>/")
@public
def offline(language: str) -> ResponseReturnValue:
    """The shell in one language."""
    if language not in i18n.LANGUAGES:
        abort(404)
    return make_response(shell().pages[language])


@room.get("/waiting/")
@public
def waiting() -> ResponseReturnValue:
    """What waits to be sent. The phone itself fills it in; without one, nothing is kept."""
    return pages.show("phone/waiting.html")


@room.get("/waiting/saved/<uuid:form_id>")
@public
def saved_here(form_id: UUID) -> ResponseReturnValue:
    """What was kept on this phone just now (picture 02b). Filled in there, as `waiting`."""
    return pages.show("phone/waiting.html")


@room.get("/phone/pages")
@signed_in(Kind.PERSON)
def pages_to_keep(user: SignedIn) -> ResponseReturnValue:
    """All forms of this account, as its phone keeps them."""
    panel = own_panel(user)
    return jsonify(
        account=str(user.account_id),
        as_of=now().isoformat(),
        language=i18n.code(),
        people={
            str(permit.person_id): {"name": permit.person_name, "self": permit.is_self}
            for permit in panel.permits.values()
        },
        pages=kept(panel),
        shortcuts=shortcuts.only(panel.permits.values()),
    )


@room.get("/phone/")
@signed_in(Kind.PERSON)
def this_phone(_user: SignedIn) -> ResponseReturnValue:
    """What is kept on this phone. The phone says it; here are the words for it."""
    return pages.show("phone/this_phone.html")
