"""Hospital stays as somebody told them: where, when, planned or not, and from whom it is known."""
