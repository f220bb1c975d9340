"""The room itself, which its files of views hang their pages on."""

from selfcare.web.room import Room

room = Room("people", __name__)
