"""What tests stand on: databases, a client that behaves like a browser, servers, real browsers, and their checks."""
