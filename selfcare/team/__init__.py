"""The team's own pages: its colleagues, its settings, many people added at once."""
