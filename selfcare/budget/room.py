"""The room itself, which its files of views hang their pages on."""

from selfcare.web.room import Room

room = Room("budget", __name__)
BASE = "/people/<uuid:person_id>/budget/"
ONE = BASE + "<uuid:budget_id>/"
