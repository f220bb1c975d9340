"""Requests to get in touch."""
