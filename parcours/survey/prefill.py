"""What the directory already knows of whoever answers, as first answers: shown as “still true?”, kept once saved."""

from typing import Any

from parcours.directory.choices import RecordKind
from parcours.directory.models import Organisation
from parcours.directory.records import BY_NAME, area_key, stored_value
from parcours.engines.questionnaire.answers import Answers, clean
from parcours.engines.questionnaire.form import Form, Question
from parcours.engines.words import fold
from parcours.geo.models import Area
from parcours.translations.texts import Translated

PREFIX = "organisation."


def known(form: Form, organisation: Organisation | None, *, language: str) -> Answers:
    """By path, for each question that fills a fact of the organisation (`parcours_field`) and can hold it."""
    asked = [one for one in form.questions() if one.fills.startswith(PREFIX) and not one.repeat]
    if organisation is None or not asked:
        return {}
    found: Answers = {}
    for question in asked:
        said = _known(organisation, question.fills.removeprefix(PREFIX), language)
        if (answer := _answer(question, said)) is not None:
            found[question.path] = answer
    return found


def _known(organisation: Organisation, name: str, language: str) -> list[str]:
    """A fact as texts: for a commune all that a choice of it may be called."""
    field, _dot, scheme = name.partition(".")
    if field == "identifiers":
        return list(organisation.identifiers.filter(scheme=scheme).values_list("value", flat=True)[:1])
    if field not in BY_NAME[RecordKind.ORGANISATION] or BY_NAME[RecordKind.ORGANISATION][field].kind == "rows":
        return []
    value = getattr(organisation, field)
    if isinstance(value, Area):
        return [value.code, value.slug, value.name, area_key(value)]
    value = stored_value(value)
    if isinstance(value, dict):
        text = Translated.parse(value)
        return [text.text_in(language) or text.text]
    many = value if isinstance(value, list) else [value]
    return [one for one in many if isinstance(one, str) and one]


def _answer(question: Question, said: list[str]) -> Any:
    """As the question holds it: a choice that is called so, else the text; None where it cannot."""
    if question.kind in ("one", "many"):
        wanted = {fold(text) for text in said}
        chosen = [one.name for one in question.choices if wanted & set(map(fold, (one.name, *one.label.values())))]
        said = chosen if question.kind == "many" else chosen[:1]
    answer, fault = clean(question, said if question.kind == "many" else next(iter(said), ""))
    return None if fault else answer
