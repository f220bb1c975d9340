"""The room itself, on which all files of views hang their pages."""

from selfcare.web.room import Room

room = Room("community", __name__)
BASE = "/people/<uuid:person_id>/community/"
ONE = BASE + "<uuid:service_id>/"
SAVED = BASE + "saved/"
ONE_SAVED = SAVED + "<uuid:saved_id>/"
