"""The form of opening hours: seven days with two ranges each, or one text where a week is not enough."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parcours.directory.hours.words import day_name, explain
from parcours.engines.hours import Hours, HoursError, Range, Week, from_weekly, read
from parcours.engines.hours.week import ALL_WEEK, MIDNIGHT, overlap
from parcours.kit.punctuation import colon

RANGES_SHOWN = 2
# Later than this the closing time of a day that ends after midnight is more likely a slip of the pen.
LATEST_NIGHT = time(6)
TYPED_TIME = re.compile(r"(?P<hour>\d\d?)\s?(?:[:.hH]\s?(?P<minute>[0-5]\d)?)?(?::00)?")


class Slip(ValueError):
    """What a person typed for a day is no hours; the message says how to mend it."""


@dataclass(frozen=True)
class TypedDay:
    """Opening and closing times as they were typed, for each range, and whether the day is ticked as closed."""

    times: tuple[tuple[str, str], ...] = (("", ""),) * RANGES_SHOWN
    is_closed: bool = False

    def ranges(self) -> tuple[Range, ...]:
        """The ranges in order. Raises Slip."""
        ranges = tuple(_range(*pair) for pair in self.times if any(pair))
        if ranges and self.is_closed:
            raise Slip(gettext("it is closed or it has hours, not both."))
        if overlap(ranges):
            raise Slip(gettext("the second hours begin before the first ones end."))
        return ranges

    @property
    def slip(self) -> str:
        try:
            self.ranges()
        except Slip as slip:
            return str(slip)
        return ""


def _range(opens: str, closes: str) -> Range:
    if not opens or not closes:
        raise Slip(gettext("give both times, when it opens and when it closes."))
    found = Range(_time(opens), _time(closes))
    if LATEST_NIGHT < found.closes <= found.opens or found.opens == found.closes != MIDNIGHT:
        raise Slip(gettext("it closes before it opens."))
    return found


def _time(text: str) -> time:
    match = TYPED_TIME.fullmatch(text.strip())
    hour, minute = (int(match["hour"]), int(match["minute"] or 0)) if match else (99, 0)
    if hour > 24 or (hour == 24 and minute):
        raise Slip(gettext("“%(time)s” is not a time: write 09:00.") % {"time": text[:20]})
    return time(hour % 24, minute)


@dataclass(frozen=True)
class TypedHours:
    """All that a person typed; the text counts where it is filled."""

    days: tuple[TypedDay, ...] = (TypedDay(),) * 7
    closed_on_holidays: bool = False
    closed_in_school_holidays: bool = False
    note: str = ""
    text: str = ""

    @classmethod
    def of(cls, text: str) -> "TypedHours":
        """What a person would have typed to say this; the text itself where it says more than a week."""
        try:
            week = Hours(text).weekly()
        except HoursError:
            week = None
        if week is None or any(len(ranges) > RANGES_SHOWN for ranges in week.days):
            return cls(text=text)
        days = tuple(
            TypedDay(
                (*((f"{one.opens:%H:%M}", f"{one.closes:%H:%M}") for one in ranges), ("", ""), ("", ""))[:RANGES_SHOWN],
                # an empty day is closed; the tick is only needed where every day is
                is_closed=not any(week.days),
            )
            for ranges in week.days
        )
        return cls(days or cls.days, week.closed_on_holidays, week.closed_in_school_holidays, week.note)

    def written(self) -> str:
        """In OpenStreetMap's syntax; "" when nothing was typed. Raises ValidationError, with an error for each day."""
        if self.text and replace(self, text="") != TypedHours():
            raise ValidationError(gettext("Fill in the week or write the hours as a text, not both."))
        slips = [(number, day.slip) for number, day in enumerate(self.days) if day.slip]
        if slips:
            messages = (f"{day_name(number)}{colon()}{slip}" for number, slip in slips)
            raise ValidationError([ValidationError(message) for message in messages])
        days = tuple(day.ranges() for day in self.days) if self.days != TypedHours.days else ()
        week = Week(days, self.closed_on_holidays, self.closed_in_school_holidays, self.note)
        try:
            return read(self.text or from_weekly(week))
        except HoursError as error:
            raise ValidationError(explain(error)) from None


def _typed(value: TypedHours | str | None) -> TypedHours:
    return value if isinstance(value, TypedHours) else TypedHours.of(value or "")


def _is_read(text: str) -> bool:
    try:
        read(text)
    except HoursError:
        return False
    return True


class HoursWidget(forms.Widget):
    """A group of fields; without JavaScript, with the keyboard and on a phone."""

    template_name = "directory/hours_widget.html"
    use_fieldset = True

    def id_for_label(self, id_: str | None) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        typed = _typed(value)
        context = super().get_context(name, value, attrs)
        days = [
            {"number": number, "name": day_name(number), "typed": day, "slip": "" if typed.text else day.slip}
            for number, day in enumerate(typed.days)
        ]
        context["widget"] |= {
            "typed": typed,
            "days": days,
            "id": context["widget"]["attrs"].get("id", f"id_{name}"),
            "text_is_wrong": bool(typed.text) and not _is_read(typed.text),
        }
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> TypedHours:
        def typed(part: str) -> str:
            return str(data.get(f"{name}_{part}") or "").strip()

        days = tuple(
            TypedDay(
                tuple((typed(f"{number}_{one}_opens"), typed(f"{number}_{one}_closes")) for one in range(RANGES_SHOWN)),
                bool(typed(f"{number}_closed")),
            )
            for number in ALL_WEEK
        )
        return TypedHours(days, bool(typed("PH")), bool(typed("SH")), typed("note"), typed("text"))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}_") for key in data)


class HoursField(forms.Field):
    """Cleans to a text in OpenStreetMap's syntax; "" for hours that are not known."""

    widget = HoursWidget
    default_error_messages = {"required": _("Give the opening hours.")}

    def clean(self, value: TypedHours | str | None) -> str:
        text = _typed(value).written()
        if self.required and not text:
            raise ValidationError(self.error_messages["required"], code="required")
        return text

    def has_changed(self, initial: str | None, data: TypedHours | None) -> bool:
        if self.disabled or data is None:
            return False
        try:
            return data.written() != _typed(initial).written()
        except ValidationError:
            return True
