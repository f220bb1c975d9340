"""The summary: what a person shows their key contact, kept as it was, and who can see things now."""
