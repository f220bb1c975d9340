"""A personal health budget: what there is, what was spent on what, and whether something may be spent."""
