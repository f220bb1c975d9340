"""Getting ready for a visit: one page, any order, kept as one goes. No tables of its own."""
