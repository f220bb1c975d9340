"""The proof: tests by room, journeys in a real browser, and the rules of the house."""
