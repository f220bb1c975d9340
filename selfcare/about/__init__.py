"""About: the pages that people must be given, on data, cookies, accessibility, terms, help, and who answers."""
