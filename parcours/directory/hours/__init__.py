"""Opening hours for people: in words, and in a form."""

from parcours.directory.hours.fields import HoursField
from parcours.directory.hours.words import Line, describe, explain, now_words

__all__ = ["HoursField", "Line", "describe", "explain", "now_words"]
