"""Accounts: signing in, second factor, sessions."""
