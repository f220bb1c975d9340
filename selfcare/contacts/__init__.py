"""Contacts: what the key contact did and said, how often they are in touch, and when the next contact is due."""
