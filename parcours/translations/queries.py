"""Where translations stand, counted by the database: it derives a text's state exactly as `Translated.state` does."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, overload

from django.db.models import CharField, Count, Func, IntegerField, Model, Q, QuerySet, Value
from django.utils.translation import gettext

from parcours.translations.choices import TranslationState
from parcours.translations.fields import TranslatedField
from parcours.translations.sections import (
    Section,
    model_key,
    model_label,
    rows,
    sections_of,
    translated_fields,
    translated_models,
)


class StateIn(Func):
    """The state of a `TranslatedField` in a language; NULL where there is nothing to translate."""

    arity = 1
    output_field = CharField()
    sql = """CASE
        WHEN {column}->>'source' = %s OR COALESCE({source}, '') = '' THEN NULL
        WHEN COALESCE({column}->'texts'->%s->>'text', '') = '' THEN 'missing'
        WHEN COALESCE({column}->'texts'->%s->>'of', '')
            <> left(encode(sha256(convert_to({source}, 'UTF8')), 'hex'), 12) THEN 'outdated'
        ELSE COALESCE({column}->'texts'->%s->>'state', 'reviewed') END"""

    def __init__(self, field: str, language: str) -> None:
        super().__init__(field)
        self.extra["language"] = language

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[str]]:  # type: ignore[override]
        column, _ = compiler.compile(self.source_expressions[0])
        source = f"{column}->'texts'->({column}->>'source')->>'text'"
        return self.sql.format(column=column, source=source), [self.extra["language"]] * 4


def with_states(model: type[Model], language: str) -> "QuerySet[Any]":
    """The model's rows with `state_FIELD` for each of their texts."""
    states = {f"state_{field.name}": StateIn(field.name, language) for field in translated_fields(model)}
    found: QuerySet[Any] = rows(model).annotate(**states).order_by("pk")
    return found


def wanted(field: TranslatedField, state: str | None) -> Q:
    """The condition that this text is in this state; None means any."""
    name = f"state_{field.name}"
    return Q(**{name: state}) if state else Q(**{f"{name}__isnull": False})


def any_wanted(model: type[Model], state: str | None) -> Q:
    condition = Q()
    for field in translated_fields(model):
        condition |= wanted(field, state)
    return condition


@dataclass(frozen=True)
class ModelProgress:
    """How many texts of a model are in each state, in one language."""

    key: str
    label: str
    missing: int = 0
    outdated: int = 0
    draft: int = 0
    reviewed: int = 0

    @property
    def total(self) -> int:
        return self.missing + self.outdated + self.draft + self.reviewed

    def count(self, state: str) -> int:
        return int(getattr(self, state))

    @property
    def cells(self) -> list[tuple[str, str, int]]:
        """(state, its name, n) for each state, in the order of the states."""
        return [(state.value, str(state.label), self.count(state)) for state in TranslationState]


def total(parts: Sequence[ModelProgress]) -> ModelProgress:
    """All models together."""
    sums = {state: sum(row.count(state) for row in parts) for state in TranslationState.values}
    return ModelProgress("", gettext("All texts"), **sums)


def progress(language: str) -> list[ModelProgress]:
    """One row per model that has texts to render in this language; one query per model."""
    return progress_by_language([language])[language]


def progress_by_language(languages: Sequence[str]) -> dict[str, list[ModelProgress]]:
    """The progress of several languages; still one query per model."""
    result: dict[str, list[ModelProgress]] = {language: [] for language in languages}
    for model in translated_models():
        counts = _counts(model, languages)
        for language in languages:
            row = ModelProgress(model_key(model), model_label(model), **counts[language])
            if row.total:
                result[language].append(row)
    return result


def _counts(model: type[Model], languages: Sequence[str]) -> dict[str, dict[str, int]]:
    """{language: {state: n}} over all texts of a model, in one query."""
    asked = [
        (language, state, field, f"n{number}_{state}_{field.name}")
        for number, language in enumerate(languages)
        for state in TranslationState.values
        for field in translated_fields(model)
    ]
    found = rows(model).order_by()
    for number, language in enumerate(languages):
        found = found.annotate(
            **{f"s{number}_{field.name}": StateIn(field.name, language) for field in translated_fields(model)}
        )
    order = {language: number for number, language in enumerate(languages)}
    numbers = found.aggregate(
        **{
            name: Count("pk", filter=Q(**{f"s{order[language]}_{field.name}": state}))
            for language, state, field, name in asked
        }
    )
    counts: dict[str, dict[str, int]] = {language: defaultdict(int) for language in languages}
    for language, state, _field, name in asked:
        counts[language][state] += numbers[name]
    return counts


def sections(language: str, *, state: str | None = None, model: str | None = None) -> "Sections":
    """The texts to render in this language, by model and object: `model` is a key such as "plan.action"."""
    return Sections(language, state, model)


class Sections(Sequence[Section]):
    """A list of sections that reads only the slice it is asked for: two queries, and one per model in the slice."""

    def __init__(self, language: str, state: str | None = None, model: str | None = None) -> None:
        self.language, self.state = language, state
        self.models = [found for found in translated_models() if model in (None, model_key(found))]

    def _keys(self) -> "QuerySet[Any, Any] | None":
        """(model's number, key, field's number) of each section, in the order of reading."""
        parts = [
            with_states(model, self.language)
            .order_by()
            .filter(wanted(field, self.state))
            .annotate(
                at_model=Value(number, output_field=IntegerField()),
                at_field=Value(place, output_field=IntegerField()),
            )
            .values_list("at_model", "pk", "at_field")
            for number, model in enumerate(self.models)
            for place, field in enumerate(translated_fields(model))
        ]
        return parts[0].union(*parts[1:], all=True).order_by("at_model", "pk", "at_field") if parts else None

    def __len__(self) -> int:
        keys = self._keys()
        return keys.count() if keys is not None else 0

    @overload
    def __getitem__(self, index: int) -> Section: ...
    @overload
    def __getitem__(self, index: slice) -> list[Section]: ...
    def __getitem__(self, index: int | slice) -> Section | list[Section]:
        if isinstance(index, int):
            return self[index : index + 1][0]
        keys = self._keys()
        return list(self._load(list(keys[index]))) if keys is not None else []

    def __iter__(self) -> Iterator[Section]:
        return iter(self[:])

    def _load(self, keys: list[tuple[int, int, int]]) -> Iterator[Section]:
        for number, group in groupby(keys, key=lambda key: key[0]):
            places = [(pk, place) for _, pk, place in group]
            model = self.models[number]
            objects = rows(model).in_bulk({pk for pk, _ in places})
            fields = translated_fields(model)
            yield from (Section(objects[pk], fields[place], self.language) for pk, place in places if pk in objects)

    def after(self, section: Section) -> Section | None:
        """The next section of this list, whether or not the given one is (still) in it."""
        return self._neighbour(section, forward=True)

    def before(self, section: Section) -> Section | None:
        return self._neighbour(section, forward=False)

    def _neighbour(self, section: Section, *, forward: bool) -> Section | None:
        """At most one query for each model from the section's own onwards."""
        step = 1 if forward else -1
        siblings = list(sections_of(section.obj, self.language))[::step]
        order = {field.name: place for place, field in enumerate(translated_fields(type(section.obj)))}
        here = order[section.field.name]
        for other in siblings:
            if (order[other.field.name] - here) * step > 0 and self._holds(other):
                return other
        keys = [model_key(model) for model in self.models]
        own = model_key(type(section.obj))
        for model, key in list(zip(self.models, keys, strict=True))[::step]:
            if (key > own) - (key < own) == -step:
                continue
            found = with_states(model, self.language).filter(any_wanted(model, self.state))
            if key == own:
                found = found.filter(**{"pk__gt" if forward else "pk__lt": section.obj.pk})
            if obj := found.order_by("pk" if forward else "-pk").first():
                return next(other for other in list(sections_of(obj, self.language))[::step] if self._holds(other))
        return None

    def _holds(self, section: Section) -> bool:
        return type(section.obj) in self.models and self.state in (None, section.state)
