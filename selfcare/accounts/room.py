"""The room of accounts, for its several files of views."""

from selfcare.web.room import Room

room = Room("accounts", __name__)
