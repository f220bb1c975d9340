"""What was agreed: one list of who does what, and by when."""
