"""How a file is to be read: of which source it is, of which day, and what its columns hold."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from parcours.census.formats.columns import COLUMNS, column_named
from parcours.directory.choices import SourceKind
from parcours.directory.models import Source
from parcours.engines.words import fold
from parcours.imports.models import Batch
from parcours.kit.widgets import PlainSelect, day_input

# Whoever writes by hand sends no file.
FILE_KINDS = [choice for choice in SourceKind.choices if choice[0] not in (SourceKind.OWNER, SourceKind.OFFICE)]
LONGEST_KEY = 80


class ReadingForm(forms.Form):
    """`options` is what the batch keeps of it, in the shape that `census.importers` reads."""

    source = forms.ChoiceField(label=_("Source"), required=False)
    title = forms.CharField(label=_("Title of a new source"), max_length=120, required=False)
    publisher = forms.CharField(label=_("Who publishes the new source"), max_length=200, required=False)
    source_kind = forms.ChoiceField(label=_("What the new source is"), choices=FILE_KINDS, required=False)
    observed_on = forms.DateField(
        label=_("Day of the data"),
        widget=day_input(),
        help_text=_("For the rows that have no date of their own. Between two sources of one rank the latest wins."),
    )
    is_full = forms.BooleanField(
        label=_("This file is the whole list of its source"),
        help_text=_("The preview then says which records of the source are gone. Nothing is ever deleted for it."),
        required=False,
    )
    closes_gone = forms.BooleanField(label=_("Mark the services that are gone as closed"), required=False)

    def __init__(
        self, data: Any = None, *, batch: Batch, kind: str, samples: Mapping[str, Sequence[Any]], today: Any
    ) -> None:
        options = batch.options
        super().__init__(data, initial=_initial(batch, today))
        self.options, self.kind, self.samples = options, kind, samples
        sources = Source.objects.exclude(kind__in=[SourceKind.OWNER, SourceKind.OFFICE])
        self.fields["source"].choices = [("", _("a new source")), *((one.key, one.title.text) for one in sources)]
        choices = [("", _("leave out")), *((column.name, str(column.label)) for column in COLUMNS[kind])]
        for number, header in enumerate(options["headers"] if "columns" in options else []):
            chosen = options["columns"].get(header, "")
            version = column_named(kind, chosen)
            own = [] if version in (None, *COLUMNS[kind]) else [(chosen, str(version.label))]
            attrs = {"aria-label": gettext("What the column “%(header)s” holds") % {"header": header}}
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=header, choices=[*choices, *own], initial=chosen, required=False, widget=PlainSelect(attrs=attrs)
            )

    def own_fields(self) -> list[Any]:
        """All but the columns."""
        return [self[name] for name in self.fields if not name.startswith("column_")]

    def columns(self) -> Iterator[tuple[Any, str]]:
        """Each column's field, and what its first cells hold."""
        for name, field in self.fields.items():
            if name.startswith("column_"):
                yield self[name], " · ".join(str(cell)[:40] for cell in self.samples.get(str(field.label), ())[:3])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("source") and not cleaned.get("title"):
            self.add_error("title", _("Choose a source, or give a new one its title."))
        elif not cleaned.get("source") and Source.objects.filter(key=_key(cleaned["title"])).exists():
            self.add_error(
                "title", _("There is a source of this name already: choose it in the list, or rename this one.")
            )
        taken: dict[str, str] = {}
        for name, field in self.fields.items():
            chosen = cleaned.get(name) if name.startswith("column_") else ""
            if chosen and chosen in taken:
                said = gettext("“%(one)s” holds this already: choose one of the two.") % {"one": taken[chosen]}
                self.add_error(name, said)
            elif chosen:
                taken[chosen] = str(field.label)
        if "columns" in self.options and "name" not in taken:
            self.add_error(None, _("One column must hold the name."))
        return cleaned

    def chosen(self) -> dict[str, Any]:
        """The options of the batch, once the form is valid."""
        cleaned = self.cleaned_data
        columns = {str(self.fields[name].label): cleaned[name] for name in self.fields if name.startswith("column_")}
        return {
            **self.options,
            **({"columns": columns} if columns else {}),
            "source": self._source(),
            "observed_on": cleaned["observed_on"].isoformat(),
            "is_full": cleaned["is_full"] or cleaned["closes_gone"],
            "closes_gone": cleaned["closes_gone"],
        }

    def _source(self) -> dict[str, str]:
        cleaned = self.cleaned_data
        if cleaned["source"]:
            known = Source.objects.get(key=cleaned["source"])
            return {"key": known.key, "title": known.title.source_text}
        title, key = cleaned["title"], _key(cleaned["title"])
        kind = cleaned["source_kind"] or SourceKind.LIST
        return {"key": key, "title": title, "publisher": cleaned["publisher"], "kind": kind}


def _key(title: str) -> str:
    return slugify(fold(title).replace("'", " "))[:LONGEST_KEY].strip("-") or "source"


def _initial(batch: Batch, today: Any) -> dict[str, Any]:
    """As the file, or the last one like it, was read; the same file keeps its day."""
    options = batch.options
    source = options.get("source", {})
    is_known = Source.objects.filter(key=source.get("key", "")).exists()
    same = Batch.objects.applied_before(sha256=batch.sha256, kind=batch.kind).first()
    return {
        "source": source.get("key", "") if is_known else "",
        "title": "" if is_known else source.get("title", ""),
        "publisher": "" if is_known else source.get("publisher", ""),
        "source_kind": source.get("kind", SourceKind.LIST),
        "observed_on": same.options.get("observed_on") if same else today,
        "is_full": options.get("is_full", False),
        "closes_gone": options.get("closes_gone", False),
    }
