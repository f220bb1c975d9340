"""The room itself, which the files of views hang their pages on."""

from selfcare.web.room import Room

room = Room("notifications", __name__)
