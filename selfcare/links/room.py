"""The room itself, which its files of views hang their pages on."""

from selfcare.web.room import Room

room = Room("links", __name__)
BASE = "/people/<uuid:person_id>/links/"
