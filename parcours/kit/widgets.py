"""Form widgets that cost less than Django's own."""

from itertools import groupby
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def day_input() -> forms.DateInput:
    """The browser's own calendar; what stands in it is written as browsers ask, whatever the language."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlainSelect(forms.Select):
    """A list to choose from, written at once; Django renders a template for each option."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (option["value"], SafeString(" selected") if option["selected"] else "", option["label"])
                for _group, group, _index in widget["optgroups"]
                for option in group
            ),
        )
        return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), options)


class PlainCheckboxes(forms.CheckboxSelectMultiple):
    """Boxes to tick, under a heading where choices are grouped; written at once."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        # each choice without a group comes as a group of its own, without name
        grouped = groupby(widget["optgroups"], key=lambda group: group[0])
        groups = [(heading, [option for group in rows for option in group[1]]) for heading, rows in grouped]
        boxes = format_html_join("\n", "<div{}>{}{}</div>", (self._group(heading, rows) for heading, rows in groups))
        return format_html('<div id="{}" class="choices">{}</div>', widget["attrs"].get("id", ""), boxes)

    def _group(self, heading: Any, options: list[dict[str, Any]]) -> tuple[SafeString, SafeString, SafeString]:
        box = '<label><input type="checkbox" name="{}" value="{}"{}> <span>{}</span></label>'
        rows = ((one["name"], one["value"], flatatt(one["attrs"]), one["label"]) for one in options)
        if not heading:
            return SafeString(""), SafeString(""), format_html_join("\n", box, rows)
        named = format_html(' role="group" aria-label="{}"', heading), format_html("<b>{}</b>", heading)
        return *named, format_html_join("\n", box, rows)
