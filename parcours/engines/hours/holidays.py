"""Public holidays, from the calendar that the library of opening hours carries."""

from datetime import date, datetime, time
from functools import lru_cache

from opening_hours import OpeningHours


@lru_cache(maxsize=4)
def _holidays(country: str) -> OpeningHours:
    return OpeningHours("PH 00:00-24:00", country=country)


def is_holiday(day: date, country: str = "FR") -> bool:
    """Whether the day is a public holiday of the whole country (ISO 3166 code)."""
    return bool(_holidays(country).is_open(datetime.combine(day, time(12))))
