"""When a door is open: texts in OpenStreetMap's syntax (`opening_hours`), read, asked, written, put in a calendar.

What is not known is said: an empty text, an "unknown" part and a note without times ("by appointment") are "unknown",
never "closed". What no calendar of school holidays decides is unknown too.
"""

from parcours.engines.hours.door import Hours, HoursError, State, read
from parcours.engines.hours.french import read_french
from parcours.engines.hours.ical import calendar
from parcours.engines.hours.week import Day, Range, Week, from_weekly

__all__ = ["Day", "Hours", "HoursError", "Range", "State", "Week", "calendar", "from_weekly", "read", "read_french"]
