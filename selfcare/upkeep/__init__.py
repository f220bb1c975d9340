"""What keeps the record safe: backups and the way back from one, what is tidied, what is done at night."""
