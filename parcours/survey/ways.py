"""By which door somebody answers, a secret link or the office's, and where its pages are."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override

from parcours.accounts.models import User
from parcours.directory.models import Organisation
from parcours.engines.questionnaire.answers import Answers, Sight
from parcours.engines.questionnaire.form import Form, Page
from parcours.survey.choices import Progress
from parcours.survey.models import Ask, Response, Wave
from parcours.survey.places import Place
from parcours.survey.prefill import known
from parcours.survey.said import Wording
from parcours.translations.languages import text_direction


@dataclass(frozen=True)
class LanguageChoice:
    """This page in a language of the form."""

    code: str
    name: str
    dir: str
    url: str
    is_current: bool


@dataclass
class Way:
    """`door` begins the names of its pages, `keys` their addresses; `by` is who enters answers for somebody else."""

    wave: Wave
    door: str
    keys: tuple[str, ...]
    language: str
    ask: Ask | None = None
    response: Response | None = None
    by: User | None = None

    @property
    def form(self) -> Form:
        return (self.response or self.wave).version.form

    @property
    def organisation(self) -> Organisation | None:
        return self.ask.organisation if self.ask else self.response.organisation if self.response else None

    @property
    def answers(self) -> Answers:
        return self.response.answers if self.response else {}

    @property
    def is_withdrawn(self) -> bool:
        return self.response is not None and self.response.progress == Progress.WITHDRAWN

    @property
    def is_complete(self) -> bool:
        return self.response is not None and self.response.progress == Progress.COMPLETE

    @property
    def direction(self) -> str:
        return text_direction(self.language or get_language() or "fr")

    def to(self, name: str = "", *more: Any, language: str = "") -> str:
        """The address of one of its pages, in the language that is read or in another one of the form."""
        language = language or self.language
        site = language if language in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE
        with override(site):
            url = reverse(f"survey:{self.door}{name}", args=[*self.keys, *more])
        return url if language in ("", site) else f"{url}?{urlencode({'lang': language})}"

    def languages(self, name: str, *more: Any) -> list[LanguageChoice]:
        """A page in every language of the form."""
        names = {code: name.partition("(")[0].strip() for code, name in self.form.languages.items()}
        return [
            LanguageChoice(
                code, label, text_direction(code), self.to(name, *more, language=code), code == self.language
            )
            for code, label in names.items()
            if code
        ]

    def sight(self, answers: Answers, *, on: date) -> Sight:
        return Sight(self.form, answers, today=on)

    def wording(self, answers: Answers, *, on: date) -> Wording:
        return Wording(self.form, self.language, self.sight(answers, on=on))

    def known(self, place: Place) -> Answers:
        """What the directory, or the form's own default, says of a page that was not saved yet."""
        if place.page.key in (self.response.seen if self.response else []):
            return {}
        defaults = {
            one.key: [one.default] if one.kind == "many" else one.default
            for one in place.questions()
            if one.default and not {"(", "$"} & set(one.default)
        }
        if place.row is not None:
            return {} if place.stands(self.answers) else defaults
        prefilled = known(self.form, self.organisation, language=self.language)
        return defaults | {one.key: prefilled[one.path] for one in place.questions() if one.path in prefilled}

    def pages(self, *, on: date) -> list[Page]:
        """Those that have something to show now."""
        sight = self.sight(self.answers, on=on)
        return [page for page in self.form.pages() if any(map(sight.shows, page.questions()))]


def chosen_language(form: Form, asked: str, *fallbacks: str) -> str:
    """What was asked for, if the form has it; else the page's own language, else the first of the others."""
    for code in (asked, get_language() or "", *fallbacks):
        if code in form.languages:
            return code
    return form.default_language
