"""Filing: a report, typed by a professional, given its release and told to those concerned."""
