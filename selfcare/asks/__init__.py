"""Asks for help from the community: who has each, what is next and by when, and how it ended."""
