"""Requests: "please get in touch", from asking to having talked, with the team's promise. No chat, and no triage."""
