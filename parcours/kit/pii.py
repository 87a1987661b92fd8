"""What a model declares of the personal data it holds.

`tests/test_architecture.py` refuses a model that declares nothing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pii:
    """Personal data held: which fields, why they are needed, and until when they are kept."""

    fields: tuple[str, ...]
    why: str
    until: str


NO_PII = Pii(fields=(), why="", until="")
