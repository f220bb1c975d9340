"""People: persons with a record, teams, relationships and the rights in them, invitations."""
