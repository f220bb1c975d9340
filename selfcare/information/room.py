"""The room of good information."""

from selfcare.web.room import Room

room = Room("information", __name__)
