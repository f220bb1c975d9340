"""Letters and pictures that people keep, and results as they were told."""
