"""Who did what to whose record: ids and plain words only, never content."""
