"""The diary: what a person keeps an eye on, and how it was: symptoms, measurements, notes."""
