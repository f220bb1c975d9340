"""Telling people: inbox rows, and what the outbox will deliver."""
