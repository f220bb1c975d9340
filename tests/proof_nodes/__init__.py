"""Several machines on one database, under load: `make proof-nodes`."""
