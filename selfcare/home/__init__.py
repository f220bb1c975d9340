"""Home: Today, whose record this is for, the inbox, more, whom to call. No tables of its own."""
