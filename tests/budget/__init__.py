"""What a budget is held to."""
