"""The room itself, which all its files of views hang their pages on."""

from selfcare.web.room import Room

room = Room("asks", __name__)
