"""Keys that find the same test again. Both engines index them, and PostgreSQL's index rows have a limit."""

KEY_LENGTH = 200


def key(text: str) -> str:
    """Text without the accidents of white space."""
    return " ".join(text.split())[:KEY_LENGTH]


def name_key(name: str) -> str:
    """The name of a test, whatever its case and white space."""
    return key(name.casefold())
