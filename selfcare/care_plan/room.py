"""The room of the plan, and its addresses."""

from selfcare.web.room import Room

room = Room("care_plan", __name__)
BASE = "/people/<uuid:person_id>/plan/"
LINE = BASE + "lines/<uuid:plan_line_id>/"
ONE = BASE + "changes/<uuid:change_id>/"
OWN = BASE + "changes/<uuid:plan_draft_id>/"
