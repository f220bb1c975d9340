"""The room itself, which both files of views hang on, and the bounds of a message."""

from dataclasses import replace

from flask import current_app

from selfcare.fhir.limits import Limits
from selfcare.web.room import Room

room = Room("fhir", __name__)


def limits() -> Limits:
    """The bounds of a message, with the setting for its size."""
    return replace(Limits(), body=current_app.config["SETTINGS"].fhir_limit)
