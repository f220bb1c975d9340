"""Decisions made together: options, what was told of them, what matters."""
