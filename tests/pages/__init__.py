"""People in front of the app, for journeys that read like sentences."""
