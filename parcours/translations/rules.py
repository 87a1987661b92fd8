"""What a translation must hold to be accepted."""

import re
from collections import Counter

REFERENCE = re.compile(r"\{\w+:[^{}]+\}")


def lost_references(source: str, text: str) -> list[str]:
    """References such as `{figure:…}` that one of the two texts holds and the other does not."""
    ours, theirs = Counter(REFERENCE.findall(source)), Counter(REFERENCE.findall(text))
    return sorted((ours - theirs) + (theirs - ours))
