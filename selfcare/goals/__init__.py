"""Goals: what matters to a person in their own words, how it is going, and how it ended."""
