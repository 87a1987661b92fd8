"""Words that stand for a record in an address."""

from collections.abc import Container


def free_key(stem: str, taken: Container[str]) -> str:
    """The stem, or the stem with the first number from 2 that nobody has: "cycle", "cycle-2"."""
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key
