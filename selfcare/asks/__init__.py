"""Asks: somebody asks for help near by, and each ask has a name beside it, a day, and an end. No chat."""
