"""The proof that nothing is lost and nothing happens twice between a phone and the server (`make proof-offline`)."""
