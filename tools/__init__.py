"""Tools that make and check what the repository holds; nothing of Selfcare imports them."""
