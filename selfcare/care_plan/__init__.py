"""The plan that a person and their key contact make together."""
