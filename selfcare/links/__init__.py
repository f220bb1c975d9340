"""Links that open a summary anywhere (SMART Health Links): made, listed, opened, ended; and the page that opens any."""
