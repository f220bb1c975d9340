"""Phone: what the app keeps on a phone, so that it opens and logs without a signal. No tables of its own."""
