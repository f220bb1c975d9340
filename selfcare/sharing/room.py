"""The room itself, which its files of views hang their pages on."""

from selfcare.web.room import Room

room = Room("sharing", __name__)
BASE = "/people/<uuid:person_id>/summary/"
