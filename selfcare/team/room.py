"""The room itself, which all files of views hang their pages on."""

from selfcare.web.room import Room

room = Room("team", __name__)
