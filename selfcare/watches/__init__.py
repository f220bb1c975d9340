"""Watching something for a while: chosen, or proposed by the team; paused, ended by itself; and reminders to log it."""
