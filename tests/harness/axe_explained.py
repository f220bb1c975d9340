"""What axe cannot decide by itself and a person has, with the reason: (rule, part of the selector) -> why it is fine.

Only *incomplete* findings can be explained. A violation is always mended.
"""

EXPLAINED: dict[tuple[str, str], str] = {}
