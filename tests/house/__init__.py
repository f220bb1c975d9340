"""The rules of the house, and proof that what checks them can fail."""
