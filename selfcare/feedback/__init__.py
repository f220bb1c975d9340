"""What people say about the service and this app, and what was done about it."""
