"""The room itself, which both files of views hang their pages on."""

from selfcare.web.room import Room

room = Room("requests", __name__)
