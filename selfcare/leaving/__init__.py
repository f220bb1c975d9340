"""Taking everything away, and having it erased: what this room does reaches into every other's tables."""
