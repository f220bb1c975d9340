"""The room's pages hang on this; `views` brings them all."""

from selfcare.web.room import Room

room = Room("about_me", __name__)
